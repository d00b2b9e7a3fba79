"""Whoever may not know something learns nothing of it by a refusal: same answer, same order of checks, same calls.

Each case is a route, a caller, and two worlds that differ only in what the caller may not know.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine

from tests.conftest import World, forget_caches
from tests.contribute import bundles
from tests.contribute.bundles import bundle, encounter
from tests.contribute.cards import INSURANCE_NUMBER, verify
from tests.declare import people
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.faults.injection import inject_faults

ENTRY, OTHER_ENTRY = "6f1d1c0a-0000-4000-8000-000000000001", "6f1d1c0a-0000-4000-8000-000000000002"
NOWHERE = "6f1d1c0a-0000-4000-8000-00000000000f"
PERSON = Resident().record_id
NUMBER, BORN = Resident().national_id, Resident().birth_date
SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
EMERGENCY = {"purpose": "ETREAT", "reason": "unable"}
NOW = "2026-11-23T01:30:00Z"


def condition(person: str, **changes: Any) -> dict[str, Any]:
    """A sound Condition that refers to nothing else; None leaves a member out."""
    whole = bundles.condition(person, **({"encounter": None} | changes))
    return {name: member for name, member in whole.items() if member is not None}


def observation(person: str, **changes: Any) -> dict[str, Any]:
    whole = bundles.observation(person, **({"encounter": None} | changes))
    return {name: member for name, member in whole.items() if member is not None}


@dataclass(frozen=True)
class Seen:
    """What the caller sees of one call, and what AWS is asked for."""

    status: int
    body: str
    headers: dict[str, str]
    calls: list[str]


def seen(answer: Callable[[], Any]) -> Seen:
    with inject_faults() as made:
        found = answer()
    body = found.body.decode() if isinstance(found.body, bytes) else found.body
    body = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "<instant>", body)
    headers = {name: value for name, value in found.headers.items() if name != "x-request-id"}
    return Seen(found.status, body, headers, [place.operation for place in made.call_sites])


WRITERS = {
    "a writer that may not read": (["write"], True),
    "a reader without the person's consent": (["read", "write"], False),
}


def another_confirmed(world: World, sharing: bool, *, taken: bool) -> None:
    store_resident(world, Resident(sharing=sharing))
    answer = register(world, "79002").transaction(
        bundle(condition(PERSON, id=ENTRY if taken else OTHER_ENTRY), encounter(PERSON))
    )
    assert answer.status == 200


WRONG = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "entered-in-error"}]
}
WRITINGS: dict[str, Callable[[Desk], Any]] = {
    "a sound entry": lambda desk: desk.transaction(bundle(condition(PERSON, id=ENTRY))),
    "an entry that another entry refers to": lambda desk: desk.transaction(
        bundle(condition(PERSON, id=ENTRY), observation(PERSON, focus=[{"reference": f"Condition/{ENTRY}"}]))
    ),
    "an entry whose reference leads nowhere": lambda desk: desk.transaction(
        bundle(condition(PERSON, id=ENTRY, encounter={"reference": f"Encounter/{NOWHERE}"}))
    ),
    "a reference to it": lambda desk: desk.transaction(
        bundle(observation(PERSON, focus=[{"reference": f"Condition/{ENTRY}"}]))
    ),
    "a trial": lambda desk: desk.call(
        "POST", "Bundle/$validate", json.dumps(bundle(condition(PERSON, id=ENTRY))).encode()
    ),
    "an entry withdrawn": lambda desk: desk.transaction(
        bundle(condition(PERSON, id=ENTRY, verificationStatus=WRONG, clinicalStatus=None))
    ),
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def in_two_worlds(
    reset: Callable[[], World], prepare: Callable[[World, bool], None], call: Callable[[World], Any]
) -> Any:
    found = []
    for secret in (True, False):
        world = reset()
        prepare(world, secret)
        found.append(call(world))
    assert found[0] == found[1]
    return found[0]


@pytest.fixture
def reset(world: World) -> Callable[[], World]:
    """Empties the tables: the second world begins as the first did."""

    def empty() -> World:
        for name in ("access", "records", "keys", "facts", "facilities", "audit"):
            keys = [key["AttributeName"] for key in world.table(name).key_schema]
            for item in world.items(name):
                world.table(name).delete_item(Key={key: item[key] for key in keys})
        forget_caches()
        return world

    return empty


@pytest.mark.parametrize("caller", WRITERS)
@pytest.mark.parametrize("writing", WRITINGS)
def test_who_may_not_read_learns_nothing_of_what_another_facility_wrote(
    reset: Callable[[], World], writing: str, caller: str
) -> None:
    permissions, sharing = WRITERS[caller]

    def calls(world: World) -> list[Seen]:
        desk = register(world, permissions=permissions)
        desk.transaction(bundle(encounter(PERSON)))  # what an environment reads once, it has read
        return [seen(lambda: WRITINGS[writing](desk)) for _ in range(2)]

    found = in_two_worlds(reset, lambda world, taken: another_confirmed(world, sharing, taken=taken), calls)
    refused = writing in ("an entry whose reference leads nowhere", "a reference to it")
    assert [each.status for each in found] == [422 if refused else 200] * 2


def test_what_such_a_writer_writes_is_kept_beside_the_other_and_grows_by_its_own_versions(world: World) -> None:
    another_confirmed(world, sharing=True, taken=True)
    desk, reader = register(world, permissions=["write"]), register(world, "79003")

    def written(text: str) -> tuple[str, str]:
        answer = desk.transaction(bundle(condition(PERSON, id=ENTRY, code={"text": text})))
        (entry,) = answer.json["entry"]
        return entry["response"]["status"], entry["response"]["location"]

    first = f"Condition/{ENTRY}/_history/1"
    assert written("Viêm phổi") == ("201 Created", first)
    assert written("Viêm phổi") == ("200 OK", first)
    assert written("Viêm phế quản") == ("200 OK", f"Condition/{ENTRY}/_history/2")
    refers = observation(PERSON, focus=[{"reference": f"Condition/{ENTRY}"}])
    assert desk.transaction(bundle(refers)).status == 200
    shown = [entry["resource"] for entry in reader.everything(PERSON).json["entry"]]
    conditions = {each["id"]: each["code"] for each in shown if each["resourceType"] == "Condition"}
    assert len(conditions) == 2
    (own,) = set(conditions) - {ENTRY}
    assert conditions[own] == {"text": "Viêm phế quản"}
    (focus,) = [each["focus"] for each in shown if each["resourceType"] == "Observation"]
    assert focus == [{"reference": f"Condition/{own}"}]
    allowed = register(world, permissions=["read", "write"])
    assert allowed.transaction(bundle(condition(PERSON, id=ENTRY, code={"text": "Hen"}))).status == 200
    versions = {
        entry["resource"]["id"]: entry["resource"]["meta"]["versionId"]
        for entry in reader.everything(PERSON).json["entry"]
        if entry["resource"]["resourceType"] == "Condition"
    }
    assert versions[own] == "3", "the name once chosen stays"


def test_nobody_can_work_out_under_which_id_it_is_kept(world: World) -> None:
    """Else a third facility could take that id first, and the refusal would be back."""
    another_confirmed(world, sharing=True, taken=True)
    desk = register(world, permissions=["write"])
    names = []
    for person in (PERSON, people.RECORD_ID):
        if person != PERSON:
            store_resident(world, Resident(record_id=person, account="another"))
            assert register(world, "79002").transaction(bundle(condition(person, id=ENTRY))).status == 200
        assert desk.transaction(bundle(condition(person, id=ENTRY))).status == 200
        shown = [entry["resource"] for entry in register(world, "79003").everything(person).json["entry"]]
        kept = {each["id"] for each in shown if each["resourceType"] == "Condition"}
        names += kept - {ENTRY}
    assert len(set(names)) == 2


READINGS: dict[str, Callable[[Desk, str], Any]] = {
    "$summary by id": lambda desk, person: desk.call("GET", f"Patient/{person}/$summary"),
    "$summary by id, emergency": lambda desk, person: desk.call("GET", f"Patient/{person}/$summary", **EMERGENCY),
    "$everything": lambda desk, person: desk.everything(person),
    "attachment": lambda desk, person: desk.call("GET", f"Binary/{person.replace('-', '')}.{'0' * 31}"),
    "$summary by number": lambda desk, _: desk.summary(SYSTEM, NUMBER, BORN),
    "search": lambda desk, _: desk.search(SYSTEM, NUMBER, BORN),
    "$match": lambda desk, _: desk.match(
        {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": NUMBER}], "birthDate": BORN}
    ),
    "transaction": lambda desk, person: desk.transaction(bundle(condition(person, id=ENTRY))),
    "$validate": lambda desk, person: desk.call(
        "POST", "Bundle/$validate", json.dumps(bundle(condition(person, id=ENTRY))).encode()
    ),
    "$verify": lambda desk, person: verify(desk, person, NUMBER, BORN),
}


@pytest.mark.parametrize("state", ["absent", "restricted", "no consent", "erasing"])
@pytest.mark.parametrize("reading", READINGS)
def test_a_facility_without_the_permission_is_told_that_and_nothing_of_the_record(
    reset: Callable[[], World], reading: str, state: str
) -> None:
    def prepare(world: World, there: bool) -> None:
        if there or state != "absent":
            store_resident(
                world,
                Resident() if there else Resident(restricted=state == "restricted", sharing=state != "no consent"),
            )
        if not there and state == "erasing":
            world.table("records").update_item(
                Key={"pk": f"record#{PERSON}", "sk": "meta"},
                UpdateExpression="SET erasing = :yes",
                ExpressionAttributeValues={":yes": True},
            )

    def call(world: World) -> Seen:
        desk = register(world, permissions=[])
        found = seen(lambda: READINGS[reading](desk, PERSON))
        assert (found.status, "permission-missing" in found.body) == (403, True)
        return found

    in_two_worlds(reset, prepare, call)


@pytest.mark.parametrize("reading", ["$summary by id", "$everything", "attachment"])
def test_without_an_emergency_a_restriction_looks_like_no_consent(reset: Callable[[], World], reading: str) -> None:
    def prepare(world: World, restricted: bool) -> None:
        store_resident(world, Resident(restricted=restricted, sharing=restricted))

    in_two_worlds(reset, prepare, lambda world: seen(lambda: READINGS[reading](register(world), PERSON)))


def test_an_emergency_without_its_permission_is_refused_alike_whatever_the_record_says(
    reset: Callable[[], World],
) -> None:
    def prepare(world: World, restricted: bool) -> None:
        store_resident(world, Resident(restricted=restricted, sharing=not restricted))

    def call(world: World) -> Seen:
        desk = register(world, permissions=["read"])
        found = seen(lambda: desk.call("GET", f"Patient/{PERSON}/$summary", **EMERGENCY))
        assert found.status == 403
        return found

    in_two_worlds(reset, prepare, call)


def test_a_settlement_that_names_another_persons_record_is_refused_like_one_that_names_nobody(
    reset: Callable[[], World],
) -> None:
    def prepare(world: World, there: bool) -> None:
        store_resident(world, Resident())
        if there:
            store_resident(
                world,
                Resident(
                    record_id=people.OTHER_ID, account="another", national_id="079185000077", insurance_number=None
                ),
            )

    def call(world: World) -> Seen:
        desk = register(world)
        settle = [
            {
                "name": "settle",
                "part": [{"name": "record", "valueString": people.OTHER_ID}, {"name": "action", "valueCode": "keep"}],
            }
        ]
        parameters = [
            {"name": "identifier", "valueString": f"{SYSTEM}|{NUMBER}"},
            {"name": "birthdate", "valueDate": BORN},
            *settle,
        ]
        body = json.dumps({"resourceType": "Parameters", "parameter": parameters}).encode()
        desk.call("POST", f"Patient/{PERSON}/$verify", body)
        found = seen(lambda: desk.call("POST", f"Patient/{PERSON}/$verify", body))
        assert found.status == 422
        return found

    in_two_worlds(reset, prepare, call)


# The account: what became of its number elsewhere, and what facilities wrote before its card was seen.


def lost_number(world: World, lost: bool) -> None:
    """Another record has claimed the number, too; a facility saw that person's card, or did not."""
    people.put(people.sign_in())
    people.put(people.sign_in(people.BOB), record_id=people.OTHER_ID)
    if lost:
        answer = verify(register(world), people.OTHER_ID, people.NATIONAL_ID, "1960-05-17")
        assert answer.status == 200


def test_a_correction_that_leaves_its_number_in_tells_nothing_of_who_verified_it(reset: Callable[[], World]) -> None:
    def call(_: World) -> Seen:
        cookies = people.sign_in(level=2)
        taller = people.declaration(measurements_height={"valueDecimal": 157})
        found = seen(lambda: people.put(cookies, taller, version=1))
        assert (found.status, json.loads(found.body)["warnings"]) == (200, [])
        return found

    in_two_worlds(reset, lost_number, call)


def test_a_number_that_is_claimed_anew_is_still_refused_where_it_is_verified_for_another(world: World) -> None:
    lost_number(world, lost=True)
    cookies = people.sign_in(level=2)
    without = people.declaration(identity_national_id=None, identity_insurance_number=None)
    assert people.put(cookies, without, version=1).status == 200
    assert people.put(cookies, people.declaration(), version=2).status == 409


def facility_wrote(world: World, wrote: bool) -> None:
    people.put(people.sign_in())
    desk = register(world)
    if wrote:
        entries = bundle(condition(people.RECORD_ID, id=ENTRY), encounter(people.RECORD_ID))
        assert desk.transaction(entries).status == 200


DISPUTES = "/v1/records/{id}/disputes"
OWN_READINGS: dict[str, Callable[[dict[str, str]], Any]] = {
    "a dispute": lambda cookies: people.call(
        "POST", DISPUTES, cookies, body={"resource": f"Condition/{ENTRY}", "reason": "Không phải tôi"}
    ),
    "summary": lambda cookies: people.call("GET", "/v1/records/{id}/summary", cookies),
    "episodes": lambda cookies: people.call("GET", "/v1/records/{id}/episodes", cookies),
}


@pytest.mark.parametrize("reading", ["a dispute", "episodes"])
def test_before_its_card_was_seen_an_account_learns_nothing_of_what_facilities_wrote(
    reset: Callable[[], World], reading: str
) -> None:
    in_two_worlds(reset, facility_wrote, lambda _: seen(lambda: OWN_READINGS[reading](people.sign_in(level=2))))


def test_before_its_card_was_seen_the_list_of_accesses_tells_of_no_facility(world: World) -> None:
    """Whoever declares somebody else's number would learn at which hospital that person is treated."""
    people.put(people.sign_in())
    desk = register(world)
    body = bundle(condition(people.RECORD_ID, id=ENTRY), encounter(people.RECORD_ID))
    number, born = people.NATIONAL_ID, "1960-05-17"
    patient = {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": number}], "birthDate": born}
    calls: list[tuple[Any, int]] = [
        (desk.call("POST", "Bundle/$validate", json.dumps(body).encode()), 200),
        (desk.transaction(body), 200),
        (desk.transaction(bundle(condition(people.RECORD_ID, id=NOWHERE, code={}))), 422),
        (desk.search(SYSTEM, number, born), 200),
        (desk.match(patient), 200),
        (desk.summary(SYSTEM, number, born), 200),
        (desk.summary_by_id(people.RECORD_ID), 200),
        (desk.everything(people.RECORD_ID), 200),
        (desk.call("GET", f"Binary/{people.RECORD_ID.replace('-', '')}.{'0' * 31}"), 404),
        (desk.call("GET", f"Patient/{people.RECORD_ID}/$summary", **EMERGENCY), 200),
    ]
    assert [answer.status for answer, _ in calls] == [status for _, status in calls]
    accesses = "/v1/records/{id}/accesses"
    hidden = people.call("GET", accesses, people.sign_in(level=2)).json
    assert hidden == {"accesses": []}
    assert verify(desk, people.RECORD_ID, people.NATIONAL_ID, "1960-05-17").status == 200
    some = people.call("GET", accesses, people.sign_in(level=2)).json
    by_number = {"search", "match", "summary", "verify"}
    assert (set(some), {access["action"] for access in some["accesses"]}) == ({"accesses"}, by_number)
    assert verify(desk, people.RECORD_ID, people.INSURANCE, "1960-05-17", INSURANCE_NUMBER).status == 200
    shown = people.call("GET", accesses, people.sign_in(level=2)).json
    assert set(shown) == {"accesses", "receipt"}
    read = {"search", "match", "summary", "everything", "attachment"}
    assert {access["action"] for access in shown["accesses"]} == {"verify", "transaction", "validate", *read}
    assert {access["facility"] for access in shown["accesses"]} == {"79001"}
    assert sum(access["emergency"] for access in shown["accesses"]) == 1
