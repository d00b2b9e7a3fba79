"""Episodes as FHIR: what the file says and no more, judged by two validators of others."""

import datetime
import json
import uuid
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from health_record import exact_json, fhir
from health_record.episode import derive, medicines
from health_record.episode.source import KeptEpisode
from health_record.record.contributions import TYPES
from tests.health_record.summary.test_a_validator_of_others import VALIDATE  # noqa: F401
from tests.health_record.summary.test_a_validator_of_others import faults as medplum  # noqa: F401
from tests.hospital_file.files import INPATIENT, OUTPATIENT, TWO, inside, replaced
from tests.hospital_file.kept import kept

Resource = dict[str, Any]
EPISODES = {"outpatient": (OUTPATIENT, 0), "inpatient": (INPATIENT, 0), "child": (TWO, 0), "repeat": (TWO, 1)}


def of_kind(found: list[Resource], kind: str) -> list[Resource]:
    return [each for each in found if each["resourceType"] == kind]


def derived(file: bytes, number: int = 0, **more: Any) -> list[Resource]:
    return derive.resources(kept(file, number, **more))


def plain(resource: Resource) -> Resource:
    """As a client reads it: through JSON, decimals as numbers."""
    return json.loads(exact_json.dumps(resource))


def check(found: list[Resource]) -> None:
    """Sound by our own table and by fhir.resources; ids are unique and every reference is within."""
    names = [f"{each['resourceType']}/{each['id']}" for each in found]
    assert len(set(names)) == len(names)
    for each in found:
        get_fhir_model_class(each["resourceType"]).model_validate(plain(each))
        if each["resourceType"] in TYPES:
            assert fhir.validate(each, each["resourceType"], TYPES) == []
    text = exact_json.dumps(found)
    for part in text.split('"reference":"')[1:]:
        reference = part.partition('"')[0]
        assert reference in names or reference.startswith("Patient/"), reference


@pytest.mark.parametrize("name", EPISODES)
def test_every_resource_is_sound_r4(name: str) -> None:
    check(derived(*EPISODES[name]))


LISTS = {
    "MA_BENH_KT": "I10;I10;E11.9",
    "MA_BENH_YHCT": "U50.011;U50.011",
    "MA_PTTT_QT": "36.05;36.05",
    "NGAY_TAI_KHAM": "202612020000;202612020000",
}


@pytest.mark.parametrize("field", LISTS)
@pytest.mark.parametrize("name", EPISODES)
def test_what_a_list_names_twice_is_one_thing(name: str, field: str) -> None:
    episode = kept(*EPISODES[name])
    episode.content["tables"].pop("XML14", None)
    episode.content["tables"]["XML1"][0][field] = LISTS[field]
    check(derive.resources(episode))


def test_medplum_finds_nothing_wrong(medplum: Any) -> None:  # noqa: F811
    asked = [(plain(each), None) for file, number in EPISODES.values() for each in derived(file, number)]
    assert [found for found in medplum(asked) if found] == []


def test_the_same_file_gives_the_same_ids_and_another_person_others() -> None:
    ids = {each["id"] for each in derived(OUTPATIENT)}
    assert ids == {each["id"] for each in derived(OUTPATIENT)}
    other = kept(OUTPATIENT, record_id="9c1e7d40-2b3f-4a5c-8d6e-0f1a2b3c4d5e")
    assert not ids & {each["id"] for each in derive.resources(other)}


def test_a_visit_has_what_the_file_says() -> None:
    found = derived(OUTPATIENT)
    (encounter,) = of_kind(found, "Encounter")
    assert encounter["class"]["code"] == "AMB"
    assert encounter["period"] == {"start": "2026-10-05T08:00:00+07:00", "end": "2026-10-05T10:10:00+07:00"}
    assert encounter["reasonCode"] == [{"text": "Tái khám tăng huyết áp"}]
    assert "hospitalization" not in encounter
    assert [each["rank"] for each in encounter["diagnosis"] if "rank" in each] == [1, 2, 3]
    conditions = of_kind(found, "Condition")
    assert [each["code"].get("coding", [{}])[0].get("code") for each in conditions] == ["I10", "E11.9", "E78.5", None]
    assert not any("clinicalStatus" in each for each in conditions)
    requests = of_kind(found, "MedicationRequest")
    assert [each["medicationCodeableConcept"]["text"] for each in requests][0] == "Amlodipin Thử 5mg, Viên nén"
    assert requests[0]["dosageInstruction"][0]["text"] == "1 viên/lần * 1 lần/ngày * 28 ngày [1 viên/ngày]"
    reports = of_kind(found, "DiagnosticReport")
    assert {each["status"] for each in reports} == {"final"}
    heart = next(each for each in reports if each["code"]["text"].startswith("Siêu âm"))
    assert heart["conclusion"].startswith("Dày nhẹ vách liên thất — Mô tả (description): Thất trái không giãn")
    assert "result" not in heart
    (appointment,) = of_kind(found, "Appointment")
    assert appointment["status"] == "proposed"
    assert appointment["requestedPeriod"] == [{"start": "2026-11-02", "end": "2026-11-02"}]


def test_values_keep_number_comparator_and_unit() -> None:
    values = {each["code"]["text"]: each for each in of_kind(derived(OUTPATIENT), "Observation")}
    assert exact_json.dumps(values["Clo"]["valueQuantity"]) == (
        '{"value":100,"comparator":"<","unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}'
    )
    assert exact_json.dumps(values["Cân nặng"]["valueQuantity"]["value"]) == "58.50"
    assert values["Creatinin"]["valueQuantity"]["code"] == "umol/L"
    assert values["Nhóm máu"]["valueCodeableConcept"] == {"text": "O Rh+"}
    assert not any("interpretation" in each for each in values.values())


@pytest.mark.parametrize(
    ("sent", "unit", "value"),
    [
        ("7,8", "mmol/l", {"value": "7.8", "unit": "mmol/l", "code": "mmol/L"}),
        (">1000", "G/L", {"value": "1000", "comparator": ">", "unit": "G/L", "code": "10*9/L"}),
        ("≤0.5", "ng/mL", {"value": "0.5", "comparator": "<=", "unit": "ng/mL", "code": "ng/mL"}),
        ("12", "lần/phút", {"value": "12", "unit": "lần/phút"}),
        ("120", "g/L", {"value": "120", "unit": "g/L", "code": "g/L"}),
        ("3", "G/l", {"value": "3", "unit": "G/l"}),
        ("Âm tính", "", "Âm tính"),
        ("Dương tính (1+)", "", "Dương tính (1+)"),
        ("3-5", "HC/vi trường", "3-5 HC/vi trường"),
        ("1.234,5", "", "1.234,5"),
        ("15,000", "/mm3", "15,000 /mm3"),  # fifteen thousand, or fifteen: as it was sent
        ("12.500", "/mm3", "12.500 /mm3"),
        ("<1,000", "", "<1,000"),
        ("0,125", "g/L", {"value": "0.125", "unit": "g/L", "code": "g/L"}),
        ("1234,567", "pg", {"value": "1234.567", "unit": "pg", "code": "pg"}),
        ("231,00", "G/L", {"value": "231.00", "unit": "G/L", "code": "10*9/L"}),
        ("10e9", "", "10e9"),
    ],
)
def test_every_way_of_writing_a_value(sent: str, unit: str, value: Any) -> None:
    found = derived(
        replaced(replaced(OUTPATIENT, "XML4", "GIA_TRI", sent.replace("<", "&lt;"), 2), "XML4", "DON_VI_DO", unit, 2)
    )
    (glucose,) = [each for each in of_kind(found, "Observation") if each["code"]["text"] == "Glucose"]
    if isinstance(value, str):
        assert glucose["valueString"] == value
    else:
        quantity = glucose["valueQuantity"]
        assert {name: str(quantity[name]) for name in quantity if name != "system"} == value


def test_a_result_that_is_not_there_is_pending_and_not_empty() -> None:
    found = derived(replaced(replaced(OUTPATIENT, "XML4", "GIA_TRI", "", 2), "XML4", "NGAY_KQ", "", 2))
    assert not [each for each in of_kind(found, "Observation") if each["code"]["text"] == "Glucose"]
    (report,) = [each for each in of_kind(found, "DiagnosticReport") if "Glucose" in each["code"]["text"]]
    assert (report["status"], "result" in report, "issued" in report) == ("registered", False, False)


def test_the_last_day_of_the_medicine_is_no_discharge() -> None:
    (encounter,) = of_kind(derived(TWO, 1), "Encounter")
    assert encounter["period"] == {"start": "2026-11-02T08:00:00+07:00"}
    for care in ("01", "03", "12"):  # nor is any day that the file could not know
        file = replaced(OUTPATIENT, "XML1", "MA_LOAI_KCB", care)
        (encounter,) = of_kind(derived(replaced(file, "XML1", "NGAY_RA", "202610060000")), "Encounter")
        assert "end" not in encounter["period"], care


def test_medicines_are_taken_until_their_last_day_and_told_for_90_days_more() -> None:
    names = ["Amlodipin Thử 5mg", "Losartan Thử 50mg"]
    for episode, day, expected, status in (
        (kept(TWO, 1), "2026-12-01", names, "active"),
        (kept(TWO, 1), "2026-12-02", names, "unknown"),
        (kept(TWO, 1), "2027-03-01", names, "unknown"),
        (kept(TWO, 1), "2027-03-02", [], ""),
        (kept(INPATIENT), "2026-10-13", [], ""),
    ):
        found = list(medicines.current(episode, datetime.date.fromisoformat(day)))
        assert [each["medicationCodeableConcept"]["text"].split(",")[0] for each in found] == expected, day
        assert {(each["status"], each["effectivePeriod"]["end"]) for each in found} <= {(status, "2026-12-01")}, day


@pytest.mark.parametrize(
    ("dose", "status", "last_day"),
    [("Sáng 1 viên, theo INR", "unknown", None), ("1 viên x 2 lần/ngày x 30 ngày", "active", "2026-11-03")],
)
def test_a_medicine_for_nobody_knows_how_long_is_perhaps_still_taken(
    dose: str, status: str, last_day: str | None
) -> None:
    file = replaced(replaced(OUTPATIENT, "XML1", "MA_LOAI_KCB", "01"), "XML2", "LIEU_DUNG", dose)
    for day, shown in (("2026-10-10", True), ("2027-02-02", False)):
        found = list(medicines.current(kept(file), datetime.date.fromisoformat(day)))
        mine = [each for each in found if each.get("dosage", [{}])[0].get("text") == dose]
        assert bool(mine) is shown, day
        assert all((each["status"], each["effectivePeriod"].get("end")) == (status, last_day) for each in mine)


def test_an_operation_broken_off_is_stopped_and_a_line_taken_back_is_none() -> None:
    names = {each["code"]["text"]: each for each in of_kind(derived(INPATIENT), "Procedure")}
    (name,) = names
    assert names[name]["code"]["coding"][0] == {"system": "http://hl7.org/fhir/sid/icd-9-cm", "code": "47.01"}
    assert names[name]["note"] == [{"text": "Gây mê (general anaesthesia)"}]
    row = next(place for place, line in enumerate(kept(INPATIENT).rows("XML3"), 1) if "MA_PTTT_QT" in line)
    service = kept(INPATIENT).rows("XML3")[row - 1]["MA_DICH_VU"]
    (stopped,) = of_kind(derived(replaced(INPATIENT, "XML3", "MA_DICH_VU", f"{service}_TB", row)), "Procedure")
    assert stopped["status"] == "stopped"
    assert (
        of_kind(
            derived(
                inside(
                    replaced(INPATIENT, "XML3", "SO_LUONG", "-1", row),
                    lambda t: t.replace("<MA_PTTT_QT>47.01</MA_PTTT_QT>", "<MA_PTTT_QT/>"),
                    "XML1",
                )
            ),
            "Procedure",
        )
        == []
    )


def test_a_stay_has_its_discharge_summary() -> None:
    found = derived(INPATIENT)
    (encounter,) = of_kind(found, "Encounter")
    assert encounter["class"]["code"] == "IMP"
    assert encounter["priority"]["coding"][0]["code"] == "EM"
    assert encounter["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "home"
    (summary,) = of_kind(found, "Composition")
    assert summary["type"]["coding"][0]["code"] == "18842-5"
    titles = [each["title"].partition(" (")[0] for each in summary["section"]]
    assert titles[:4] == ["Lý do đến khám", "Chẩn đoán vào viện", "Chẩn đoán ra viện", "Quá trình bệnh lý"]
    assert {"Thuốc", "Phẫu thuật, thủ thuật", "Kết quả cận lâm sàng"} <= set(titles)


@pytest.mark.parametrize("code", ["5", "8"])
def test_who_died_is_not_discharged_home(code: str) -> None:
    (encounter,) = of_kind(derived(replaced(INPATIENT, "XML1", "KET_QUA_DTRI", code)), "Encounter")
    assert encounter["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "exp"


def test_an_unknown_form_of_care_is_not_guessed() -> None:
    (encounter,) = of_kind(derived(replaced(OUTPATIENT, "XML1", "MA_LOAI_KCB", "17")), "Encounter")
    assert encounter["class"] == {"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "UNK"}


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("B20", ["R", "HIV"]),
        ("A15.0", ["R"]),
        ("F32.1", ["R", "PSY"]),
        ("F10.2", ["R", "ETH", "PSY"]),
        ("O04", ["R", "SEX"]),
        ("T74.1", ["R", "SDV"]),
        ("A53.9", ["R", "STD"]),
        ("J18.9", []),
    ],
)
def test_what_is_sensitive_is_labelled_on_every_resource_of_the_episode(code: str, labels: list[str]) -> None:
    for field in ("MA_BENH_CHINH", "MA_BENH_KT"):
        for each in derived(replaced(OUTPATIENT, "XML1", field, code)):
            assert [label["code"] for label in each.get("meta", {}).get("security", [])] == labels


def test_lines_that_a_newer_version_lacks_are_in_error() -> None:
    before = derived(OUTPATIENT)
    newer = inside(OUTPATIENT, lambda text: text.replace("<MA_BENH_KT>E11.9;E78.5<", "<MA_BENH_KT>E11.9<"), "XML1")
    newer = inside(newer, lambda text: text.replace("<SO_LUONG>28<", "<SO_LUONG>0<", 1), "XML2")
    gone = derive.withdrawn(before, derived(newer))
    assert {(each["resourceType"], each.get("status")) for each in gone} == {
        ("Condition", None),
        ("MedicationRequest", "entered-in-error"),
    }
    whole = derived(newer, gone=gone)
    check(whole)
    assert len(of_kind(whole, "Condition")) == len(of_kind(before, "Condition"))
    for each in before:
        check_error = derive.in_error(each)
        get_fhir_model_class(each["resourceType"]).model_validate(plain(check_error))


def test_no_resource_names_the_person() -> None:
    text = exact_json.dumps([each for file, number in EPISODES.values() for each in derived(file, number)])
    for secret in ("NGUYỄN THỊ THỬ", "079156000123", "GD4797999000123", "0900000123", "TRẦN VĂN MẪU", "079060000456"):
        assert secret not in text


def test_a_kept_episode_is_the_episode_it_was() -> None:
    episode = kept(OUTPATIENT)
    again = KeptEpisode(**{**episode.__dict__, "content": json.loads(json.dumps(episode.content))})
    assert derive.resources(again) == derive.resources(episode)


def test_the_ids_are_those_of_uuid_version_5() -> None:
    episode = kept(OUTPATIENT)
    for parts in (("Encounter",), ("Observation", "CAN_NANG"), ("Condition", "Ứ|đọng"), ()):
        name = "|".join(["episode", episode.provider_code, episode.key, *parts])
        assert episode.id_of(*parts) == str(uuid.uuid5(uuid.UUID(episode.record_id), name))
