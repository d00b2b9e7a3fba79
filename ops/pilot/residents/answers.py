"""From a resident to the FHIR QuestionnaireResponse that they would send, by the form as the site serves it now.

Items are found by the fixed linkIds of the contract, health questions by their codes. A form that lacks one of them, or
requires something that nobody here can answer, is refused with its name, so that a changed form is noticed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ops.errors import OpsError
from ops.pilot.residents.people import PILOT_WARD, Resident

LOINC = "http://loinc.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
SNOMED = "http://snomed.info/sct"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
UNKNOWN = {"system": ABSENT, "code": "asked-unknown"}
NO_CONDITION = {"system": SNOMED, "code": "160245001"}
NO_ALLERGY = {"system": SNOMED, "code": "716186003"}

CONDITIONS, ALLERGIES = f"{LOINC}|11450-4", f"{LOINC}|48765-2"
SMOKING, ALCOHOL, ACTIVITY = f"{LOINC}|72166-2", f"{LOINC}|11331-6", f"{LOINC}|73985-4"
HEIGHT, WEIGHT, SYSTOLIC, DIASTOLIC = (f"{LOINC}|{code}" for code in ("8302-2", "29463-7", "8480-6", "8462-4"))
HABITS: Mapping[str, Mapping[str, str]] = {
    SMOKING: {
        "never": "266919005",
        "former": "8517006",
        "sometimes": "428041000124106",
        "daily": "449868002",
        "unknown": "266927001",
    },
    ALCOHOL: {"no": "no", "regular": "regular", "quit": "quit", "unknown": "asked-unknown"},
    ACTIVITY: {"no": "no", "sometimes": "sometimes", "regular": "regular", "unknown": "asked-unknown"},
}
NEEDED = (
    *(f"identity.{name}" for name in ("relation", "full-name", "sex", "birth-date", "ward", "address", "national-id")),
    *("identity.insurance-number", "consent.record", "consent.sharing", "consent.statistics", "consent.notices"),
    *(CONDITIONS, ALLERGIES, SMOKING, ALCOHOL, ACTIVITY, HEIGHT, WEIGHT, SYSTOLIC, DIASTOLIC),
)
Answers = list[dict[str, Any]]


class AnswerSheet:
    """One Questionnaire, and how residents answer it."""

    def __init__(self, questionnaire: Mapping[str, Any], ward: str = PILOT_WARD) -> None:
        self._form = questionnaire
        self._ward = ward
        self._items = {name: item for item in _walk(questionnaire.get("item", [])) for name in _names(item)}
        gone = [name for name in NEEDED if name not in self._items]
        if gone:
            raise OpsError(f"The form that the site serves has no item {', '.join(gone)}: the pilot cannot answer it.")

    def response(self, resident: Resident) -> dict[str, Any]:
        """The completed QuestionnaireResponse of one resident."""
        answers = {str(self._items[name]["linkId"]): found for name, found in self._answers(resident) if found}
        return {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": self._form["url"] + (f"|{self._form['version']}" if self._form.get("version") else ""),
            "status": "completed",
            "item": list(_filled(self._form["item"], answers)),
        }

    def coding(self, name: str, wanted: str) -> dict[str, Any]:
        """The option with the code `wanted` of the item `name`, as the form spells it."""
        for option in self._items[name].get("answerOption", []):
            coding = option.get("valueCoding", {})
            if coding.get("code") == wanted:
                return {part: coding[part] for part in ("system", "code", "display") if part in coding}
        raise OpsError(f"The form's item {self._items[name]['linkId']} has no option {wanted}.")

    def _answers(self, resident: Resident) -> Iterator[tuple[str, Answers]]:
        yield from self._identity(resident)
        yield from self._history(resident)
        yield from self._habits(resident)
        yield from self._measures(resident)
        yield "consent.record", [{"valueBoolean": True}]
        for purpose in ("sharing", "statistics", "notices"):
            yield f"consent.{purpose}", _one("valueBoolean", getattr(resident, purpose))

    def _identity(self, resident: Resident) -> Iterator[tuple[str, Answers]]:
        for name in ("relation", "sex"):
            yield f"identity.{name}", self._coded(f"identity.{name}", getattr(resident, name))
        yield "identity.full-name", _one("valueString", resident.full_name)
        yield "identity.birth-date", _one("valueDate", resident.birth_date)
        yield "identity.ward", [{"valueCoding": {"code": self._ward}}]
        yield "identity.address", _one("valueString", resident.address)
        yield "identity.national-id", _one("valueString", resident.national_id)
        yield "identity.insurance-number", _one("valueString", resident.insurance_number)

    def _history(self, resident: Resident) -> Iterator[tuple[str, Answers]]:
        health = resident.health
        if health.conditions_unknown:
            yield CONDITIONS, self._coded(CONDITIONS, UNKNOWN["code"])
        elif health.conditions is not None:
            yield CONDITIONS, self._coded(CONDITIONS, *(sorted(health.conditions) or [NO_CONDITION["code"]]))
        if health.allergies is not None:
            yield ALLERGIES, self._coded(ALLERGIES, *(sorted(health.allergies) or [NO_ALLERGY["code"]]))

    def _habits(self, resident: Resident) -> Iterator[tuple[str, Answers]]:
        health = resident.health
        for name, habit in ((SMOKING, health.smoking), (ALCOHOL, health.alcohol), (ACTIVITY, health.activity)):
            if habit is not None:
                yield name, self._coded(name, HABITS[name][habit])

    def _measures(self, resident: Resident) -> Iterator[tuple[str, Answers]]:
        systolic, diastolic = resident.health.pressure or (None, None)
        measured = {HEIGHT: resident.health.height, WEIGHT: resident.health.weight}
        for name, number in (measured | {SYSTOLIC: systolic, DIASTOLIC: diastolic}).items():
            if number is not None:
                yield name, [self._number(name, number)]

    def _coded(self, name: str, *codes: str) -> Answers:
        return [{"valueCoding": self.coding(name, code)} for code in codes]

    def _number(self, name: str, number: float) -> dict[str, Any]:
        item = self._items[name]
        if item["type"] == "quantity":
            unit = {"cm": HEIGHT, "kg": WEIGHT}
            code = next((code for code, measure in unit.items() if measure == name), "mm[Hg]")
            return {"valueQuantity": {"value": number, "system": "http://unitsofmeasure.org", "code": code}}
        return {"valueDecimal": number} if item["type"] == "decimal" else {"valueInteger": round(number)}


def _filled(items: list[dict[str, Any]], answers: Mapping[str, Answers]) -> Iterator[dict[str, Any]]:
    for item in items:
        link_id = item["linkId"]
        if item["type"] == "group":
            inner = list(_filled(item.get("item", []), answers))
            if inner:
                yield {"linkId": link_id, "item": inner}
        elif link_id in answers:
            yield {"linkId": link_id, "answer": answers[link_id]}
        elif item.get("required") and not item.get("enableWhen"):
            raise OpsError(f"The form requires {link_id}, which the pilot does not know how to answer.")


def _walk(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        if item.get("type") not in ("display", "group"):
            yield item
        yield from _walk(item.get("item", []))


def _names(item: Mapping[str, Any]) -> Iterator[str]:
    """What an item is called here: its linkId, and each of its codes as `system|code`."""
    yield str(item["linkId"])
    for code in item.get("code", []):
        yield f"{code.get('system', '')}|{code.get('code', '')}"


def _one(member: str, value: object) -> Answers:
    return [] if value is None else [{member: value}]
