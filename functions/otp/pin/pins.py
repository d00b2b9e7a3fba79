"""The PIN of an account: who may set it, which records it opens, and lifting a session to level 2.

    access  account#<account> / pin      slots (`functions.otp.pin.pin_entry`), newest, failures, failures_until
    access  account#<account> / state    first_session, first, held, written by `declare` with the first record
    access  permit#<account> / pin       written by `contribute` at `$verify` (`health_record.identity.pin_grants`)

The first PIN is set only in the session that made the account's first record, or within a day by a code on its device.
A later one is set at level 2 by whoever knows the current one. A facility that has seen a card permits one anew, for
that card's record. Wrong tries are counted before anything is compared, for all PINs of the account together.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from functions.otp import errors
from functions.otp.limits import Limits
from functions.otp.pin import pin_entry, weak_pins
from functions.otp.pin.pin_entry import PinEntry
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.audit import audit_entries, replay_guard
from health_record.aws import idempotent_write
from health_record.aws.dynamo import Item, get_items, is_condition_failure, read_conflicting_item, to_wire
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import BadRequestError, Fault, InvalidContentError
from health_record.http.event import Event, read_json_body
from health_record.identity import account_events, account_notices, phone_encryption, pin_grants, pin_scope, sessions
from health_record.identity.phones import ascii_digits
from health_record.identity.pin_grants import PinGrant
from health_record.identity.sessions import Session
from health_record.language import Translated
from health_record.observability import count_metric, log_event
from health_record.table_keys import access_keys


@dataclass(frozen=True)
class PinState:
    """What is known of an account's PIN, as one session finds it."""

    session: Session
    item: Mapping[str, Any] | None
    may_set_first: bool
    permit: PinGrant | None
    is_current_proven: bool = False

    @property
    def is_set(self) -> bool:
        """Whether there is a PIN."""
        return self.item is not None

    @property
    def is_elevated(self) -> bool:
        """Whether the session is of level 2 by a PIN that the account has now."""
        return pin_scope.from_item(self.item).is_elevated(self.session)

    @property
    def may_set_alone(self) -> bool:
        """Whether this session may set a PIN by itself."""
        return self.is_elevated and self.is_current_proven if self.is_set else self.may_set_first

    @property
    def may_set(self) -> bool:
        """Whether it may set one now, by itself, with the current PIN, or because a facility has permitted it."""
        return (self.is_elevated if self.is_set else self.may_set_first) or self.permit is not None

    def add_pin(self, pin: str) -> tuple[PinEntry, dict[str, PinEntry]]:
        """The PIN set now, and all PINs of the account with it."""
        config, known = settings.read_once(OtpSettings), pin_entry.from_item(self.item)
        generation = self.session.generation
        before = known.get(generation) if self.may_set_alone and generation is not None else None
        seen = self.permit.opened if self.permit else frozenset()
        closed = (
            before.closed if before else self.permit.held if self.permit and not self.may_set_alone else frozenset()
        )
        macs = KeyedHash(config.mac_key_id, config.province)
        mine = pin_entry.new_entry(macs, self.session.account, pin, closed - seen, int(time.time()))
        return mine, pin_entry.replace_pin(known, mine, self.permit, before.generation if before else None)


def load_pin_state(session: Session) -> PinState:
    """Read what decides about the PIN of the session's account."""
    account = session.account
    keys = [
        access_keys.account_pin_key(account),
        access_keys.account_state_key(account),
        access_keys.pin_grant_key(account),
    ]
    pin, account_state, grant = get_items(settings.read_once(OtpSettings).table_access, keys)
    account_state = account_state or {}
    usable = pin_grants.usable(grant, frozenset(account_state.get("held", ())))
    return PinState(session, pin, sessions.may_set_first_pin(account_state, session), usable)


def set_pin(event: Event) -> None:
    """Set the PIN. Raises ForbiddenError where that is not permitted, InvalidContentError for a weak one."""
    session = sessions.require_session(event)
    pin = _parse_pin(event)
    state = load_pin_state(session)
    if not state.may_set:
        raise errors.pin_not_permitted_error()
    if reason := weak_pins.find_weakness(pin, int(time.strftime("%Y", time.gmtime()))):
        raise InvalidContentError(reason, type="weak-pin", faults=[Fault("/pin", reason)])
    state = _prove_current_pin(state, event)
    try:
        _set_pin_transaction(state, pin).commit()
    except ConditionFailedError as failed:
        raise errors.pin_not_permitted_error() from failed
    count_metric("PinSet")
    log_event("pin_set", account=session.account, by_permit=not state.may_set_alone)
    if state.is_set:
        _notify_changed(session)
    try:
        sessions.end_other_sessions(session)
    except Exception as error:  # noqa: BLE001 - the PIN is set, and none of them has level 2 by it
        log_event("other_sessions_not_ended", error=type(error).__name__)


def _prove_current_pin(state: PinState, event: Event) -> PinState:
    """The state with the current PIN proven, where one is given. Raises 403 where it is needed, 401 if it is wrong.

    It is the PIN that lifted the session. A try is counted before it is compared, as at a step-up.
    """
    if not state.is_set or not state.is_elevated:
        return state
    if read_json_body(event).get("current_pin") is None:
        if state.permit is None:
            raise errors.current_pin_needed_error()
        return state
    config, limits, account = settings.read_once(OtpSettings), settings.read_once(Limits), state.session.account
    current = _parse_pin(event, "current_pin")
    item = _count_try(config.table_access, account, limits)
    generation = state.session.generation
    entry = pin_entry.from_item(item).get(generation) if generation is not None else None
    if entry is None or not entry.matches(KeyedHash(config.mac_key_id, config.province), account, current):
        left = limits.pin_tries - int(item.get("failures", 0))
        _audit_lockout(config, account, left)
        raise errors.wrong_pin_error(left)
    return replace(state, item=item, is_current_proven=True)


def _set_pin_transaction(state: PinState, pin: str) -> Transaction:
    """The new PIN, the grant consumed, the session of level 2 kept at it, and what the audit says of it."""
    config, session = settings.read_once(OtpSettings), state.session
    how = ("changed" if state.is_set else "set") if state.may_set_alone else "set-by-facility-grant"
    entry, entries = state.add_pin(pin)
    transaction = Transaction()
    transaction.add("pin", _update_pins(state, entry, entries))
    if state.permit:
        transaction.add("grant", pin_grants.consume_item(config.table_access, session.account, state.permit))
    if state.is_elevated:
        transaction.add("session", sessions.keep_elevated_item(session, entry.generation))
    transaction.add("audit", replay_guard.put_in_transaction(config.table_audit, _audit_entry(session.account, how)))
    kind: account_events.Kind = "pin-changed" if state.is_set else "pin-set"
    transaction.add("event", account_events.put_item(session.account, kind))
    return transaction


def _notify_changed(session: Session) -> None:
    config = settings.read_once(OtpSettings)
    macs = KeyedHash(config.mac_key_id, config.province)
    phone = phone_encryption.decrypt_phone(macs, session.account, session.phone)
    account_notices.send(session.account, phone, "pin-changed")


def verify_pin(event: Event) -> str:
    """Exchange the session for a new one of level 2; its Set-Cookie value. Raises 401 wrong, 403 locked or unused."""
    config, limits = settings.read_once(OtpSettings), settings.read_once(Limits)
    session = sessions.require_session(event)
    pin = _parse_pin(event)
    item = _count_try(config.table_access, session.account, limits)
    entry = pin_entry.find_matching(
        pin_entry.from_item(item), KeyedHash(config.mac_key_id, config.province), session.account, pin
    )
    if entry is None:
        left = limits.pin_tries - int(item.get("failures", 0))
        _audit_lockout(config, session.account, left)
        raise errors.wrong_pin_error(left)
    if entry.used_at + limits.pin_unused_days * 86_400 <= int(time.time()):
        errors.count_limit("number-unused")
        raise errors.number_unused_error()
    token, lifted = sessions.create_session(
        session.account,
        level=2,
        poster=session.poster,
        phone=session.phone,
        expires_at=session.expires_at,
        generation=entry.generation,
    )
    transaction = Transaction()
    transaction.add("pin", _record_success(config.table_access, session.account, entry.generation, item))
    transaction.add("session before", sessions.end_session_item(session))
    transaction.add("session", sessions.put_session_item(lifted))
    try:
        transaction.commit()
    except ConditionFailedError as failed:
        raise errors.wrong_pin_error(0) from failed
    count_metric("PinVerified")
    return sessions.session_cookie(token)


def _audit_lockout(config: OtpSettings, account: str, remaining: int) -> None:
    """Let the audit say once that the tries are used up."""
    if remaining <= 0:
        replay_guard.put_entry(config.table_audit, _audit_entry(account, "locked", outcome="denied"))
        account_events.put(account, "pin-locked")


def _audit_entry(account: str, detail: str, outcome: audit_entries.Outcome = "allowed") -> Item:
    return audit_entries.resident_entry(action="pin", outcome=outcome, detail=detail, account=account)


def _parse_pin(event: Event, name: str = "pin") -> str:
    given = read_json_body(event).get(name)
    pin = re.sub(r"\s", "", ascii_digits(given[:40])) if isinstance(given, str) else ""
    if not re.fullmatch(r"[0-9]{6}", pin):
        message = Translated("Mã PIN gồm 6 chữ số.", "A PIN has 6 digits.")
        raise BadRequestError(message, faults=[Fault(f"/{name}", message)])
    return pin


def _update_pins(state: PinState, entry: PinEntry, entries: dict[str, PinEntry]) -> dict[str, Any]:
    """The PINs' item, on the condition that nobody has set another PIN since it was read.

    Wrong tries are forgiven where no other PIN stays that they may have been meant for.
    """
    values: dict[str, Any] = {":mine": entry.generation, ":slots": pin_entry.to_item(entries)}
    condition = "attribute_not_exists(pk)"
    forgiven = " REMOVE failures, failures_until" if len(entries) == 1 else ""
    if state.is_current_proven and not forgiven:  # its own try, taken back
        forgiven, values = " ADD failures :own", values | {":own": -1}
    if state.item is not None:
        condition, values = "newest = :newest", values | {":newest": state.item["newest"]}
    return {
        "Update": {
            "TableName": settings.read_once(OtpSettings).table_access,
            "Key": pin_scope.key(state.session.account),
            "UpdateExpression": f"SET newest = :mine, slots = :slots{forgiven}",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_wire(values),
        }
    }


def _record_success(table: str, account: str, generation: str, item: Item) -> dict[str, Any]:
    """What a right PIN leaves: the only one forgives the wrong tries, one of several takes back its own try alone."""
    now = int(time.time())
    alone = len(item["slots"]) == 1
    own_try: dict[str, Any] = {} if alone else {":own": -1}
    after = "REMOVE failures, failures_until" if alone else "ADD failures :own"
    return {
        "Update": {
            "TableName": table,
            "Key": pin_scope.key(account),
            "UpdateExpression": f"SET slots.#generation.used_at = :now {after}",
            "ConditionExpression": "newest = :newest",
            "ExpressionAttributeNames": {"#generation": generation},
            "ExpressionAttributeValues": to_wire({":now": now, ":newest": item["newest"], **own_try}),
        }
    }


def _count_try(table: str, account: str, limits: Limits) -> Item:
    """Count one try before comparing; the PIN's item after it. Raises where there is no PIN or no try left."""
    now = int(time.time())
    window = {":now": now, ":one": 1}
    begins = (
        "SET failures = :one, failures_until = :until",
        "attribute_exists(pk) AND (attribute_not_exists(failures_until) OR failures_until <= :now)",
        window | {":until": now + limits.pin_tries_seconds},
    )
    goes_on = (
        "ADD failures :one",
        "failures_until > :now AND failures < :tries",
        window | {":tries": limits.pin_tries},
    )
    found: Item | None = None
    for update, condition, values in (begins, goes_on, begins):
        try:
            return idempotent_write.update_item(
                {
                    "TableName": table,
                    "Key": pin_scope.key(account),
                    "UpdateExpression": update,
                    "ConditionExpression": condition,
                    "ExpressionAttributeValues": to_wire(values),
                }
            )
        except Exception as error:
            if not is_condition_failure(error):
                raise
            found = read_conflicting_item(error)
            if found is None:
                raise errors.pin_not_set_error() from error
            if update == goes_on[0] and "failures_until" in found:
                break  # used up; else a right PIN has ended the window between the two, and another begins
    errors.count_limit("pin-locked")
    raise errors.pin_locked_error(max(1, int((found or {}).get("failures_until", now)) - now))
