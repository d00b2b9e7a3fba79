"""The state of a squatter's walk: who is on the list, what each record says, and who was answered what."""

import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import time_machine

from tests.conftest import World
from tests.contribute.cards import INSURANCE_NUMBER, NATIONAL_ID
from tests.declare import people
from tests.facility_desk import register

START = "2026-11-23T02:00:00Z"
SQUATTER = "e" * 64  # the account of the SIM
KEY_ALONE = ["read", "write", "emergency"]
EMERGENCY = {"purpose": "ETREAT", "reason": "unconscious"}
type Number = tuple[str, str]  # system and value


@dataclass
class Person:
    """Somebody of the list, with the one record that their own phone declares."""

    name: str
    born: str
    numbers: tuple[Number, Number]
    account: str
    record_id: str
    phone: str = ""


@dataclass
class Entry:
    """What the honest hospital wrote about a person, found by one number, wherever it landed."""

    mark: str
    record_id: str
    found_by: Number
    person: Person


@dataclass
class Record:
    """What the walk knows of a record: whose it is, what it says, and what its account permits."""

    account: str
    mark: str
    numbers: set[Number]
    version: int = 1
    sharing: bool | None = True  # None: not followed
    restricted: bool = False


@dataclass
class Walk:
    """The whole state of one game."""

    world: World
    clock: time_machine.Traveller
    seed: int
    may_verify: bool
    people: list[Person] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    holders: dict[Number, str] = field(default_factory=dict)  # for which record a card was seen
    answers: list[tuple[str, str, str, str]] = field(default_factory=list)  # reader, right, record, text
    history: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.people = [_person(number, self.chance) for number in range(3)]
        self.hospital = register(self.world, "79001", provider_code="79999", bounds_lifted_until="2027-11-23")
        permissions = [*KEY_ALONE, "verify"] if self.may_verify else KEY_ALONE
        self.key = register(self.world, "79666", provider_code="79998", permissions=permissions, daily_patients=200)
        self.own = _person(9, self.chance)

    def step(self, moves: Mapping[Callable[["Walk"], None], int]) -> None:
        """One of the moves, by its weight."""
        move = self.chance.choices(list(moves), weights=list(moves.values()))[0]
        self.history.append(move.__name__)
        move(self)

    def mark(self, what: str) -> str:
        """A word that stands in one place alone."""
        return f"zq{what}{len(self.history):03}{self.chance.randrange(10**6):06}"

    def a_person(self) -> Person:
        return self.chance.choice(self.people)

    def a_record(self) -> str | None:
        return self.chance.choice(sorted(self.records)) if self.records else None

    def own_records(self) -> list[str]:
        return [record_id for record_id, record in self.records.items() if record.account == SQUATTER]

    def heard(self, reader: str, right: str, record_id: str, text: str) -> None:
        """Keep what somebody was answered, for the promises."""
        self.answers.append((reader, right, record_id, text))


def _person(place: int, chance: random.Random) -> Person:
    born = f"1960-0{1 + place % 9}-1{place}"  # all of one year: a year alone may be anybody's
    numbers = (
        (NATIONAL_ID, f"0791{born[2:4]}{chance.randrange(10**6):06}"),
        (INSURANCE_NUMBER, f"DN479{chance.randrange(10**10):010}"),
    )
    name = ("Nguyễn Thị Nhất", "Trần Văn Hai", "Lê Thị Ba", "", "", "", "", "", "", "Kẻ Mạo Danh")[place]
    return Person(name, born, numbers, f"{place:064x}", str(uuid.UUID(int=chance.getrandbits(128), version=4)))


def declare(
    walk: Walk, account: str, record_id: str, name: str, born: str, numbers: set[Number], *, sharing: bool = True
) -> int:
    """Declare or correct, and keep in mind what came of it."""
    known = dict(numbers)
    mark, before = walk.mark("said"), walk.records.get(record_id)
    body = people.declaration(
        identity_full_name={"valueString": name},
        identity_birth_date={"valueDate": born},
        identity_national_id={"valueString": known[NATIONAL_ID]} if NATIONAL_ID in known else None,
        identity_insurance_number={"valueString": known[INSURANCE_NUMBER]} if INSURANCE_NUMBER in known else None,
        history_cancer_type={"valueString": mark},
        consent_sharing={"valueBoolean": sharing},
    )
    mine = before is not None and before.account == account
    version = before.version if before is not None and mine else 0
    answer = people.put(people.sign_in(account, level=2), body, record_id=record_id, version=version)
    if answer.status in (200, 201):
        assert before is None or mine, "a record of another account was written"
        walk.records[record_id] = Record(
            account, mark, numbers, answer.json["version"], sharing if before is None else None,
            before.restricted if before else False,
        )  # fmt: skip
    walk.heard(account, "write", record_id, answer.body)
    return answer.status
