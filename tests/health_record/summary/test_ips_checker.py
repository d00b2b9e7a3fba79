"""The checker itself: HL7's own documents pass, and a document with one defect does not."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.health_record.summary.ips_checker import faults
from tests.node_packages import ips_package

Bundle = dict[str, Any]


def official() -> list[Bundle]:
    found = [json.loads(path.read_text()) for path in sorted((ips_package() / "example").glob("Bundle*.json"))]
    return [bundle for bundle in found if bundle["type"] == "document"]


def test_hl7s_own_documents_pass() -> None:
    assert [faults(bundle) for bundle in official()] == [[]] * 5


def composition(bundle: Bundle) -> dict[str, Any]:
    return bundle["entry"][0]["resource"]


def first(bundle: Bundle, kind: str) -> dict[str, Any]:
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind)


@pytest.mark.parametrize(
    "defect",
    [
        lambda b: b.pop("identifier"),
        lambda b: b.pop("timestamp"),
        lambda b: b["entry"].reverse(),
        lambda b: b["entry"][1].pop("fullUrl"),
        lambda b: composition(b).pop("author"),
        lambda b: composition(b)["section"].pop(0),
        lambda b: composition(b)["section"][0].pop("entry"),
        lambda b: composition(b)["section"][0].pop("text"),
        lambda b: composition(b)["section"].append(copy.deepcopy(composition(b)["section"][0])),
        lambda b: composition(b)["type"]["coding"][0].update(code="34133-9"),
        lambda b: first(b, "Patient").pop("birthDate"),
        lambda b: first(b, "Patient")["name"][0].clear(),
        lambda b: first(b, "Condition").pop("code"),
        lambda b: first(b, "Condition")["subject"].pop("reference"),
        lambda b: first(b, "Condition")["subject"].update(reference="Patient/elsewhere"),
        lambda b: first(b, "AllergyIntolerance").pop("patient"),
        lambda b: [first(b, "MedicationStatement").pop(name, 0) for name in ("effectivePeriod", "effectiveDateTime")],
    ],
)
def test_one_defect_is_found(defect: Callable[[Bundle], object]) -> None:
    bundle = next(each for each in official() if each["id"] == "bundle-minimal")
    defect(bundle)
    assert faults(bundle)
