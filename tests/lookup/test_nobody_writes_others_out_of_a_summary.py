"""However much one facility writes into a record, what the person and others said of it stands in every summary.

A stolen key of a facility writes for a day: tiny entries, or large ones. The doctor reads the declared allergy all the
same, and how much is left to `$everything`.
"""

import json
from typing import Any

import pytest

from functions.contribute import daily_quota
from health_record.record import summarised
from health_record.record.access_policy import Assurance
from health_record.summary.document import build_document
from health_record.summary.sections import ALLERGIES, PROBLEMS
from health_record.summary_sources.sources import Contribution, Person, Record, Resource
from tests.conftest import World
from tests.contribute.bundles import bundle, status
from tests.facility_desk import Desk, Resident, coding, new_uuid, register, store_resident

KINDS = "urn:x-so-suc-khoe:allergy-kind"
HERS = Resident(
    answers={
        "history.allergies": [coding(KINDS, "drug")],
        "history.allergy-drug": [{"valueString": "Penicillin"}],
    }
)
DUST = 330


def allergy(person: str, text: str, resource_id: str | None = None) -> Resource:
    return {
        "resourceType": "AllergyIntolerance",
        "id": resource_id or new_uuid(),
        "clinicalStatus": status("allergyintolerance-clinical", "active"),
        "verificationStatus": status("allergyintolerance-verification", "confirmed"),
        "code": {"text": text},
        "patient": {"reference": f"Patient/{person}"},
    }


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, HERS)


def allergies(document: Resource) -> tuple[list[str], str]:
    """What the section lists, and what it says in words."""
    sections: list[Any] = document["entry"][0]["resource"]["section"]
    (section,) = [each for each in sections if each["code"]["coding"][0]["code"] == ALLERGIES]
    listed = {each["reference"] for each in section["entry"]}
    resources = [each["resource"] for each in document["entry"]]
    texts = [each["code"]["text"] for each in resources if f"AllergyIntolerance/{each['id']}" in listed]
    return texts, json.dumps(section, ensure_ascii=False)


def write_dust(thief: Desk, person: str) -> None:
    for start in range(0, DUST, 90):
        few = (allergy(person, f"Bụi {number}") for number in range(start, min(DUST, start + 90)))
        assert thief.transaction(bundle(*few)).status == 200


def test_a_days_dust_hides_nothing_of_others_and_is_counted(world: World, person: str) -> None:
    desk, thief = register(world), register(world, "79002", permissions=["read", "write"])
    assert desk.transaction(bundle(allergy(person, "Tôm"))).status == 200
    write_dust(thief, person)
    texts, words = allergies(desk.summary_by_id(person).json)
    assert {"Thuốc: Penicillin", "Tôm"} <= set(texts)
    assert len(texts) == 302, "the newest 300 of the one, and what the others said"
    assert "Còn 30 mục không hiện ở đây" in words
    told = desk.call("GET", f"Patient/{person}/$everything", query={"_type": "AllergyIntolerance", "_count": "1"}).json
    assert told["total"] == DUST + 1, "of what facilities wrote nothing is left out there"


def test_where_a_summary_would_be_too_large_those_lose_first_who_say_most() -> None:
    person = Person(HERS.record_id, {"full_name": "A", "birth_date": "1985", "sex": "female"}, Assurance.CARD_SEEN)
    few = [allergy(person.record_id, "Tôm", "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1c0a")]
    many = [allergy(person.record_id, f"Bụi {number} " + "rất dài " * 600) for number in range(900)]
    record = Record(
        person=person,
        base_url="https://suckhoe.example/v1/fhir",
        now="2026-11-30T01:00:00.000Z",
        contributions=[
            *(Contribution(each, "79001", "Trạm", "2024-01-01T00:00:00.000Z") for each in few),
            *(Contribution(each, "79002", "Cơ sở", "2026-11-29T00:00:00.000Z") for each in many),
        ],
        weight=10_000_000,
    )
    texts, words = allergies(build_document(record))
    assert "Tôm" in texts, "the oldest of all, and all that this facility said"
    assert "mục không hiện ở đây" in words
    assert 100 < len(texts) < 900


def test_of_all_that_one_facility_may_write_in_a_month_a_summary_takes_the_newest() -> None:
    most = (daily_quota.KILOBYTES[1].limit or 0) // daily_quota.SMALLEST_ENTRY
    items = [
        {"sk": f"contribution#{n:032x}#000001", "kind": "Condition", "resource_id": str(n), "recorded": f"{n:09d}"}
        | {"facility_id": "79002"}
        for n in range(most)
    ]
    taken, left_out = summarised.select(items)
    assert (len(taken), left_out) == (300, {PROBLEMS: most - 300})
    assert taken == items[-300:]
