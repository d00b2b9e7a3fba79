"""An account whose card nobody has seen is told the same, whatever happens to the person whose number it claims.

Each case is one thing that a facility or another person does about that number, in two worlds: in one it happened. All
that the account can ask for, and every message to its phone, is equal in both; that is so beside an own honest card.
"""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine

from health_record.identity import sessions
from tests.conftest import World, call_handler
from tests.contribute.cards import INSURANCE_NUMBER, NATIONAL_ID, verify
from tests.declare import people
from tests.declare.links import token_of
from tests.facility_desk import Desk, register
from tests.faults.world_state import restore, snapshot
from tests.isolation.fixture_world import ALL_OPERATIONS, BODIES, LETTER, Operation, Person, fhir_call
from tests.put_at_once import phone_of

NOW, LATER = "2026-11-23T01:30:00Z", "2026-11-30T03:00:00Z"
HERS = Person("Trần Thị Bà", "079156000123", "1956-03-04", people.RECORD_ID, "", sharing=True)
OWN_INSURANCE, OWN_BORN = "DN4790123456789", HERS.born  # a card of another day leads nobody to hers
EMERGENCY = {"purpose": "ETREAT", "reason": "unconscious"}
FACILITY_CALLS = [way for way in ALL_OPERATIONS if way.speaks_fhir and way.operation != "$verify"]
OWN_CALLS = [way for way in ALL_OPERATIONS if not way.speaks_fhir]
CLAIMS = {
    "a stranger's number, name and birth date": {
        "identity_full_name": {"valueString": HERS.name},
        "identity_birth_date": {"valueDate": HERS.born},
        "identity_insurance_number": None,
    },
    "a stranger's number beside an own honest card": {
        "identity_full_name": {"valueString": "Kẻ Tấn Công"},
        "identity_birth_date": {"valueDate": "1956"},
        "identity_insurance_number": {"valueString": OWN_INSURANCE},
    },
}


def send(desk: Desk, way: Operation, **context: str) -> None:
    """A sound call of a facility about the person, by the number or by the id that the number led to."""
    body, query, kind = fhir_call(way, HERS)
    path = way.title.partition("/v1/fhir")[2].removeprefix("/")
    path = path.replace("{id}", f"{HERS.record_id.replace('-', '')}.{'0' * 31}" if "Binary" in path else HERS.record_id)
    if not way.route.path.startswith("/v1/fhir"):
        path = way.route.path.removeprefix("/v1")
    answer = desk.call(way.route.method, path, body, query=query, **({"content_type": kind} if body else {}), **context)
    assert answer.status in (200, 404 if "Binary" in path else 200), (way.title, answer.body)


def by_facility(way: Operation, **context: str) -> Callable[[World, Desk], None]:
    def act(world: World, desk: Desk) -> None:
        assert desk.search(NATIONAL_ID, HERS.number, HERS.born).json["total"] == 1
        send(desk, way, **context)

    return act


def declare_too(world: World, desk: Desk) -> None:
    """The person declares, an hour after whoever claimed the number first, and what is due each hour is done."""
    answer = people.put(
        people.sign_in(people.BOB), declaration_of(**CLAIMS[next(iter(CLAIMS))]), record_id=people.OTHER_ID
    )
    assert answer.status == 201
    importlib.import_module("functions.declare.handler").handler({"task": "resume-erasures"}, None)


def look_up_often(world: World, desk: Desk) -> None:
    for _ in range(101):
        assert desk.search(NATIONAL_ID, HERS.number, HERS.born).status == 200


HAPPENINGS: dict[str, Callable[[World, Desk], None]] = {
    **{way.title: by_facility(way) for way in FACILITY_CALLS},
    **{
        f"{way.title}, emergency": by_facility(way, **EMERGENCY)
        for way in FACILITY_CALLS
        if way.route.function == "lookup"
    },
    "the person declares": declare_too,
    "more than a page of look-ups": look_up_often,
}


def declaration_of(**changes: Any) -> dict[str, Any]:
    changes = {
        "identity_national_id": {"valueString": HERS.number},
        "consent_notices": {"valueBoolean": True},
        **changes,
    }
    return people.declaration(**changes)


@dataclass(frozen=True)
class Claimant:
    """Whoever claimed the number: what they hold, and of what they ask."""

    cookies: dict[str, str]
    share: str
    token: str


def claim(world: World, which: str) -> tuple[Claimant, Desk]:
    desk = register(world, provider_code="79999")
    answer = people.put(people.sign_in(), declaration_of(**CLAIMS[which]))
    assert answer.status == 201, answer.body
    if "honest" in which:
        assert verify(desk, HERS.record_id, OWN_INSURANCE, OWN_BORN, INSURANCE_NUMBER, permit_pin=False).status == 200
    cookies = people.sign_in(level=2)
    made = people.call("POST", "/v1/records/{id}/shares", cookies, body={"minutes": 30}).json
    return Claimant(cookies, made["id"], token_of(made["shlink"])), desk


def ask(claimant: Claimant, way: Operation, which: str) -> tuple[int, str]:
    """What the account is told by one of its own calls; what is drawn anew each time is left out."""
    names = {"id": HERS.record_id, "share": claimant.share, "token": claimant.token, "episode": "0" * 32}
    names |= {"type": "DocumentReference", "entry": LETTER}
    path = {name: value for name, value in names.items() if "{" + name + "}" in way.route.path}
    body, headers = BODIES.get(way.title), {}
    if way.title == "PUT /v1/records/{id}":
        body, headers = declaration_of(**CLAIMS[which], measurements_weight={"valueDecimal": 60}), {"if-match": '"1"'}
    handler = importlib.import_module(f"functions.{way.route.function}.handler").handler
    cookies = {sessions.COOKIE: claimant.cookies[sessions.COOKIE]}
    answer = call_handler(
        handler, way.route.method, way.route.path, path=path, body=body, headers=headers, cookies=cookies
    )
    if way.title == "POST /v1/records/{id}/shares":  # a token and its picture are drawn anew
        return answer.status, str(sorted(answer.json))
    return answer.status, answer.body if way.route.method == "GET" else re.sub(r"[\w-]{22,}", "<drawn>", answer.body)


def all_that_is_told(world: World, claimant: Claimant, which: str) -> dict[str, Any]:
    """Each own call from the same state, and every message to the account's phone."""
    told: dict[str, Any] = {"messages": [text for phone, text in world.sms() if phone == phone_of(people.ALICE)]}
    state = snapshot()
    for way in OWN_CALLS:
        told[way.title] = ask(claimant, way, which)
        if way.route.method != "GET":
            restore(state)
    return told


@pytest.mark.parametrize("which", CLAIMS)
def test_whatever_happens_elsewhere_an_unseen_claim_is_told_the_same(world: World, which: str) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        claimant, desk = claim(world, which)
        traveller.move_to(LATER)
        claimant = Claimant(people.sign_in(level=2), claimant.share, claimant.token)
        before = snapshot()
        quiet = all_that_is_told(world, claimant, which)
        assert {"GET /v1/records", "GET /v1/events", "GET /v1/records/{id}/accesses"} <= set(quiet)
        assert all(quiet[title][0] == 200 for title in ("GET /v1/records", "GET /v1/events")), quiet
        differing = {}
        for happening, act in HAPPENINGS.items():
            restore(before)
            act(world, desk)
            told = all_that_is_told(world, claimant, which)
            if names := [name for name in told if told[name] != quiet[name]]:
                differing[happening] = names
        assert differing == {}
