"""One table from a refusal to what is sent: RFC 9457 problem documents and FHIR OperationOutcomes."""

from typing import Any

from health_record.errors import ServiceError
from health_record.language import Language

ISSUES = "urn:x-so-suc-khoe:issue"
PROBLEM_BASE = "/problems/"  # RFC 9457 section 3.1.1: a relative reference, resolved against the public origin


def to_problem(error: ServiceError, language: Language) -> dict[str, Any]:
    """RFC 9457 members plus `errors: [{pointer, linkId?, message}]`."""
    body: dict[str, Any] = {
        "type": PROBLEM_BASE + error.type,
        "title": error.title.in_language(language),
        "status": error.status,
        "detail": error.detail.in_language(language),
        **error.extra,
    }
    if error.faults:
        body["errors"] = [
            {
                "pointer": fault.pointer,
                **({"linkId": fault.link_id} if fault.link_id else {}),
                "message": fault.message.in_language(language),
            }
            for fault in error.faults
        ]
    return body


def to_operation_outcome(error: ServiceError, language: Language) -> dict[str, Any]:
    """FHIR R4 OperationOutcome: one issue for each fault with its expression, or one for the refusal itself."""
    issues = [
        {
            "severity": "error",
            "code": error.issue,
            "details": {
                **({"coding": [{"system": ISSUES, "code": fault.code}]} if fault.code else {}),
                "text": fault.message.in_language(language),
            },
            "diagnostics": fault.diagnostics or error.type,
            **({"expression": [fault.expression]} if fault.expression else {}),
        }
        for fault in error.faults
    ] or [
        {
            "severity": "error",
            "code": error.issue,
            "details": {"text": error.detail.in_language(language)},
            "diagnostics": error.type,
        }
    ]
    return {"resourceType": "OperationOutcome", "issue": issues}
