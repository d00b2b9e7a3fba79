"""What a PIN or passkey that is set now opens: a generation that begins, or the session's own carried on."""

from collections.abc import Iterable
from dataclasses import dataclass

from functions.otp.pin import generations
from functions.otp.pin.generations import Credentials, Generation, StoredPin
from functions.otp.pin.pin_permission import CredentialState
from health_record.identity import sessions


@dataclass(frozen=True)
class NextGeneration:
    """The generation, and the name of the one in whose place it comes."""

    generation: Generation
    replaces: str | None

    def add_to(self, state: CredentialState) -> Credentials:
        """The account's generations with it; the others lose what the permission took."""
        return generations.add(state.credentials, self.generation, state.permit, self.replaces)


def carry_on(before: Generation, state: CredentialState, pin: StoredPin | None) -> NextGeneration:
    """The session's generation under a new name, with what it made and what a permission adds."""
    opened = _granted(state) | state.claim_records(before.session, since=before.since)
    return NextGeneration(generations.succeed(before, opened, pin, state.session.device), before.name)


def begin(state: CredentialState, pin: StoredPin | None, now: int) -> NextGeneration:
    """A generation of its own: the account's first, or the one that a permission is for."""
    is_first, since = is_first_of_account(state), now
    if is_first:
        since = int(state.account_state["first"]["at"])
    claimed: Iterable[str] = state.claim_records(since=since if is_first else None)
    return NextGeneration(generations.begin(state.session, _granted(state) | set(claimed), pin, since), None)


def is_first_of_account(state: CredentialState) -> bool:
    """Whether nothing is set yet, and the session is one that may set the first by itself."""
    return not state.is_set and sessions.may_set_first_pin(state.account_state, state.session)


def _granted(state: CredentialState) -> frozenset[str]:
    return state.permit.opened if state.permit else frozenset()
