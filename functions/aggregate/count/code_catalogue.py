"""What the codes of the facts mean, read from the form itself, so that a new option needs no code here."""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from health_record.language import Translated

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
NOT_COUNTED = "urn:x-so-suc-khoe:extension:not-counted"
VACCINES = ("http://hl7.org/fhir/sid/cvx|", "http://www.whocc.no/atc|J07")
# "I do not know": as HL7 writes it, and as SNOMED CT does for smoking.
NOT_KNOWN = (
    "http://terminology.hl7.org/CodeSystem/data-absent-reason|asked-unknown",
    "http://snomed.info/sct|266927001",
)
LABEL_PREFIXES = {"urn:x-so-suc-khoe:allergy-kind": Translated("Dị ứng: ", "Allergy: ")}
BMI, BLOOD_PRESSURE = "http://loinc.org|39156-5", "http://loinc.org|85354-9"
KINDS = {"risks": "risks", "lifestyle": "risks", "immunizations": "immunizations", "vaccinations": "immunizations"}


@dataclass(frozen=True)
class Entry:
    """A `system|code` of the form: its kind is the statistics table that counts it.

    `question` names what a person answers or skips as a whole: the list to tick that offers the code, else the code.
    """

    key: str
    kind: str
    label: Translated
    answers: tuple[str, ...] = ()
    list_id: str | None = None

    @property
    def question(self) -> str:
        """The list's link id, else the code itself."""
        return self.list_id or self.key

    @property
    def code(self) -> str:
        """The code without its system."""
        return self.key.rpartition("|")[2]


@functools.cache
def entries() -> Mapping[str, Entry]:
    """Every counted code and every answer of the form, in its order; classes of measures at the end."""
    text = resources.files("health_record").joinpath("form/questionnaire.json").read_text(encoding="utf-8")
    found: dict[str, Entry] = {}
    for top in json.loads(text)["item"]:
        if top["linkId"] in ("identity", "consent") or _is_uncounted(top):
            continue
        kind = KINDS.get(top["linkId"], "conditions")
        for item in _questions(top):
            for entry in _question_entries(item, kind):
                found.setdefault(entry.key, entry)
    return found | {entry.key: entry for entry in MEASURED_ENTRIES}


def label(key: str) -> Translated:
    """The form's words for `system|code`; the bare code where the form has none."""
    entry = entries().get(key)
    code = key.rpartition("|")[2]
    return entry.label if entry else Translated(code, code)


def kind_of(key: str) -> str:
    """Which statistics table counts a code; one that the form does not know goes by its system."""
    entry = entries().get(key)
    if entry and entry.kind != "answer":
        return entry.kind
    return "immunizations" if key.startswith(VACCINES) else "conditions"


def question_of(key: str) -> str:
    """The question that a `system|code` of the form answers."""
    return entries()[key].question


def entries_of_kind(kind: str) -> list[Entry]:
    """The form's codes of one statistics table, in the form's order."""
    return [entry for entry in entries().values() if entry.kind == kind]


def _questions(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if item["type"] not in ("group", "display"):
        yield item
    for child in item.get("item", []):
        yield from _questions(child)


def _question_entries(item: Mapping[str, Any], kind: str) -> Iterator[Entry]:
    """A list to tick gives its options; a choice gives the question and its answers; a yes/no gives the question."""
    is_choice = item["type"] in ("choice", "open-choice")
    if is_choice and item.get("repeats"):
        yield from _list_entries(item, kind)
    elif is_choice or item["type"] == "boolean":
        yield from _single_answer_entries(item, kind)


def _list_entries(item: Mapping[str, Any], kind: str) -> Iterator[Entry]:
    """Each option of a list to tick, without "none of these" and "I do not know"."""
    for option in item.get("answerOption", []):
        coding = option.get("valueCoding")
        if coding and not _is_exclusive(option) and _key(coding) not in NOT_KNOWN:
            yield Entry(_key(coding), kind, _option_label(coding), list_id=item["linkId"])


def _single_answer_entries(item: Mapping[str, Any], kind: str) -> Iterator[Entry]:
    """The question of a choice or a yes/no, then every answer that it offers."""
    options = [option["valueCoding"] for option in item.get("answerOption", []) if "valueCoding" in option]
    answers = tuple(_key(coding) for coding in options if _key(coding) not in NOT_KNOWN)
    is_yes_no = not answers or any("v2-0136" in answer for answer in answers)
    for coding in item.get("code", []):
        yield Entry(_key(coding), kind if is_yes_no else "risks", _text(item, "text"), () if is_yes_no else answers)
    for coding in options:
        yield Entry(_key(coding), "answer", _text(coding, "display"))


def _is_exclusive(option: Mapping[str, Any]) -> bool:
    return any(found["url"].endswith("questionnaire-optionExclusive") for found in option.get("extension", []))


def _is_uncounted(group: Mapping[str, Any]) -> bool:
    return any(found["url"] == NOT_COUNTED and found["valueBoolean"] for found in group.get("extension", []))


def _key(coding: Mapping[str, Any]) -> str:
    return f"{coding.get('system', '')}|{coding['code']}"


def _text(element: Mapping[str, Any], member: str) -> Translated:
    vietnamese = str(element.get(member, ""))
    for extension in element.get(f"_{member}", {}).get("extension", []):
        if extension.get("url") == TRANSLATION:
            parts = {part["url"]: part for part in extension["extension"]}
            if parts["lang"]["valueCode"] == "en":
                return Translated(vietnamese, str(parts["content"].get("valueString", vietnamese)))
    return Translated(vietnamese, vietnamese)


def _option_label(coding: Mapping[str, Any]) -> Translated:
    """The option's words; one that says too little without its question says what it is about."""
    said, about = _text(coding, "display"), LABEL_PREFIXES.get(str(coding.get("system")))
    return Translated(about.vi + said.vi, about.en + said.en) if about else said


def _class(name: str, vietnamese: str, english: str) -> Entry:
    return Entry(f"urn:x-so-suc-khoe:{name}", "answer", Translated(vietnamese, english))


# Adults: the Asian cut-offs of WHO's Western Pacific Region (2000); blood pressure by ISH 2020.
BMI_CLASSES = (
    _class("bmi|underweight", "Gầy (BMI dưới 18,5)", "Underweight (BMI under 18.5)"),
    _class("bmi|normal", "Bình thường (18,5-22,9)", "Normal (18.5-22.9)"),
    _class("bmi|overweight", "Thừa cân (23-24,9)", "Overweight (23-24.9)"),
    _class("bmi|obese", "Béo phì (từ 25)", "Obese (25 and over)"),
)
PRESSURE_CLASSES = (
    _class("blood-pressure|normal", "Bình thường (dưới 130/85)", "Normal (under 130/85)"),
    _class("blood-pressure|high-normal", "Bình thường cao (130-139/85-89)", "High-normal (130-139/85-89)"),
    _class("blood-pressure|high", "Cao (từ 140/90)", "High (140/90 and over)"),
)
MEASURED_ENTRIES = (
    Entry(BMI, "risks", Translated("Chỉ số khối cơ thể (người lớn)", "Body mass index (adults)"),
          tuple(entry.key for entry in BMI_CLASSES)),
    *BMI_CLASSES,
    Entry(BLOOD_PRESSURE, "risks", Translated("Huyết áp (người lớn)", "Blood pressure (adults)"),
          tuple(entry.key for entry in PRESSURE_CLASSES)),
    *PRESSURE_CLASSES,
)  # fmt: skip
