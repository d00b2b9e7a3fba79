"""Who may set a PIN or add a passkey now: one pure rule, and what decides it as one session finds it.

    access  account#<account> / state    first_session, first, made, written by `declare` with each record
    access  permit#<account> / pin       written by `contribute` at `$verify` (`health_record.identity.pin_grants`)

The first one is set only in the session that made the account's first record, or within a day by a code on its device.
A later one is set at level 2. A facility that has seen a card permits one anew, for that card's record; who came by a
code on paper has a part in that for the card that they showed alone, and waits a day for it where the account has a PIN
or passkey. A session that was open before the card was seen has a part in it for the records that it made alone: for
others whoever holds it proves the phone anew. Who came by a passkey has none: the phone that it is for may be somebody
else's by now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from functions.otp.pin import generations
from functions.otp.pin.generations import Credentials, Generation
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.dynamo import get_items
from health_record.identity import pin_grants, sessions
from health_record.identity.pin_grants import PinGrant
from health_record.identity.sessions import Session
from health_record.table_keys import access_keys

type Permission = Literal[
    "first", "grant", "level_2", "nothing_declared", "not_first", "not_elevated", "grant_waits", "grant_newer"
]
ALLOWED: frozenset[Permission] = frozenset({"first", "grant", "level_2"})


@dataclass(frozen=True)
class CredentialState:
    """What is known of an account's PINs and passkeys, as one session finds it."""

    session: Session
    credentials: Credentials
    permit: PinGrant | None
    account_state: Mapping[str, Any] = field(default_factory=dict)
    wait: int | None = None  # seconds until this session may use a permission that is there
    stored_permit: PinGrant | None = None  # the same for whoever may use it now or later; a new PIN ends it
    is_permit_newer: bool = False  # than the session, which may be of whoever had the phone in hand before

    @property
    def is_set(self) -> bool:
        """Whether the account has a PIN or a passkey."""
        return bool(self.credentials.generations)

    @property
    def is_pin_set(self) -> bool:
        """Whether there is a PIN that the session may give."""
        return any(map(self.may_give, self.credentials.with_pin))

    def may_give(self, generation: Generation) -> bool:
        """Whether the session may give the PIN of a generation.

        Who did not show the phone gives the own alone: what lifted the session or was set in it; on paper, before
        that or once it was replaced, also the one that opens the card's record.
        """
        session = self.session
        is_own = generation.name == session.generation or generation.session == session.token_hash
        if session.shows_phone or is_own:
            return True
        return self.generation is None and session.paper_record in generation.opened

    @property
    def generation(self) -> Generation | None:
        """What lifted the session to level 2, as long as the account has it."""
        return self.credentials.find(self.session.generation) if self.session.level >= 2 else None

    @property
    def holder(self) -> str:
        """What a generation that this session begins or carries on is called for good (`Generation.session`)."""
        return self.generation.session if self.generation else self.session.token_hash

    @property
    def is_elevated(self) -> bool:
        """Whether the session is of level 2 by what the account has now."""
        is_of_none = not self.is_set and self.session.generation is None
        return self.generation is not None or (is_of_none and self.session.level >= 2)

    @property
    def permission(self) -> Permission:
        """Whether this session may set a PIN now, and why."""
        return decide(
            is_set=self.is_set,
            is_elevated=self.generation is not None,
            is_granted=self.permit is not None,
            is_waiting=self.wait is not None,
            is_newer=self.is_permit_newer,
            may_set_first=sessions.may_set_first_pin(self.account_state, self.session),
            has_records="first" in self.account_state,
        )

    @property
    def may_set(self) -> bool:
        """Whether it may."""
        return self.permission in ALLOWED

    def claim_records(self, *tokens: str, since: int | None) -> set[str]:
        """The records that no generation opens yet and that this session made, one of the others, or its device.

        Of the device those count that were made at `since` or later; none where that is None.
        """
        made, device = self.account_state.get("made", ()), self.session.device if since is not None else None
        names = (self.session.token_hash, *tokens)
        return generations.claim_records(made, self.credentials.opened, names, device, since or 0)


def decide(
    *,
    is_set: bool,
    is_elevated: bool,
    is_granted: bool,
    is_waiting: bool,
    is_newer: bool,
    may_set_first: bool,
    has_records: bool,
) -> Permission:
    """The rule. `is_set`: the account has a PIN or passkey; `is_elevated`: the session is of level 2 by one of them.

    `is_newer`: a facility permitted it since the session was opened.
    """
    if is_elevated:
        return "level_2"
    if is_granted:
        return "grant"
    if is_newer and (is_set or not may_set_first):
        return "grant_newer"
    if is_set:
        return "grant_waits" if is_waiting else "not_elevated"
    if not has_records:
        return "nothing_declared"
    return "first" if may_set_first else "not_first"


def load(session: Session) -> CredentialState:
    """Read what decides about the PINs and passkeys of the session's account."""
    keys = [
        access_keys.account_pin_key(session.account),
        access_keys.account_state_key(session.account),
        access_keys.pin_grant_key(session.account),
    ]
    item, account_state, grant = get_items(settings.read_once(OtpSettings).table_access, keys)
    credentials = generations.from_item(item)
    if not session.shows_phone:  # `paper_record` is None for a passkey's session
        grant = pin_grants.narrow(grant, session.paper_record)
    waits = session.on_paper and bool(credentials.generations)
    made = generations.claim_records((account_state or {}).get("made", ()), frozenset(), [session.token_hash], None, 0)
    known = pin_grants.known_to(grant, session.opened_at, made)
    permit = pin_grants.usable(known, waits=waits)
    wait = pin_grants.find_wait(grant) if waits and permit is None else None
    stored = pin_grants.parse(grant)
    is_newer = permit is None and stored is not None and pin_grants.parse(known) != stored
    return CredentialState(session, credentials, permit, account_state or {}, wait, stored, is_newer)
