"""GET /v1/records/{id}/episodes: the person's visits as hospitals' files tell them, and one of them whole.

What facilities wrote is shown at level 2 only: no session made it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from functions.declare import clock, own_record
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config
from health_record import exact_json
from health_record.episode import derive, diagnoses, encounter, extract, medicines, results, security_labels
from health_record.episode.source import KeptEpisode
from health_record.errors import BadRequestError
from health_record.fhir import icd10
from health_record.language import Translated
from health_record.reconciliation.disputes import disputed
from health_record.record import episodes, record_reader
from health_record.record.record_reader import DecryptedRecord
from health_record.summary_sources.sources import ICD_10
from health_record.table_keys import record_keys

AT_ONCE = 20
MOST_BYTES = 3 * 1024 * 1024  # of the resources of one answer
EPISODE_ID = re.compile(r"[0-9a-f]{32}")
CURSOR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[0-9T:+]*\.[0-9a-f]{32}")
VALUES = ("valueQuantity", "valueString", "valueCodeableConcept")
OF_RESULT = frozenset((*VALUES, "resourceType", "id", "category", "code", "effectiveDateTime", "note"))
type Disputes = Mapping[tuple[str, str], str]
OFFSET = re.compile(r"[0-9]{1,6}")


def list_visits(own: OwnRecord, before: str | None, *, with_results: bool = False) -> dict[str, Any]:
    """Twenty visits, the newest first; `before` is the `next` of the page above. Raises BadRequestError.

    `with_results` adds to each the last result of each kind.
    """
    if before is not None and CURSOR.fullmatch(before) is None:
        raise _wrong_before()
    opened = _load(own)
    found = {_cursor(opened, each): each for each in episodes.extracts_of(config().table_records, opened)}
    cursors = [cursor for cursor in sorted(found, reverse=True) if before is None or cursor < before]
    disputes = record_reader.disputes_of(opened)
    visits = [_visit(opened, found[cursor], disputes) for cursor in cursors[:AT_ONCE]]
    if with_results:
        for visit, cursor in zip(visits, cursors, strict=False):
            visit["results"] = list(_results(extract.complete(found[cursor]), disputes))
    shown: dict[str, Any] = {"episodes": visits}
    if len(cursors) > AT_ONCE:
        shown["next"] = cursors[AT_ONCE - 1]
    return shown


def read_visit(own: OwnRecord, episode_id: str, before: str | None) -> dict[str, Any]:
    """A visit with its FHIR resources, those after the `next` of the answer before. Raises NotFoundError."""
    if before is not None and OFFSET.fullmatch(before) is None:
        raise _wrong_before()
    opened = _load(own)
    head = opened.items.get(record_keys.episode_sk(episode_id)) if EPISODE_ID.fullmatch(episode_id) else None
    found = episodes.whole(config().table_records, opened, head) if head and head in episodes.heads_of(opened) else None
    if found is None:
        raise own_record.not_found_error()
    disputes = record_reader.disputes_of(opened)
    resources = [disputed(each, disputes) for each in derive.resources(found)]
    start = int(before or 0)
    shown: list[dict[str, Any]] = []
    size = 0
    for resource in resources[start:]:
        size += len(exact_json.dumps(resource).encode())
        if shown and size > MOST_BYTES:
            break
        shown.append(resource)
    answer: dict[str, Any] = {"episode": _visit(opened, found, disputes), "resources": shown}
    if start + len(shown) < len(resources):
        answer["next"] = str(start + len(shown))
    return answer


def _load(own: OwnRecord) -> DecryptedRecord:
    """The record as its account may see it: with what facilities wrote once the card was seen."""
    opened = record_reader.decrypt_record(config(), own.meta, own.wrapped)
    return record_reader.hide_unverified(opened, clock.now().day)


def _visit(opened: DecryptedRecord, episode: KeptEpisode, disputes: Disputes) -> dict[str, Any]:
    """What a list shows of a visit; what its person says to be wrong has their reason as `disputed`."""
    row, today = episode.summary, clock.now().day
    _, vi, en = encounter.CARE.get(episode.care, ("", f"Loại {episode.care}", f"Form {episode.care}"))
    shown: dict[str, Any] = {
        "id": _id(opened, episode),
        "facility": episode.facility_name,
        "provider_code": episode.provider_code,
        "begin": episode.begin.fhir,
        "care": {"code": episode.care, "vi": vi, "en": en},
        "emergency": episode.content["emergency"],
        "diagnoses": [
            _diagnosis(each) | _entry(f"Condition/{each['id']}", disputes)
            for each in diagnoses.conditions(episode)
            if ICD_10 in str(each["code"])
        ],
        "medicines": list(_medicines(episode, disputes)),
        "sensitive": bool(episode.content.get(security_labels.MEMBER) or security_labels.of_episode(episode)),
        "recorded": episode.recorded,
        "version": episode.version,
    } | _entry(episode.encounter["reference"], disputes)
    if episode.end:
        shown["end"] = episode.end.fhir
    if reason := row.get("LY_DO_VV"):
        shown["reason"] = reason
    coming = extract.next_appointments([episode], today)
    if coming:
        shown["appointment"] = coming[0][1]["requestedPeriod"][0]["start"]
    return shown


def _diagnosis(condition: dict[str, Any]) -> dict[str, str]:
    code = next(each["code"] for each in condition["code"]["coding"] if each["system"] == ICD_10)
    text, title = condition["code"]["text"], icd10.title(code)
    return {"code": code, "text": title.vi if text == code and title else text}


def _medicines(episode: KeptEpisode, disputes: Disputes) -> Iterator[dict[str, str]]:
    kind, _ = medicines.KINDS
    for (line, row), last in medicines.taken_home(episode):
        until = None if diagnoses.is_death(episode) or medicines.is_reckoned(row) else last
        shown = {"text": medicines.concept(row)["text"]} | ({"until": until.isoformat()} if until else {})
        words = (("dose", "LIEU_DUNG"), ("advice", "CACH_DUNG"))
        named = _entry(f"{kind}/{episode.id_of(kind, line)}", disputes)
        yield shown | {name: row[field] for name, field in words if field in row} | named


def _results(episode: KeptEpisode, disputes: Disputes) -> Iterator[dict[str, Any]]:
    """The values of a visit, each with what makes tables of them."""
    for each in results.results(episode):
        if each["resourceType"] == "Observation":
            yield disputed({name: value for name, value in each.items() if name in OF_RESULT}, disputes)


def _entry(resource: str, disputes: Disputes) -> dict[str, str]:
    kind, resource_id = resource.split("/")
    reason = disputes.get((kind, resource_id))
    return {"resource": resource} | ({"disputed": reason} if reason is not None else {})


def _id(opened: DecryptedRecord, episode: KeptEpisode) -> str:
    return episodes.episode_id(opened.key, episode.provider_code, episode.key)


def _cursor(opened: DecryptedRecord, episode: KeptEpisode) -> str:
    return f"{episode.begin.fhir}.{_id(opened, episode)}"


def _wrong_before() -> BadRequestError:
    return BadRequestError(Translated("Tham số before không đúng.", "The parameter before is not right."))
