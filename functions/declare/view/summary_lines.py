"""What stands on the printed summary, from the FHIR document: its lines in their order, before any layout."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from health_record.summary import narrative
from health_record.summary.sources import CONFIRMED, SOURCE_SYSTEM, Resource, describe_source

LONGEST_TEXT = 4000
CUT = "… (còn nữa trong bản FHIR; continued in the FHIR document)"
TITLE = "Tóm tắt hồ sơ sức khỏe (Patient summary)"
BY_FACILITY = "Cơ sở y tế ghi nhận (recorded by a health facility)"
BY_SELF = "Người dân tự khai, chưa được xác nhận (self-declared, not confirmed)"
BY_THEMSELVES = "Tự khai (self-declared)"
SEXES = {"male": "Nam (male)", "female": "Nữ (female)", "other": "Khác (other)", "unknown": "Không rõ (unknown)"}

Kind = Literal["title", "person", "note", "section", "source", "entry", "detail"]


@dataclass(frozen=True)
class Line:
    """One paragraph."""

    kind: Kind
    text: str


def build_lines(document: Resource, time_zone: str) -> Iterator[Line]:
    """Every line of the printed summary; each section tells apart what a facility recorded and what was declared."""
    resources = {entry["fullUrl"].rsplit("/v1/fhir/", 1)[-1]: entry["resource"] for entry in document["entry"]}
    composition = document["entry"][0]["resource"]
    yield Line("title", TITLE)
    yield from _person(next(one for one in resources.values() if one["resourceType"] == "Patient"))
    made = datetime.fromisoformat(document["timestamp"]).astimezone(ZoneInfo(time_zone))
    yield Line("note", f"Lập lúc (made at) {made:%H:%M %d/%m/%Y}")
    for section in composition["section"]:
        yield Line("section", _clean(section["title"]))
        if "entry" not in section:
            yield Line("detail", _clean(section["emptyReason"]["text"]))
            continue
        found = [resources[entry["reference"]] for entry in section["entry"]]
        yield from _block(BY_FACILITY, [one for one in found if _confirmed(one)])
        yield from _block(BY_SELF, [one for one in found if not _confirmed(one)])


def _person(patient: Resource) -> Iterator[Line]:
    yield Line("person", _clean(patient["name"][0]["text"]))
    parts = [f"Sinh (born): {patient['birthDate']}", SEXES.get(patient["gender"], SEXES["unknown"])]
    parts += [_clean(one["text"]) for one in patient.get("address", []) if one.get("text")]
    yield Line("detail", " · ".join(parts))
    # Enough to compare with a card, and of no use to whoever finds the sheet.
    ends = [f"••• {one['value'][-4:]}" for one in patient.get("identifier", [])]
    if ends:
        yield Line("detail", "Giấy tờ, bốn ký tự cuối (documents, last four characters): " + ", ".join(ends))


def _block(heading: str, resources: list[Resource]) -> Iterator[Line]:
    if not resources:
        return
    yield Line("source", heading)
    for resource in resources:
        yield Line("entry", _clean(narrative.render_headline(resource)))
        about = [
            narrative.render_date(resource),
            "" if describe_source(resource) == BY_THEMSELVES else describe_source(resource),
        ]
        if any(about):
            yield Line("detail", _clean(" · ".join(one for one in about if one)))


def _confirmed(resource: Resource) -> bool:
    tags: list[dict[str, Any]] = resource.get("meta", {}).get("tag", [])
    return any((tag.get("system"), tag.get("code")) == (SOURCE_SYSTEM, CONFIRMED) for tag in tags)


def _clean(text: str) -> str:
    """One paragraph in composed letters; what cannot be printed becomes a space."""
    plain = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in unicodedata.normalize("NFC", text))
    return plain if len(plain) <= LONGEST_TEXT else plain[:LONGEST_TEXT] + CUT
