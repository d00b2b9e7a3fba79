"""What somebody says of their medicines stands in the section of medicines, self-declared, known absence as such."""

from typing import Any

from tests.facility_desk import coding
from tests.health_record.summary.test_summary import resources, summary
from tests.health_record.summary.test_summary_rows import answered, question, row

MEDICINES = "urn:x-so-suc-khoe:medicines"
SECTION = "10160-0"


def medicines(code: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return answered(medicines=[question("medicines.any", coding(MEDICINES, code)), *rows])


def section(bundle: dict[str, Any]) -> dict[str, Any]:
    return next(
        each for each in bundle["entry"][0]["resource"]["section"] if each["code"]["coding"][0]["code"] == SECTION
    )


def test_each_medicine_is_a_self_declared_statement_in_the_persons_own_words() -> None:
    rows = (
        row("medicines.item", name=[{"valueString": "metformin"}], use=[{"valueString": "sáng 1 viên"}]),
        row("medicines.item", name=[{"valueString": "Không nhớ tên, có vỏ thuốc"}]),
    )
    bundle = summary(response=medicines("yes", *rows))
    taken = resources(bundle, "MedicationStatement")
    assert [(one["status"], one["medicationCodeableConcept"]["text"], one.get("dosage")) for one in taken] == [
        ("active", "metformin", [{"text": "sáng 1 viên"}]),
        ("active", "Không nhớ tên, có vỏ thuốc", None),
    ]
    assert {tag["code"] for one in taken for tag in one["meta"]["tag"]} == {"self-declared"}
    assert len(section(bundle)["entry"]) == 2


def test_no_medicine_is_known_absence_and_not_a_gap() -> None:
    bundle = summary(response=medicines("no"))
    (taken,) = resources(bundle, "MedicationStatement")
    assert taken["medicationCodeableConcept"]["coding"][0]["code"] == "787481004"
    assert "emptyReason" not in section(bundle)


def test_not_knowing_names_no_medicine() -> None:
    bundle = summary(response=medicines("unknown"))
    assert resources(bundle, "MedicationStatement") == []
    assert section(bundle)["emptyReason"]["coding"][0]["code"] == "unavailable"
