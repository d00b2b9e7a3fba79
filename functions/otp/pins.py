"""The PIN of an account: who may set it, and lifting a session to level 2.

    access  account#<account> / pin      salt, mac, set_at, used_at, failures, failures_until
    access  account#<account> / state    first_session, written by `declare` with the account's first record
    access  permit#<account> / pin       until, written by `contribute` at `$verify`

The first PIN is set only in the session that made the account's first record, a later one at level 2; a facility that
has seen the card permits one anew. Wrong tries are counted before anything is compared.
"""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.otp import answers, weak_pins
from functions.otp.limits import Limits, OtpSettings
from health_record import budgets, permits, sessions, settings
from health_record.api import Event, json_body
from health_record.clients import client
from health_record.dynamo import Item, cancelled_at, condition_failed, from_wire, item_seen, to_wire
from health_record.errors import BadRequestError, Fault, InvalidContentError
from health_record.language import Text
from health_record.macs import Macs
from health_record.observe import count, info
from health_record.phones import ascii_digits
from health_record.sessions import Session


@dataclass(frozen=True)
class Standing:
    """What is known of an account's PIN."""

    item: Mapping[str, Any] | None
    first_session: str | None
    permit_live: bool

    @property
    def set(self) -> bool:
        """Whether there is a PIN."""
        return self.item is not None

    def permitted(self, session: Session) -> bool:
        """Whether this session may set a PIN now."""
        return self._by_session(session) or self.permit_live

    def _by_session(self, session: Session) -> bool:
        if self.set:
            return session.level >= 2
        return self.first_session == session.token_hash

    def by_permit(self, session: Session) -> bool:
        """Whether it may only because a facility has permitted it."""
        return self.permit_live and not self._by_session(session)


def standing(session: Session) -> Standing:
    """Read what decides about the PIN of the session's account."""
    account = session.account
    places = [(f"account#{account}", "pin"), (f"account#{account}", "state"), permits.place(account)]
    pin, state, permit = budgets.read_together(settings.cached(OtpSettings).table_access, places)
    return Standing(pin, (state or {}).get("first_session"), permits.live(permit))


def put(event: Event) -> None:
    """Set the PIN. Raises ForbiddenError where that is not permitted, InvalidContentError for a weak one."""
    session = sessions.current(event)
    pin = _pin(event)
    now = standing(session)
    if not now.permitted(session):
        raise answers.pin_not_permitted()
    if reason := weak_pins.reason(pin, int(time.strftime("%Y", time.gmtime()))):
        raise InvalidContentError(reason, type="weak-pin", faults=[Fault("/pin", reason)])
    items = [_put_item(session.account, pin, _condition(now, session))]
    if now.by_permit(session):
        items.append(permits.use_item(settings.cached(OtpSettings).table_access, session.account))
    try:
        client("dynamodb").transact_write_items(TransactItems=items)
    except Exception as error:
        if "ConditionalCheckFailed" in cancelled_at(error).values():
            raise answers.pin_not_permitted() from error
        raise
    info("pin set", account=session.account, by_permit=now.by_permit(session))
    for other in sessions.of_account(session.account):
        if other.token_hash != session.token_hash:
            sessions.end(session.account, other.token_hash)


def lift(event: Event) -> str:
    """Exchange the session for a new one of level 2; its Set-Cookie value. Raises 401 wrong, 403 locked or unused."""
    config, limits = settings.cached(OtpSettings), settings.cached(Limits)
    session = sessions.current(event)
    pin = _pin(event)
    item = _count_try(config.table_access, session.account, limits)
    if not Macs(config.mac_key_id, config.province).matches(item["mac"], "pin", session.account, item["salt"], pin):
        raise answers.pin_wrong(limits.pin_tries - int(item["failures"]))
    if int(item["used_at"]) + limits.pin_unused_days * 86_400 <= int(time.time()):
        answers.limited("number-unused")
        raise answers.number_unused()
    token, lifted = sessions.new(
        session.account, level=2, poster=session.poster, phone=session.phone, expires_at=session.expires_at
    )
    try:
        client("dynamodb").transact_write_items(
            TransactItems=[
                _passed_item(config.table_access, session.account, item["mac"]),
                sessions.end_item(session),
                sessions.create_item(lifted),
            ]
        )
    except Exception as error:
        if "ConditionalCheckFailed" in cancelled_at(error).values():
            raise answers.pin_wrong(0) from error
        raise
    count("PinVerified")
    return sessions.cookie(token)


def _pin(event: Event) -> str:
    given = json_body(event).get("pin")
    pin = re.sub(r"\s", "", ascii_digits(given[:40])) if isinstance(given, str) else ""
    if not re.fullmatch(r"[0-9]{6}", pin):
        message = Text("Mã PIN gồm 6 chữ số.", "A PIN has 6 digits.")
        raise BadRequestError(message, faults=[Fault("/pin", message)])
    return pin


def _condition(now: Standing, session: Session) -> dict[str, Any]:
    if now.by_permit(session):
        return {}
    if now.item is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {"ConditionExpression": "mac = :mac", "ExpressionAttributeValues": to_wire({":mac": now.item["mac"]})}


def _put_item(account: str, pin: str, condition: dict[str, Any]) -> dict[str, Any]:
    config = settings.cached(OtpSettings)
    salt, now = secrets.token_hex(16), int(time.time())
    mac = Macs(config.mac_key_id, config.province).of("pin", account, salt, pin)
    item = {"pk": f"account#{account}", "sk": "pin", "salt": salt, "mac": mac, "set_at": now, "used_at": now}
    return {"Put": {"TableName": config.table_access, "Item": to_wire(item), **condition}}


def _passed_item(table: str, account: str, mac: str) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table,
            "Key": to_wire({"pk": f"account#{account}", "sk": "pin"}),
            "UpdateExpression": "SET used_at = :now REMOVE failures, failures_until",
            "ConditionExpression": "mac = :mac",
            "ExpressionAttributeValues": to_wire({":now": int(time.time()), ":mac": mac}),
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
    for update, condition, values in (begins, goes_on):
        try:
            answer = client("dynamodb").update_item(
                TableName=table,
                Key=to_wire({"pk": f"account#{account}", "sk": "pin"}),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=to_wire(values),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except Exception as error:
            if not condition_failed(error):
                raise
            found = item_seen(error)
            if found is None:
                raise answers.no_pin() from error
        else:
            return from_wire(answer["Attributes"])
    answers.limited("pin-locked")
    raise answers.pin_locked(max(1, int((found or {}).get("failures_until", now)) - now))
