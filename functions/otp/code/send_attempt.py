"""One request for a code on its way: who asks, from where, and what the tables hold of phone, network and money."""

import time
from dataclasses import dataclass

from functions.otp.abuse import event_money, network_ledger
from functions.otp.abuse.event_money import EventMoney
from functions.otp.abuse.network_ledger import NetworkLedger
from functions.otp.abuse.sms_spend import SmsSpend
from functions.otp.code import challenge_id, code_state, known_devices, trusted_device
from functions.otp.code.fraud_guard import FraudGuard
from functions.otp.code.request_body import SendCodeRequest
from functions.otp.code.send_policy import Caller
from functions.otp.limits import Limits
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.dynamo import batch_get, keys_request, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.http.client_networks import neighbourhood, one_stranger
from health_record.http.event import Event, read_client_address
from health_record.identity import account_pointers
from health_record.identity.sessions import device_name, hash_token
from health_record.table_keys import access_keys


@dataclass(frozen=True)
class SendAttempt:
    """One request on its way: who asks, from where, and everything that was read about it in one call."""

    config: OtpSettings
    limits: Limits
    macs: KeyedHash
    request: SendCodeRequest
    challenge: str
    phone_mac: str
    now: int
    state: code_state.CodeState
    caller: Caller
    guard: FraudGuard | None  # None for who reads this phone: a device that verified it, or who typed a late code
    spend: SmsSpend
    campaign: EventMoney | None  # the campaign event that the caller's poster belongs to
    is_renewal: bool = False


def read_caller(macs: KeyedHash, event: Event, device: str | None) -> Caller:
    """Who asks or proves, as the table names them; `device` is the known device."""
    address = read_client_address(event)
    near, wide = (
        macs.compute("neighbourhood", network)[:16] for network in (neighbourhood(address), one_stranger(address))
    )
    return Caller(near, device, wide if wide != near else None)


def load_attempt(event: Event, request: SendCodeRequest, config: OtpSettings, macs: KeyedHash) -> SendAttempt:
    """Everything that is known of the request, in one call; a second one where the browser names a device."""
    limits = settings.read_once(Limits)
    phone_mac, now = account_pointers.phone_mac(macs, request.phone), int(time.time())
    spend = SmsSpend(config, limits, now)
    token = trusted_device.read_token(event)
    ledger = network_ledger.ledger_name(macs, event, spend.today)
    keys = {
        "ledger": access_keys.rate_limit_key(ledger),
        "code": access_keys.code_key(phone_mac),
        **({"campaign": access_keys.campaign_poster_key(request.poster, spend.today)} if request.poster else {}),
    }
    counters = spend.counter_keys(request.poster)
    found = batch_get(
        {
            config.table_access: keys_request(wire_key(key) for key in dict.fromkeys([*keys.values(), *counters])),
            config.table_keys: keys_request([account_pointers.key(phone_mac)]),
        }
    )
    kept = {(item["pk"], item["sk"]): item for item in found[config.table_access]}
    items = {name: kept.get(key) for name, key in keys.items()}
    pointer = account_pointers.from_item(phone_mac, next(iter(found[config.table_keys]), None))
    is_known = token is not None and known_devices.load(config.table_access, pointer.account).knows(
        device_name(pointer.account, token), now
    )
    campaign = event_money.open_event(items.get("campaign"), config.table_access, now)
    guard = (
        None
        if is_known
        else FraudGuard(
            macs=macs,
            limits=limits,
            spend=spend,
            phone_mac=phone_mac,
            ledger=NetworkLedger(ledger, limits, now, _number_block(macs, request), items["ledger"] or {}),
            request=request,
            counted={counter: kept.get(counter) for counter in counters},
            campaign=campaign if campaign and campaign.has_message() else None,
        )
    )
    return SendAttempt(
        config,
        limits,
        macs,
        request,
        challenge_id.create(macs, phone_mac, now),
        phone_mac,
        now,
        code_state.CodeState(phone_mac, items["code"] or {}),
        read_caller(macs, event, hash_token(token) if is_known and token else None),
        guard,
        spend,
        campaign,
    )


def _number_block(macs: KeyedHash, request: SendCodeRequest) -> str:
    return macs.compute("thousand", request.phone[:-3])[:16]
