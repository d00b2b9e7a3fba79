"""Asking for a code: look once, decide, then spend and send; what was spent in vain is given back."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.otp import errors
from functions.otp.abuse import proof_of_work
from functions.otp.abuse.sms_spend import Ledger, MoneySpentError
from functions.otp.code import code_state, trusted_device
from functions.otp.code import daily_send_limit as ceiling
from functions.otp.code.code_request import Wish
from functions.otp.code.daily_send_limit import Ceiling
from functions.otp.code.fraud_guard import Guard
from functions.otp.settings import Limits, OtpSettings
from health_record import settings
from health_record.aws import rate_limits, sms
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, cancelled_at, may_be_done, to_wire
from health_record.aws.keyed_hash import Macs
from health_record.aws.rate_limits import BudgetSpentError
from health_record.errors import UnavailableError
from health_record.http.client_networks import networks
from health_record.http.entry_point import Event, client_address
from health_record.identity import phone_encryption
from health_record.observability import count, info

TRIES = 3  # of a request that meets another one for the same phone
LANE, CEILING, WORK = 0, 1, 3  # places in the transaction
CHANGED = ("ConditionalCheckFailed", "TransactionConflict")


@dataclass(frozen=True)
class Asking:
    """One request on its way: who asks, from where, and everything that was read about it in one call."""

    config: OtpSettings
    limits: Limits
    macs: Macs
    wish: Wish
    account: str
    now: int
    lane: code_state.Lane
    ceiling: Ceiling
    guard: Guard | None  # None for a device that has verified this phone: its lane, the ceiling and a cap limit it
    ledger: Ledger
    pin_set: bool


def ask(event: Event) -> dict[str, Any]:
    """The 202 body. Raises what the guard and the channel refuse with."""
    config = settings.cached(OtpSettings)
    macs = Macs(config.mac_key_id, config.province)
    wish = Wish.from_event(event, macs)
    for _ in range(TRIES):
        asking = _look(event, wish, config, macs)
        everything = asking.ceiling.sends(asking.limits, asking.now)
        wait = code_state.must_wait(asking.lane, everything, asking.limits, asking.now)
        if wait:
            errors.limited(wait.rule)
            return _body(wait.challenge or _new_challenge(), wait.expires_in, wait.resend_after)
        spendable = asking.guard.admit(wish.work) if asking.guard else None
        if body := _send(asking, spendable):
            return body
    raise UnavailableError


def _look(event: Event, wish: Wish, config: OtpSettings, macs: Macs) -> Asking:
    limits = settings.cached(Limits)
    account = macs.of("phone", wish.phone)
    now = int(time.time())
    ledger = Ledger(config, limits, now)
    device = trusted_device.presented(event)
    address = networks(client_address(event))
    fixed = [
        rate_limits.key(Guard.budget_name(macs, address)),
        (f"account#{account}", "pin"),
        ceiling.place(account),
        code_state.Lane(account).place,
        code_state.Lane(account, device or "none").place,
    ]
    counters = ledger.places(wish.poster)
    found = rate_limits.read_together(config.table_access, [*fixed, *counters])
    from_address, pin, all_sends, anyone, from_device = found[: len(fixed)]
    counted = dict(zip(counters, found[len(fixed) :], strict=True))
    known = Ceiling(account, all_sends or {})
    lane = code_state.seen(account, device, from_device) if device else None
    if lane and lane.known(now):
        return Asking(config, limits, macs, wish, account, now, lane, known, None, ledger, pin is not None)
    lane = code_state.seen(account, None, anyone)
    guard = Guard(
        macs=macs,
        limits=limits,
        ledger=ledger,
        networks=address,
        wish=wish,
        first_today=not code_state.recent_sends(lane, limits, now),
        seen=from_address or {},
        counted=counted,
    )
    return Asking(config, limits, macs, wish, account, now, lane, known, guard, ledger, pin is not None)


def _send(asking: Asking, spendable: proof_of_work.Work | None) -> dict[str, Any] | None:
    """Make a code the live one, spend, send. None if another request for this phone came first."""
    challenge, number = _new_challenge(), f"{secrets.randbelow(1_000_000):06d}"
    if not _begin(asking, challenge, number, spendable):
        return None
    spent: list[Callable[[], object]] = [lambda: _undo(asking, challenge, spendable)]
    try:
        _spend(asking, spendable, spent)
        sms.send(sms.code_message(asking.wish.phone, number, asking.config.public_origin))
    except Exception as error:
        _give_back(spent)
        raise _refusal(asking, error) from error
    count("OtpSent")
    if asking.guard:
        asking.guard.tell_unverified()
    info("code sent", account=asking.account, known_device=asking.guard is None)
    limits, now = asking.limits, asking.now
    sends = [*code_state.recent_sends(asking.lane, limits, now), now]
    everything = [*asking.ceiling.sends(limits, now), now]
    return _body(challenge, limits.code_seconds, code_state.resend_after(sends, everything, limits, now))


def _begin(asking: Asking, challenge: str, number: str, spendable: proof_of_work.Work | None) -> bool:
    table, limits, now = asking.config.table_access, asking.limits, asking.now
    mac = asking.macs.of("code", challenge, number)
    phone = phone_encryption.sealed(asking.macs, asking.account, asking.wish.phone)
    code = code_state.Code(challenge, mac, asking.wish.poster, phone, asking.pin_set)
    pk, sk = asking.lane.place
    pointer: Item = {"pk": f"challenge#{challenge}", "sk": "challenge", "lane_pk": pk, "lane_sk": sk}
    pointer["ttl"] = now + code_state.KEPT_SECONDS
    items: list[dict[str, Any]] = [
        {"Update": {"TableName": table, **code_state.begin(asking.lane, code, limits, now)}},
        {"Update": {"TableName": table, **asking.ceiling.count(limits, now)}},
        {"Put": {"TableName": table, "Item": to_wire(pointer)}},
    ]
    if spendable:
        items.append(proof_of_work.spend_item(table, spendable, limits, now))
    try:
        client("dynamodb").transact_write_items(TransactItems=items)
    except Exception as error:
        reasons = cancelled_at(error)
        if reasons.get(WORK) == "ConditionalCheckFailed" and asking.guard:
            raise asking.guard.work_needed("work-spent") from error
        if reasons.get(LANE) in CHANGED or reasons.get(CEILING) in CHANGED:
            return False
        if may_be_done(error):  # no code may live that nobody got
            _give_back([lambda: _undo(asking, challenge, spendable)])
        raise
    return True


def _spend(asking: Asking, spendable: proof_of_work.Work | None, spent: list[Callable[[], object]]) -> None:
    """Count the message wherever it counts; `spent` grows by what would undo each."""
    ledger, poster, guard = asking.ledger, asking.wish.poster, asking.guard
    if guard:
        taken = guard.spend(asking.config.table_access, with_work=spendable is not None)
        spent.append(lambda: rate_limits.give_back(taken))
    percent = guard.money(with_work=spendable is not None) if guard else asking.limits.known_percent
    errors.budget_used(ledger.count_sent(percent))
    spent.append(ledger.give_back_sent)
    if poster:
        ledger.count_sent_by_poster(poster)
        spent.append(lambda: ledger.give_back_sent_by_poster(poster))


def _undo(asking: Asking, challenge: str, spendable: proof_of_work.Work | None) -> None:
    table = asking.config.table_access
    pointer = to_wire({"pk": f"challenge#{challenge}", "sk": "challenge"})
    items: list[dict[str, Any]] = [
        {"Update": {"TableName": table, **code_state.undo(asking.lane, challenge)}},
        {"Update": {"TableName": table, **asking.ceiling.undo()}},
        {"Delete": {"TableName": table, "Key": pointer}},
    ]
    if spendable:
        items.append(proof_of_work.unspend_item(table, spendable))
    client("dynamodb").transact_write_items(TransactItems=items)


def _give_back(spent: list[Callable[[], object]]) -> None:
    for undo in reversed(spent):
        try:
            undo()
        except Exception as error:  # noqa: BLE001 - the other quotas are given back all the same
            info("not given back", error=type(error).__name__)


def _refusal(asking: Asking, error: Exception) -> Exception:
    if isinstance(error, sms.SmsRefusedError):
        return errors.sms_refused()
    if isinstance(error, MoneySpentError) and error.reserve and asking.guard:
        return asking.guard.work_needed("money-reserve")
    if isinstance(error, MoneySpentError):
        return errors.money_spent(asking.ledger.until_tomorrow())
    if isinstance(error, BudgetSpentError) and asking.guard:
        return asking.guard.over(error)
    return error


def _new_challenge() -> str:
    return secrets.token_urlsafe(18)


def _body(challenge: str, expires_in: int, resend_after: int) -> dict[str, Any]:
    return {"challenge_id": challenge, "expires_in": expires_in, "resend_after": resend_after}
