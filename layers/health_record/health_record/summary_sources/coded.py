"""CodeableConcepts in Vietnamese and English, from the form's own codings or from a pair of words."""

from typing import Any

from health_record.summary_sources.sources import Resource

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def read_english(element: Resource, member: str) -> str | None:
    """The English translation of a member, by the standard extension."""
    for extension in (element.get(f"_{member}") or {}).get("extension", []):
        parts = {part.get("url"): part for part in extension.get("extension", [])}
        if extension.get("url") == TRANSLATION and parts.get("lang", {}).get("valueCode") == "en":
            content: str | None = parts.get("content", {}).get("valueString")
            return content
    return None


def translation_extension(vi: str, en: str | None) -> Resource:
    """The `_display` or `_text` that carries `en` beside `vi`."""
    if not en or en == vi:
        return {}
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": en}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


def make_coding(system: str | None, code: str, vi: str | None = None, en: str | None = None) -> Resource:
    """A Coding with its Vietnamese display and the English translation beside it."""
    found: Resource = {"code": code} if system is None else {"system": system, "code": code}
    if vi:
        found["display"] = vi
        if beside := translation_extension(vi, en):
            found["_display"] = beside
    return found


def make_concept(system: str | None, code: str, vi: str, en: str | None = None) -> Resource:
    """A CodeableConcept of one coding."""
    return {"coding": [make_coding(system, code, vi, en)], "text": vi}


def status_concept(name: str, code: str) -> Resource:
    """A CodeableConcept of one of HL7's own status code systems (`condition-clinical`, `active`)."""
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{name}", "code": code}]}


def list_codes(concept_: Any) -> list[tuple[str, str]]:
    """The (system, code) pairs of a CodeableConcept."""
    codings = concept_.get("coding", []) if isinstance(concept_, dict) else []
    return [(str(each.get("system", "")), str(each.get("code", ""))) for each in codings if isinstance(each, dict)]


def is_error(resource: Resource) -> bool:
    """Whether the author took the resource back (`entered-in-error`)."""
    statuses = {code for _, code in list_codes(resource.get("verificationStatus"))}
    return "entered-in-error" in statuses | {resource.get("status")}


def to_text(concept_: Any) -> str:
    """What a reader sees of a CodeableConcept: Vietnamese, and English in brackets where it differs."""
    if not isinstance(concept_, dict):
        return ""
    codings = concept_.get("coding") or [{}]
    text = str(concept_.get("text") or codings[0].get("display") or codings[0].get("code") or "")
    other = read_english(codings[0], "display") or read_english(concept_, "text") or codings[0].get("display")
    return f"{text} ({other})" if other and other != text else text
