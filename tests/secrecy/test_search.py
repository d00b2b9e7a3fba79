"""The search finds: each secret is written in each way, planted in each place, and found there as what it is."""

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from tests.conftest import World
from tests.secrecy import sinks
from tests.secrecy.canaries import Canary, canaries
from tests.secrecy.injection_points import INJECTION_POINTS, InjectionPoint
from tests.secrecy.search import Search

type Way = Callable[[str], str]


def apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def bare(text: str) -> str:
    return "".join(each for each in apart(text) if not unicodedata.combining(each))


def escaped(text: str) -> str:
    return json.dumps(text)


def in_base64(before: int, encode: Callable[[bytes], bytes] = base64.b64encode) -> Way:
    return lambda text: encode(b"~?>"[:before] + text.encode() + b"~?>").decode()


def hashed(algorithm: str, encode: Callable[[bytes], str]) -> Way:
    return lambda text: encode(hashlib.new(algorithm, text.encode()).digest())


SHAPES: tuple[Way, ...] = (str, apart, bare)
WRAPPINGS: tuple[Way, ...] = (
    str,
    escaped,
    lambda text: escaped(escaped(text)),
    lambda text: quote(text, safe=""),
    lambda text: re.sub("%..", lambda code: code[0].lower(), quote(text)),
    lambda text: quote(quote(text)),
    quote_plus,
    lambda text: quote(escaped(text)),
    *(in_base64(before) for before in range(3)),
    *(in_base64(before, base64.urlsafe_b64encode) for before in range(3)),
    lambda text: quote(in_base64(1)(text), safe=""),
)
HASHES: list[Way] = [
    hashed(algorithm, encode)
    for algorithm in ("md5", "sha1", "sha256")
    for encode in (
        bytes.hex,
        lambda digest: digest.hex().upper(),
        lambda digest: base64.b64encode(digest).decode(),
        lambda digest: base64.urlsafe_b64encode(digest).decode(),
    )
]
WAYS: list[Way] = [
    *(lambda text, by=by, wrap=wrap: wrap(by(text)) for by in SHAPES for wrap in WRAPPINGS),
    *(lambda text, by=by, change=change: change(by(text)) for by in SHAPES for change in (str.upper, str.lower)),
]


@pytest.fixture(scope="module")
def crowd() -> list[Canary]:
    """A person for each way of writing, so that whoever is found tells which way was."""
    people = canaries(len(WAYS) + len(HASHES))
    for person in people:
        person.tokens, person.codes = [f"Tok_en-{person.place:05d}-of-a-session"], [f"{700_000 + person.place}"]
    return people


@pytest.fixture(scope="module")
def search(crowd: list[Canary]) -> Search:
    return Search(crowd)


def written(crowd: list[Canary]) -> tuple[str, set[tuple[int, str]]]:
    """Everybody's secrets, each person's in another way, and who must be found by what."""
    lines, wanted = [], set()
    for person, way in zip(crowd, [*WAYS, *HASHES], strict=True):
        secrets = person.secrets() if person.place < len(WAYS) else [*person.numbers(), *person.short()]
        for kind, secret in secrets:
            lines.append(f" {way(secret)} ")
            wanted.add((person.place, kind))
    for person in crowd:
        for kind, secret in person.short():
            lines.append(json.dumps({kind: secret}))
            wanted.add((person.place, kind))
    return "\n".join(lines), wanted


def test_each_secret_is_found_in_each_way_of_writing(crowd: list[Canary], search: Search) -> None:
    text, wanted = written(crowd)
    assert len(wanted) > 10 * len(WAYS)
    assert wanted - {(hit.place, hit.kind) for hit in search.hits(text)} == set()


@pytest.mark.parametrize("place", INJECTION_POINTS)
def test_each_secret_is_found_in_each_place(world: World, crowd: list[Canary], search: Search, place: str) -> None:
    text, wanted = written(crowd)
    plant: InjectionPoint = INJECTION_POINTS[place]
    with sinks.watch_sinks() as seen:
        plant.put(seen, text)
    found = search.hits(seen.texts(world)[plant.found_in])
    assert wanted - {(hit.place, hit.kind) for hit in found} == set()


def test_what_is_only_like_a_secret_is_not_found(crowd: list[Canary]) -> None:
    (person,) = canaries(1)
    search = Search([person])
    for _, secret in [*person.secrets(), *person.short()]:
        assert search.hits(f'{{"note": "{secret[:-1]}x"}}') == []
    assert search.hits(f'{{"id": "3{person.pin}", "version": "1.{person.passcode}"}}') == []
