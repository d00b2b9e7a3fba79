"""Verifying a code: count the try, compare, then use the code up and open a session in one transaction."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.otp import draft_scope, errors
from functions.otp.abuse.sms_spend import SmsSpend
from functions.otp.code import code_state, trusted_device
from functions.otp.settings import Limits, OtpSettings
from health_record import funnel, settings
from health_record.aws import idempotent_write
from health_record.aws.clients import client
from health_record.aws.dynamo import get_items, is_condition_failure, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import BadRequestError, Fault
from health_record.http.event import Event, read_json_body
from health_record.identity import account_events, sessions
from health_record.identity.phones import ascii_digits
from health_record.language import Translated
from health_record.observability import count_metric, log_event
from health_record.table_keys import access_keys

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{24}")


@dataclass(frozen=True)
class VerifiedPhone:
    """A proven phone: what the answer says, and its cookies."""

    body: dict[str, Any]
    cookies: list[str]


def verify_code(event: Event) -> VerifiedPhone:
    """Raises the same UnauthenticatedError for a wrong, expired, used, exhausted or unknown code."""
    config, limits = settings.read_once(OtpSettings), settings.read_once(Limits)
    challenge, number = _parse_request(event)
    now = int(time.time())
    state = _count_try(config.table_access, challenge, limits, now)
    macs = KeyedHash(config.mac_key_id, config.province)
    if not macs.verify(state.item["code_mac"], "code", challenge, number):
        log_event("code_wrong", account=state.account, tries=state.item["tries"])
        raise errors.code_refused_error()
    device = trusted_device.read_token(event) or trusted_device.new_token()
    token, session = sessions.create_session(
        state.account,
        poster=state.item.get("poster"),
        phone=state.item.get("phone"),
        device=sessions.hash_token(device),
    )
    own = code_state.CodeState(state.account, sessions.hash_token(device))
    again, first = own.key == state.key, state.device is None
    consumed = code_state.consume_code(state, challenge, limits, now, trusted=again)
    spend = SmsSpend(config, limits, now)
    transaction = Transaction()
    transaction.add("code", {"Update": {"TableName": config.table_access, **consumed}})
    transaction.add("session", sessions.put_session_item(session))
    if first:  # what another device asked for makes no device known: each would have new limits, without end
        transaction.add(
            "device", {"Update": {"TableName": config.table_access, **code_state.trust_device(own, limits, now)}}
        )
    if not again and _has_records(config.table_access, state.account):
        transaction.add("event", account_events.put_item(state.account, "new-device"), dispensable=True)
    if replaced := sessions.end_presented_item(event):
        transaction.add("replaced", replaced)
    if session.poster:
        funnel.count_in_transaction(transaction, config.table_facts, session.poster, spend.today, "codes")
    _commit(transaction)
    count_metric("OtpVerified")
    log_event("code_verified", account=state.account)
    _credit_breakers(spend, state.item)
    body = {
        "level": session.level,
        "pin_set": state.item["pin_set"],
        "draft_scope": draft_scope.compute(macs, state.account),
    }
    kept = [trusted_device.cookie(device, limits)] if first or again else []
    return VerifiedPhone(body, [sessions.session_cookie(token), *kept])


def _parse_request(event: Event) -> tuple[str, str]:
    body = read_json_body(event)
    for name in ("challenge_id", "code"):
        if not isinstance(body.get(name), str):
            message = Translated("Phải là chuỗi ký tự.", "Must be a string.")
            raise BadRequestError(message, faults=[Fault(f"/{name}", message)])
    challenge = body["challenge_id"]
    number = re.sub(r"[\s.-]", "", ascii_digits(body["code"][:40]))
    if not CHALLENGE.fullmatch(challenge) or not re.fullmatch(r"[0-9]{6}", number):
        raise errors.code_refused_error()
    return challenge, number


def _count_try(table: str, challenge: str, limits: Limits, now: int) -> code_state.CodeState:
    """The state of the live code after this try was counted."""
    key = wire_key(access_keys.challenge_key(challenge))
    pointer = client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    if not pointer:
        raise errors.code_refused_error()
    state = code_state.from_key(pointer["lane_pk"]["S"], pointer["lane_sk"]["S"])
    try:
        counted = idempotent_write.update_item(
            {"TableName": table, **code_state.count_try(state, challenge, limits, now)}
        )
    except Exception as error:
        if is_condition_failure(error):
            raise errors.code_refused_error() from error
        raise
    if counted.get("challenge") != challenge:  # used up by another call, while the answer to this one was lost
        raise errors.code_refused_error()
    return code_state.from_item(state.account, state.device, counted)


def _has_records(table: str, account: str) -> bool:
    """Whether anybody declared under the account, who is to be told of a new device."""
    (state,) = get_items(table, [access_keys.account_state_key(account)])
    return state is not None and bool(state.get("has_records"))


def _commit(transaction: Transaction) -> None:
    """Use the code up, keep the session and know the device, all or nothing: of two right codes at once one wins."""
    try:
        transaction.commit()
    except ConditionFailedError as refused:
        if "code" in refused.names:
            raise errors.code_refused_error() from refused
        raise


def _credit_breakers(spend: SmsSpend, item: Mapping[str, Any]) -> None:
    """Tell the breakers; a person who has proven the phone does not wait for them to be well."""
    try:
        spend.count_verified(int(item["sent_at"]), item.get("poster"))
    except Exception as error:  # noqa: BLE001 - the session is open already
        log_event("verification_counter_failed", error=type(error).__name__)
