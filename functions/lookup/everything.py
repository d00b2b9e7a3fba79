"""`$everything`: what facilities wrote and the declaration, newest version of each, by pages."""

import datetime
from typing import Any
from urllib.parse import parse_qsl

from functions.lookup import summary
from functions.lookup.person import PatientFinder
from health_record.errors import BadRequestError
from health_record.facility.signed_call import FHIR_JSON
from health_record.http import entry_point
from health_record.http.event import Event
from health_record.http.routing import Response
from health_record.instants import format_instant
from health_record.language import Translated
from health_record.record.record_items import parse_record_id
from health_record.summary.document import full_url
from health_record.summary.patient import build_patient
from health_record.summary.sources import Record, contributed_meta

PAGE = 50


def read_page(finder: PatientFinder, patient_id: str, event: Event) -> Response:
    """One page as a searchset. `_since`, `_count` (at most 50) and `_offset` are read from the query."""
    finder.call.require("read")
    query = dict(parse_qsl(str(event.get("rawQueryString") or "")))
    since, count, offset = _since(query), _whole(query, "_count", PAGE), _whole(query, "_offset", 0)
    opened = finder.load_items(finder.find_by_id(parse_record_id(patient_id)))
    record = summary.build_record(finder, opened, whole_episodes=True)
    resources = [each for each in _resources(record) if _moment(each) >= since]
    count = max(1, min(count, PAGE))
    shown = resources[offset : offset + count]
    own = f"{record.base_url}/Patient/{opened.record_id}/$everything"
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(resources),
        "link": _links(own, query, offset, count, len(resources)),
        "entry": [
            {"fullUrl": full_url(record.base_url, each), "resource": each, "search": {"mode": "match"}}
            for each in shown
        ],
    }
    return entry_point.respond(200, bundle if shown else _without_entry(bundle), content_type=FHIR_JSON)


def _resources(record: Record) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [build_patient(record.person)]
    if record.declaration:
        authored = record.declaration.authored
        found[0]["meta"] = {"lastUpdated": authored, "versionId": str(record.declaration.version)}
        response = {
            **record.declaration.response,
            "id": record.person.derived_id("declaration"),
            "meta": {"lastUpdated": authored, "versionId": str(record.declaration.version)},
            "subject": record.person.reference,
            "authored": authored,
        }
        found.append(response)
    written = [{**each.resource, "meta": contributed_meta(each)} for each in record.contributions]
    return found + sorted(written, key=lambda each: (each["meta"]["lastUpdated"], each["resourceType"], each["id"]))


def _moment(resource: dict[str, Any]) -> str:
    return str(resource.get("meta", {}).get("lastUpdated", ""))


def _since(query: dict[str, str]) -> str:
    """The moment as this service writes moments (UTC, milliseconds), so that texts compare as times do."""
    since = query.get("_since", "")
    try:
        if "T" in since:
            moment = datetime.datetime.fromisoformat(since).astimezone(datetime.UTC)
            return format_instant(moment)
        # Python reads weeks and days without hyphens as well.
        if since and datetime.date.fromisoformat(since).isoformat() != since:
            raise _since_broken()
    except (ValueError, OverflowError) as error:
        raise _since_broken() from error
    return since


def _since_broken() -> BadRequestError:
    text = Translated("_since phải là một ngày hoặc thời điểm.", "_since must be a date or an instant.")
    return BadRequestError(text, type="since-broken")


def _whole(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise BadRequestError(
            Translated(f"{name} phải là số nguyên.", f"{name} must be a whole number."), type="page-broken"
        )
    return int(text)


def _links(own: str, query: dict[str, str], offset: int, count: int, total: int) -> list[dict[str, str]]:
    since = f"_since={query['_since'].replace('+', '%2B')}&" if query.get("_since") else ""
    links = [{"relation": "self", "url": f"{own}?{since}_count={count}&_offset={offset}"}]
    if offset + count < total:
        links.append({"relation": "next", "url": f"{own}?{since}_count={count}&_offset={offset + count}"})
    return links


def _without_entry(bundle: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in bundle.items() if name != "entry"}
