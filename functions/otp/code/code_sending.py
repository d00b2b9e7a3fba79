"""Asking for a code: look once, decide, then spend and send.

What was spent in vain is given back; where nobody knows whether a message arrived, its code lives.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.otp import errors
from functions.otp.abuse import event_money, network_ledger, proof_of_work
from functions.otp.abuse.event_money import EventMoney, EventMoneySpentError
from functions.otp.abuse.network_ledger import NetworkCrowdedError, NetworkLedger, NetworkShareSpentError
from functions.otp.abuse.sms_spend import MoneySpentError, SmsSpend, UnprovenShareSpentError
from functions.otp.code import challenge_id, code_state, known_devices, trusted_device
from functions.otp.code.fraud_guard import FraudGuard
from functions.otp.code.request_body import SendCodeRequest
from functions.otp.code.send_policy import Caller
from functions.otp.limits import Limits
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.dynamo import Item, batch_get, keys_request, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.service_errors import is_outcome_unknown
from health_record.aws.transaction import ConditionFailedError, Transaction, WriteConflictError
from health_record.errors import ServiceError, UnavailableError
from health_record.http.client_networks import neighbourhood, one_stranger
from health_record.http.event import Event, read_client_address
from health_record.identity import account_pointers, message_texts, phone_encryption
from health_record.identity.carriers import carrier_of
from health_record.identity.sessions import device_name, hash_token
from health_record.observability import count_metric, log_event
from health_record.sms import delivery
from health_record.sms.message import Message, SmsOutcomeUnknownError, SmsRefusedError
from health_record.table_keys import access_keys

TRIES = 3  # of a request that meets another one for the same phone


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
    guard: FraudGuard | None  # None for a device that has verified this phone: it has limits of its own
    spend: SmsSpend
    campaign: EventMoney | None  # the campaign event that the caller's poster belongs to


def send_code(event: Event) -> dict[str, Any]:
    """The 202 body, the same whether a message went out. Raises what the guard and the channel refuse with."""
    config = settings.read_once(OtpSettings)
    macs = KeyedHash.from_settings(config)
    request = SendCodeRequest.from_event(event, macs)
    for _ in range(TRIES):
        attempt = _load_state(event, request, config, macs)
        try:
            # The network's refusal before the phone's silence: else 202 in its place tells that somebody asked.
            spendable = attempt.guard.check(request.work) if attempt.guard else None
            if rule := attempt.state.find_refusal(attempt.caller, attempt.limits, attempt.now):
                errors.count_limit(rule)
                _tell_campaign(attempt, rule)
                return _challenge_body(attempt)
            if _send_message(attempt, spendable):
                return _challenge_body(attempt)
        except ServiceError as refused:
            _tell_campaign(attempt, refused.type)
            raise
    raise UnavailableError


def _tell_campaign(attempt: SendAttempt, reason: str) -> None:
    """Let those who watch the campaign see why no message went out."""
    if attempt.campaign:
        try:
            attempt.campaign.count_refusal(reason)
        except Exception as error:  # noqa: BLE001 - the caller's answer does not hang on it
            log_event("campaign_counter_failed", error=type(error).__name__)


def read_caller(macs: KeyedHash, event: Event, device: str | None) -> Caller:
    """Who asks or proves, as the table names them; `device` is the known device."""
    address = read_client_address(event)
    near, wide = (
        macs.compute("neighbourhood", network)[:16] for network in (neighbourhood(address), one_stranger(address))
    )
    return Caller(near, device, wide if wide != near else None)


def _load_state(event: Event, request: SendCodeRequest, config: OtpSettings, macs: KeyedHash) -> SendAttempt:
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


def _send_message(attempt: SendAttempt, spendable: proof_of_work.Work | None) -> bool:
    """Make a code live, spend, send. False if another request for this phone came first."""
    spent: list[Callable[[], object]] = []
    item = _new_item(attempt)
    try:
        if not _store(attempt, item, attempt.state.version, spendable):
            return False
        spent.append(lambda: _restore(attempt, spendable))
        _spend(attempt, spendable, spent)
        delivery.send(_message(attempt, str(item["seed"])))
    except SmsOutcomeUnknownError:
        errors.count_limit("sms-unknown")
        _count_for_carrier(attempt)
        _refund(
            [
                lambda: _store(
                    attempt, code_state.mark_uncertain({**item, "version": item["version"] + 1}), item["version"], None
                )
            ]
        )
        return True
    except EventMoneySpentError:
        _refund(spent)
        return False
    except Exception as error:
        _refund(spent)
        raise _translate_error(attempt, error) from error
    count_metric("OtpSent")
    _count_for_carrier(attempt)
    if attempt.guard:
        attempt.guard.report_unverified_share()
    log_event("code_sent", phone_mac=attempt.phone_mac, known_device=attempt.guard is None)
    return True


def _count_for_carrier(attempt: SendAttempt) -> None:
    """Also a message that may have arrived: a channel that is always silent must ring."""
    count_metric("CarrierCodesSent", carrier=carrier_of(attempt.request.phone))


def _new_item(attempt: SendAttempt) -> Item:
    message = code_state.NewMessage(
        challenge=challenge_id.name_of(attempt.challenge),
        caller=attempt.caller,
        charge={"carrier": carrier_of(attempt.request.phone)} | (attempt.guard.charge() if attempt.guard else {}),
        poster=attempt.request.poster,
        phone=phone_encryption.encrypt_phone(attempt.macs, attempt.phone_mac, attempt.request.phone),
    )
    return code_state.add_message(attempt.state, message, attempt.limits, attempt.now)


def _message(attempt: SendAttempt, seed: str) -> Message:
    code = code_state.code_of(attempt.macs, attempt.phone_mac, seed)
    at = datetime.fromtimestamp(attempt.now, ZoneInfo(attempt.config.time_zone))
    return message_texts.code_message(attempt.request.phone, code, at, attempt.config.public_origin)


def _store(attempt: SendAttempt, item: Item, before: int, spendable: proof_of_work.Work | None) -> bool:
    table = attempt.config.table_access
    transaction = Transaction()
    transaction.add("code", code_state.put_item(table, attempt.phone_mac, item, before))
    if spendable:
        transaction.add("work", proof_of_work.spend_item(table, spendable, attempt.limits, attempt.now))
    try:
        transaction.commit_once()
    except ConditionFailedError as failed:
        if "work" in failed.names and attempt.guard:
            raise attempt.guard.work_needed_error("work-spent") from failed
        return False
    except WriteConflictError:
        return False
    except Exception as error:
        if is_outcome_unknown(error):  # no message may count that nobody got
            _refund([lambda: _restore(attempt, spendable)])
        raise
    return True


def _restore(attempt: SendAttempt, spendable: proof_of_work.Work | None) -> None:
    """Write the item as it was: a code that lived before lives on."""
    table, before = attempt.config.table_access, attempt.state.version + 1
    kept = attempt.state.item or {"ttl": attempt.now + code_state.KEPT_SECONDS}
    transaction = Transaction()
    writer = challenge_id.name_of(attempt.challenge)
    item = {**kept, "version": before + 1}
    transaction.add("code", code_state.put_item(table, attempt.phone_mac, item, before, writer))
    if spendable:
        transaction.add("work", proof_of_work.unspend_item(table, spendable))
    transaction.commit_once()


def _spend(attempt: SendAttempt, spendable: proof_of_work.Work | None, spent: list[Callable[[], object]]) -> None:
    """Count the message wherever it counts; `spent` grows by what would undo each."""
    spend, poster, guard = attempt.spend, attempt.request.poster, attempt.guard
    table, with_work = attempt.config.table_access, spendable is not None
    unproven, percent = None, attempt.limits.known_percent
    if guard:
        if campaign := guard.paying_campaign:
            campaign.count_sent()
            spent.append(campaign.refund_sent)
        is_free = with_work or campaign is not None
        guard.ledger.count_sent(table, guard.messages_of_network(), with_work=is_free)
        spent.append(lambda: guard.ledger.refund_sent(table))
        unproven, percent = guard.unproven_percent, guard.money_percent(with_work=with_work)
    errors.measure_budget_used(spend.count_sent(percent, unproven=unproven))
    spent.append(lambda: spend.refund_sent(unproven=unproven is not None))
    if poster:
        spend.count_sent_by_poster(poster)
        spent.append(lambda: spend.refund_sent_by_poster(poster))


def _refund(spent: list[Callable[[], object]]) -> None:
    for undo in reversed(spent):
        try:
            undo()
        except Exception as error:  # noqa: BLE001 - the other quotas are given back all the same
            log_event("refund_failed", error=type(error).__name__)


def _translate_error(attempt: SendAttempt, error: Exception) -> Exception:
    if isinstance(error, SmsRefusedError):
        return errors.sms_refused_error()
    if isinstance(error, MoneySpentError) and error.reserve and attempt.guard:
        return attempt.guard.work_needed_error("money-reserve")
    if isinstance(error, MoneySpentError):
        return errors.sms_budget_error(attempt.spend.seconds_until_tomorrow())
    if isinstance(error, NetworkShareSpentError) and attempt.guard:
        return attempt.guard.share_error("network-share")
    if isinstance(error, NetworkCrowdedError) and attempt.guard:
        return attempt.guard.work_needed_error("network-soft")
    if isinstance(error, UnprovenShareSpentError) and attempt.guard:
        return attempt.guard.share_error("unproven-share")
    return error


def _challenge_body(attempt: SendAttempt) -> dict[str, Any]:
    """Constants beside the id: nothing tells whether a message was sent."""
    limits = attempt.limits
    return {
        "challenge_id": attempt.challenge,
        "expires_in": limits.code_seconds,
        "resend_after": limits.cooldown_seconds,
    }
