"""Asking for a code: look once, decide, then spend and send.

What was spent in vain is given back; where nobody knows whether a message arrived, its code lives.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.otp import errors
from functions.otp.abuse import proof_of_work
from functions.otp.abuse.event_money import EventMoneySpentError
from functions.otp.abuse.network_ledger import NetworkCrowdedError, NetworkShareSpentError
from functions.otp.abuse.proof_of_work import Work
from functions.otp.abuse.sms_spend import MoneySpentError, UnprovenShareSpentError
from functions.otp.code import challenge_id, code_state
from functions.otp.code.request_body import SendCodeRequest
from functions.otp.code.send_attempt import SendAttempt, load_attempt
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.service_errors import is_outcome_unknown
from health_record.aws.transaction import ConditionFailedError, Transaction, WriteConflictError
from health_record.errors import ServiceError, UnavailableError
from health_record.http.event import Event
from health_record.identity import message_texts, phone_encryption
from health_record.identity.carriers import carrier_of
from health_record.observability import count_metric, log_event
from health_record.sms import delivery
from health_record.sms.message import Message, SmsOutcomeUnknownError, SmsRefusedError

TRIES = 5  # of a request that meets others for the same phone, or out of the same money
# What pays for the message has less left than when it was read: it is read again, and decided anew.
OTHERS_WERE_FASTER = (EventMoneySpentError, NetworkCrowdedError, NetworkShareSpentError, UnprovenShareSpentError)


def send_code(event: Event) -> dict[str, Any]:
    """The 202 body, the same whether a message went out. Raises what the guard and the channel refuse with."""
    config = settings.read_once(OtpSettings)
    macs = KeyedHash.from_settings(config)
    request = SendCodeRequest.from_event(event, macs)
    for _ in range(TRIES):
        attempt = load_attempt(event, request, config, macs)
        if _try_to_send(attempt):
            return _challenge_body(attempt)
    raise UnavailableError


def renew_code(event: Event, request: SendCodeRequest, challenge: str) -> None:
    """Send to the id `challenge`, whose page sent an earlier code of the day: whoever did reads the phone's messages.

    As to a known device no network and no share of strangers stands before it, and it is paid out of the same money:
    three messages a day are the bound. Raises what the channel refuses with.
    """
    config = settings.read_once(OtpSettings)
    macs = KeyedHash.from_settings(config)
    for _ in range(TRIES):
        loaded = load_attempt(event, request, config, macs)
        attempt = replace(loaded, challenge=challenge, is_renewal=True, guard=None)
        if rule := attempt.state.find_renewal_refusal(attempt.limits, attempt.now):
            errors.count_limit(rule)
            return
        if _send_message(attempt, None):
            return
    raise UnavailableError


def _try_to_send(attempt: SendAttempt) -> bool:
    """Send, or keep quiet by the phone's rule; False if another request for this phone came first.

    What depends on the network comes before what depends on the phone, and work is spent whatever the phone's rule is:
    else an answer in place of another, or the same work a second time, tells that somebody asked for this number.
    """
    try:
        work = attempt.guard.check(attempt.request.work) if attempt.guard else None
        if rule := attempt.state.find_refusal(attempt.caller, attempt.limits, attempt.now):
            if work:
                _spend_work(attempt, work)
            errors.count_limit(rule)
            _tell_campaign(attempt, rule)
            return True
        return _send_message(attempt, work)
    except ServiceError as refused:
        _tell_campaign(attempt, refused.type)
        raise


def _spend_work(attempt: SendAttempt, work: Work) -> None:
    """Where no message goes out. Raises 429 with new work where this was spent before."""
    table = attempt.config.table_access
    try:
        proof_of_work.spend(table, work, attempt.limits, attempt.now)
    except proof_of_work.WorkSpentError as error:
        raise _work_spent_error(attempt, error) from error
    except Exception as error:
        if is_outcome_unknown(error):
            _refund([lambda: proof_of_work.unspend(table, work)])
        raise


def _work_spent_error(attempt: SendAttempt, error: Exception) -> Exception:
    return attempt.guard.work_needed_error("work-spent") if attempt.guard else error


def _tell_campaign(attempt: SendAttempt, reason: str) -> None:
    """Let those who watch the campaign see why no message went out."""
    if attempt.campaign:
        try:
            attempt.campaign.count_refusal(reason)
        except Exception as error:  # noqa: BLE001 - the caller's answer does not hang on it
            log_event("campaign_counter_failed", error=type(error).__name__)


def _send_message(attempt: SendAttempt, work: Work | None) -> bool:
    """Make a code live with the `work` spent, spend, send. False if other requests came first."""
    spent: list[Callable[[], object]] = []
    item = _new_item(attempt)
    try:
        if not _store(attempt, item, attempt.state.version, work):
            return False
        spent += _undoing(attempt, work)
        _spend(attempt, spent, with_work=work is not None)
        delivery.send(_message(attempt, str(item["seed"])))
    except SmsOutcomeUnknownError:
        errors.count_limit("sms-unknown")
        _count_for_carrier(attempt)
        uncertain = code_state.mark_uncertain({**item, "version": item["version"] + 1})
        _refund([lambda: _store(attempt, uncertain, item["version"])])
        return True
    except OTHERS_WERE_FASTER:
        _refund(spent)
        return False
    except Exception as error:
        _refund(spent)
        raise _translate_error(attempt, error) from error
    count_metric("OtpSent")
    _count_for_carrier(attempt)
    if attempt.guard:
        attempt.guard.report_unverified_share()
    log_event("code_sent", phone_mac=attempt.phone_mac, known_device=attempt.caller.device is not None)
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
        is_renewal=attempt.is_renewal,
    )
    return code_state.add_message(attempt.state, message, attempt.limits, attempt.now)


def _message(attempt: SendAttempt, seed: str) -> Message:
    code = code_state.code_of(attempt.macs, attempt.phone_mac, seed)
    at = datetime.fromtimestamp(attempt.now, ZoneInfo(attempt.config.time_zone))
    return message_texts.code_message(attempt.request.phone, code, at, attempt.config.public_origin)


def _store(attempt: SendAttempt, item: Item, before: int, work: Work | None = None) -> bool:
    """Write the item and spend the work, both or neither; False if the item changed. Raises 429 for spent work."""
    table, transaction = attempt.config.table_access, Transaction()
    transaction.add("code", code_state.put_item(table, attempt.phone_mac, item, before))
    if work:
        transaction.add("work", proof_of_work.spend_item(table, work, attempt.limits, attempt.now))
    try:
        transaction.commit_once()
    except ConditionFailedError as failed:
        if "work" in failed.names:
            raise _work_spent_error(attempt, failed) from failed
        return False
    except WriteConflictError:
        return False
    except Exception as error:
        if is_outcome_unknown(error):  # no message may count that nobody got
            _refund(_undoing(attempt, work))
        raise
    return True


def _undoing(attempt: SendAttempt, work: Work | None) -> list[Callable[[], object]]:
    """What undoes `_store`."""
    undoing: list[Callable[[], object]] = [lambda: _restore(attempt)]
    if work:
        undoing.append(lambda: proof_of_work.unspend(attempt.config.table_access, work))
    return undoing


def _restore(attempt: SendAttempt) -> None:
    """Write the item as it was: a code that lived before lives on."""
    table, before = attempt.config.table_access, attempt.state.version + 1
    kept = attempt.state.item or {"ttl": attempt.now + code_state.KEPT_SECONDS}
    transaction = Transaction()
    writer = challenge_id.name_of(attempt.challenge)
    item = {**kept, "version": before + 1}
    transaction.add("code", code_state.put_item(table, attempt.phone_mac, item, before, writer))
    transaction.commit_once()


def _spend(attempt: SendAttempt, spent: list[Callable[[], object]], *, with_work: bool) -> None:
    """Count the message wherever it counts; `spent` grows by what would undo each."""
    spend, poster, guard = attempt.spend, attempt.request.poster, attempt.guard
    table = attempt.config.table_access
    unproven, percent = None, attempt.limits.known_percent
    if guard:
        if campaign := guard.paying_campaign:
            campaign.count_sent()
            spent.append(campaign.refund_sent)
        is_free = with_work or guard.is_trusted or campaign is not None
        messages = guard.messages_of_payment()
        guard.ledger.count_sent(table, messages, is_free=is_free)
        if messages is not None:
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
    return error


def _challenge_body(attempt: SendAttempt) -> dict[str, Any]:
    """Constants beside the id: nothing tells whether a message was sent."""
    limits = attempt.limits
    return {
        "challenge_id": attempt.challenge,
        "expires_in": limits.code_seconds,
        "resend_after": limits.cooldown_seconds,
    }
