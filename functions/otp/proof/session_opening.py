"""The session that a proven code opens: code, session, account and device are written all or nothing."""

from dataclasses import dataclass
from typing import Any

from functions.otp import draft_scope
from functions.otp.abuse.sms_spend import SmsSpend
from functions.otp.code import known_devices, trusted_device
from functions.otp.code.known_devices import KnownDevices
from functions.otp.pin import generations
from functions.otp.pin.generations import Credentials
from functions.otp.pin.pin_permission import CredentialState
from functions.otp.proof.verify_attempt import PhoneState, VerifyAttempt
from health_record import funnel
from health_record.aws.dynamo import get_items
from health_record.aws.transaction import Transaction
from health_record.identity import account_events, account_pointers, sessions
from health_record.identity.paper_codes import PaperCode
from health_record.table_keys import access_keys


@dataclass(frozen=True)
class VerifiedPhone:
    """A proven phone: what the answer says, and its cookies."""

    body: dict[str, Any]
    cookies: list[str]


def open_session(
    attempt: VerifyAttempt,
    state: PhoneState,
    used_up: dict[str, Any],
    phone: bytes | None,
    poster: str | None,
    *,
    paper: PaperCode | None = None,
) -> VerifiedPhone:
    """Use the code up (`used_up`), keep the session and know the device, all or nothing: of two at once one wins.

    A code on paper makes no device known, as nobody showed the phone; the device has tries of its own at the PIN.
    A phone without an account gets one. Raises ConditionFailedError where the code or the account changed meanwhile.
    """
    device, account = read_or_make_device_token(attempt), state.pointer.account
    name = sessions.device_name(account, device) if device else None
    token, (known, credentials) = attempt.call.session_token(), _load_account(attempt, state)
    record = paper.record if paper else None
    session = sessions.create_session(
        token, account, poster=poster, phone=phone, device=name, on_paper=paper is not None, paper_record=record
    )
    body = {
        "level": session.level,
        "pin_set": CredentialState(session, credentials, None).is_pin_set,
        "draft_scope": draft_scope.compute(attempt.macs, account),
    }
    transaction = Transaction()
    transaction.add("code", used_up)
    transaction.add("session", sessions.put_session_item(session))
    if not state.pointer.has_records:
        transaction.add("pointer", account_pointers.hold_item(attempt.config.table_keys, state.pointer))
    if name and session.shows_phone:
        transaction.add("device", known.with_device(name, attempt.limits, attempt.now).put_item(attempt.table))
    if state.is_news:
        transaction.add("event", account_events.put_item(account, "new-device"), dispensable=True)
    if replaced := sessions.end_presented_item(attempt.event):
        transaction.add("replaced", replaced)
    if attempt.call.mac:
        transaction.add("attempt", attempt.call.remember_item(200, body, session.token_hash))
    if session.poster:
        today = SmsSpend(attempt.config, attempt.limits, attempt.now).today
        funnel.count_in_transaction(transaction, attempt.config.table_facts, session.poster, today, "codes")
    transaction.commit()
    return VerifiedPhone(body, make_cookies(attempt, token, device))


def make_cookies(attempt: VerifyAttempt, token: str, device: str | None) -> list[str]:
    """The cookie of the session, and that of the device where it becomes known."""
    known = [trusted_device.cookie(device, attempt.limits)] if device else []
    return [sessions.session_cookie(token), *known]


def read_or_make_device_token(attempt: VerifyAttempt) -> str | None:
    """The browser's device token, or a fresh one; None at a desk, whose browser many phones are proven in."""
    if attempt.request.is_assisted:
        return None
    return trusted_device.read_token(attempt.event) or attempt.call.device_token()


def _load_account(attempt: VerifyAttempt, state: PhoneState) -> tuple[KnownDevices, Credentials]:
    """The account's devices, PINs and passkeys, in one more read where there is something to read."""
    account = state.pointer.account
    devices, pin = access_keys.account_devices_key(account), access_keys.account_pin_key(account)
    keys = [devices] if state.devices is None and state.pointer.is_stored else []
    keys += [pin] if state.pointer.has_records else []
    found = dict(zip(keys, get_items(attempt.table, keys), strict=True))
    known = state.devices or known_devices.from_item(account, found.get(devices))
    return known, generations.from_item(found.get(pin))
