"""The PIN of an account: setting it, and lifting a session to level 2.

Who may set one is decided by `functions.otp.pin.pin_permission`, what it opens by `functions.otp.pin.generations`, and
how often somebody may be wrong by `functions.otp.pin.pin_tries`. Wrong tries are counted before anything is compared.
"""

import re
import time
from dataclasses import replace

from functions.otp import credential_notice, errors
from functions.otp.code import known_devices, trusted_device
from functions.otp.pin import (
    credential_changes,
    generations,
    next_generation,
    pin_permission,
    stored_credentials,
    weak_pins,
)
from functions.otp.pin.generations import Credentials, Generation
from functions.otp.pin.pin_permission import CredentialState
from functions.otp.pin.pin_tries import CountedTry, forgive
from functions.otp.repeated_call import RepeatableCall
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.audit import audit_entries, replay_guard
from health_record.audit.audit_entries import Outcome
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction, WriteConflictError
from health_record.errors import (
    BadRequestError,
    Fault,
    InvalidContentError,
    UnauthenticatedError,
    UnavailableError,
)
from health_record.http.event import Event, read_json_body
from health_record.identity import (
    account_events,
    pin_grants,
    sessions,
)
from health_record.identity.phones import ascii_digits
from health_record.identity.sessions import Session
from health_record.language import Translated
from health_record.observability import count_metric, log_event

SET_ROUTE, VERIFY_ROUTE = "PUT /v1/pin", "POST /v1/pin/verify"
SET_STATUS = 204


def set_pin(event: Event) -> None:
    """Set the PIN. Raises ForbiddenError where that is not permitted, InvalidContentError for a weak one."""
    session = sessions.require_session(event)
    pin = parse_pin(event)
    call = RepeatableCall.from_event(event, SET_ROUTE, session.token_hash)
    if answer := call.find_answer():
        if answer.status != SET_STATUS:
            raise errors.wrong_pin_error(int(answer.body["remaining"]))
        return
    state = pin_permission.load(session)
    if not state.may_set:
        raise errors.pin_not_permitted_error(state.permission)
    if reason := weak_pins.find_weakness(pin, int(time.strftime("%Y", time.gmtime()))):
        raise InvalidContentError(reason, type="weak-pin", faults=[Fault("/pin", reason)])
    is_proven = _is_current_proven(state, event, call)
    before = _commit_pin(session, pin, call, is_proven=is_proven)
    count_metric("PinSet")
    log_event("pin_set", account=session.account, by_permit=before.permission == "grant")
    if before.is_set:
        credential_notice.send(session, "pin-changed")
    end_other_access(event, session, is_permitted=before.permit is not None)


def end_other_access(event: Event, session: Session, *, is_permitted: bool = False) -> None:
    """End the other sessions that this one has a part in after a change, and the phone's known devices if it is shown.

    After a facility's permission these are all of the account for whoever shows the phone.
    A session that is overlooked has level 2 no longer, and a known device opens nothing.
    """
    device = trusted_device.read_token(event)
    keep = [sessions.device_name(session.account, device)] if device else []
    table = settings.read_once(OtpSettings).table_access
    try:
        sessions.end_other_sessions(session, is_permitted=is_permitted)
        if session.shows_phone:
            known_devices.end_others(table, session.account, keep)
    except Exception as error:  # noqa: BLE001 - the change is made, and none of them has level 2 by it
        log_event("other_sessions_not_ended", error=type(error).__name__)


def _commit_pin(session: Session, pin: str, call: RepeatableCall, *, is_proven: bool) -> CredentialState:
    """Write the new PIN; the state that it was set in. A wrong try that came between is no reason to refuse it."""
    state = pin_permission.load(session)
    for _ in range(stored_credentials.WRITES):
        if not state.may_set:
            break
        transaction = _set_pin_transaction(state, pin, is_proven=is_proven)
        if call.mac:
            transaction.add("attempt", call.remember_item(SET_STATUS, {}, None))
        try:
            transaction.commit()
        except ConditionFailedError:
            newest = state.credentials.newest
            state = pin_permission.load(session)
            if state.credentials.newest != newest:
                break
        else:
            return state
    raise errors.pin_not_permitted_error(state.permission)


def _is_current_proven(state: CredentialState, event: Event, call: RepeatableCall) -> bool:
    """Whether the current PIN is proven, where one is given. Raises 403 where it is needed, 401 if it is wrong.

    It is the PIN that lifted the session. A try is counted before it is compared, as at a step-up.
    """
    if state.generation is None:
        return False
    if state.session.is_freshly_proven_by_passkey:
        return True
    if read_json_body(event).get("current_pin") is None:
        if state.permit is None:
            raise errors.current_pin_needed_error()
        return False
    prove_current_pin(state, parse_pin(event, "current_pin"), call)
    return True


def prove_current_pin(state: CredentialState, current: str, call: RepeatableCall) -> None:
    """Compare the PIN of the session's generation. Raises 401 if it is wrong, 403 where no try is left."""
    session = state.session
    known, counted = stored_credentials.count_try(
        session.account,
        state.credentials,
        session.device,
        lambda known: known.name == session.generation,
        is_open=True,
    )
    right = generations.find_matching(counted.compared, _macs(), session.account, current)
    if right is None:
        raise _wrong_pin(session, counted, call)
    _forgive(session, known, right, counted)


def _forgive(session: Session, known: Credentials, right: Generation, counted: CountedTry) -> None:
    """Take back what the right PIN counted, unless somebody writes at that moment: then it costs one try."""
    after = forgive(known, right, counted.compared, session.device)
    transaction = Transaction()
    transaction.add("pin", stored_credentials.update_item(session.account, known, after))
    try:
        transaction.commit_once()
    except (ConditionFailedError, WriteConflictError):
        log_event("pin_try_not_taken_back")


def _set_pin_transaction(state: CredentialState, pin: str, *, is_proven: bool) -> Transaction:
    """The new PIN, the grant consumed, the session of level 2 kept at it, and what the audit says of it."""
    config, session = settings.read_once(OtpSettings), state.session
    now = int(time.time())
    stored, before = generations.new_pin(_macs(), session.account, pin, now), state.generation
    new = (
        next_generation.carry_on(credential_changes.count(before, now), state, stored)
        if before and is_proven
        else next_generation.begin(state, stored, now)
    )
    after = new.add_to(state)
    transaction = Transaction()
    transaction.add("pin", stored_credentials.update_item(session.account, state.credentials, after))
    if state.stored_permit and (used := state.stored_permit.used_by(session.opened_at, new.generation.opened)):
        transaction.add("grant", pin_grants.consume_item(config.table_access, session.account, used))
    if state.generation is not None:
        transaction.add("session", sessions.keep_elevated_item(session, new.generation.name, "pin"))
    entry = _audit_entry(session.account, _how(state, is_proven=is_proven))
    transaction.add("audit", replay_guard.put_in_transaction(config.table_audit, entry))
    kind: account_events.Kind = "pin-changed" if state.is_set else "pin-set"
    transaction.add("event", account_events.put_item(session.account, kind, holder=new.generation.session))
    return transaction


def _how(state: CredentialState, *, is_proven: bool) -> str:
    """How the audit says by what right the PIN was set."""
    if is_proven:
        return "changed"
    return "set" if next_generation.is_first_of_account(state) else "set-by-facility-grant"


def verify_pin(event: Event) -> str:
    """Exchange the session for a new one of level 2; its Set-Cookie value. Raises 401 wrong, 403 locked or unused."""
    try:
        session = sessions.require_session(event)
    except UnauthenticatedError as signed_out:
        return _repeat_lift(event, signed_out)
    pin = parse_pin(event)
    call = RepeatableCall.from_event(event, VERIFY_ROUTE, session.token_hash)
    if answer := call.find_answer():
        if "remaining" not in answer.body:  # the same call was right meanwhile, since the session was read
            return _join(call)
        raise errors.wrong_pin_error(int(answer.body["remaining"]))
    state = pin_permission.load(session)
    known, counted = stored_credentials.count_try(session.account, state.credentials, session.device, state.may_give)
    right = generations.find_matching(counted.compared, _macs(), session.account, pin)
    if right is None:
        raise _wrong_pin(session, counted, call)
    return _lift(replace(state, credentials=known), right, counted, call)


def _repeat_lift(event: Event, signed_out: UnauthenticatedError) -> str:
    """The cookie again where this call ended the session that it presents, and the answer to that was lost."""
    try:
        call = RepeatableCall.from_event(event, VERIFY_ROUTE, sessions.presented_token_hash(event))
    except BadRequestError:
        raise signed_out from None
    answer = call.find_answer(is_same_browser=True)
    if answer is None or answer.token is None:
        raise signed_out
    return sessions.session_cookie(answer.token)


def _lift(state: CredentialState, right: Generation, counted: CountedTry, call: RepeatableCall) -> str:
    """A session of level 2 in the place of this one."""
    session, now = state.session, int(time.time())
    known = state.credentials
    for _ in range(stored_credentials.WRITES):
        token = call.session_token()
        lifted = sessions.lift_session(token, session, right.name)
        transaction = Transaction()
        forgiven = forgive(known, right, counted.compared, session.device)
        after = _record_success(replace(state, credentials=forgiven), right, now)
        transaction.add("pin", stored_credentials.update_item(session.account, known, after))
        transaction.add("session before", sessions.end_session_item(session))
        transaction.add("session", sessions.put_session_item(lifted))
        if call.mac:
            transaction.add("attempt", call.remember_item(204, {}, lifted.token_hash))
        try:
            transaction.commit()
        except ConditionFailedError as failed:
            if "pin" not in failed.names or "session before" in failed.names:
                return _join(call)
            known = pin_permission.load(session).credentials
            standing = known.find(right.name)
            if standing is None:
                raise errors.wrong_pin_error(0) from failed
            right = standing
        else:
            count_metric("PinVerified")
            return sessions.session_cookie(token)
    raise UnavailableError


def _join(call: RepeatableCall) -> str:
    """The cookie that the same call is answered with which has lifted the session meanwhile."""
    answer = call.find_answer_of_race()
    if answer is None or answer.token is None:
        raise errors.wrong_pin_error(0)
    return sessions.session_cookie(answer.token)


def _record_success(state: CredentialState, right: Generation, now: int) -> Credentials:
    """The PIN was used now, on this device, and what was declared here without it is confirmed by it."""
    claimed = state.claim_records(right.session, since=right.since)
    pin = replace(right.pin, used_at=now) if right.pin else None
    used = replace(right, opened=right.opened | claimed, pin=pin).with_device(state.session.device)
    return state.credentials.put(used)


def _wrong_pin(session: Session, counted: CountedTry, call: RepeatableCall) -> Exception:
    """401; the audit says once that the tries are used up, and the same call again costs no second try.

    Whose PIN was locked is told so, also where it was not the only one that was compared.
    """
    config = settings.read_once(OtpSettings)
    for generation in counted.locked:
        account_events.put(session.account, "pin-locked", holder=generation.session)
    if counted.is_last:
        replay_guard.put_entry(config.table_audit, _audit_entry(session.account, "locked", outcome="denied"))
    if call.mac:
        transaction = Transaction()
        body = {"remaining": counted.remaining}
        transaction.add("attempt", call.remember_item(401, body, None))
        transaction.commit()
    return errors.wrong_pin_error(counted.remaining)


def _audit_entry(account: str, detail: str, outcome: Outcome = "allowed") -> Item:
    return audit_entries.resident_entry(action="pin", outcome=outcome, detail=detail, account=account)


def parse_pin(event: Event, name: str = "pin") -> str:
    """The six digits of a member of the body. Raises BadRequestError."""
    given = read_json_body(event).get(name)
    pin = re.sub(r"\s", "", ascii_digits(given[:40])) if isinstance(given, str) else ""
    if not re.fullmatch(r"[0-9]{6}", pin):
        message = Translated("Mã PIN gồm 6 chữ số.", "A PIN has 6 digits.")
        raise BadRequestError(message, faults=[Fault(f"/{name}", message)])
    return pin


def _macs() -> KeyedHash:
    config = settings.read_once(OtpSettings)
    return KeyedHash.from_settings(config)
