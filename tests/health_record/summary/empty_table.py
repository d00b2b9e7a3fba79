"""What each section says where it has no entry, made from the summary itself, as it stands in docs/facilities.md."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from health_record.summary.document import build_document
from health_record.summary.sections import ALLERGIES, DIFFERING, MEDICATIONS, NOT_SO, PROBLEMS, SECTIONS, Section
from health_record.summary_sources.sources import Contribution, Declaration, Person, Record
from tests.facility_desk import Resident, coding, response_of
from tests.health_record.summary.test_summary import AUTHORED, IDENTITY, NOW, QUESTIONNAIRE, RECORD_ID

PAGE = Path(__file__).parents[3] / "docs" / "facilities.md"
BEGIN, END = "<!-- empty sections: made by `make matrix` -->\n", "<!-- end of empty sections -->\n"
UNKNOWN = coding("http://terminology.hl7.org/CodeSystem/data-absent-reason", "asked-unknown")
SNOMED, TERMINOLOGY = "http://snomed.info/sct", "http://terminology.hl7.org/CodeSystem/"
OWN_MEDICINES = "urn:x-so-suc-khoe:medicines"
# By section the question about it, and the answers that there is none and that nobody knows.
ASKED = {
    PROBLEMS: ("history.conditions", coding(SNOMED, "160245001"), UNKNOWN),
    ALLERGIES: ("history.allergies", coding(SNOMED, "716186003"), UNKNOWN),
    MEDICATIONS: ("medicines.any", coding(OWN_MEDICINES, "no"), coding(OWN_MEDICINES, "unknown")),
    "11369-6": ("immunizations.vaccines", coding(SNOMED, "787482006"), UNKNOWN),
    "47519-4": ("surgeries.any", None, UNKNOWN),  # "no" is an answer among the other information
    "47420-5": ("disability.kinds", coding("urn:x-so-suc-khoe:disability", "none"), UNKNOWN),
}


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": TERMINOLOGY + system, "code": code}]}


# By section what a facility may have written that is no entry of it: what was, and what is not.
PAST_WORDS: dict[str, dict[str, Any]] = {
    PROBLEMS: {"resourceType": "Condition", "clinicalStatus": concept("condition-clinical", "resolved")},
    ALLERGIES: {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": concept("allergyintolerance-clinical", "inactive"),
    },
    MEDICATIONS: {"resourceType": "MedicationStatement", "status": "stopped"},
}
RULED_OUT: dict[str, dict[str, Any]] = {
    PROBLEMS: {"resourceType": "Condition", "verificationStatus": concept("condition-ver-status", "refuted")},
    ALLERGIES: {
        "resourceType": "AllergyIntolerance",
        "verificationStatus": concept("allergyintolerance-verification", "refuted"),
    },
    MEDICATIONS: {"resourceType": "MedicationStatement", "status": "not-taken"},
    "11369-6": {"resourceType": "Immunization", "status": "not-done", "occurrenceString": "2026"},
    "47519-4": {"resourceType": "Procedure", "status": "not-done"},
    "30954-2": {"resourceType": "Observation", "status": "cancelled"},
}
OF_ANOTHER_KIND = {
    PROBLEMS: {"disability.kinds": [coding("urn:x-so-suc-khoe:disability", "none")]},
    ALLERGIES: {"family.any": [coding(f"{TERMINOLOGY}v2-0136", "N")]},
    MEDICATIONS: {"surgeries.any": [coding(f"{TERMINOLOGY}v2-0136", "N")]},
}
Told = tuple[dict[str, Any], list[dict[str, Any]]]  # answers, and what a facility wrote
SITUATIONS: dict[str, Callable[[str], Told | None]] = {
    "nobody asked": lambda _: ({}, []),
    "asked, and not known": lambda code: ({ASKED[code][0]: [ASKED[code][2]]}, []) if code in ASKED else None,
    "asked, and none": lambda code: (
        ({ASKED[code][0]: [ASKED[code][1]]}, []) if code in ASKED and ASKED[code][1] else None
    ),
    "only what was": lambda code: ({}, [PAST_WORDS[code]]) if code in PAST_WORDS else None,
    "only what was ruled out or not done": lambda code: ({}, [RULED_OUT[code]]) if code in RULED_OUT else None,
    "not known, and something that was": lambda code: (
        ({ASKED[code][0]: [ASKED[code][2]]}, [PAST_WORDS[code]]) if code in PAST_WORDS else None
    ),
    "only an entry that the person disputes": lambda code: ({}, [DISPUTED]) if code == ALLERGIES else None,
    "only answers about something else": lambda code: (OF_ANOTHER_KIND[code], []) if code in OF_ANOTHER_KIND else None,
}
ENTRY = "0d4f8a6e-3a51-4a3c-9b56-000000000001"
DISPUTED = {
    "resourceType": "AllergyIntolerance",
    "clinicalStatus": concept("allergyintolerance-clinical", "active"),
    "code": {"text": "Penicillin"},
}
OF_STATES = (DIFFERING, NOT_SO, "11348-0", "past-allergies", "past-medications")  # what is never asked for by itself
ENTRIES, ABSENT = "entries", "the section is not there"


def every_case() -> Iterator[tuple[Section, str, str]]:
    """Each section, in each situation that can be, and what it says."""
    for section in SECTIONS:
        if section.code not in OF_STATES:
            for name, make in SITUATIONS.items():
                if (told := make(section.code)) is not None:
                    yield section, name, say(section.code, *told)


def say(code: str, answers: dict[str, Any], written: list[dict[str, Any]]) -> str:
    """What the section of this code says in the summary of a record."""
    made = [_complete(each) for each in written]
    declaration = Declaration(QUESTIONNAIRE, response_of(Resident(answers=answers)), AUTHORED)
    record = Record(
        Person(RECORD_ID, IDENTITY),
        "https://suckhoe.example/v1/fhir",
        NOW,
        declaration,
        [Contribution(each, "79001", "Trung tâm Y tế Bình Quới", AUTHORED) for each in made],
        {(each["resourceType"], each["id"]): "Nhầm người" for each in made if each["code"] == DISPUTED["code"]},
    )
    for section in build_document(record)["entry"][0]["resource"]["section"]:
        if section["code"]["coding"][0]["code"] == code:
            reason = section.get("emptyReason")
            return f"`{reason['coding'][0]['code']}`: {reason['text']}" if reason else ENTRIES
    return ABSENT


def _complete(resource: dict[str, Any]) -> dict[str, Any]:
    named = {"text": "Tên"}
    whom = "patient" if resource["resourceType"] in ("AllergyIntolerance", "Immunization") else "subject"
    return {
        "id": ENTRY,
        "code": named,
        "vaccineCode": named,
        "medicationCodeableConcept": named,
        whom: {"reference": f"Patient/{RECORD_ID}"},
        **resource,
    }


def render() -> str:
    """The table in Markdown; sections that say the same share a row."""
    rows: dict[tuple[str, str], list[str]] = {}
    for section, situation, said in every_case():
        rows.setdefault((situation, said), []).append(section.en)
    lines = ["| what was said | the section | says |", "|---|---|---|"]
    order = list(SITUATIONS)
    for (situation, said), sections in sorted(rows.items(), key=lambda row: order.index(row[0][0])):
        lines.append(f"| {situation} | {', '.join(sections)} | {said} |")
    return "\n".join(lines) + "\n"


def read_printed() -> str:
    """The table as the page holds it now."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def write() -> None:
    """Put the table into the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(before + BEGIN + render() + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    write()
