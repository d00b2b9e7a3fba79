"""What the station's page writes: read from what staff type, and taken by the service as it stands."""

from typing import Any

import pytest

from health_record.fhir import icd10
from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.web import modules
from web.build import HERE

PERSON = Resident().record_id
VISIT = "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1c03"
AT = "2026-11-23T08:30:00+07:00"
ABOUT = {
    "personId": PERSON,
    "performer": "Trần Thị Điều Dưỡng (000123/HCM-CCHN)",
    "at": AT,
    "writtenAt": AT,
    "visit": VISIT,
}
NOTHING = {"pressure": "", "weight": "", "height": "", "glucose": "", "unit": "mmol/L"}


def bundle_of(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The transaction as the page sends it, with the visit."""
    visit = {**ABOUT, "visitAt": AT}
    (encounter,) = modules.run("station/writing/resources", [("visitResource", [visit])])
    (made,) = modules.run("station/writing/resources", [("transactionOf", [[encounter, *resources]])])
    return dict(made)


def measures(**typed: str) -> dict[str, Any]:
    (read,) = modules.run("station/writing/measuring", [("readMeasures", [NOTHING | typed])])
    return dict(read)


def test_all_measures_are_taken_and_a_repeat_makes_no_version(world: World) -> None:
    store_resident(world, Resident())
    signs = {"pulse": 80, "temperature": 37.2, "saturation": 98}
    read = measures(
        pressure="13/8",
        pulse="80",
        temperature="37,2 °C",
        saturation="98%",
        weight="52,5 kg",
        height="1m58",
        glucose="5,6",
    )
    assert read == {
        "faults": [],
        "values": signs | {"pressure": [130, 80], "weight": 52.5, "height": 158, "glucose": 5.6},
    }
    (resources,) = modules.run("station/writing/measuring", [("measureResources", [read["values"], "mmol/L", ABOUT])])
    bundle = bundle_of(resources)
    desk = register(world)
    first, again = desk.transaction(bundle), desk.transaction(bundle)
    assert [entry["response"]["status"] for entry in first.json["entry"]] == ["201 Created"] * 8
    assert {entry["response"]["etag"] for entry in again.json["entry"]} == {'W/"1"'}


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({}, ["pressure", "measure_missing"]),
        ({"pressure": "130"}, ["pressure", "pressure_shape"]),
        ({"pressure": "80/130"}, ["pressure", "pressure_order"]),
        ({"pressure": "321/80"}, ["pressure", "pressure_range"]),
        ({"weight": "0,4"}, ["weight", "weight_shape"]),
        ({"weight": "401"}, ["weight", "weight_shape"]),
        ({"weight": "nặng"}, ["weight", "weight_shape"]),
        ({"height": "29"}, ["height", "height_shape"]),
        ({"height": "251"}, ["height", "height_shape"]),
        ({"glucose": "105"}, ["glucose", "glucose_shape"]),
        ({"glucose": "5,6", "unit": "mg/dL"}, ["glucose", "glucose_shape"]),
    ],
)
def test_what_cannot_be_is_told_at_its_field(typed: dict[str, str], fault: list[str]) -> None:
    assert measures(**typed)["faults"] == [fault]


NEWS = {
    "vaccineResource": {
        "coding": {"system": "http://www.whocc.no/atc", "code": "J07AM01"},
        "label": "Uốn ván",
        "day": "2026-11-23",
        "dose": 2,
        "lot": "TT-0123",
    },
    "diagnosisResource": {"code": "E11.9", "label": "Đái tháo đường típ 2", "since": "2019"},
    "medicineResource": {"name": "metformin 500 mg", "use": "1 viên sau ăn sáng", "until": "2026-12-22"},
    "noteResource": "Dặn tái khám nếu sốt cao.",
    "appointmentResource": {"day": "2026-12-07", "reason": "đo lại huyết áp"},
}


def news(kind: str) -> dict[str, Any]:
    resource_id = f"0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1d{sorted(NEWS).index(kind):02}"
    (resource,) = modules.run("station/writing/resources", [(kind, [ABOUT, resource_id, NEWS[kind]])])
    return dict(resource)


@pytest.mark.parametrize("kind", NEWS)
def test_each_kind_is_taken_stands_in_the_summary_and_leaves_it_when_taken_back(world: World, kind: str) -> None:
    store_resident(world, Resident(card_seen=True))
    desk, resource = register(world), news(kind)
    written = desk.transaction(bundle_of([resource]))
    assert written.status == 200, written.json
    name = f"{resource['resourceType']}/{resource['id']}"
    assert name in of_summary(desk)
    (withdrawn,) = modules.run("station/writing/resources", [("withdrawnResource", [resource])])
    assert desk.transaction(bundle_of([withdrawn])).status == 200
    assert name not in of_summary(desk)


def test_a_vaccine_that_was_refused_is_told_as_not_given_and_never_as_given(world: World) -> None:
    store_resident(world, Resident(card_seen=True))
    desk, why = register(world), "Người được tiêm hoặc gia đình không đồng ý tiêm"
    asked = {"coding": None, "label": "Sởi", "day": "2026-11-23", "refusedWords": why}
    resource_id = "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1e07"
    (resource,) = modules.run("station/writing/resources", [("vaccineResource", [ABOUT, resource_id, asked])])
    assert desk.transaction(bundle_of([resource])).status == 200
    kept = desk.everything(PERSON, _type="Immunization").json["entry"][0]["resource"]
    assert (kept["status"], kept["statusReason"]["text"]) == ("not-done", why)
    sections = desk.summary_by_id(PERSON).json["entry"][0]["resource"]["section"]
    rows = [each["text"]["div"] for each in sections if "Sởi" in each["text"]["div"]]
    assert all("KHÔNG TIÊM" in row.upper() for row in rows), rows
    (withdrawn,) = modules.run("station/writing/resources", [("withdrawnResource", [resource])])
    assert desk.transaction(bundle_of([withdrawn])).status == 200


def of_summary(desk: Desk) -> set[str]:
    entries = desk.summary_by_id(PERSON).json["entry"]
    return {f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in entries}


def test_only_the_least_of_a_vaccine_and_a_medicine_is_taken(world: World) -> None:
    store_resident(world, Resident())
    calls = [
        ("vaccineResource", [ABOUT, "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1e01", {"label": "Cúm", "day": "2026-11-23"}]),
        ("medicineResource", [ABOUT, "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1e02", {"name": "paracetamol"}]),
        ("diagnosisResource", [ABOUT, "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1e03", {"code": "R50.9", "label": "Sốt"}]),
    ]
    made = modules.run("station/writing/resources", calls)
    assert register(world).transaction(bundle_of(made)).status == 200


DIAGNOSES = (HERE / "data/icd10_common.txt").read_text("utf-8")


def test_each_diagnosis_of_our_list_is_a_code_of_who_and_stands_once() -> None:
    lines = [line.partition("|")[0].split(" ", 1) for line in DIAGNOSES.splitlines()]
    assert [code for code, _ in lines if icd10.canonical(code) != code] == []
    assert len({code for code, _ in lines}) == len(lines) == len({label for _, label in lines}) >= 300


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("tang huyet ap vo", "I10"),
        ("sot xuat huyet dengue nang", "A91"),
        ("Đái tháo đường típ 2 chưa", "E11.9"),
        ("i10", "I10"),
        ("zzz", None),
        ("x", None),
    ],
)
def test_a_diagnosis_is_found_by_words_without_accents_and_by_code(typed: str, code: str | None) -> None:
    calls = [("readDiagnoses", [DIAGNOSES]), ("matchingDiagnoses", [{"result": 0}, typed])]
    found = modules.run("station/writing/diagnosis-search", calls)[1]
    assert [each["code"] for each in found][:1] == ([code] if code else [])


PEOPLES_WORDS = {
    "cao huyết áp": "I10",
    "tăng xông": "I10",
    "cao huyet ap": "I10",
    "tiểu đường": "E11.9 E14.9",
    "tai biến": "I64",
    "suyễn": "J45.9",
    "gout": "M10.9",
    "cảm cúm": "J11.1 J00",
    "sốt siêu vi": "B34.9",
    "ỉa chảy": "A09",
    "rối loạn tiền đình": "H81.9",
    "đau dạ dày": "K29.7 K29.9",
    "đau đầu": "R51",
    "dau dau": "R51",
    "nhức đầu": "R51 G44.2",
    "ho": "R05",
    "thuỷ đậu": "B01.9",
    "sốt xuất huyết": "A90",
}


@pytest.mark.parametrize("said", PEOPLES_WORDS)
def test_a_diagnosis_is_found_by_the_words_that_people_use(said: str) -> None:
    calls = [("readDiagnoses", [DIAGNOSES]), ("matchingDiagnoses", [{"result": 0}, said])]
    found = [each["code"] for each in modules.run("station/writing/diagnosis-search", calls)[1]]
    assert found[0] in PEOPLES_WORDS[said].split()


@pytest.mark.parametrize(("typed", "never"), [("đau dạ dày", "G50.0"), ("đau đầu", "B01.9"), ("đau đầu", "M79.1")])
def test_accents_that_were_typed_count(typed: str, never: str) -> None:
    calls = [("readDiagnoses", [DIAGNOSES]), ("matchingDiagnoses", [{"result": 0}, typed])]
    assert never not in [each["code"] for each in modules.run("station/writing/diagnosis-search", calls)[1]]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("A90 Sốt xuất huyết Dengue", {"code": "A90", "label": "Sốt xuất huyết Dengue"}),
        ("i10", {"code": "I10", "label": "Tăng huyết áp vô căn (nguyên phát)"}),
        ("e116 ĐTĐ típ 2", {"code": "E11.6", "label": "ĐTĐ típ 2"}),
        ("K58.1", {"code": "K58.1"}),  # nobody knows its name: staff are asked for it
        ("cảm", None),
    ],
)
def test_any_code_may_be_typed(typed: str, meant: dict[str, str] | None) -> None:
    calls = [("readDiagnoses", [DIAGNOSES]), ("diagnosisOf", [{"result": 0}, typed])]
    assert modules.run("station/writing/diagnosis-search", calls)[1] == meant
