"""Every adversary of the product: what it tries, where it plays in the gate and for long, and a fault planted for it.

Some have grown beside what they attack; the room leads there. A planted fault is a mutant of `tests/mutants` that the
adversary's own tests have to notice.
"""

import sys
from dataclasses import dataclass, field

PYTEST = (sys.executable, "-m", "pytest", "-q", "-n", "0", "--show-capture=no")


@dataclass(frozen=True)
class Adversary:
    """`small` are the tests of the gate; the long mode runs them for longer, or `command` where that is given."""

    name: str
    tries: str
    small: tuple[str, ...]
    planted: str
    command: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=lambda: {"SSK_ADVERSARIES": "long"})
    has_seed: bool = True

    @property
    def long(self) -> tuple[str, ...]:
        """The command of the long mode."""
        return self.command or (*PYTEST, *self.small)


ADVERSARIES = (
    Adversary(
        "squatter",
        "one SIM, a list of everybody and a facility's key: read what is not theirs, hide somebody's record",
        ("tests/adversaries/test_squatter.py",),
        "of several who claim a number the first alone is told",
    ),
    Adversary(
        "clinic",
        "Bundles with negations, sizes, duplicates, references and labels: half written, or told as the opposite",
        ("tests/adversaries/test_clinic.py",),
        "a medicine that is not taken is taken",
    ),
    Adversary(
        "reception",
        "hospital files of the same kinds: an episode twice, half of one, a word without its no",
        ("tests/adversaries/test_reception.py",),
        "the same file sent again is another version",
    ),
    Adversary(
        "strangers",
        "ask and guess for somebody else's phone from one, three and a hundred networks",
        ("tests/otp/test_owners_tries.py", "tests/otp/test_one_stranger.py"),
        "strangers share one counter of tries",
        command=(sys.executable, "-m", "tests.otp.strangers"),
        has_seed=False,
    ),
    Adversary(
        "borrower",
        "had the phone for a minute and keeps the session: take what a facility permits, use up what the owner needs",
        (
            "tests/otp/test_a_permission_is_for_who_comes_after_it.py",
            "tests/declare/test_additions_without_end.py",
        ),
        "a session of before uses what a facility permits",
        has_seed=False,
    ),
    Adversary(
        "releases",
        "who knows all others, has three phones and reads a year of releases: whether one person is counted",
        ("tests/aggregate/test_attacks.py", "tests/aggregate/test_presence.py"),
        "noise hides nobody",
        has_seed=False,
    ),
    Adversary(
        "principals",
        "every service and role at every policy: who may act and need not, who must act and may not",
        ("tests/infrastructure/operators/test_principals.py", "tests/infrastructure/test_roles.py"),
        "CloudWatch may not publish to the operators' topic",
        has_seed=False,
    ),
    Adversary(
        "thumb",
        "a person with a small phone and little patience: more screens, touches and minutes than are promised",
        ("tests/browser/interrupted/test_effort.py",),
        "the first page promises less time than it takes",
        has_seed=False,
    ),
)
