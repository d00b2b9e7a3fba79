"""Signing in with a passkey: no number is typed, no message is sent, and the session is of level 2 at once.

The challenge was made by this service, for signing in, less than five minutes ago, and is good once; origin, relying
party, signature, user verification and counter are held against WebAuthn (`functions.otp.passkey.authenticators`).
"""

import time
from dataclasses import dataclass, replace
from typing import Any

from functions.otp import draft_scope, errors
from functions.otp.passkey import challenges, passkey_options, passkeys, user_handle
from functions.otp.passkey.stored_passkeys import Passkey, passkey_id
from functions.otp.pin import pin_permission, stored_credentials
from functions.otp.pin.generations import Generation
from functions.otp.pin.pin_permission import CredentialState
from functions.otp.repeated_call import RepeatableCall
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import UnavailableError
from health_record.http.event import Event
from health_record.identity import sessions
from health_record.observability import count_metric

ROUTE = "POST /v1/passkeys/sign-in"
SIGN_IN = "sign-in"


@dataclass(frozen=True)
class SignedIn:
    """What the answer says, and the cookie of the session."""

    body: dict[str, Any]
    cookie: str


@dataclass(frozen=True)
class _Claim:
    """Who an answer says it is: read, and not believed yet."""

    account: str
    passkey_id: str
    challenge: bytes
    given: dict[str, Any]


def make_options() -> dict[str, Any]:
    """`{publicKey}` for `navigator.credentials.get`; nothing is stored."""
    config = settings.read_once(OtpSettings)
    return {"publicKey": passkey_options.to_get(config.public_origin, challenges.create(_macs(), SIGN_IN))}


def sign_in(event: Event) -> SignedIn:
    """Exchange an authenticator's answer for a session of level 2. Raises the same 401 for whatever does not hold."""
    call = RepeatableCall.from_event(event, ROUTE)
    answer = call.find_answer(is_same_browser=True)
    if answer is not None and answer.token is not None:
        return SignedIn(answer.body, sessions.session_cookie(answer.token))
    claim = _read_claim(passkeys.read_credential(event))
    for _ in range(stored_credentials.WRITES):
        try:
            return _open_session(event, claim, call)
        except ConditionFailedError as failed:
            if "challenge" not in failed.names:
                continue
            answer = call.find_answer_of_race()
            if answer is None or answer.token is None:
                raise errors.passkey_refused_error() from failed
            return SignedIn(answer.body, sessions.session_cookie(answer.token))
    raise UnavailableError


def _read_claim(given: dict[str, Any]) -> _Claim:
    """Nothing is read from a table for a challenge or a handle that is none of ours."""
    from functions.otp.passkey import authenticators

    macs = _macs()
    try:
        assertion = authenticators.read_assertion(given)
    except authenticators.NotAuthenticError as error:
        raise errors.passkey_refused_error() from error
    account = user_handle.open_handle(macs, assertion.handle)
    if account is None or not challenges.is_valid(macs, assertion.challenge, SIGN_IN):
        raise errors.passkey_refused_error()
    return _Claim(account, passkey_id(assertion.credential_id), assertion.challenge, given)


def _open_session(event: Event, claim: _Claim, call: RepeatableCall) -> SignedIn:
    """Use the challenge up, keep counter and session, all or nothing.

    The session is of no device: who signs in without the phone claims nothing that was declared in this browser.
    """
    token = call.session_token()
    session = sessions.create_session(token, claim.account, level=2, proven_by="passkey", by_passkey=True)
    state = pin_permission.load(session)
    generation, used = _verify(state, claim)
    session = replace(session, generation=generation.name, phone=used.phone)
    body = {
        "level": session.level,
        "pin_set": generation.pin is not None,
        "draft_scope": draft_scope.compute(_macs(), claim.account),
    }
    transaction = Transaction()
    claimed = state.claim_records(generation.session, since=None)
    after = state.credentials.put(replace(generation, opened=generation.opened | claimed).with_passkey(used))
    transaction.add("pin", stored_credentials.update_item(claim.account, state.credentials, after))
    transaction.add("challenge", challenges.spend_item(claim.challenge))
    transaction.add("session", sessions.put_session_item(session))
    if replaced := sessions.end_presented_item(event):
        transaction.add("replaced", replaced)
    if call.mac:
        transaction.add("attempt", call.remember_item(200, body, session.token_hash))
    transaction.commit()
    count_metric("PasskeyVerified")
    return SignedIn(body, sessions.session_cookie(token))


def _verify(state: CredentialState, claim: _Claim) -> tuple[Generation, Passkey]:
    """The generation of the passkey, and the passkey as it was used now."""
    from functions.otp.passkey import authenticators

    for generation in state.credentials.generations.values():
        known = generation.passkeys.get(claim.passkey_id)
        if known is None:
            continue
        origin = settings.read_once(OtpSettings).public_origin
        try:
            counter = authenticators.verify_assertion(origin, claim.challenge, claim.given, known)
        except authenticators.NotAuthenticError as error:
            raise errors.passkey_refused_error() from error
        return generation, replace(known, counter=counter, used_at=int(time.time()))
    raise errors.passkey_refused_error()


def _macs() -> KeyedHash:
    return KeyedHash.from_settings(settings.read_once(OtpSettings))
