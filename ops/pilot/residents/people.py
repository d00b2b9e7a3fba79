"""The invented residents of the pilot ward: households, who has a phone, and who declares for whom."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from health_record import wards
from ops.pilot.residents import health_profile, names, numbers

PILOT_PROVINCE, PILOT_WARD = "79", "26911"  # Phường Bình Quới: in 2021 the real pilot was in two wards of Bình Thạnh
STREETS = ("Bình Quới", "Xô Viết Nghệ Tĩnh", "Thanh Đa", "Cư xá Thanh Đa", "Đường số 1", "Đường số 4", "Hẻm 480")
HOUSEHOLDS = {"single": 0.1, "couple": 0.16, "family": 0.42, "three generations": 0.22, "one parent": 0.1}
OTHER_SEX = {"male": "female", "female": "male"}
OWN_PHONE_AT = 16


def ward_of(province: str) -> str:
    """The ward where invented residents of a province live."""
    return PILOT_WARD if province == PILOT_PROVINCE else min(wards.list_wards(province))


@dataclass(frozen=True)
class Resident:
    """One person: who they are, what they answer, what they permit (None: the box was left alone)."""

    record_id: str
    relation: str
    full_name: str
    sex: str
    birth_date: str  # a day, or the year alone
    address: str | None
    national_id: str | None
    insurance_number: str | None
    health: health_profile.HealthProfile
    sharing: bool | None
    statistics: bool | None
    notices: bool | None

    @property
    def birth_year(self) -> int:
        """The year of birth."""
        return int(self.birth_date[:4])

    @property
    def any_birth_date(self) -> str:
        """A full date that matches the birth date, as a card would show it."""
        return self.birth_date if len(self.birth_date) == 10 else f"{self.birth_date}-07-01"


@dataclass
class Account:
    """One phone and the people declared with it, its holder first."""

    phone: str
    client_address: str
    residents: list[Resident] = field(default_factory=list)


@dataclass(frozen=True)
class _Member:
    """A member of a household before anything is known but place, sex, age and family name."""

    role: str  # holder, spouse, child or parent of the holder
    sex: str
    age: int
    family: str


def invent_accounts(count: int, run: int, today: date) -> list[Account]:
    """`count` residents by the phone that declares them; the same for the same run and day."""
    return list(_Village(run, today).accounts(count))


class _Village:
    """Draws households until enough people are there."""

    def __init__(self, run: int, today: date) -> None:
        self._run = run
        self._today = today
        self._chance = random.Random(f"pilot {run}")  # noqa: S311 - invented people, not secrets
        self._people = 0
        self._accounts = 0

    def accounts(self, count: int) -> Iterator[Account]:
        while self._people < count:
            address = f"{self._chance.randint(1, 940)}/{self._chance.randint(1, 60)} {self._chance.choice(STREETS)}"
            for group in _by_phone(self._chance, _household(self._chance)):
                kept = group[: count - self._people]
                if kept:
                    yield self._account(kept, address)

    def _account(self, members: list[_Member], address: str) -> Account:
        number = numbers.account_number(self._run, self._accounts)
        self._accounts += 1
        holder = members[0]
        people = [self._resident(member, _relation(holder, member), address) for member in members]
        return Account(numbers.phone_number(number), numbers.client_address(number), people)

    def _resident(self, member: _Member, relation: str, address: str) -> Resident:
        chance = self._chance
        number = numbers.account_number(self._run, self._people)
        self._people += 1
        born = self._birth_day(member.age)
        year_only = chance.random() < (0.25 if member.age >= 60 else 0.02)
        has_number = chance.random() < (0.93 if member.age >= 14 else 0.6)
        return Resident(
            record_id=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            relation=relation,
            full_name=names.draw_full_name(chance, member.family, member.sex),
            sex=member.sex,
            birth_date=str(born.year) if year_only else born.isoformat(),
            address=address if chance.random() < 0.8 else None,
            national_id=numbers.national_id(number, member.sex, born.year) if has_number else None,
            insurance_number=numbers.insurance_number(number) if chance.random() < 0.7 else None,
            health=health_profile.draw_profile(chance, member.sex, member.age),
            sharing=_choice(chance, 0.84),
            statistics=_choice(chance, 0.88),
            notices=_choice(chance, 0.55),
        )

    def _birth_day(self, age: int) -> date:
        youngest = self._today - timedelta(days=round(age * 365.25))
        return youngest - timedelta(days=self._chance.randrange(1, 365))


def _choice(chance: random.Random, share: float) -> bool | None:
    """Yes for `share` of the people; of the others, half say no and half leave the box alone."""
    if chance.random() < share:
        return True
    return False if chance.random() < 0.5 else None


def _household(chance: random.Random) -> list[_Member]:
    kind = chance.choices(list(HOUSEHOLDS), list(HOUSEHOLDS.values()))[0]
    sex = chance.choice(("male", "female"))
    age = chance.randint(*{"single": (19, 84), "couple": (23, 82)}.get(kind, (27, 54)))
    father = names.draw_surname(chance)
    mother = names.draw_surname(chance)
    members = [_Member("holder", sex, age, father if sex == "male" else mother)]
    if kind not in ("single", "one parent"):
        partner_age = min(90, max(20, age + chance.randint(-5, 5)))
        members.append(_Member("spouse", OTHER_SEX[sex], partner_age, mother if sex == "male" else father))
    if kind not in ("single", "couple"):
        members += _children(chance, min(member.age for member in members), father)
    if kind == "three generations":
        members += _parents(chance, members[0])
    return members


def _children(chance: random.Random, parents_age: int, family: str) -> list[_Member]:
    oldest = max(0, parents_age - 21)
    ages = [chance.randint(0, min(24, oldest)) for _ in range(chance.choice((1, 1, 2, 2, 2, 3)))]
    return [_Member("child", chance.choice(("male", "female")), age, family) for age in sorted(ages, reverse=True)]


def _parents(chance: random.Random, holder: _Member) -> list[_Member]:
    mother = _Member("parent", "female", min(97, holder.age + chance.randint(21, 34)), names.draw_surname(chance))
    father = _Member("parent", "male", min(99, mother.age + chance.randint(0, 6)), holder.family)
    return chance.choice(([mother], [mother], [father], [mother, father]))


def _by_phone(chance: random.Random, household: list[_Member]) -> list[list[_Member]]:
    """The household by the phone each member is declared with; those without one go to the holder's."""
    groups = [[household[0]]]
    for member in household[1:]:
        if chance.random() < _phone_share(member.age):
            groups.append([member])
        else:
            groups[0].append(member)
    return groups


def _phone_share(age: int) -> float:
    if age < OWN_PHONE_AT:
        return 0.0
    return 0.9 if age < 60 else 0.55 if age < 75 else 0.2


def _relation(holder: _Member, member: _Member) -> str:
    return "self" if member is holder else member.role
