"""The passkeys of an account: adding, listing, removing.

A passkey is added wherever a PIN may be set. It begins a generation or joins that of the session, and opens what that
opens (`functions.otp.pin.generations`). At level 2 the current PIN or a passkey given within five minutes is asked for,
so that whoever picks up an unlocked phone adds nothing of theirs.
"""

import time
from dataclasses import replace
from typing import Any

from functions.otp import credential_notice, errors
from functions.otp.passkey import challenges, passkey_options, user_handle
from functions.otp.passkey.stored_passkeys import LABELS, Passkey
from functions.otp.pin import credential_changes, next_generation, pin_permission, pins, stored_credentials
from functions.otp.pin.generations import Credentials, Generation
from functions.otp.pin.next_generation import NextGeneration
from functions.otp.pin.pin_permission import CredentialState
from functions.otp.repeated_call import RepeatableCall
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.audit import audit_entries, replay_guard
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import BadRequestError, Fault, NotFoundError, UnavailableError
from health_record.http.event import Event, read_json_body
from health_record.identity import (
    account_events,
    phone_encryption,
    pin_grants,
    sessions,
)
from health_record.identity.sessions import Session
from health_record.instants import format_instant
from health_record.language import Translated
from health_record.observability import count_metric

ADD_ROUTE = "POST /v1/passkeys"
REGISTER = "register"
MOST = 10


def make_options(event: Event) -> dict[str, Any]:
    """`{publicKey}` for `navigator.credentials.create`. Raises ForbiddenError where no passkey may be added."""
    session = sessions.require_session(event)
    state = pin_permission.load(session)
    _require_permission(state, event)
    config, macs = settings.read_once(OtpSettings), _macs()
    challenge = challenges.create(macs, REGISTER, session.token_hash, state.permission)
    handle = user_handle.create(macs, session.account)
    known = list(state.generation.passkeys.values()) if state.generation else []
    phone = phone_encryption.decrypt_phone(macs, session.account, session.phone)
    return {"publicKey": passkey_options.to_create(config.public_origin, challenge, handle, phone, known)}


def _require_permission(state: CredentialState, event: Event) -> None:
    """What a PIN needs, and at level 2 that the person has just shown who they are."""
    if not state.may_set:
        raise errors.pin_not_permitted_error(state.permission)
    generation = state.generation
    if generation is None:
        return
    credential_changes.count(generation, int(time.time()))  # before a device makes one that is not kept
    if state.session.is_freshly_proven_by_passkey:
        return
    if generation.pin is None:
        raise errors.proof_needed_again_error()
    if read_json_body(event).get("current_pin") is None:
        raise errors.current_pin_needed_error()
    pins.prove_current_pin(state, pins.parse_pin(event, "current_pin"), RepeatableCall(None))


def add_passkey(event: Event) -> dict[str, Any]:
    """`{id}` of the passkey that an authenticator made. Raises BadRequestError for an answer that does not hold."""
    session = sessions.require_session(event)
    call = RepeatableCall.from_event(event, ADD_ROUTE, session.token_hash)
    if answer := call.find_answer():
        return answer.body
    state = pin_permission.load(session)
    if not state.may_set:
        raise errors.pin_not_permitted_error(state.permission)
    given = read_credential(event)
    challenge, passkey = _verify_registration(state, given, _read_label(event))
    body = {"id": passkey.id}
    before = _commit(state, challenge, passkey, call, body)
    count_metric("PasskeyAdded")
    if before.is_set:
        credential_notice.send(session, "passkey-added")
    return body


def _verify_registration(state: CredentialState, given: dict[str, Any], label: str) -> tuple[bytes, Passkey]:
    """The challenge that was signed, and the passkey. The right to add one is the same as when it was asked for."""
    from functions.otp.passkey import authenticators

    session = state.session
    try:
        challenge = authenticators.read_registration_challenge(given)
        if not challenges.is_valid(_macs(), challenge, REGISTER, session.token_hash, state.permission):
            raise errors.passkey_not_added_error()
        new = authenticators.verify_registration(settings.read_once(OtpSettings).public_origin, challenge, given)
    except authenticators.NotAuthenticError as error:
        raise errors.passkey_not_added_error() from error
    return challenge, Passkey(new.credential_id, new.data, new.counter, label, int(time.time()), phone=session.phone)


def _commit(
    state: CredentialState, challenge: bytes, passkey: Passkey, call: RepeatableCall, body: dict[str, Any]
) -> CredentialState:
    """Write the passkey; the state that it was added to. A challenge that was answered before adds nothing."""
    asked_for = state.permission
    for _ in range(stored_credentials.WRITES):
        transaction = _add_transaction(state, challenge, passkey)
        if call.mac:
            transaction.add("attempt", call.remember_item(201, body, None))
        try:
            transaction.commit()
        except ConditionFailedError as failed:
            if "challenge" in failed.names:
                raise errors.passkey_not_added_error() from failed
            state = pin_permission.load(state.session)
            if state.permission != asked_for:
                raise errors.pin_not_permitted_error(state.permission) from failed
        else:
            return state
    raise UnavailableError


def _add_transaction(state: CredentialState, challenge: bytes, passkey: Passkey) -> Transaction:
    config, session = settings.read_once(OtpSettings), state.session
    _check_room(state, passkey)
    transaction = Transaction()
    after = _with_passkey(state, passkey)
    transaction.add("pin", stored_credentials.update_item(session.account, state.credentials, after))
    transaction.add("challenge", challenges.spend_item(challenge))
    if state.generation is None and state.permit:
        transaction.add("grant", pin_grants.consume_item(config.table_access, session.account, state.permit))
    transaction.add("audit", replay_guard.put_in_transaction(config.table_audit, _audit_entry(session, "added")))
    transaction.add("event", account_events.put_item(session.account, "passkey-added", holder=state.holder))
    return transaction


def _check_room(state: CredentialState, passkey: Passkey) -> None:
    if any(passkey.id in one.passkeys for one in state.credentials.generations.values()):
        raise errors.passkey_not_added_error()
    if state.generation is not None and len(state.generation.passkeys) >= MOST:
        raise errors.too_many_passkeys_error()


def _with_passkey(state: CredentialState, passkey: Passkey) -> Credentials:
    if state.generation is not None:
        changed = credential_changes.count(state.generation, passkey.added_at)
        return state.credentials.put(changed.with_passkey(passkey))
    begun = next_generation.begin(state, None, passkey.added_at)
    return NextGeneration(begun.generation.with_passkey(passkey), None).add_to(state)


def list_passkeys(event: Event) -> dict[str, Any]:
    """`{passkeys: [{id, label, added_at, used_at?}]}` of the session's generation, oldest first."""
    state = pin_permission.load(sessions.require_session(event, level=2))
    if not state.is_elevated:
        raise errors.pin_needed_error()
    known = state.generation.passkeys.values() if state.generation else ()
    return {"passkeys": [_to_body(passkey) for passkey in sorted(known, key=lambda passkey: passkey.added_at)]}


def remove_passkey(event: Event, passkey_id: str) -> None:
    """Remove one. The generation goes on under a new name, so that no session of before is of level 2 any more.

    Raises NotFoundError for one that the session's generation has not, ForbiddenError five minutes after PIN or
    passkey were given.
    """
    session = sessions.require_session(event)
    for _ in range(stored_credentials.WRITES):
        state = pin_permission.load(session)
        generation = _require_removable(state, passkey_id)
        try:
            _remove_transaction(state, generation, passkey_id).commit()
        except ConditionFailedError:
            continue
        count_metric("PasskeyRemoved")
        pins.end_other_access(event, session)
        return
    raise UnavailableError


def _require_removable(state: CredentialState, passkey_id: str) -> Generation:
    """The session's generation, which has the passkey; what another one has is as if it were not there."""
    if not state.is_elevated:
        raise errors.pin_needed_error()
    generation = state.generation
    if generation is None or passkey_id not in generation.passkeys:
        raise NotFoundError(Translated("Không có máy này.", "There is no such device."))
    if not state.session.is_freshly_proven:
        raise errors.proof_needed_again_error()
    if generation.pin is None and len(generation.passkeys) == 1:
        raise errors.last_credential_error()
    return generation


def _remove_transaction(state: CredentialState, generation: Generation, passkey_id: str) -> Transaction:
    config, session = settings.read_once(OtpSettings), state.session
    left = {name: passkey for name, passkey in generation.passkeys.items() if name != passkey_id}
    new = next_generation.carry_on(replace(generation, passkeys=left), replace(state, permit=None), generation.pin)
    transaction = Transaction()
    after = new.add_to(replace(state, permit=None))
    transaction.add("pin", stored_credentials.update_item(session.account, state.credentials, after))
    transaction.add("session", sessions.keep_elevated_item(session, new.generation.name, None))
    transaction.add("audit", replay_guard.put_in_transaction(config.table_audit, _audit_entry(session, "removed")))
    transaction.add("event", account_events.put_item(session.account, "passkey-removed", holder=generation.session))
    return transaction


def read_credential(event: Event) -> dict[str, Any]:
    """What the browser says of the authenticator, as WebAuthn's JSON. Raises BadRequestError."""
    given = read_json_body(event).get("credential")
    if isinstance(given, dict):
        return given
    message = Translated("Phải là một đối tượng.", "Must be an object.")
    raise BadRequestError(message, faults=[Fault("/credential", message)])


def _read_label(event: Event) -> str:
    label = read_json_body(event).get("label", "other")
    if isinstance(label, str) and label in LABELS:
        return label
    message = Translated(f"Phải là một trong: {', '.join(sorted(LABELS))}.", f"One of: {', '.join(sorted(LABELS))}.")
    raise BadRequestError(message, faults=[Fault("/label", message)])


def _to_body(passkey: Passkey) -> dict[str, Any]:
    used = {"used_at": format_instant(passkey.used_at)} if passkey.used_at is not None else {}
    return {"id": passkey.id, "label": passkey.label, "added_at": format_instant(passkey.added_at), **used}


def _audit_entry(session: Session, detail: str) -> dict[str, Any]:
    return audit_entries.resident_entry(action="passkey", outcome="allowed", detail=detail, account=session.account)


def _macs() -> KeyedHash:
    return KeyedHash.from_settings(settings.read_once(OtpSettings))
