"""Invented people whose every secret is unmistakable, and a search for each way in which a secret may lie in a text."""

import base64
import hashlib
import json
import random
import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from functions.otp.weak_pins import reason
from health_record.identifiers import REGISTRATION_PROVINCES

MOBILE = ("090", "091", "093", "094", "096", "097", "098")
CONSONANTS, VOWELS = "bcdghklmnpqrtvx", "ấềộữỷ"
BEGINNING = 6
ALONE = re.compile(r"(?<![\w+/=.-])[0-9]{4,6}(?![\w+/=-])")


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

    def forms(self) -> Iterator[str]:
        """Their texts, numbers and tokens in each way in which they might be written."""
        for text in (self.name, self.name.split()[-1], self.address, self.illness):
            yield from _written(text)
        for number in (self.national_id, self.insurance, self.phone, f"+84{self.phone[1:]}"):
            yield from _written(number)
            yield from _hashed(number)
        yield from (separator.join(re.findall(r"...", self.phone[1:])) for separator in ("", " ", ".", "-"))
        yield self.born
        yield from self.tokens


def canaries(number: int, seed: int = 8) -> list[Canary]:
    """`number` people, the same for the same seed."""
    draw = random.Random(f"canaries {seed}")
    return [_canary(draw, place) for place in range(number)]


class Search:
    """Who is in a text, and how. PINs, passcodes and codes count where they stand as a number of their own."""

    def __init__(self, people: Iterable[Canary]) -> None:
        people = list(people)
        self._forms: dict[str, set[str]] = {}  # by their beginning, so that one pass over a text finds all
        for form in (form for person in people for form in person.forms()):
            self._forms.setdefault(form[:BEGINNING], set()).add(form)
        self._short = {code for person in people for code in (person.pin, person.passcode, *person.codes)}

    def hits(self, text: str) -> list[str]:
        """Every secret in the text, as it is written there."""
        known = self._forms
        starts = (at for at in range(len(text)) if text[at : at + BEGINNING] in known)
        found = {form for at in starts for form in known[text[at : at + BEGINNING]] if text.startswith(form, at)}
        return sorted(found) + sorted(self._short & set(ALONE.findall(text)))


def _canary(draw: random.Random, place: int) -> Canary:
    def word(syllables: int) -> str:
        parts = (draw.choice(CONSONANTS) + draw.choice(VOWELS) + draw.choice(CONSONANTS) for _ in range(syllables))
        return "".join(parts).capitalize()

    def digits(number: int) -> str:
        return "".join(draw.choices("0123456789", k=number))

    def pin() -> str:
        return next(made for made in iter(lambda: digits(6), "") if reason(made, 2026) is None)

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


def _written(text: str) -> Iterator[str]:
    """Plain, decomposed, in other cases, without marks, escaped for JSON, percent-encoded, and inside base64."""
    bare = "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
    for form in (text, unicodedata.normalize("NFD", text), bare):
        yield from (form, form.upper(), form.lower())
    yield json.dumps(text)[1:-1]
    yield quote(text)
    content = text.encode()
    yield from (base64.b64encode(b"x" * shift + content).decode()[4 if shift else 0 : -4] for shift in range(3))


def _hashed(number: str) -> Iterator[str]:
    """Hashes without a key, which anybody could reverse by trying all numbers."""
    for algorithm in ("md5", "sha1", "sha256"):
        digest = hashlib.new(algorithm, number.encode()).digest()
        yield from (digest.hex(), base64.b64encode(digest).decode(), base64.urlsafe_b64encode(digest).decode())
