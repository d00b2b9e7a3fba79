"""Makes what a facility wrote fit IPS 2.0: what is missing is said to be unknown, what has no place becomes a note.

Nothing is invented and nothing is dropped: a time of another type keeps its moment, a member that the profile forbids
stands in words in `note`, a reference to what is not in the document keeps its words.
"""

import re
from collections.abc import Callable, Container
from typing import Any

from health_record.fhir.invariants import PAGES, find_references
from health_record.ips.profiles import Profile, Requirement, profile_of
from health_record.language import Translated
from health_record.rendering import datatypes, details, results, times
from health_record.rendering.moments import HOME
from health_record.rendering.phrases import Phrase, bilingual, joined, labelled
from health_record.rendering.statuses import ABSENT_REASON

Resource = dict[str, Any]
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
UNKNOWN = {"extension": [{"url": ABSENT_REASON, "valueCode": "unknown"}]}
UNKNOWN_REASON = {"coding": [{"system": ABSENT, "code": "unknown"}]}
NAMELESS = "Không ghi tên (name not stated)"
NOT_STATED = {"text": "Không ghi (not stated)"}
SHORTEST_DATE = 8  # ips-1: a year or a month alone is no dateTime there, but may be a Period
SAYING = results.VALUES | results.VALUES_BESIDE | {"dataAbsentReason"}
# Of these a sender's display may say what was taken back since: what is not in the document is not said by it.
CLINICAL = re.compile(
    r"(AllergyIntolerance|Condition|DiagnosticReport|DocumentReference|FamilyMemberHistory|ImagingStudy|Immunization"
    r"|Medication|MedicationStatement|Observation|Procedure)/"
)
GONE = "Mục không có trong bản này (entry not in this document)"


def fill_defaults(resource: Resource, author: str) -> Resource:
    """The resource as an IPS document can hold it. `author` is the facility's name."""
    profile = profile_of(resource)
    made = dict(resource)
    for requirement in profile.required:
        if requirement.given.isdisjoint(made):
            _require(made, requirement, author)
    forbidden = [name for name in profile.forbidden if name in made]
    if forbidden:
        _to_notes(made, forbidden)
    if made["resourceType"] == "Observation":
        _observation(made, profile)
    if made["resourceType"] == "Specimen":
        _specimen(made)
    if "contained" in made:
        made["contained"] = [fill_defaults(each, author) for each in made["contained"]]
    return made


def without_dangling(resource: Resource, known: Container[str]) -> Resource:
    """The resource whose references to what is not `known` are words: their display, or that the entry is gone."""
    found: Resource = _without_dangling(resource, known)
    return found


def _require(made: Resource, missing: Requirement, author: str) -> None:
    if missing.choices:
        _time(made, missing.member, missing.choices)
    else:
        fill = _FILL.get(missing.member)
        made[missing.member] = fill(made, author) if fill else _BY_TYPE.get(missing.kind, dict(NOT_STATED))


def _time(made: Resource, element: str, allowed: frozenset[str]) -> None:
    """`effective[x]` and `performed[x]`: the moment of a type that is not allowed, else unknown."""
    given = [name for name in made if name.removeprefix("_").startswith(element)]
    moment = _moment(made, element)
    words = times.choice(made, element, HOME)
    for name in given:
        del made[name]
    if f"{element}String" in allowed and words:
        made[f"{element}String"] = bilingual(words)
    elif moment:
        made[f"{element}DateTime"] = moment
        if words and "Instant" not in given[0]:
            _note(made, labelled(Translated("thời gian", "time"), words))
    else:
        made[f"_{element}DateTime"] = UNKNOWN
        _note(made, labelled(Translated("thời gian", "time"), words))


def _moment(made: Resource, element: str) -> str | None:
    """The moment of a time of another type: the instant itself, a period's start, the first event of a timing."""
    if instant := made.get(f"{element}Instant"):
        return str(instant)
    timing = made.get(f"{element}Timing") or {}
    period = made.get(f"{element}Period") or timing.get("repeat", {}).get("boundsPeriod") or {}
    first = next(iter(timing.get("event") or ()), None)
    return first or period.get("start") or period.get("end")


def _observation(made: Resource, profile: Profile) -> None:
    moment = made.get("effectiveDateTime")
    if moment and len(moment) < SHORTEST_DATE and any("effectivePeriod" in each.choices for each in profile.required):
        del made["effectiveDateTime"]
        made["effectivePeriod"] = {"start": moment, "end": moment}
    if "component" in made:
        made["component"] = [
            each if _says(each) else {**each, "dataAbsentReason": UNKNOWN_REASON} for each in made["component"]
        ]
    if "hasMember" in made:
        members = [each for each in made["hasMember"] if "reference" in each]
        others = [each for each in made["hasMember"] if "reference" not in each]
        if others and "component" in profile.forbidden:  # the pregnancy profiles, which want literal references
            del made["hasMember"]
            made |= {"hasMember": members} if members else {}
            told = joined((datatypes.reference(each, lambda _: None) for each in others), ", ")
            _note(made, labelled(Translated("gồm", "members"), told))
    if not _says(made) and "hasMember" not in made and "component" not in made:
        made["dataAbsentReason"] = UNKNOWN_REASON


def _specimen(made: Resource) -> None:
    """Specimen-uv-ips wants a literal reference to whom the sample is of; words alone become a note."""
    if "reference" not in made.get("subject", {"reference": ""}):
        _note(
            made, labelled(Translated("mẫu của", "sample of"), datatypes.reference(made.pop("subject"), lambda _: None))
        )


def _says(element: Resource) -> bool:
    return not SAYING.isdisjoint(element)


def _to_notes(made: Resource, names: list[str]) -> None:
    alone = {name: made.pop(name) for name in names}
    if "component" in alone:
        _note(made, results.measured({"component": alone.pop("component")}, HOME))
    if alone:
        inside = {f"#{each.get('id')}": each for each in made.get("contained", ())}
        said = details.of({"resourceType": made["resourceType"], **alone}, HOME, inside.get)
        _note(made, said)
        _drop_unreferred(made)


def _drop_unreferred(made: Resource) -> None:
    """What it contains must be referred to (dom-3)."""
    referred = set(find_references(made))
    if kept := [each for each in made.pop("contained", ()) if f"#{each.get('id')}" in referred]:
        made["contained"] = kept


def _note(made: Resource, phrase: Phrase) -> None:
    if phrase:
        made["note"] = [*made.get("note", ()), {"text": bilingual(phrase)}]


def _without_dangling(element: Any, known: Container[str]) -> Any:
    if isinstance(element, list):
        return [_without_dangling(each, known) for each in element]
    if not isinstance(element, dict):
        return element
    reference = element.get("reference")
    if isinstance(reference, str) and not reference.startswith("#") and reference not in known:
        unsaid = ("reference", "type", "display") if CLINICAL.match(reference) else ("reference", "type")
        kept = {name: each for name, each in element.items() if name not in unsaid}
        return kept if kept.keys() & {"display", "identifier"} else {**kept, "display": GONE}
    return {
        name: _without_dangling(each, known) if isinstance(each, dict | list) and name not in PAGES else each
        for name, each in element.items()
    }


_FILL: dict[str, Callable[[Resource, str], Any]] = {
    "performer": lambda _, author: [{"display": author}],
    "subject": lambda _, __: {"display": NAMELESS},
}
_BY_TYPE: dict[str, Any] = {"string": NAMELESS, "HumanName": [{"text": NAMELESS}]}
