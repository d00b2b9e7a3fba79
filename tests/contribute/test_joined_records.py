"""A record that a facility joined to another of the same person: it says so, and the pair is counted once."""

import contextlib
import itertools
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from health_record.errors import UnavailableError
from tests.conftest import World
from tests.contribute.bundles import visit
from tests.contribute.cards import NATIONAL_ID, NUMBER, verify
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.faults.injection import inject_faults
from tests.faults.world_state import restore, snapshot

BORN = "1960-05-17"
FIRST, SECOND, THIRD = people.RECORD_ID, people.OTHER_ID, "3d1e2b9a-93d4-4a5e-8a57-0b6f6f0c2d33"
ACCOUNTS = {FIRST: people.ALICE, SECOND: people.BOB, THIRD: "c" * 64}
WORDS = "Cơ sở y tế thấy người này đã khai hai lần"


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


def declare(record_id: str, **changes: Any) -> None:
    body = people.declaration(identity_national_id={"valueString": NUMBER}, identity_insurance_number=None, **changes)
    assert people.put(people.sign_in(ACCOUNTS[record_id]), body, record_id=record_id).status == 201


def join(desk: Desk, joined: str, standing: str) -> None:
    assert verify(desk, standing, born=BORN, reason="her card", settle={joined: "join"}).status == 200


def erase(record_id: str) -> None:
    cookies = people.sign_in(ACCOUNTS[record_id], level=2)
    assert people.call("DELETE", people.RECORD, cookies, record_id=record_id).status == 204


def work_off() -> Any:
    from functions.declare.handler import handler

    return handler({"task": "resume-erasures"}, None)


def counted(world: World) -> int:
    """How many people the rows say there are."""
    return len({row["pk"] for row in world.items("facts") if row["pk"].startswith("resident#")})


def consent(record_id: str, purpose: str, *, given: bool) -> None:
    body = {"purpose": purpose, "given": given, "text_version": "1.0.0", "language": "vi"}
    cookies = people.sign_in(ACCOUNTS[record_id], level=2)
    assert people.call("PUT", "/v1/records/{id}/consents", cookies, record_id=record_id, body=body).status == 200


def restrict(record_id: str, *, restricted: bool) -> None:
    cookies = people.sign_in(ACCOUNTS[record_id], level=2)
    route, body = "/v1/records/{id}/restriction", {"restricted": restricted}
    assert people.call("PUT", route, cookies, record_id=record_id, body=body).status == 204


def found(desk: Desk) -> list[str]:
    return [each["resource"]["id"] for each in desk.search(NATIONAL_ID, NUMBER, BORN).json.get("entry", [])]


def test_a_joined_pair_is_counted_once_and_stays_so_whatever_is_written_later(world: World, desk: Desk) -> None:
    declare(FIRST)
    declare(SECOND)
    assert desk.transaction(visit(FIRST)).status == 200
    assert counted(world) == 2
    join(desk, FIRST, SECOND)
    assert counted(world) == 1
    assert desk.transaction(visit(FIRST, onsetDateTime="2026-11-18")).status == 200
    changed = people.declaration(
        identity_national_id={"valueString": NUMBER}, identity_insurance_number=None, measurements_height=None
    )
    cookies = people.sign_in(ACCOUNTS[FIRST], level=2)
    assert people.put(cookies, changed, record_id=FIRST, version=1).status == 200
    for given in (False, True):
        consent(FIRST, "statistics", given=given)
    for restricted in (True, False):
        restrict(FIRST, restricted=restricted)
    assert (counted(world), work_off()) == (1, {"erasures": 0, "recounts": 0})


@pytest.mark.parametrize("erased", [FIRST, SECOND])
def test_a_pair_of_which_one_is_erased_is_counted_once_by_the_other(world: World, desk: Desk, erased: str) -> None:
    declare(FIRST)
    declare(SECOND)
    join(desk, FIRST, SECOND)
    erase(erased)
    assert work_off()["recounts"] == (1 if erased == SECOND else 0)
    assert (counted(world), found(desk)) == (1, [FIRST if erased == SECOND else SECOND])
    assert work_off() == {"erasures": 0, "recounts": 0}
    assert shown(FIRST) is (False if erased == SECOND else None)


@pytest.mark.parametrize("order", list(itertools.permutations((FIRST, SECOND, THIRD))))
def test_three_records_of_a_person_are_counted_once_whichever_are_erased(
    world: World, desk: Desk, order: tuple[str, str, str]
) -> None:
    for record_id in (FIRST, SECOND, THIRD):
        declare(record_id)
    join(desk, FIRST, SECOND)
    join(desk, SECOND, THIRD)
    assert counted(world) == 1
    for left, record_id in zip((1, 1, 0), order, strict=True):
        erase(record_id)
        work_off()
        assert counted(world) == left


@pytest.mark.parametrize("kind", ["throttled", "answer lost"])
@pytest.mark.parametrize(
    ("is_chain", "erased", "is_joined"),
    [(False, [SECOND], False), (True, [SECOND], True), (True, [SECOND, THIRD], False)],
)
def test_what_breaks_at_any_call_is_done_in_the_next_hour(
    world: World, desk: Desk, is_chain: bool, erased: list[str], is_joined: bool, kind: str
) -> None:
    for record_id in (FIRST, SECOND, THIRD):
        declare(record_id)
    join(desk, FIRST, SECOND)
    if is_chain:
        join(desk, SECOND, THIRD)
    for record_id in erased[:-1]:
        erase(record_id)
    cookies = people.sign_in(ACCOUNTS[erased[-1]], level=2)
    before = snapshot()

    def erase_and_work_off() -> None:
        people.call("DELETE", people.RECORD, cookies, record_id=erased[-1])
        work_off()

    with inject_faults() as whole:
        erase_and_work_off()
    left = counted(world)
    for place in range(1, len(whole.call_sites)):
        restore(before)
        with inject_faults(place, kind), contextlib.suppress(UnavailableError, ClientError, BotoCoreError):
            erase_and_work_off()
        people.call("DELETE", people.RECORD, cookies, record_id=erased[-1])
        work_off()
        assert work_off() == {"erasures": 0, "recounts": 0}, whole.call_sites[place]
        assert (counted(world), shown(FIRST)) == (left, is_joined), whole.call_sites[place]


def test_who_is_not_counted_is_not_counted_by_being_alone_again(world: World, desk: Desk) -> None:
    declare(FIRST, consent_statistics={"valueBoolean": False})
    declare(SECOND)
    join(desk, FIRST, SECOND)
    erase(SECOND)
    assert work_off()["recounts"] == 1
    assert (counted(world), found(desk)) == (0, [FIRST])


def test_the_card_of_a_joined_record_makes_it_the_persons_own_again(world: World, desk: Desk) -> None:
    declare(FIRST)
    declare(SECOND)
    join(desk, FIRST, SECOND)
    assert verify(desk, FIRST, born=BORN, reason="her card", settle={SECOND: "join"}).status == 200
    work_off()
    assert (counted(world), found(desk)) == (1, [FIRST])
    erase(FIRST)
    work_off()
    assert (counted(world), found(desk)) == (1, [SECOND])


def shown(record_id: str) -> bool | None:
    """What the own page is told of the record; None for one that is not there."""
    cookies = people.sign_in(ACCOUNTS[record_id], level=2)
    rows = {row["id"]: row for row in people.call("GET", "/v1/records", cookies).json["records"]}
    return rows[record_id].get("joined", False) if record_id in rows else None


def test_the_account_and_facilities_are_told_in_words(world: World, desk: Desk) -> None:
    declare(FIRST)
    declare(SECOND)
    assert (shown(FIRST), shown(SECOND)) == (False, False)
    join(desk, FIRST, SECOND)
    assert (shown(FIRST), shown(SECOND)) == (True, False)
    cookies = people.sign_in(ACCOUNTS[FIRST], level=2)
    own = people.call("GET", "/v1/records/{id}/summary", cookies, record_id=FIRST).json
    for record_id, document in ((FIRST, own), (FIRST, desk.summary_by_id(FIRST).json), (SECOND, None)):
        document = document or desk.summary_by_id(record_id).json
        composition, patient = (entry["resource"] for entry in document["entry"][:2])
        tags = {(tag["system"], tag["code"]) for tag in patient["meta"]["tag"]}
        is_joined = record_id == FIRST
        assert (("urn:x-so-suc-khoe:record", "joined") in tags) is is_joined
        assert (WORDS in composition["text"]["div"]) is is_joined
        assert SECOND not in str(document) or record_id == SECOND, (
            "which record it is stays with the facility's look-up"
        )


def test_no_table_joins_the_two_in_clear(world: World, desk: Desk) -> None:
    declare(FIRST)
    declare(SECOND)
    join(desk, FIRST, SECOND)
    for name in ("records", "keys", "access", "facts"):
        for item in world.items(name):
            assert not (FIRST in str(item) and SECOND in str(item)), item
