"""What stands on the printed summary, from the FHIR document: its lines in their order, before any layout."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from health_record.rendering import moments
from health_record.rendering.datatypes import Resolve
from health_record.rendering.entries import entry
from health_record.rendering.phrases import bilingual, joined, keep_ends, with_own_numbers
from health_record.rendering.source_words import DECLARED, is_confirmed, objections, source_of
from health_record.summary_sources.patient import ASSURANCE_SYSTEM, RECORD_SYSTEM

LONGEST_TEXT = 24_000  # of a line; a report's conclusion is never longer
TITLE = "Tóm tắt hồ sơ sức khỏe (Patient summary)"
BY_FACILITY = "Cơ sở y tế ghi nhận (recorded by a health facility)"
BY_SELF = "Người dân tự khai, chưa được xác nhận (self-declared, not confirmed)"
SEXES = {"male": "Nam (male)", "female": "Nữ (female)", "other": "Khác (other)", "unknown": "Không rõ (unknown)"}

Resource = dict[str, Any]
Kind = Literal["title", "person", "note", "section", "source", "entry", "detail", "objection"]


@dataclass(frozen=True)
class Line:
    """One paragraph."""

    kind: Kind
    text: str


def build_lines(document: Resource, time_zone: str) -> Iterator[Line]:
    """Every line of the printed summary, in the order of its entries; a heading says where their source changes."""
    resources = {entry["fullUrl"].rsplit("/v1/fhir/", 1)[-1]: entry["resource"] for entry in document["entry"]}
    composition = document["entry"][0]["resource"]
    yield Line("title", TITLE)
    yield from _person(next(one for one in resources.values() if one["resourceType"] == "Patient"))
    yield Line("note", f"Lập lúc (made at) {moments.moment(document['timestamp'], time_zone)}")
    for section in composition["section"]:
        yield Line("section", _clean(section["title"]))
        if "entry" not in section:
            yield Line("detail", _clean(section["emptyReason"]["text"]))
            continue
        said_by = None
        for resource in (resources[each["reference"]] for each in section["entry"]):  # the most urgent first
            heading = BY_FACILITY if is_confirmed(resource) else BY_SELF
            if heading != said_by:
                yield Line("source", heading)
            said_by = heading
            yield from _entry(resource, time_zone, resources.get)
        for note in section.get("extension", ()):
            yield Line("note", _clean(note["valueAnnotation"]["text"]))


def _person(patient: Resource) -> Iterator[Line]:
    yield Line("person", _clean(patient["name"][0]["text"]))
    yield from (
        Line("note", _clean(tag["display"]))
        for tag in patient["meta"]["tag"]
        if tag["system"] in (ASSURANCE_SYSTEM, RECORD_SYSTEM)
    )
    parts = [
        f"Sinh (born): {moments.day(patient['birthDate'], moments.HOME)}",
        SEXES.get(patient["gender"], SEXES["unknown"]),
    ]
    parts += [_clean(one["text"]) for one in patient.get("address", []) if one.get("text")]
    yield Line("detail", " · ".join(parts))
    # Enough to compare with a card, and of no use to whoever finds the sheet.
    ends = [f"••• {one['value'][-4:]}" for one in patient.get("identifier", [])]
    if ends:
        yield Line("detail", "Giấy tờ, bốn ký tự cuối (documents, last four characters): " + ", ".join(ends))


def _entry(resource: Resource, time_zone: str, resolve: Resolve) -> Iterator[Line]:
    made, source = entry(resource, time_zone, resolve), source_of(resource)
    yield Line("entry", _clean(bilingual(with_own_numbers(made.headline))))
    about = bilingual(joined([made.when, () if source == (DECLARED,) else source], " · "))
    if about:
        yield Line("detail", _clean(about))
    if against := objections(resource):
        yield Line("objection", _clean(bilingual(against)))


def _clean(text: str) -> str:
    """One paragraph in composed letters; what cannot be printed becomes a space."""
    plain = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in unicodedata.normalize("NFC", text))
    return plain if len(plain) <= LONGEST_TEXT else bilingual(keep_ends(plain, LONGEST_TEXT))
