"""How often a day one holder may change the own PIN and passkeys.

Each change is an event in the list of an account that several people may share, and is never refused because of theirs.
Removing a passkey counts for nothing: there is one for each that was added, and a thief's can be removed at any time.
"""

from functions.otp import errors
from functions.otp.limits import Limits
from functions.otp.pin.generations import DAY, Generation
from health_record import settings


def count(generation: Generation, now: int) -> Generation:
    """The generation with a change at `now`. Raises TooManyRequestsError once it was changed too often."""
    made, most = generation.changes_before(now), settings.read_once(Limits).credential_changes
    if len(made) >= most:
        raise errors.too_many_changes_error(made[-most] + DAY - now)
    return generation.with_change(now)
