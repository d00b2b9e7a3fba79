"""Resources made by chance from HL7's definitions: whatever FHIR R4 accepts of a type, member by member."""

import random
from typing import Any

from health_record.fhir.validator import Spec, definitions
from health_record.record.contributions import CONTAINED, SUBJECTS

DEPTH = 3
LEFT_OUT = ("implicitRules", "modifierExtension", "contained", "meta", "extension", "id")
WORDS = ("Tăng huyết áp", "Thuốc <b>A&B</b>", "mg", "sốc phản vệ", "ÂM TÍNH", "7.5", "đường uống", "x" * 2100)
PRIMITIVES: dict[str, tuple[Any, ...]] = {
    "boolean": (True, False),
    "integer": (0, -3, 12),
    "unsignedInt": (0, 5),
    "positiveInt": (1, 3),
    "decimal": (0, 1.5, 68, 120),
    "date": ("2026", "2026-11", "2026-11-22", "0999-05-01"),
    "dateTime": (
        "2026",
        "2026-11",
        "2026-11-22",
        "2026-11-22T20:00:00Z",
        "2026-06-30T23:59:60Z",
        "1958-02-03T08:00:00+07:00",
    ),
    "instant": ("2026-11-22T20:00:00Z", "2026-11-22T23:30:00.5+07:00"),
    "time": ("07:30:00",),
    "code": ("abc",),
    "uri": ("urn:x-vi-du:ma",),
    "url": ("https://vidu.vn/a",),
    "canonical": ("https://vidu.vn/b",),
    "oid": ("urn:oid:1.2.3",),
    "uuid": ("urn:uuid:0d4f8a6e-3a51-4a3c-9b56-000000000001",),
    "id": ("a1",),
    "base64Binary": ("JVBERi0x",),
    "markdown": WORDS,
    "string": WORDS,
}
# LOINC codes that lead to profiles of their own, and the categories that do.
CODES = ("72166-2", "74013-4", "82810-3", "11778-8", "11636-8", "8480-6", "2339-0")
CATEGORIES = ("laboratory", "imaging", "vital-signs", "social-history", "exam")


def resource(chance: random.Random, kind: str, number: int, person: str) -> dict[str, Any]:
    """One of `kind` about the Patient with the id `person`; `number` makes its id."""
    made: dict[str, Any] = {"resourceType": kind, "id": f"0d4f8a6e-3a51-4a3c-9b56-{number:012}"}
    made |= _members(chance, kind, 0, _share(chance))
    if kind in SUBJECTS:
        made[SUBJECTS[kind]] = {"reference": f"Patient/{person}"}
    if kind == "Observation":
        made |= _named_observation(chance)
    _keep_constraints(made)
    _contain(chance, made)
    return made


def _share(chance: random.Random) -> float:
    return chance.choice((0.05, 0.2, 0.5))


def _members(chance: random.Random, kind: str, depth: int, share: float) -> dict[str, Any]:
    specs = {
        name: spec
        for name, spec in definitions().types[kind].items()
        if name not in LEFT_OUT and spec.kind != "Narrative"
    }
    choices: dict[str, list[str]] = {}
    for name, spec in specs.items():
        if spec.choice:
            choices.setdefault(spec.choice, []).append(name)
    wanted = [name for name, spec in specs.items() if not spec.choice and (spec.minimum or chance.random() < share)]
    for names in choices.values():
        needed = specs[names[0]].choice_minimum
        if needed or chance.random() < share:
            wanted.append(chance.choice(names))
    found = {name: value for name in wanted if (value := _value(chance, specs[name], depth, share)) is not None}
    return found or {"extension": [{"url": "urn:x-vi-du:trong", "valueString": "x"}]}


def _value(chance: random.Random, spec: Spec, depth: int, share: float) -> Any:
    if depth > DEPTH and not spec.minimum and not spec.choice_minimum:
        return None
    times = chance.choice((1, 1, 2)) if spec.many else 1
    made = [_one(chance, spec, depth, share) for _ in range(times)]
    if any(each is None for each in made):
        return None
    return made if spec.many else made[0]


def _one(chance: random.Random, spec: Spec, depth: int, share: float) -> Any:
    if isinstance(spec.extra, str):
        return _bound(chance, spec)
    if spec.kind == "Resource":
        return None
    if spec.kind == "Reference":
        return {"display": chance.choice(WORDS[:4])}
    if spec.kind in PRIMITIVES:
        return chance.choice(PRIMITIVES[spec.kind])
    if spec.kind not in definitions().types:
        return None
    if spec.kind == "CodeableConcept":
        return _concept(chance)
    if spec.kind == "Attachment":
        return {"contentType": "application/pdf", "title": "Kết quả"}
    return _members(chance, spec.kind, depth + 1, share if depth else max(share, 0.3))


def _bound(chance: random.Random, spec: Spec) -> Any:
    systems = definitions().codes[spec.extra]
    system = chance.choice(sorted(systems))
    code = chance.choice(systems[system])
    if spec.kind == "code":
        return code
    coding = {"system": system, "code": code}
    return coding if spec.kind == "Coding" else {"coding": [coding]}


def _concept(chance: random.Random) -> dict[str, Any]:
    coding = {"system": "urn:x-vi-du:ma", "code": "M1"}
    return chance.choice(
        (
            {"text": chance.choice(WORDS)},
            {"coding": [coding]},
            {"coding": [coding | {"display": "Hypertension"}], "text": "Tăng huyết áp"},
            {"coding": [coding | {"display": "Sốt"}, coding | {"code": "M2"}]},
        )
    )


def _named_observation(chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if chance.random() < 0.5:
        found["code"] = {"coding": [{"system": "http://loinc.org", "code": chance.choice(CODES)}]}
    if chance.random() < 0.5:
        system = "http://terminology.hl7.org/CodeSystem/observation-category"
        found["category"] = [{"coding": [{"system": system, "code": chance.choice(CATEGORIES)}]}]
    return found


def _contain(chance: random.Random, made: dict[str, Any]) -> None:
    """Now and then what it refers to is inside it."""
    inside = {"Observation": ("specimen", "Specimen"), "MedicationStatement": ("medicationReference", "Medication")}
    member, kind = inside.get(made["resourceType"], ("", ""))
    if member in made and kind in CONTAINED:
        made["contained"] = [{"resourceType": kind, "id": "trong"} | _members(chance, kind, 1, 0.2)]
        made[member] = {"reference": "#trong"}


def _keep_constraints(made: dict[str, Any]) -> None:
    """HL7's constraints beyond the definitions of members, which chance would break."""
    _walk(made)
    kind = made["resourceType"]
    verification = str(made.get("verificationStatus"))
    if kind in ("AllergyIntolerance", "Condition"):
        if "entered-in-error" in verification:
            made.pop("clinicalStatus", None)
        elif kind == "AllergyIntolerance" and "clinicalStatus" not in made:
            made["clinicalStatus"] = {"coding": [{"system": f"{_HL7}allergyintolerance-clinical", "code": "active"}]}
        for name in [name for name in made if name.startswith("abatement")]:
            made |= {"clinicalStatus": {"coding": [{"system": f"{_HL7}condition-clinical", "code": "resolved"}]}}
            if "entered-in-error" in verification:
                del made[name], made["clinicalStatus"]
    if kind == "Observation" and any(name.startswith("value") for name in made):
        made.pop("dataAbsentReason", None)
    if kind == "Organization":
        made.setdefault("name", "Trung tâm Y tế")


_HL7 = "http://terminology.hl7.org/CodeSystem/"


def _walk(element: Any) -> None:
    if isinstance(element, list):
        for each in element:
            _walk(each)
    if not isinstance(element, dict):
        return
    for each in element.values():
        _walk(each)
    if isinstance(element.get("code"), str) and "system" not in element:  # of a Quantity
        element["system"] = "http://unitsofmeasure.org"
    if {"low", "high"} <= element.keys():
        element["high"] = {"value": 500}
    if {"start", "end"} <= element.keys():
        element |= {"start": "2026-11-20", "end": "2026-11-22T20:00:00Z"}
    if "dataAbsentReason" in element and any(name.startswith("value") for name in element):
        del element["dataAbsentReason"]
