"""Invented people whose every secret is unmistakable."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from functions.otp.pin.weak_pins import find_weakness
from health_record.identity.identifiers import REGISTRATION_PROVINCES

MOBILE = ("090", "091", "093", "094", "096", "097", "098")
CONSONANTS, VOWELS = "bcdghklmnpqrtvx", "ấềộữỷ"


@dataclass
class Canary:
    """One resident: what is theirs for good, and the tokens and codes that came up on the way."""

    place: int
    name: str
    phone: str
    national_id: str
    insurance: str
    born: str
    address: str
    illness: str
    pin: str
    passcode: str
    record_id: str
    tokens: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    @property
    def client(self) -> str:
        """The address they call from."""
        return f"198.18.{self.place // 250}.{self.place % 250 + 1}"

    def secrets(self) -> Iterator[tuple[str, str]]:
        """What may be written nowhere, each in the ways that people write it."""
        yield from (("name", self.name), ("last name", self.name.split()[-1]))
        yield from (("address", self.address), ("illness", self.illness))
        year, month, day = self.born.split("-")
        yield from (("birth date", self.born), ("birth date", f"{day}/{month}/{year}"))
        yield from self.numbers()
        groups = [self.phone[1:4], self.phone[4:7], self.phone[7:]]
        yield from (("phone", separator.join(groups)) for separator in ("", " ", ".", "-"))
        yield from (("token", token) for token in self.tokens)

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Numbers of so many digits that a hash of one can be reversed by trying all."""
        yield from (("phone", self.phone), ("phone", f"+84{self.phone[1:]}"))
        yield from (("national id", self.national_id), ("insurance", self.insurance))

    def short(self) -> Iterator[tuple[str, str]]:
        """Numbers of so few digits that part of any other may look like one."""
        yield from (("PIN", self.pin), ("passcode", self.passcode))
        yield from (("code", code) for code in self.codes)


def canaries(number: int, seed: int = 8) -> list[Canary]:
    """`number` people, the same for the same seed."""
    draw = random.Random(f"canaries {seed}")
    return [_canary(draw, place) for place in range(number)]


def _canary(draw: random.Random, place: int) -> Canary:
    def word(syllables: int) -> str:
        parts = (draw.choice(CONSONANTS) + draw.choice(VOWELS) + draw.choice(CONSONANTS) for _ in range(syllables))
        return "".join(parts).capitalize()

    def digits(number: int) -> str:
        return "".join(draw.choices("0123456789", k=number))

    def pin() -> str:
        return next(made for made in iter(lambda: digits(6), "") if find_weakness(made, 2026) is None)

    return Canary(
        place=place,
        name=f"Nguyễn Thị {word(4)}",
        phone=f"{draw.choice(MOBILE)}{digits(7)}",
        national_id=f"{draw.choice(sorted(REGISTRATION_PROVINCES))}1{digits(8)}",
        insurance=f"DN479{digits(10)}",
        born=f"{draw.randint(1930, 1999)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
        address=f"12 hẻm {word(4)}",
        illness=f"bướu {word(4)}",
        pin=pin(),
        passcode=pin(),
        record_id=str(uuid.UUID(int=draw.getrandbits(128), version=4)),
    )
