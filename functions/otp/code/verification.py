"""Verifying a code: count the try, compare, then use the code up and open a session in one transaction."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.otp import draft_scope, errors
from functions.otp.abuse.sms_spend import Ledger
from functions.otp.code import code_state, trusted_device
from functions.otp.settings import Limits, OtpSettings
from health_record import funnel, settings
from health_record.aws import idempotent_write
from health_record.aws.clients import client
from health_record.aws.dynamo import condition_failed, to_wire
from health_record.aws.keyed_hash import Macs
from health_record.aws.transaction import RefusedError, Transaction
from health_record.errors import BadRequestError, Fault
from health_record.http.entry_point import Event, json_body
from health_record.identity import sessions
from health_record.identity.phones import ascii_digits
from health_record.language import Text
from health_record.observability import count, info

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{24}")


@dataclass(frozen=True)
class Proof:
    """A proven phone: what the answer says, and its cookies."""

    body: dict[str, Any]
    cookies: list[str]


def verify(event: Event) -> Proof:
    """Raises the same UnauthenticatedError for a wrong, expired, used, exhausted or unknown code."""
    config, limits = settings.cached(OtpSettings), settings.cached(Limits)
    challenge, number = _read(event)
    now = int(time.time())
    lane = _count_try(config.table_access, challenge, limits, now)
    macs = Macs(config.mac_key_id, config.province)
    if not macs.matches(lane.item["code_mac"], "code", challenge, number):
        info("code wrong", account=lane.account, tries=lane.item["tries"])
        raise errors.code_refused()
    device = trusted_device.token_of(event) or trusted_device.new_token()
    token, session = sessions.new(lane.account, poster=lane.item.get("poster"), phone=lane.item.get("phone"))
    own = code_state.Lane(lane.account, sessions.hash_of(device))
    again, first = own.place == lane.place, lane.device is None
    passed = code_state.passed(lane, challenge, limits, now, known=again)
    ledger = Ledger(config, limits, now)
    transaction = Transaction()
    transaction.add("lane", {"Update": {"TableName": config.table_access, **passed}})
    transaction.add("session", sessions.create_item(session))
    if first:  # what another device asked for makes no device known: each would have new limits, without end
        transaction.add(
            "device", {"Update": {"TableName": config.table_access, **code_state.welcome(own, limits, now)}}
        )
    if replaced := sessions.forget_item(event):
        transaction.add("replaced", replaced)
    if session.poster:
        funnel.count_with(transaction, config.table_facts, session.poster, ledger.today, "codes")
    _use_up(transaction)
    count("OtpVerified")
    info("code verified", account=lane.account)
    _credit(ledger, lane.item)
    body = {
        "level": session.level,
        "pin_set": lane.item["pin_set"],
        "draft_scope": draft_scope.scope(macs, lane.account),
    }
    kept = [trusted_device.cookie(device, limits)] if first or again else []
    return Proof(body, [sessions.cookie(token), *kept])


def _read(event: Event) -> tuple[str, str]:
    body = json_body(event)
    for name in ("challenge_id", "code"):
        if not isinstance(body.get(name), str):
            message = Text("Phải là chuỗi ký tự.", "Must be a string.")
            raise BadRequestError(message, faults=[Fault(f"/{name}", message)])
    challenge = body["challenge_id"]
    number = re.sub(r"[\s.-]", "", ascii_digits(body["code"][:40]))
    if not CHALLENGE.fullmatch(challenge) or not re.fullmatch(r"[0-9]{6}", number):
        raise errors.code_refused()
    return challenge, number


def _count_try(table: str, challenge: str, limits: Limits, now: int) -> code_state.Lane:
    """The lane of the live code after this try was counted."""
    place = to_wire({"pk": f"challenge#{challenge}", "sk": "challenge"})
    pointer = client("dynamodb").get_item(TableName=table, Key=place, ConsistentRead=True).get("Item")
    if not pointer:
        raise errors.code_refused()
    lane = code_state.at(pointer["lane_pk"]["S"], pointer["lane_sk"]["S"])
    try:
        counted = idempotent_write.update({"TableName": table, **code_state.count_try(lane, challenge, limits, now)})
    except Exception as error:
        if condition_failed(error):
            raise errors.code_refused() from error
        raise
    if counted.get("challenge") != challenge:  # used up by another call, while the answer to this one was lost
        raise errors.code_refused()
    return code_state.seen(lane.account, lane.device, counted)


def _use_up(transaction: Transaction) -> None:
    """Use the code up, keep the session and know the device, all or nothing: of two right codes at once one wins."""
    try:
        transaction.commit()
    except RefusedError as refused:
        if "lane" in refused.names:
            raise errors.code_refused() from refused
        raise


def _credit(ledger: Ledger, item: Mapping[str, Any]) -> None:
    """Tell the breakers; a person who has proven the phone does not wait for them to be well."""
    try:
        ledger.count_verified(int(item["sent_at"]), item.get("poster"))
    except Exception as error:  # noqa: BLE001 - the session is open already
        info("verification not credited", error=type(error).__name__)
