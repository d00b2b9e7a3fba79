"""`$everything`: what facilities wrote and the declaration, newest version of each, by pages.

Pages follow the moment of each resource and end by bytes as well as by count. A page begins after the last resource of
the page before (`_cursor`), so that whatever is written meanwhile comes later and nothing is missed.
"""

import base64
import datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from functions.lookup import summary
from functions.lookup.person import PatientFinder
from health_record.errors import BadRequestError
from health_record.facility.signed_call import FHIR_JSON
from health_record.http import entry_point
from health_record.http.event import Event
from health_record.http.response_size import LARGEST_PAYLOAD, payload_size
from health_record.http.routing import Response
from health_record.instants import HOME_ZONE, format_instant
from health_record.language import Translated
from health_record.reconciliation.disputes import disputed
from health_record.record.contributions import OF_EPISODES, TYPES
from health_record.record.record_items import parse_record_id
from health_record.summary.document import full_url
from health_record.summary_sources.patient import build_patient
from health_record.summary_sources.sources import Record, contributed_meta

PAGE = 50
UNDERSTOOD = ("_since", "_type", "_count", "_cursor", "_format", "_pretty")
KINDS = tuple(dict.fromkeys(("Patient", "QuestionnaireResponse", *TYPES, *OF_EPISODES)))
type Resource = dict[str, Any]


def read_page(finder: PatientFinder, patient_id: str, event: Event) -> Response:
    """One page as a searchset. `_since`, `_type`, `_count` (at most 50) and `_cursor` are read from the query."""
    finder.call.require("read")
    query = _query(event)
    since, kinds, count, after = _since(query), _kinds(query), _count(query), _cursor(query)
    opened = finder.load_items(finder.find_by_id(parse_record_id(patient_id)))
    record = summary.build_record(finder, opened, whole_episodes=True)
    found = [each for each in _resources(record) if _moment(each) >= since and each["resourceType"] in kinds]
    left = [each for each in found if _place(each) > after]
    shown = _fitting(left[:count], record.base_url)
    own = f"{record.base_url}/Patient/{opened.record_id}/$everything"
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(found),
        "link": _links(own, query, shown[-1]["resource"] if len(shown) < len(left) else None),
        **({"entry": shown} if shown else {}),
    }
    return entry_point.respond(200, bundle, content_type=FHIR_JSON)


def _fitting(resources: list[Resource], base_url: str) -> list[Resource]:
    """As many entries as fit into one answer, and at least one."""
    shown: list[Resource] = []
    size = 0
    for resource in resources:
        entry = {"fullUrl": full_url(base_url, resource), "resource": resource, "search": {"mode": "match"}}
        size += payload_size(entry_point.dumps(entry))
        if shown and size > LARGEST_PAYLOAD:
            break
        shown.append(entry)
    return shown


def _resources(record: Record) -> list[Resource]:
    found: list[Resource] = [build_patient(record.person)]
    if record.declaration:
        authored = record.declaration.authored
        meta = {"lastUpdated": authored, "versionId": str(record.declaration.version)}
        found[0]["meta"] |= meta
        response = {
            **record.declaration.response,
            "id": record.person.derived_id("declaration"),
            "meta": meta,
            "subject": record.person.reference,
            "authored": authored,
        }
        found.append(response)
    for each in record.contributions:
        found.append(disputed({**each.resource, "meta": contributed_meta(each)}, record.disputes))
    return sorted(found, key=_place)


def _place(resource: Resource) -> tuple[str, ...]:
    """Where a resource stands in the order of pages; the person first of what came at one moment."""
    source = str(resource.get("meta", {}).get("source", ""))
    return _moment(resource), str(KINDS.index(resource["resourceType"]) + 10), str(resource["id"]), source


def _moment(resource: Resource) -> str:
    return str(resource.get("meta", {}).get("lastUpdated", ""))


def _query(event: Event) -> dict[str, str]:
    """The parameters. Raises BadRequestError for one that would be ignored: the answer would not be what was asked."""
    query = dict(parse_qsl(str(event.get("rawQueryString") or ""), keep_blank_values=True))
    for name in query:
        if name not in UNDERSTOOD:
            known = ", ".join(UNDERSTOOD)
            text = Translated(f"Chỉ hiểu các tham số {known}.", f"Only the parameters {known} are understood.")
            raise BadRequestError(text, type="parameter-unknown")
    return query


def _kinds(query: dict[str, str]) -> frozenset[str]:
    kinds = frozenset(query["_type"].split(",")) if query.get("_type") else frozenset(KINDS)
    if not kinds <= set(KINDS):
        names = ", ".join(KINDS)
        text = Translated(f"_type phải thuộc {names}.", f"_type must be of {names}.")
        raise BadRequestError(text, type="type-unknown")
    return kinds


def _since(query: dict[str, str]) -> str:
    """The moment as this service writes moments (UTC, milliseconds), so that texts compare as times do.

    A day means its beginning in the province (https://hl7.org/fhir/R4/patient-operation-everything.html: an instant).
    """
    since = query.get("_since", "")
    if not since:
        return ""
    try:
        moment = datetime.datetime.fromisoformat(since)
        if "T" not in since:
            # Python reads weeks and days without hyphens as well.
            if datetime.date.fromisoformat(since).isoformat() != since:
                raise _since_broken()
            moment = moment.replace(tzinfo=HOME_ZONE)
        elif moment.tzinfo is None:
            raise _since_broken()
        return format_instant(moment.astimezone(datetime.UTC))
    except (ValueError, OverflowError) as error:
        raise _since_broken() from error


def _since_broken() -> BadRequestError:
    text = Translated(
        "_since phải là một ngày, hoặc thời điểm có múi giờ.", "_since must be a date, or an instant with a time zone."
    )
    return BadRequestError(text, type="since-broken")


def _count(query: dict[str, str]) -> int:
    text = query.get("_count", "")
    if not text:
        return PAGE
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        whole = Translated("_count phải là số nguyên.", "_count must be a whole number.")
        raise BadRequestError(whole, type="page-broken")
    return max(1, min(int(text), PAGE))


def _cursor(query: dict[str, str]) -> tuple[str, ...]:
    text = query.get("_cursor", "")
    if not text:
        return ("",)
    try:
        parts = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split("|")
    except ValueError:
        parts = []
    if len(parts) != 4:
        broken = Translated("_cursor phải là của liên kết next.", "_cursor must be that of a link next.")
        raise BadRequestError(broken, type="page-broken")
    return tuple(parts)


def _links(own: str, query: dict[str, str], last: Resource | None) -> list[dict[str, str]]:
    """This page, and the next one if there is more after `last`."""
    asked = {name: value for name, value in query.items() if name not in ("_format", "_pretty")}
    links = [{"relation": "self", "url": _url(own, asked)}]
    if last is not None:
        cursor = base64.urlsafe_b64encode("|".join(_place(last)).encode()).decode().rstrip("=")
        links.append({"relation": "next", "url": _url(own, {**asked, "_cursor": cursor})})
    return links


def _url(own: str, query: dict[str, str]) -> str:
    pairs = "&".join(f"{name}={quote(value, safe=':.-_~')}" for name, value in query.items() if value)
    return f"{own}?{pairs}" if pairs else own
