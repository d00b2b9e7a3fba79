"""Asking for a code: look once, decide, then spend and send; what was spent in vain is given back."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.otp import errors
from functions.otp.abuse import proof_of_work
from functions.otp.abuse.sms_spend import MoneySpentError, SmsSpend
from functions.otp.code import code_state, trusted_device
from functions.otp.code.code_request import SendCodeRequest
from functions.otp.code.daily_send_limit import DailySendLimit
from functions.otp.code.fraud_guard import FraudGuard
from functions.otp.settings import Limits, OtpSettings
from health_record import settings
from health_record.aws import rate_limits, sms
from health_record.aws.dynamo import get_items, to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.rate_limits import RateLimitExceededError
from health_record.aws.service_errors import is_outcome_unknown
from health_record.aws.transaction import ConditionFailedError, Transaction, WriteConflictError
from health_record.errors import UnavailableError
from health_record.http.client_networks import list_networks
from health_record.http.event import Event, read_client_address
from health_record.identity import phone_encryption
from health_record.observability import count_metric, log_event
from health_record.table_keys import access_keys

TRIES = 3  # of a request that meets another one for the same phone


@dataclass(frozen=True)
class SendAttempt:
    """One request on its way: who asks, from where, and everything that was read about it in one call."""

    config: OtpSettings
    limits: Limits
    macs: KeyedHash
    request: SendCodeRequest
    account: str
    now: int
    state: code_state.CodeState
    daily_limit: DailySendLimit
    guard: FraudGuard | None  # None for a device that has verified this phone: it has limits of its own
    spend: SmsSpend
    pin_set: bool


def send_code(event: Event) -> dict[str, Any]:
    """The 202 body. Raises what the guard and the channel refuse with."""
    config = settings.read_once(OtpSettings)
    macs = KeyedHash(config.mac_key_id, config.province)
    request = SendCodeRequest.from_event(event, macs)
    for _ in range(TRIES):
        attempt = _load_state(event, request, config, macs)
        everything = attempt.daily_limit.recent_sends(attempt.limits, attempt.now)
        wait = code_state.find_wait(attempt.state, everything, attempt.limits, attempt.now)
        if wait:
            errors.count_limit(wait.rule)
            return _challenge_body(wait.challenge or _new_challenge(), wait.expires_in, wait.resend_after)
        spendable = attempt.guard.check(request.work) if attempt.guard else None
        if body := _send_message(attempt, spendable):
            return body
    raise UnavailableError


def _load_state(event: Event, request: SendCodeRequest, config: OtpSettings, macs: KeyedHash) -> SendAttempt:
    limits = settings.read_once(Limits)
    account = macs.compute("phone", request.phone)
    now = int(time.time())
    spend = SmsSpend(config, limits, now)
    device = trusted_device.read_device_id(event)
    address = list_networks(read_client_address(event))
    fixed = [
        access_keys.rate_limit_key(FraudGuard.budget_name(macs, address)),
        access_keys.account_pin_key(account),
        access_keys.daily_sends_key(account),
        access_keys.code_key(account, None),
        access_keys.code_key(account, device),
    ]
    counters = spend.counter_keys(request.poster)
    found = get_items(config.table_access, [*fixed, *counters])
    from_address, pin, all_sends, anyone, from_device = found[: len(fixed)]
    counted = dict(zip(counters, found[len(fixed) :], strict=True))
    known = DailySendLimit(account, all_sends or {})
    state = code_state.from_item(account, device, from_device) if device else None
    if state and state.is_trusted(now):
        return SendAttempt(config, limits, macs, request, account, now, state, known, None, spend, pin is not None)
    state = code_state.from_item(account, None, anyone)
    guard = FraudGuard(
        macs=macs,
        limits=limits,
        spend=spend,
        networks=address,
        request=request,
        first_today=not code_state.recent_sends(state, limits, now),
        seen=from_address or {},
        counted=counted,
    )
    return SendAttempt(config, limits, macs, request, account, now, state, known, guard, spend, pin is not None)


def _send_message(attempt: SendAttempt, spendable: proof_of_work.Work | None) -> dict[str, Any] | None:
    """Make a code the live one, spend, send. None if another request for this phone came first."""
    challenge, number = _new_challenge(), f"{secrets.randbelow(1_000_000):06d}"
    if not _store_code(attempt, challenge, number, spendable):
        return None
    spent: list[Callable[[], object]] = [lambda: _revoke_code(attempt, challenge, spendable)]
    try:
        _spend(attempt, spendable, spent)
        sms.send(sms.code_message(attempt.request.phone, number, attempt.config.public_origin))
    except Exception as error:
        _refund(spent)
        raise _translate_error(attempt, error) from error
    count_metric("OtpSent")
    if attempt.guard:
        attempt.guard.report_unverified_share()
    log_event("code_sent", account=attempt.account, known_device=attempt.guard is None)
    limits, now = attempt.limits, attempt.now
    sends = [*code_state.recent_sends(attempt.state, limits, now), now]
    everything = [*attempt.daily_limit.recent_sends(limits, now), now]
    return _challenge_body(
        challenge, limits.code_seconds, code_state.seconds_until_resend(sends, everything, limits, now)
    )


def _store_code(attempt: SendAttempt, challenge: str, number: str, spendable: proof_of_work.Work | None) -> bool:
    table, limits, now = attempt.config.table_access, attempt.limits, attempt.now
    mac = attempt.macs.compute("code", challenge, number)
    phone = phone_encryption.encrypt_phone(attempt.macs, attempt.account, attempt.request.phone)
    code = code_state.Code(challenge, mac, attempt.request.poster, phone, attempt.pin_set)
    state_pk, state_sk = attempt.state.key
    pointer = {"lane_pk": state_pk, "lane_sk": state_sk, "ttl": now + code_state.KEPT_SECONDS}
    pointer_item = wire_key(access_keys.challenge_key(challenge)) | to_wire(pointer)
    transaction = Transaction()
    transaction.add("code", {"Update": {"TableName": table, **code_state.store_code(attempt.state, code, limits, now)}})
    transaction.add("daily limit", {"Update": {"TableName": table, **attempt.daily_limit.consume(limits, now)}})
    transaction.add("challenge", {"Put": {"TableName": table, "Item": pointer_item}})
    if spendable:
        transaction.add("work", proof_of_work.spend_item(table, spendable, limits, now))
    try:
        transaction.commit_once()
    except ConditionFailedError as failed:
        if "work" in failed.names and attempt.guard:
            raise attempt.guard.work_needed_error("work-spent") from failed
        return False
    except WriteConflictError:
        return False
    except Exception as error:
        if is_outcome_unknown(error):  # no code may live that nobody got
            _refund([lambda: _revoke_code(attempt, challenge, spendable)])
        raise
    return True


def _spend(attempt: SendAttempt, spendable: proof_of_work.Work | None, spent: list[Callable[[], object]]) -> None:
    """Count the message wherever it counts; `spent` grows by what would undo each."""
    spend, poster, guard = attempt.spend, attempt.request.poster, attempt.guard
    if guard:
        taken = guard.consume(attempt.config.table_access, with_work=spendable is not None)
        spent.append(lambda: rate_limits.refund(taken))
    percent = guard.money_percent(with_work=spendable is not None) if guard else attempt.limits.known_percent
    errors.measure_budget_used(spend.count_sent(percent))
    spent.append(spend.refund_sent)
    if poster:
        spend.count_sent_by_poster(poster)
        spent.append(lambda: spend.refund_sent_by_poster(poster))


def _revoke_code(attempt: SendAttempt, challenge: str, spendable: proof_of_work.Work | None) -> None:
    table = attempt.config.table_access
    key = wire_key(access_keys.challenge_key(challenge))
    transaction = Transaction()
    transaction.add("code", {"Update": {"TableName": table, **code_state.revoke_code(attempt.state, challenge)}})
    transaction.add("daily limit", {"Update": {"TableName": table, **attempt.daily_limit.refund()}})
    transaction.add("challenge", {"Delete": {"TableName": table, "Key": key}})
    if spendable:
        transaction.add("work", proof_of_work.unspend_item(table, spendable))
    transaction.commit_once()


def _refund(spent: list[Callable[[], object]]) -> None:
    for undo in reversed(spent):
        try:
            undo()
        except Exception as error:  # noqa: BLE001 - the other quotas are given back all the same
            log_event("refund_failed", error=type(error).__name__)


def _translate_error(attempt: SendAttempt, error: Exception) -> Exception:
    if isinstance(error, sms.SmsRefusedError):
        return errors.sms_refused_error()
    if isinstance(error, MoneySpentError) and error.reserve and attempt.guard:
        return attempt.guard.work_needed_error("money-reserve")
    if isinstance(error, MoneySpentError):
        return errors.sms_budget_error(attempt.spend.seconds_until_tomorrow())
    if isinstance(error, RateLimitExceededError) and attempt.guard:
        return attempt.guard.limit_error(error)
    return error


def _new_challenge() -> str:
    return secrets.token_urlsafe(18)


def _challenge_body(challenge: str, expires_in: int, resend_after: int) -> dict[str, Any]:
    return {"challenge_id": challenge, "expires_in": expires_in, "resend_after": resend_after}
