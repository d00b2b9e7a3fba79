"""Section narratives: what a reader sees who has no software, every text of a person or facility escaped."""

from html import escape
from typing import Any

from health_record.summary.coded import to_text
from health_record.summary.sources import Resource, describe_source

XHTML = "http://www.w3.org/1999/xhtml"
DATES = ("onsetDateTime", "effectiveDateTime", "performedDateTime", "occurrenceDateTime", "recordedDate", "issued")
DATES_AFTER = ("date", "dateAsserted")


def render_table(resources: list[Resource]) -> Resource:
    """The generated narrative of a section with entries."""
    rows = "".join(
        f"<tr><td>{escape(render_headline(each))}</td><td>{escape(render_date(each))}</td><td>{escape(describe_source(each))}</td></tr>"
        for each in resources
    )
    head = "<thead><tr><th>Nội dung (content)</th><th>Ngày (date)</th><th>Nguồn (source)</th></tr></thead>"
    return _text(f"<table>{head}<tbody>{rows}</tbody></table>")


def render_sentence(text: str) -> Resource:
    """The narrative of a section that has nothing to list."""
    return _text(f"<p>{escape(text)}</p>")


def render_headline(resource: Resource) -> str:
    """One line that says what a resource says, its notes at the end."""
    doses = [each.get("doseNumberPositiveInt") for each in resource.get("protocolApplied", [])]
    asides = [f"mũi {dose} (dose {dose})" for dose in doses if dose]
    asides += [str(each["text"]) for each in resource.get("note", []) if each.get("text")]
    return "; ".join([_statement(resource), *asides])


def _statement(resource: Resource) -> str:
    named = resource.get("code") or resource.get("vaccineCode") or resource.get("medicationCodeableConcept")
    if resource["resourceType"] == "FamilyMemberHistory":
        conditions = ", ".join(to_text(each.get("code")) for each in resource.get("condition", []))
        return f"{to_text(resource.get('relationship'))}: {conditions}"
    if resource["resourceType"] == "DocumentReference":
        return str(resource.get("description") or to_text(resource.get("type")) or "Tài liệu (document)")
    parts = [to_text(named) or resource["resourceType"]]
    values = [said for each in [resource, *resource.get("component", [])] if (said := render_value(each))]
    if resource.get("component"):
        values = [f"{to_text(each.get('code'))} {render_value(each)}" for each in resource["component"]]
    if resource.get("conclusion"):
        values.append(str(resource["conclusion"]))
    return ": ".join([*parts, ", ".join(values)]) if values else parts[0]


def render_value(element: Resource) -> str:
    """The value of an Observation or of one of its components, as text."""
    for name, found in element.items():
        if name.startswith("value"):
            return _said(found)
    if "dataAbsentReason" in element:
        return "không biết (unknown)"
    return ""


def render_date(resource: Resource) -> str:
    """The day of a resource, where it says one."""
    found = next((resource[name] for name in (*DATES, *DATES_AFTER) if isinstance(resource.get(name), str)), "")
    return str(found)[:10]


def _said(found: Any) -> str:
    if isinstance(found, bool):
        return "có (yes)" if found else "không (no)"
    if not isinstance(found, dict):
        return str(found)
    if "value" in found:
        return f"{found.get('comparator', '')}{found['value']} {found.get('unit') or found.get('code') or ''}".strip()
    return to_text(found)


def _text(inner: str) -> Resource:
    return {"status": "generated", "div": f'<div xmlns="{XHTML}" lang="vi" xml:lang="vi">{inner}</div>'}
