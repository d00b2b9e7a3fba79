"""`$everything`: what facilities wrote and the declaration, newest version of each, by pages.

Pages follow the moment of each resource and end by bytes as well as by count. A page begins after the last resource of
the page before (`_cursor`), so that whatever is written meanwhile comes later and nothing is missed. `total` is counted
for the first page, and the cursor carries it to the others.
"""

import base64
import datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from functions.lookup import record_entries
from functions.lookup.person import PatientFinder
from functions.lookup.record_entries import KINDS, PARTS_OF_A_PLACE, Entry, Place
from health_record.errors import BadRequestError
from health_record.facility.signed_call import FHIR_JSON
from health_record.http import entry_point
from health_record.http.event import Event
from health_record.http.response_size import LARGEST_PAYLOAD, payload_size
from health_record.http.routing import Response
from health_record.instants import HOME_ZONE, format_instant
from health_record.language import Translated
from health_record.record.record_items import parse_record_id
from health_record.summary.document import full_url

PAGE = 50
UNDERSTOOD = ("_since", "_type", "_count", "_cursor", "_format", "_pretty")
type Resource = dict[str, Any]


def read_page(finder: PatientFinder, patient_id: str, event: Event) -> Response:
    """One page as a searchset. `_since`, `_type`, `_count` (at most 50) and `_cursor` are read from the query."""
    finder.call.require("read")
    query = _query(event)
    since, kinds, count = _since(query), _kinds(query), _count(query)
    after, total = _cursor(query)
    opened = finder.load_items(finder.find_by_id(parse_record_id(patient_id))).reveal()
    base_url = f"{finder.config.public_origin}/v1/fhir"
    found = record_entries.list_entries(
        finder.config,
        opened,
        lambda entry: entry.place > after and entry.place[0] >= since and entry.kind in kinds,
        first=max(after[0], since),
        most=None if total is None else count + 1,
    )
    total = len(found) if total is None else total
    shown = _fitting(found[:count], base_url)
    own = f"{base_url}/Patient/{opened.record_id}/$everything"
    last = found[len(shown) - 1].place if len(shown) < len(found) else None
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": total,
        "link": _links(own, query, last, total),
        **({"entry": shown} if shown else {}),
    }
    return entry_point.respond(200, bundle, content_type=FHIR_JSON)


def _fitting(entries: list[Entry], base_url: str) -> list[Resource]:
    """As many entries as fit into one answer, and at least one."""
    shown: list[Resource] = []
    size = 0
    for each in entries:
        resource = each.read()
        entry = {"fullUrl": full_url(base_url, resource), "resource": resource, "search": {"mode": "match"}}
        size += payload_size(entry_point.dumps(entry))
        if shown and size > LARGEST_PAYLOAD:
            break
        shown.append(entry)
    return shown


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
    try:
        return max(1, min(_whole_number(text), PAGE))
    except ValueError:
        whole = Translated("_count phải là số nguyên.", "_count must be a whole number.")
        raise BadRequestError(whole, type="page-broken") from None


def _whole_number(text: str) -> int:
    """Raises ValueError for what is no whole number of at most six digits."""
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise ValueError("no whole number")
    return int(text)


def _cursor(query: dict[str, str]) -> tuple[Place, int | None]:
    """After which place the page begins, and how many entries the first page counted; None for the first page."""
    text = query.get("_cursor", "")
    if not text:
        return ("",), None
    try:
        *place, total = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split("|")
        if len(place) == PARTS_OF_A_PLACE:
            return tuple(place), _whole_number(total)
    except ValueError:
        pass
    broken = Translated("_cursor phải là của liên kết next.", "_cursor must be that of a link next.")
    raise BadRequestError(broken, type="page-broken")


def _links(own: str, query: dict[str, str], last: Place | None, total: int) -> list[dict[str, str]]:
    """This page, and the next one if there is more after `last`."""
    asked = {name: value for name, value in query.items() if name not in ("_format", "_pretty")}
    links = [{"relation": "self", "url": _url(own, asked)}]
    if last is not None:
        cursor = base64.urlsafe_b64encode("|".join((*last, str(total))).encode()).decode().rstrip("=")
        links.append({"relation": "next", "url": _url(own, {**asked, "_cursor": cursor})})
    return links


def _url(own: str, query: dict[str, str]) -> str:
    pairs = "&".join(f"{name}={quote(value, safe=':.-_~')}" for name, value in query.items() if value)
    return f"{own}?{pairs}" if pairs else own
