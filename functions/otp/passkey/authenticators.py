"""What an authenticator says, held against WebAuthn by the `fido2` library.

Imported only by the calls that carry an authenticator's answer: the library costs every other call its import.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

from functions.otp.passkey import passkey_options
from functions.otp.passkey.stored_passkeys import Passkey
from health_record.observability import log_event


class NotAuthenticError(Exception):
    """The answer is not one of an authenticator that the person has unlocked for this site and this challenge."""


@dataclass(frozen=True)
class NewCredential:
    """A passkey as its authenticator made it; `data` is the attested credential data, with the public key."""

    credential_id: bytes
    data: bytes
    counter: int


@dataclass(frozen=True)
class Assertion:
    """What an answer at sign-in says of itself, before anything of it is believed."""

    challenge: bytes
    handle: bytes
    credential_id: bytes


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever a stranger's bytes break in the library is a refusal."""
    try:
        yield
    except NotAuthenticError:
        raise
    except Exception as error:
        log_event("passkey_refused", error=type(error).__name__)
        raise NotAuthenticError from error


def read_registration_challenge(given: Mapping[str, Any]) -> bytes:
    """The challenge that an answer says it signed. Raises NotAuthenticError for what is no answer."""
    with _refusing():
        return bytes(RegistrationResponse.from_dict(given).response.client_data.challenge)


def read_assertion(given: Mapping[str, Any]) -> Assertion:
    """What an answer at sign-in says. Raises NotAuthenticError for what is none, or has no user handle."""
    with _refusing():
        answer = AuthenticationResponse.from_dict(given)
        handle = answer.response.user_handle
        if not handle:
            raise NotAuthenticError
        return Assertion(bytes(answer.response.client_data.challenge), bytes(handle), bytes(answer.raw_id))


def verify_registration(origin: str, challenge: bytes, given: Mapping[str, Any]) -> NewCredential:
    """The passkey that was made. Raises NotAuthenticError."""
    with _refusing():
        found = _server(origin).register_complete(_state(challenge), given)
        credential = found.credential_data
        if credential is None or credential.public_key[3] not in passkey_options.ALGORITHMS:
            raise NotAuthenticError
        return NewCredential(bytes(credential.credential_id), bytes(credential), found.counter)


def verify_assertion(origin: str, challenge: bytes, given: Mapping[str, Any], known: Passkey) -> int:
    """The authenticator's counter. Raises NotAuthenticError, also where the counter tells of a copied passkey."""
    with _refusing():
        _server(origin).authenticate_complete(_state(challenge), [AttestedCredentialData(known.data)], given)
        counter = AuthenticationResponse.from_dict(given).response.authenticator_data.counter
    if (counter or known.counter) and counter <= known.counter:
        raise NotAuthenticError
    return int(counter)


def _server(origin: str) -> Fido2Server:
    relying_party = PublicKeyCredentialRpEntity(
        id=passkey_options.relying_party_id(origin), name=passkey_options.RELYING_PARTY_NAME
    )
    return Fido2Server(relying_party, verify_origin=lambda given: given == origin)


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": UserVerificationRequirement.REQUIRED}
