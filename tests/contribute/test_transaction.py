"""A facility writes what was done; another reads it; a repeat changes nothing."""

import copy
import json
import re
from typing import Any

import pytest
import time_machine

from tests.conftest import World
from tests.contribute.bundles import (
    CONDITION_ID,
    ENCOUNTER_ID,
    OBSERVATION_ID,
    bundle,
    condition,
    encounter,
    observation,
    status,
    visit,
)
from tests.facility_desk import Resident, coding, new_uuid, register, store_resident

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NOW = "2026-11-23T01:30:00Z"


def contributions(world: World) -> list[str]:
    return sorted(item["sk"] for item in world.items("records") if item["sk"].startswith("contribution#"))


def diagnoses(world: World) -> list[dict[str, Any]]:
    return [item for item in world.items("facts") if item["sk"].startswith("diagnosis#")]


def refusal(answer: Any) -> tuple[int, list[tuple[str, str]]]:
    """Status, and for each issue its expression and text."""
    assert answer.json["resourceType"] == "OperationOutcome"
    return answer.status, [(each["expression"][0], each["details"]["text"]) for each in answer.json["issue"]]


def test_a_transaction_is_written_and_answered_entry_by_entry(world: World) -> None:
    person = store_resident(world, Resident())
    with time_machine.travel(NOW, tick=False):
        answer = register(world).transaction(visit(person))
    assert (answer.status, answer.json) == (
        200,
        {
            "resourceType": "Bundle",
            "type": "transaction-response",
            "entry": [
                {
                    "response": {
                        "status": "201 Created",
                        "location": f"{kind}/{key}/_history/1",
                        "etag": 'W/"1"',
                        "lastModified": "2026-11-23T01:30:00.000Z",
                    }
                }
                for kind, key in (
                    ("Encounter", ENCOUNTER_ID),
                    ("Condition", CONDITION_ID),
                    ("Observation", OBSERVATION_ID),
                )
            ],
        },
    )
    assert [re.sub("[0-9a-f]{32}", "<keyed id>", sk) for sk in contributions(world)] == [
        "contribution#<keyed id>#000001"
    ] * 3
    (audited,) = world.items("audit")
    assert (audited["action"], audited["outcome"], audited["record_id"]) == ("transaction", "allowed", person)


def test_two_facilities_one_writes_and_the_other_reads_it(world: World) -> None:
    person = store_resident(world, Resident())
    writer, reader = register(world, "79001"), register(world, "79002", name="Bệnh viện Gia Định")
    assert writer.transaction(visit(person)).status == 200
    read = reader.summary(NATIONAL_ID, "079185001234", "1985-03-02")
    by_type = {entry["resource"]["resourceType"]: entry["resource"] for entry in read.json["entry"]}
    assert by_type["Condition"]["meta"]["tag"] == [
        {"system": "urn:x-so-suc-khoe:source", "code": "facility", "display": "Cơ sở y tế ghi nhận"},
        {"system": "urn:x-so-suc-khoe:facility", "code": "79001", "display": "Trung tâm Y tế Bình Quới"},
    ]
    assert by_type["Observation"]["valueQuantity"]["value"] == 98
    assert "Encounter" in by_type  # the diagnosis refers to it


@pytest.mark.parametrize("change", [{}, {"onsetDateTime": "2026-11-19"}])
def test_a_resource_stays_its_facilitys(world: World, change: dict[str, Any]) -> None:
    person = store_resident(world, Resident())
    register(world, "79001").transaction(visit(person))
    before = (contributions(world), diagnoses(world))
    other = register(world, "79002", name="Bệnh viện Gia Định")
    status_, issues = refusal(other.transaction(bundle(condition(person, encounter={"display": "x"}, **change))))
    assert (status_, [path for path, _ in issues]) == (409, ["Bundle.entry[0].resource"])
    assert "cơ sở khác" in issues[0][1]
    assert (contributions(world), diagnoses(world)) == before
    assert other.transaction(bundle(condition(person, id=new_uuid(), encounter={"display": "x"}))).status == 200


def test_a_facility_confirms_what_the_person_declared_and_another_cannot_take_that_over(world: World) -> None:
    declared = {"history.conditions": [coding("http://hl7.org/fhir/sid/icd-10", "I10")]}
    person = store_resident(world, Resident(answers=declared))
    first, second = register(world, "79001"), register(world, "79002", name="Bệnh viện Gia Định")
    before = conditions(second.summary_by_id(person))
    confirmed = condition(person, id=before[0]["id"], code=before[0]["code"], encounter={"display": "x"})
    assert first.transaction(bundle(confirmed)).status == 200
    (shown,) = conditions(second.summary_by_id(person))
    assert shown["verificationStatus"]["coding"][0]["code"] == "confirmed"
    assert [tag["code"] for tag in shown["meta"]["tag"]] == ["facility", "79001"]
    assert second.transaction(bundle(confirmed)).status == 409


def conditions(answer: Any) -> list[dict[str, Any]]:
    found = [entry["resource"] for entry in answer.json["entry"]]
    return [each for each in found if each["resourceType"] == "Condition"]


def test_decimals_come_back_digit_by_digit(world: World) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    sent = json.dumps(bundle(observation(person))).replace(": 98,", ": 68.50,").encode()
    assert desk.send(desk.sign_call("POST", "", sent)).status == 200
    for read in (desk.summary_by_id(person), desk.everything(person)):
        assert b'"value":68.50,' in read.body
    assert b">68,50<" in desk.summary_by_id(person).body
    assert b" (68.50)<" in desk.summary_by_id(person).body
    again = desk.send(desk.sign_call("POST", "", sent))
    assert again.json["entry"][0]["response"]["etag"] == 'W/"1"'


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1e-999", "1e31", "0." + "1" * 60, "1" * 50])
def test_a_number_that_readers_would_lose_is_refused_where_it_stands(world: World, number: str) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    sent = json.dumps(bundle(observation(person))).replace(": 98,", f": {number},").encode()
    status_, issues = refusal(desk.send(desk.sign_call("POST", "", sent)))
    assert (status_, [path for path, _ in issues]) == (422, ["Bundle.entry[0].resource.valueQuantity.value"])
    assert contributions(world) == []


def test_a_number_without_end_is_no_json(world: World) -> None:
    desk = register(world)
    answer = desk.send(desk.sign_call("POST", "", b'{"a": 1e99999999999999999999999}'))
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (400, "not-json")


@pytest.mark.parametrize(("language", "text"), [("vi", "là bắt buộc"), ("en", "is required")])
def test_faults_are_told_in_the_language_asked_for(world: World, language: str, text: str) -> None:
    desk = register(world)
    message = desk.sign_call("POST", "", json.dumps({**bundle(), "entry": [{}]}).encode())
    message.headers["accept-language"] = language
    ((_, told),) = refusal(desk.send(message))[1]
    assert told == f"Bundle.entry[0].resource: {text}"


def test_a_call_that_breaks_off_here_leaves_its_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = store_resident(world, Resident())
    desk = register(world)

    def broken(*_: Any) -> None:
        raise RuntimeError("Nguyễn Thị Thử")

    monkeypatch.setattr("functions.contribute.contribution_writes.diagnoses.build_writes", broken)
    assert desk.transaction(visit(person)).status == 500
    monkeypatch.setattr("functions.contribute.contribution_writes._commit", lambda *_: False)
    monkeypatch.setattr("functions.contribute.contribution_writes.diagnoses.build_writes", lambda *_: [])
    assert desk.transaction(visit(person)).status == 503
    audited = sorted(world.items("audit"), key=lambda item: item["at"])
    assert [(item["outcome"], item["detail"], item["record_id"]) for item in audited] == [
        ("failed", "internal", person),
        ("failed", "unavailable", person),
    ]
    assert "Nguyễn" not in repr(audited)


def test_the_same_bundle_twice_changes_nothing(world: World) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    first = desk.transaction(visit(person))
    before = (contributions(world), diagnoses(world))
    again = desk.transaction(visit(person))
    assert (contributions(world), diagnoses(world)) == before
    assert [entry["response"]["status"] for entry in again.json["entry"]] == ["200 OK"] * 3
    assert [entry["response"]["etag"] for entry in again.json["entry"]] == ['W/"1"'] * 3
    assert again.json["entry"][0]["response"]["lastModified"] == first.json["entry"][0]["response"]["lastModified"]
    assert [item["outcome"] for item in world.items("audit")] == ["allowed", "allowed"]


def test_a_correction_is_a_new_version_and_the_summary_shows_the_newest(world: World) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    desk.transaction(visit(person))
    corrected = desk.transaction(bundle(observation(person, valueString="không đọc được", valueQuantity=None)))
    assert corrected.status == 422
    changed = observation(person)
    changed["valueQuantity"]["value"] = 89
    answer = desk.transaction(bundle(changed))
    assert answer.json["entry"][0]["response"]["etag"] == 'W/"2"'
    read = desk.summary(NATIONAL_ID, "079185001234", "1985-03-02").json
    values = [e["resource"]["valueQuantity"]["value"] for e in read["entry"] if "valueQuantity" in e["resource"]]
    assert values == [89]


def test_a_diagnosis_becomes_a_fact_without_a_name_and_follows_its_corrections(world: World) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    desk.transaction(visit(person))
    (row,) = diagnoses(world)
    place = row.pop("sk")
    assert re.fullmatch("diagnosis#[0-9a-f]{32}", place)
    assert row == {
        "pk": "resident#pseudonym-1",
        "card_seen": False,
        "ward": "26944",
        "sex": "female",
        "birth_year": 1985,
        "code": "A90",
        "onset": "2026-11-20",
        "facility": "79001",
    }
    desk.transaction(visit(person, onsetDateTime="2026-11-19"))
    assert [(item["sk"], item["onset"]) for item in diagnoses(world)] == [(place, "2026-11-19")]
    wrong = condition(person, verificationStatus=status("condition-ver-status", "entered-in-error"))
    del wrong["clinicalStatus"]
    assert desk.transaction(bundle(encounter(person), wrong)).status == 200
    assert diagnoses(world) == []


def test_without_consent_to_statistics_a_diagnosis_is_no_fact(world: World) -> None:
    person = store_resident(world, Resident(statistics=False))
    assert register(world).transaction(visit(person)).status == 200
    assert diagnoses(world) == []


def test_nothing_of_a_contribution_can_be_read_in_the_tables(world: World) -> None:
    person = store_resident(world, Resident())
    register(world).transaction(visit(person))
    shown = repr(world.items("records")) + repr(world.items("audit"))
    for secret in ("A90", "Sốt xuất huyết", "Tiểu cầu", "777-3", "079185001234", "Nguyễn"):
        assert secret not in shown


def test_all_faults_are_told_with_their_paths_and_nothing_is_written(world: World) -> None:
    person = store_resident(world, Resident())
    broken = visit(person, onsetDateTime="2026-02-30", color="red")
    broken["entry"][2]["resource"]["status"] = "done"
    broken["entry"][2]["request"]["url"] = f"Observation/{CONDITION_ID}"
    answer = register(world).transaction(broken)
    status_, issues = refusal(answer)
    assert status_ == 422
    assert [path for path, _ in issues] == [
        "Bundle.entry[1].resource.onsetDateTime",
        "Bundle.entry[1].resource.color",
        "Bundle.entry[2].resource.status",
        "Bundle.entry[2].request.url",
    ]
    assert contributions(world) == []
    assert diagnoses(world) == []
    assert [item["outcome"] for item in world.items("audit")] == ["denied"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"subject": {"reference": f"Patient/{new_uuid()}"}}, "Bundle.entry[1].resource.subject"),
        ({"subject": {"display": "somebody"}}, "Bundle.entry[1].resource.subject"),
        ({"encounter": {"reference": f"Encounter/{new_uuid()}"}}, "Bundle.entry[1].resource.encounter.reference"),
        (
            {"asserter": {"reference": "https://elsewhere.example/Practitioner/1"}},
            "Bundle.entry[1].resource.asserter.reference",
        ),
    ],
)
def test_another_person_and_foreign_references_are_refused(world: World, change: dict[str, Any], path: str) -> None:
    person = store_resident(world, Resident())
    status_, issues = refusal(register(world).transaction(visit(person, **change)))
    assert (status_, [found for found, _ in issues]) == (422, [path])
    assert contributions(world) == []


def test_references_by_full_url_are_those_of_the_bundles_entries(world: World) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    sent = visit(person, encounter={"reference": f"urn:uuid:{ENCOUNTER_ID}"})
    assert desk.transaction(sent).status == 200
    kept = [entry["resource"] for entry in desk.everything(person).json["entry"]]
    (diagnosis,) = [each for each in kept if each["resourceType"] == "Condition"]
    assert diagnosis["encounter"] == {"reference": f"Encounter/{ENCOUNTER_ID}"}


def test_an_unknown_person_is_not_found(world: World) -> None:
    answer = register(world).transaction(visit(new_uuid()))
    assert (answer.status, answer.json["issue"][0]["code"]) == (404, "not-found")


@pytest.mark.parametrize(("entries", "status_"), [(90, 200), (91, 413)])
def test_a_bundle_holds_at_most_ninety_entries(world: World, entries: int, status_: int) -> None:
    person = store_resident(world, Resident())
    many = [observation(person, id=new_uuid()) for _ in range(entries)]
    answer = register(world).transaction(bundle(*many))
    assert answer.status == status_
    assert len(contributions(world)) == (entries if status_ == 200 else 0)


def test_ninety_diagnoses_all_become_facts(world: World) -> None:
    person = store_resident(world, Resident())
    many = [condition(person, id=new_uuid(), encounter={"display": "x"}) for _ in range(90)]
    assert register(world).transaction(bundle(*many)).status == 200
    assert len(diagnoses(world)) == 90


def test_a_replayed_write_is_refused_by_the_transaction_itself(world: World) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    message = desk.sign_call("POST", "", json.dumps(visit(person)).encode())
    assert desk.send(copy.deepcopy(message)).status == 200
    changed = len(world.items("records"))
    again = desk.send(copy.deepcopy(message))
    assert (again.status, again.json["issue"][0]["diagnostics"]) == (401, "signature-replayed")
    assert len(world.items("records")) == changed


def test_a_facility_without_permission_to_write_writes_nothing(world: World) -> None:
    person = store_resident(world, Resident())
    answer = register(world, permissions=["read"]).transaction(visit(person))
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (403, "permission-missing")
    assert contributions(world) == []
