"""What a Bundle may say: whom its references mean, which diagnoses are codes, which labels are kept."""

from typing import Any

import pytest

from health_record.fhir import icd10
from tests.conftest import World
from tests.contribute.bundles import CONDITION_ID, ENCOUNTER_ID, OBSERVATION_ID, bundle, condition, encounter, visit
from tests.facility_desk import Resident, register, store_resident

ORIGIN = "http://127.0.0.1:8000/v1/fhir"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


def issues(answer: Any) -> tuple[int, list[str]]:
    return answer.status, [path for issue in answer.json["issue"] for path in issue.get("expression", [])]


def everything(desk: Any, person: str) -> dict[str, dict[str, Any]]:
    found = [entry["resource"] for entry in desk.everything(person).json["entry"]]
    return {each["resourceType"]: each for each in found}


def test_a_full_url_used_twice_is_refused_and_nothing_is_attached_to_the_wrong_resource(
    world: World, person: str
) -> None:
    sent = visit(person)
    sent["entry"][2]["fullUrl"] = sent["entry"][1]["fullUrl"]
    assert issues(register(world).transaction(sent)) == (422, ["Bundle.entry[2].fullUrl"])


@pytest.mark.parametrize(
    "url",
    ["urn:uuid:x", "https://elsewhere.example/Condition/1", f"{ORIGIN}/Patient/{CONDITION_ID}", "Condition/1", ""],
)
def test_a_full_url_that_has_nothing_to_do_with_its_resource_is_refused(world: World, person: str, url: str) -> None:
    sent = visit(person)
    sent["entry"][1]["fullUrl"] = url
    assert issues(register(world).transaction(sent)) == (422, ["Bundle.entry[1].fullUrl"])


@pytest.mark.parametrize(
    "url",
    ["urn:uuid:5f0c6c1e-6d1b-4b0e-9d0a-0f3a8f1c2b77", f"https://hospital.example/fhir/Condition/{CONDITION_ID}"],
)
def test_a_full_url_of_its_own_passes(world: World, person: str, url: str) -> None:
    sent = visit(person)
    sent["entry"][1]["fullUrl"] = url
    assert register(world).transaction(sent).status == 200


WRONG_TARGETS = [
    (1, "encounter", {"reference": f"Observation/{OBSERVATION_ID}"}, "encounter.reference"),
    (1, "encounter", {"reference": f"urn:uuid:{OBSERVATION_ID}"}, "encounter.reference"),
    (1, "asserter", {"reference": f"Encounter/{ENCOUNTER_ID}"}, "asserter.reference"),
    (2, "hasMember", [{"reference": "Patient/{person}"}], "hasMember[0].reference"),
    (2, "specimen", {"reference": "#place"}, "specimen.reference"),
]


@pytest.mark.parametrize(("place", "member", "value", "path"), WRONG_TARGETS)
def test_a_reference_to_a_type_that_its_element_does_not_allow_is_refused(
    world: World, person: str, place: int, member: str, value: Any, path: str
) -> None:
    sent = visit(person)
    resource = sent["entry"][place]["resource"]
    resource[member] = [{"reference": f"Patient/{person}"}] if isinstance(value, list) else value
    if value == {"reference": "#place"}:
        resource["contained"] = [{"resourceType": "Location", "id": "place"}]
    assert issues(register(world).transaction(sent)) == (422, [f"Bundle.entry[{place}].resource.{path}"])


@pytest.mark.parametrize(
    "reference",
    [
        f"{ORIGIN}/Encounter/{ENCOUNTER_ID}",
        f"Encounter/{ENCOUNTER_ID}/_history/1",
        f"{ORIGIN}/Encounter/{ENCOUNTER_ID}/_history/1",
    ],
)
def test_own_absolute_and_versioned_references_mean_the_resource(world: World, person: str, reference: str) -> None:
    desk = register(world)
    assert desk.transaction(bundle(encounter(person))).status == 200
    assert desk.transaction(bundle(condition(person, encounter={"reference": reference}))).status == 200
    assert everything(desk, person)["Condition"]["encounter"] == {"reference": f"Encounter/{ENCOUNTER_ID}"}


@pytest.mark.parametrize("system", sorted(icd10.SPELLINGS))
def test_every_spelling_of_icd_10_is_kept_as_the_one_and_counted(world: World, person: str, system: str) -> None:
    desk = register(world)
    coded = {"coding": [{"system": system, "code": "e119"}]}
    assert desk.transaction(visit(person, code=coded)).status == 200
    kept = everything(desk, person)["Condition"]["code"]["coding"]
    assert kept == [{"system": icd10.ICD_10, "code": "E11.9"}]
    assert [item["code"] for item in world.items("facts") if "onset" in item] == ["E11.9"]


@pytest.mark.parametrize("code", ["ZZZZ", "Sốt", "A", "A9", "A90.9", "A00.7", "A00.123", "U99", "E11..9"])
def test_what_is_no_icd_10_code_is_refused(world: World, person: str, code: str) -> None:
    sent = visit(person, code={"coding": [{"system": icd10.ICD_10, "code": code}], "text": "Sốt"})
    assert issues(register(world).transaction(sent)) == (422, ["Bundle.entry[1].resource.code.coding[0].code"])


@pytest.mark.parametrize(
    ("code", "kept"), [("A90", "A90"), ("I10", "I10"), ("M54.56", "M54.56"), ("K359", "K35.9"), ("G63.2*", "G63.2")]
)
def test_codes_of_who_and_the_ministrys_five_characters_pass(code: str, kept: str) -> None:
    assert icd10.canonical(code) == kept


def test_the_american_edition_is_refused_unless_whos_code_stands_beside_it(world: World, person: str) -> None:
    american = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.65"}
    desk = register(world)
    assert issues(desk.transaction(visit(person, code={"coding": [american]}))) == (
        422,
        ["Bundle.entry[1].resource.code.coding[0].system"],
    )
    both = {"coding": [american, {"system": icd10.ICD_10, "code": "E11.6"}]}
    assert desk.transaction(visit(person, code=both)).status == 200


LABELS = [
    {"system": CONFIDENTIALITY, "code": "R"},
    {"system": CONFIDENTIALITY, "code": "V"},
    {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"},
    {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"},
    {"system": CONFIDENTIALITY, "code": "x"},
    {"code": "R"},
]


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label["code"])
def test_restricted_content_is_refused_at_the_door_and_says_why(
    world: World, person: str, label: dict[str, str]
) -> None:
    answer = register(world).transaction(visit(person, meta={"security": [label]}))
    assert issues(answer) == (422, ["Bundle.entry[1].resource.meta.security[0]"])
    assert "nhãn bảo mật" in str(answer.json)


@pytest.mark.parametrize("code", ["U", "L", "M", "N"])
def test_labels_profiles_and_tags_of_the_sender_stay(world: World, person: str, code: str) -> None:
    theirs = {
        "profile": ["http://fhir.ehealth.gov.vn/core/StructureDefinition/vn-core-condition"],
        "security": [{"system": CONFIDENTIALITY, "code": code}],
        "tag": [
            {"system": "urn:x-hospital", "code": "ward-3"},
            {"system": "urn:x-so-suc-khoe:source", "code": "self-declared"},
        ],
    }
    desk = register(world)
    assert desk.transaction(visit(person, meta=theirs)).status == 200
    meta = everything(desk, person)["Condition"]["meta"]
    assert (meta["profile"], meta["security"]) == (theirs["profile"], theirs["security"])
    assert [tag["code"] for tag in meta["tag"]] == ["facility", "79001", "ward-3"]


def test_a_changed_label_is_a_new_version(world: World, person: str) -> None:
    desk = register(world)
    desk.transaction(visit(person))
    answer = desk.transaction(visit(person, meta={"tag": [{"system": "urn:x-hospital", "code": "ward-3"}]}))
    assert [entry["response"]["etag"] for entry in answer.json["entry"]] == ['W/"1"', 'W/"2"', 'W/"1"']


STYLES = [
    "background-image: image-set('https://elsewhere.example/x.png' 1x)",
    "position:fixed;top:0",
    "background: url(https://elsewhere.example)",
    "width: expression(alert(1))",
    "transform: scale(9)",
    "z-index: 9",
    "color: var(--x)",
]


@pytest.mark.parametrize("inner", [*(f'<p style="{style}">x</p>' for style in STYLES), "<p> \n </p>", "<p/>"])
def test_a_narrative_that_says_nothing_or_styles_what_is_beside_it_is_refused(
    world: World, person: str, inner: str
) -> None:
    text = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'}
    assert issues(register(world).transaction(visit(person, text=text))) == (422, ["Bundle.entry[1].resource.text.div"])


def test_a_narrative_with_plain_styles_passes(world: World, person: str) -> None:
    inner = '<p style="color: #d03; text-align: right; margin: 0 2px">Sốt</p>'
    text = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'}
    assert register(world).transaction(visit(person, text=text)).status == 200


def test_a_small_number_comes_back_as_digits(world: World, person: str) -> None:
    desk = register(world)
    sent = visit(person)
    sent["entry"][2]["resource"]["valueQuantity"]["value"] = 0.0000001
    assert desk.transaction(sent).status == 200
    assert b'"value":0.0000001' in desk.everything(person).body


def test_what_its_facility_took_back_another_may_write(world: World, person: str) -> None:
    first, second = register(world, "79001"), register(world, "79002")
    assert first.transaction(visit(person)).status == 200
    assert second.transaction(bundle(condition(person))).status == 409
    wrong = {name: value for name, value in condition(person).items() if name != "clinicalStatus"}
    system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    wrong["verificationStatus"] = {"coding": [{"system": system, "code": "entered-in-error"}]}
    assert first.transaction(bundle(wrong)).status == 200
    assert second.transaction(bundle(condition(person))).status == 200
    both = [entry["resource"] for entry in first.everything(person).json["entry"]]
    assert [each["meta"]["tag"][1]["code"] for each in both if each["resourceType"] == "Condition"] == [
        "79001",
        "79002",
    ]


def test_the_uri_of_a_leaflet_is_no_reference_and_comes_back_as_it_was(world: World, person: str) -> None:
    leaflet = {"reference": "https://vncdc.gov.vn/tiem-chung", "presentationDate": "2026-11-23"}
    given = {
        "resourceType": "Immunization",
        "id": CONDITION_ID,
        "status": "completed",
        "vaccineCode": {"text": "Cúm mùa"},
        "patient": {"reference": f"Patient/{person}"},
        "occurrenceDateTime": "2026-11-23",
        "education": [leaflet],
    }
    desk = register(world)
    assert desk.transaction(bundle(given)).status == 200
    assert everything(desk, person)["Immunization"]["education"] == [leaflet]
    shown = desk.call("GET", f"Patient/{person}/$summary").json["entry"]
    assert [each["resource"]["education"] for each in shown if each["resource"]["resourceType"] == "Immunization"] == [
        [leaflet]
    ]
