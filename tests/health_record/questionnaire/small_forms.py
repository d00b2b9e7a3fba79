"""Forms small enough to read in a test, and responses to them."""

import datetime
from typing import Any

from health_record.questionnaire import compile_form, read_response
from health_record.questionnaire.values import Rules

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
TODAY = datetime.date(2026, 11, 23)
NO = {"system": "urn:x", "code": "no"}
YES = {"system": "urn:x", "code": "yes"}
UNKNOWN = {"system": "urn:x", "code": "unknown"}
CM = {"system": "http://unitsofmeasure.org", "code": "cm", "display": "cm"}


def ext(name: str, **value: Any) -> dict[str, Any]:
    return {"url": name if name.startswith("http") else CORE + name, **value}


def option(coding: dict[str, str], *, exclusive: bool = False) -> dict[str, Any]:
    marks = [ext("questionnaire-optionExclusive", valueBoolean=True)] if exclusive else []
    return {"valueCoding": coding, "extension": marks}


def form(*items: dict[str, Any], **more: Any) -> Any:
    return compile_form(
        {"resourceType": "Questionnaire", "url": "urn:form", "version": "1", "item": list(items), **more}
    )


def response(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:form",
        "status": "completed",
        "item": list(items),
        **more,
    }


def answered(link_id: str, *answers: dict[str, Any]) -> dict[str, Any]:
    return {"linkId": link_id, "answer": list(answers)}


def faults(form: Any, body: Any) -> list[tuple[str, str | None, str]]:
    read = read_response(form, body, Rules(TODAY, {}))
    return [(fault.pointer, fault.link_id, fault.message.en) for fault in read.faults]


def messages(item: dict[str, Any], *answers: dict[str, Any]) -> list[str]:
    """What is said of the answers to one question."""
    return [message for _, _, message in faults(form({"linkId": "q", **item}), response(answered("q", *answers)))]
