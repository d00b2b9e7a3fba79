"""Reading a transaction Bundle: every entry a `PUT Type/uuid` of a sound resource, all about one person."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from health_record import exact_json, fhir
from health_record.errors import Fault, InvalidContentError, TooLargeError
from health_record.fhir.invariants import find_references
from health_record.http.event import Event, read_json_body
from health_record.language import Translated
from health_record.record.contributions import CONTAINED, LARGEST_RESOURCE, MOST_ENTRIES, SUBJECTS, TYPES
from health_record.record.record_items import parse_record_id

URL = re.compile(r"([A-Z][A-Za-z]{1,63})/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
MEMBERS = {"resourceType", "id", "meta", "type", "timestamp", "identifier", "language", "entry"}
ENTRY_MEMBERS = {"fullUrl", "resource", "request"}
REQUEST_MEMBERS = {"method", "url"}


@dataclass(frozen=True)
class TransactionRequest:
    """What is to be written about the person `record_id`: (type, id) -> resource, in the Bundle's order."""

    record_id: str
    resources: dict[tuple[str, ...], dict[str, Any]]


def parse_request(event: Event) -> TransactionRequest:
    """The Bundle sent. Raises BadRequestError, InvalidContentError with every fault, or TooLargeError."""
    body = read_json_body(event, exact_json.parse_decimal)
    entries = _read_entries(body)
    faults = [
        make_fault(f"Bundle.{name[:64]}", Translated("không có trong định nghĩa ở đây", "is not known here"))
        for name in body
        if name not in MEMBERS
    ]
    for index, entry in enumerate(entries):
        faults.extend(_entry_faults(f"Bundle.entry[{index}]", entry))
    if faults:
        raise _invalid(faults)
    resources = _read_resources(entries)
    return TransactionRequest(_subject(list(resources.values())), resources)


def _read_entries(body: dict[str, Any]) -> list[Any]:
    """The entries of a transaction, none of them looked at. Raises InvalidContentError or TooLargeError."""
    if body.get("resourceType") != "Bundle" or body.get("type") != "transaction":
        text = Translated("phải là Bundle kiểu transaction", "must be a Bundle of type transaction")
        raise _invalid([make_fault("Bundle.type", text)])
    entries = body.get("entry")
    if not isinstance(entries, list) or not entries:
        text = Translated("phải là danh sách có phần tử", "must be a list with members")
        raise _invalid([make_fault("Bundle.entry", text)])
    if len(entries) > MOST_ENTRIES:
        raise TooLargeError(
            Translated(
                f"Nhiều nhất {MOST_ENTRIES} mục trong một Bundle.", f"A Bundle holds at most {MOST_ENTRIES} entries."
            )
        )
    return entries


def _read_resources(entries: list[dict[str, Any]]) -> dict[tuple[str, ...], dict[str, Any]]:
    """(type, id) -> resource of sound entries, each reference by its resource's own name."""
    names = {entry.get("fullUrl"): entry["request"]["url"] for entry in entries}
    resources = {
        tuple(entry["request"]["url"].split("/")): _resolve_references(entry["resource"], names) for entry in entries
    }
    if len(resources) < len(entries):
        text = Translated("không được chứa cùng một resource hai lần", "must not hold the same resource twice")
        raise _invalid([make_fault("Bundle.entry", text)])
    return resources


def require_known_references(request: TransactionRequest, known: set[str]) -> None:
    """Raise InvalidContentError for a reference to anything but this person, this Bundle and this record."""
    allowed = known | {f"{kind}/{key}" for kind, key in request.resources} | {f"Patient/{request.record_id}"}
    faults = [
        make_fault(
            f"Bundle.entry[{index}].resource",
            Translated(
                "tham chiếu đến thứ không có trong Bundle và trong hồ sơ này",
                "refers to what is neither in the Bundle nor in this record",
            ),
        )
        for index, resource in enumerate(request.resources.values())
        for reference in find_references(resource)
        if not reference.startswith("#") and reference not in allowed
    ]
    if faults:
        raise _invalid(faults)


def make_fault(path: str, text: Translated) -> Fault:
    """One broken index. The text names no value that was sent."""
    pointer = "/" + re.sub(r"\[(\d+)\]", r"/\1", path.partition(".")[2]).replace(".", "/")
    return Fault(pointer=pointer, message=Translated(f"{path}: {text.vi}", f"{path}: {text.en}"), expression=path)


def _entry_faults(path: str, entry: Any) -> Iterator[Fault]:
    if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
        yield make_fault(f"{path}.resource", Translated("là bắt buộc", "is required"))
        return
    yield from (
        make_fault(f"{path}.{name[:64]}", Translated("không có trong định nghĩa ở đây", "is not known here"))
        for name in entry
        if name not in ENTRY_MEMBERS
    )
    resource = entry["resource"]
    if not isinstance(entry.get("fullUrl", ""), str):
        yield make_fault(f"{path}.fullUrl", Translated("phải là chuỗi ký tự", "must be a string"))
    found = fhir.validate(resource, f"{path}.resource", TYPES, CONTAINED)
    yield from (make_fault(each.path, each.fault) for each in found)
    yield from _request_faults(path, entry.get("request"), resource)
    if not found and len(exact_json.dumps(resource).encode()) > LARGEST_RESOURCE:
        yield make_fault(
            f"{path}.resource",
            Translated(f"lớn hơn {LARGEST_RESOURCE // 1024} KB", f"is larger than {LARGEST_RESOURCE // 1024} KB"),
        )


def _request_faults(path: str, request: Any, resource: dict[str, Any]) -> Iterator[Fault]:
    if not isinstance(request, dict) or request.get("method") != "PUT":
        yield make_fault(f"{path}.request.method", Translated("phải là PUT", "must be PUT"))
        return
    yield from (
        make_fault(f"{path}.request.{name[:64]}", Translated("không có trong định nghĩa ở đây", "is not known here"))
        for name in request
        if name not in REQUEST_MEMBERS
    )
    url = request.get("url")
    found = URL.fullmatch(url) if isinstance(url, str) else None
    if found is None:
        yield make_fault(
            f"{path}.request.url",
            Translated("phải là Type/uuid, uuid viết thường", "must be Type/uuid, the uuid in lower case"),
        )
    elif found.groups() != (resource.get("resourceType"), resource.get("id")):
        yield make_fault(
            f"{path}.request.url",
            Translated("phải nêu đúng kiểu và id của resource", "must name the type and id of the resource"),
        )


def _resolve_references(element: Any, names: dict[Any, str]) -> Any:
    """A copy in which references to a `fullUrl` of the Bundle name the resource itself, as FHIR's transactions say."""
    if isinstance(element, list):
        return [_resolve_references(each, names) for each in element]
    if not isinstance(element, dict):
        return element
    return {
        name: names.get(each, each)
        if name == "reference" and isinstance(each, str)
        else _resolve_references(each, names)
        for name, each in element.items()
    }


def _subject(resources: list[dict[str, Any]]) -> str:
    """The one person of all entries. Raises InvalidContentError."""
    faults, subject = [], None
    for index, resource in enumerate(resources):
        member = SUBJECTS.get(resource["resourceType"])
        if member is None:
            continue
        path = f"Bundle.entry[{index}].resource.{member}"
        reference = str(resource.get(member, {}).get("reference", ""))
        record_id = parse_record_id(reference.removeprefix("Patient/")) if reference.startswith("Patient/") else None
        if record_id is None:
            faults.append(
                make_fault(path, Translated("phải tham chiếu đến Patient/{id}", "must refer to Patient/{id}"))
            )
        elif subject not in (None, record_id):
            faults.append(
                make_fault(
                    path, Translated("phải là cùng một người trong cả Bundle", "must be the same person throughout")
                )
            )
        else:
            subject = record_id
    if subject is None and not faults:
        faults.append(
            make_fault(
                "Bundle.entry", Translated("phải có resource về một người", "must hold a resource about a person")
            )
        )
    if subject is None or faults:
        raise _invalid(faults)
    return subject


def _invalid(faults: list[Fault]) -> InvalidContentError:
    text = Translated("Bundle không hợp lệ.", "The Bundle is not valid.")
    return InvalidContentError(text, type="bundle-invalid", faults=faults[:50])
