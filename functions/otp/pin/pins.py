"""The PIN of an account: who may set it, which records it opens, and lifting a session to level 2.

    access  account#<account> / pin      slots (`functions.otp.pin.pin_entry`), newest, failures, failures_until
    access  account#<account> / state    first_session, held, written by `declare` with the account's first record
    access  permit#<account> / pin       written by `contribute` at `$verify` (`health_record.identity.pin_grants`)

The first PIN is set only in the session that made the account's first record, a later one at level 2; a facility that
has seen a card permits one anew, for that card's record. Wrong tries are counted before anything is compared, for all
PINs of the account together.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.otp import errors
from functions.otp.pin import pin_entry, weak_pins
from functions.otp.pin.pin_entry import Slot
from functions.otp.settings import Limits, OtpSettings
from health_record import settings
from health_record.audit import audit_trail
from health_record.aws import idempotent_write, rate_limits
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, cancelled_at, condition_failed, item_seen, to_wire
from health_record.aws.keyed_hash import Macs
from health_record.errors import BadRequestError, Fault, InvalidContentError
from health_record.http.entry_point import Event, json_body
from health_record.identity import pin_grants, pin_scope, sessions
from health_record.identity.phones import ascii_digits
from health_record.identity.pin_grants import Permit
from health_record.identity.sessions import Session
from health_record.language import Text
from health_record.observability import count, info


@dataclass(frozen=True)
class Standing:
    """What is known of an account's PIN, as one session finds it."""

    session: Session
    item: Mapping[str, Any] | None
    first_session: str | None
    permit: Permit | None

    @property
    def set(self) -> bool:
        """Whether there is a PIN."""
        return self.item is not None

    @property
    def lifted(self) -> bool:
        """Whether the session is of level 2 by a PIN that the account has now."""
        return pin_scope.of(self.item).is_elevated(self.session)

    @property
    def own(self) -> bool:
        """Whether this session may set a PIN by itself."""
        return self.lifted if self.set else self.first_session == self.session.token_hash

    @property
    def permitted(self) -> bool:
        """Whether it may set one now, by itself or because a facility has permitted it."""
        return self.own or self.permit is not None

    def with_new(self, pin: str) -> tuple[Slot, dict[str, Slot]]:
        """The PIN set now, and all PINs of the account with it."""
        config, known = settings.cached(OtpSettings), pin_entry.of(self.item)
        before = known.get(self.session.generation or "") if self.own else None
        seen = self.permit.opened if self.permit else frozenset()
        closed = before.closed if before else self.permit.held if self.permit and not self.own else frozenset()
        macs = Macs(config.mac_key_id, config.province)
        mine = pin_entry.new(macs, self.session.account, pin, closed - seen, int(time.time()))
        return mine, pin_entry.beside(known, mine, self.permit, before.generation if before else None)


def standing(session: Session) -> Standing:
    """Read what decides about the PIN of the session's account."""
    account = session.account
    places = [(f"account#{account}", "pin"), (f"account#{account}", "state"), pin_grants.place(account)]
    pin, state, permit = rate_limits.read_together(settings.cached(OtpSettings).table_access, places)
    known = state or {}
    permitted = pin_grants.live(permit, frozenset(known.get("held", ())))
    return Standing(session, pin, known.get("first_session"), permitted)


def put(event: Event) -> None:
    """Set the PIN. Raises ForbiddenError where that is not permitted, InvalidContentError for a weak one."""
    session = sessions.current(event)
    pin = _pin(event)
    now = standing(session)
    if not now.permitted:
        raise errors.pin_not_permitted()
    if reason := weak_pins.reason(pin, int(time.strftime("%Y", time.gmtime()))):
        raise InvalidContentError(reason, type="weak-pin", faults=[Fault("/pin", reason)])
    try:
        client("dynamodb").transact_write_items(TransactItems=_set_items(now, pin))
    except Exception as error:
        if "ConditionalCheckFailed" in cancelled_at(error).values():
            raise errors.pin_not_permitted() from error
        raise
    count("PinSet")
    info("pin set", account=session.account, by_permit=not now.own)
    try:
        sessions.end_others(session)
    except Exception as error:  # noqa: BLE001 - the PIN is set, and none of them has level 2 by it
        info("other sessions not ended", error=type(error).__name__)


def _set_items(now: Standing, pin: str) -> list[dict[str, Any]]:
    """The new PIN, the permission used up, the session of level 2 kept at it, and what the audit says of it."""
    config, session = settings.cached(OtpSettings), now.session
    how = ("changed" if now.set else "set") if now.own else "set by permission"
    mine, all_of_them = now.with_new(pin)
    items = [_put_item(now, mine, all_of_them)]
    if now.permit:
        items.append(pin_grants.use_item(config.table_access, session.account, now.permit))
    if now.lifted:
        items.append(sessions.lifted_again_item(session, mine.generation))
    items.append(audit_trail.transact_put(config.table_audit, _entry(session.account, how)))
    return items


def lift(event: Event) -> str:
    """Exchange the session for a new one of level 2; its Set-Cookie value. Raises 401 wrong, 403 locked or unused."""
    config, limits = settings.cached(OtpSettings), settings.cached(Limits)
    session = sessions.current(event)
    pin = _pin(event)
    item = _count_try(config.table_access, session.account, limits)
    slot = pin_entry.found(pin_entry.of(item), Macs(config.mac_key_id, config.province), session.account, pin)
    if slot is None:
        left = limits.pin_tries - int(item.get("failures", 0))
        _tell_locked(config, session.account, left)
        raise errors.pin_wrong(left)
    if slot.used_at + limits.pin_unused_days * 86_400 <= int(time.time()):
        errors.limited("number-unused")
        raise errors.number_unused()
    token, lifted = sessions.new(
        session.account,
        level=2,
        poster=session.poster,
        phone=session.phone,
        expires_at=session.expires_at,
        generation=slot.generation,
    )
    try:
        client("dynamodb").transact_write_items(
            TransactItems=[
                _passed_item(config.table_access, session.account, slot.generation, item),
                sessions.end_item(session),
                sessions.create_item(lifted),
            ]
        )
    except Exception as error:
        if "ConditionalCheckFailed" in cancelled_at(error).values():
            raise errors.pin_wrong(0) from error
        raise
    count("PinVerified")
    return sessions.cookie(token)


def _tell_locked(config: OtpSettings, account: str, remaining: int) -> None:
    """Let the audit say once that the tries are used up."""
    if remaining <= 0:
        audit_trail.put(config.table_audit, _entry(account, "locked", outcome="denied"))


def _entry(account: str, detail: str, outcome: audit_trail.Outcome = "allowed") -> Item:
    return audit_trail.resident_entry(action="pin", outcome=outcome, detail=detail, account=account)


def _pin(event: Event) -> str:
    given = json_body(event).get("pin")
    pin = re.sub(r"\s", "", ascii_digits(given[:40])) if isinstance(given, str) else ""
    if not re.fullmatch(r"[0-9]{6}", pin):
        message = Text("Mã PIN gồm 6 chữ số.", "A PIN has 6 digits.")
        raise BadRequestError(message, faults=[Fault("/pin", message)])
    return pin


def _put_item(now: Standing, mine: Slot, all_of_them: dict[str, Slot]) -> dict[str, Any]:
    """The PINs' item, on the condition that nobody has set another PIN since it was read.

    Wrong tries are forgiven where no other PIN stays that they may have been meant for.
    """
    forgiven = " REMOVE failures, failures_until" if len(all_of_them) == 1 else ""
    condition, values = "attribute_not_exists(pk)", {":mine": mine.generation, ":slots": pin_entry.kept(all_of_them)}
    if now.item is not None:
        condition, values = "newest = :newest", values | {":newest": now.item["newest"]}
    return {
        "Update": {
            "TableName": settings.cached(OtpSettings).table_access,
            "Key": pin_scope.key(now.session.account),
            "UpdateExpression": f"SET newest = :mine, slots = :slots{forgiven}",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_wire(values),
        }
    }


def _passed_item(table: str, account: str, generation: str, item: Item) -> dict[str, Any]:
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
            return idempotent_write.update(
                {
                    "TableName": table,
                    "Key": pin_scope.key(account),
                    "UpdateExpression": update,
                    "ConditionExpression": condition,
                    "ExpressionAttributeValues": to_wire(values),
                }
            )
        except Exception as error:
            if not condition_failed(error):
                raise
            found = item_seen(error)
            if found is None:
                raise errors.no_pin() from error
            if update == goes_on[0] and "failures_until" in found:
                break  # used up; else a right PIN has ended the window between the two, and another begins
    errors.limited("pin-locked")
    raise errors.pin_locked(max(1, int((found or {}).get("failures_until", now)) - now))
