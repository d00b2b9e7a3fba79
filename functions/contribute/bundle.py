"""Reading a transaction Bundle: every entry a `PUT Type/uuid` of a sound resource, all about one person."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from functions.contribute import content
from health_record import exact_json, fhir
from health_record.errors import Fault, InvalidContentError, TooLargeError
from health_record.fhir.invariants import PAGES, locate_references
from health_record.http.event import Event, read_json_body
from health_record.language import Translated
from health_record.record import attachments
from health_record.record.contributions import CONTAINED, LARGEST_RESOURCE, MOST_ENTRIES, SUBJECTS, TYPES
from health_record.record.record_items import parse_record_id

URL = re.compile(r"([A-Z][A-Za-z]{1,63})/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
URN = re.compile(r"urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
OWN = re.compile(r"[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}")
VERSION = re.compile(r"/_history/[A-Za-z0-9.-]{1,64}$")
MEMBERS = {"resourceType", "id", "meta", "type", "timestamp", "identifier", "language", "entry"}
ENTRY_MEMBERS = {"fullUrl", "resource", "request"}
REQUEST_MEMBERS = {"method", "url"}


@dataclass(frozen=True)
class TransactionRequest:
    """What is to be written about the person `record_id`: (type, id) -> resource, in the Bundle's order."""

    record_id: str
    resources: dict[tuple[str, str], dict[str, Any]]


def parse_request(event: Event, base_url: str) -> TransactionRequest:
    """The Bundle sent. Raises BadRequestError, InvalidContentError with every fault, or TooLargeError."""
    return parse(read_json_body(event, exact_json.parse_decimal), base_url)


def parse(body: Any, base_url: str) -> TransactionRequest:
    """What the Bundle asks for. `base_url` is the service's own: absolute references below it are its resources."""
    entries = _read_entries(body)
    faults = [
        make_fault(f"Bundle.{name[:64]}", Translated("không có trong định nghĩa ở đây", "is not known here"))
        for name in body
        if name not in MEMBERS
    ]
    names = _names_of(entries)
    resources: dict[tuple[str, str], dict[str, Any]] = {}
    urls: list[Any] = []
    for index, entry in enumerate(entries):
        path = f"Bundle.entry[{index}]"
        if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
            faults.append(make_fault(f"{path}.resource", Translated("là bắt buộc", "is required")))
            continue
        resource = _resolve_references(entry["resource"], names, f"{base_url}/")
        found = [*_resource_faults(f"{path}.resource", resource), *_shape_faults(path, entry, urls)]
        name = (str(resource.get("resourceType")), str(resource.get("id")))
        if not found and name in resources:
            twice = Translated("không được chứa cùng một resource hai lần", "must not hold the same resource twice")
            found.append(make_fault(f"{path}.resource", twice))
        resources[name] = resource
        faults += found
    if faults:
        raise _invalid(faults)
    subject = _subject(list(resources.values()))
    return TransactionRequest(subject, {name: content.normalised(each) for name, each in resources.items()})


def _read_entries(body: Any) -> list[Any]:
    if not isinstance(body, dict) or body.get("resourceType") != "Bundle" or body.get("type") != "transaction":
        raise _invalid(
            [
                make_fault(
                    "Bundle.type", Translated("phải là Bundle kiểu transaction", "must be a Bundle of type transaction")
                )
            ]
        )
    entries = body.get("entry")
    if not isinstance(entries, list) or not entries:
        raise _invalid(
            [make_fault("Bundle.entry", Translated("phải là danh sách có phần tử", "must be a list with members"))]
        )
    if len(entries) > MOST_ENTRIES:
        raise TooLargeError(
            Translated(
                f"Nhiều nhất {MOST_ENTRIES} mục trong một Bundle.", f"A Bundle holds at most {MOST_ENTRIES} entries."
            )
        )
    return entries


def _names_of(entries: list[Any]) -> dict[str, str]:
    """What references to a `fullUrl` of the Bundle mean: `urn:uuid:...` -> `Condition/...`."""
    found = {}
    for entry in entries:
        request = entry.get("request") if isinstance(entry, dict) else None
        url = request.get("url") if isinstance(request, dict) else None
        if isinstance(url, str) and isinstance(entry.get("fullUrl"), str):
            found[entry["fullUrl"]] = url
    return found


def require_known_references(request: TransactionRequest, written: set[str], declared: Callable[[], set[str]]) -> None:
    """Raise InvalidContentError for a reference to anything but this person, this Bundle and this record.

    `declared` tells what the person declared, asked only where a reference is to nothing else.
    """
    allowed = written | {f"{kind}/{key}" for kind, key in request.resources} | {f"Patient/{request.record_id}"}
    strange = [
        (path, reference)
        for index, resource in enumerate(request.resources.values())
        for path, reference in locate_references(resource, f"Bundle.entry[{index}].resource")
        if not reference.startswith("#") and reference not in allowed
    ]
    known = declared() if strange else set()
    faults = [
        make_fault(
            path,
            Translated(
                "tham chiếu đến thứ không có trong Bundle và trong hồ sơ này",
                "refers to what is neither in the Bundle nor in this record",
            ),
        )
        for path, reference in strange
        if reference not in known
    ]
    if faults:
        raise _invalid(faults)


def make_fault(path: str, text: Translated) -> Fault:
    """One broken place. The text names no value that was sent."""
    pointer = "/" + re.sub(r"\[(\d+)\]", r"/\1", path.partition(".")[2]).replace(".", "/")
    return Fault(pointer=pointer, message=Translated(f"{path}: {text.vi}", f"{path}: {text.en}"), expression=path)


def _shape_faults(path: str, entry: dict[str, Any], urls: list[Any]) -> Iterator[Fault]:
    """What is wrong with an entry beside its resource; `urls` are the `fullUrl`s seen before."""
    yield from (
        make_fault(f"{path}.{name[:64]}", Translated("không có trong định nghĩa ở đây", "is not known here"))
        for name in entry
        if name not in ENTRY_MEMBERS
    )
    yield from _request_faults(path, entry.get("request"), entry["resource"])
    if "fullUrl" in entry:
        yield from _full_url_faults(f"{path}.fullUrl", entry["fullUrl"], entry["resource"], urls)


def _full_url_faults(path: str, url: Any, resource: dict[str, Any], urls: list[Any]) -> Iterator[Fault]:
    """bdl-7, and: a `fullUrl` that is no `urn:uuid:` names the resource's own type and id."""
    if not isinstance(url, str):
        yield make_fault(path, Translated("phải là chuỗi ký tự", "must be a string"))
        return
    if url in urls:
        yield make_fault(path, Translated("đã được dùng cho mục khác (bdl-7)", "is used by another entry (bdl-7)"))
    urls.append(url)
    named = f"/{resource.get('resourceType')}/{resource.get('id')}"
    if URN.fullmatch(url) is None and not (url.startswith(("http://", "https://")) and url.endswith(named)):
        yield make_fault(
            path,
            Translated(
                "phải là urn:uuid:... hoặc URL có đúng kiểu và id", "must be urn:uuid:... or a URL with its type and id"
            ),
        )


def _resource_faults(path: str, resource: dict[str, Any]) -> Iterator[Fault]:
    if (instead := content.INSTEAD.get(str(resource.get("resourceType")))) is not None:
        yield make_fault(f"{path}.resourceType", instead)
        return
    found = fhir.validate(resource, path, TYPES, CONTAINED)
    yield from (make_fault(each.path, each.fault) for each in found)
    if found:
        return
    yield from (make_fault(each.path, each.fault) for each in content.faults(resource, path))
    large = list(attachments.find_large(resource))
    if any(len(attachments.decode_data(each)) > attachments.LARGEST for each in large):
        limit = attachments.LARGEST // 1024
        yield make_fault(path, Translated(f"có tệp đính kèm lớn hơn {limit} KB", f"has an attachment above {limit} KB"))
    if len(exact_json.dumps(resource).encode()) - sum(len(each["data"]) for each in large) > LARGEST_RESOURCE:
        limit = LARGEST_RESOURCE // 1024
        yield make_fault(path, Translated(f"lớn hơn {limit} KB", f"is larger than {limit} KB"))


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


def _resolve_references(element: Any, names: Mapping[str, str], base_url: str) -> Any:
    """A copy whose references to a `fullUrl` of the Bundle, and to this service's own URLs and versions, are relative.

    By FHIR's rules of transactions and of references.
    """
    if isinstance(element, list):
        return [_resolve_references(each, names, base_url) for each in element]
    if not isinstance(element, dict):
        return element
    return {
        name: _relative(each, names, base_url)
        if name == "reference" and isinstance(each, str)
        else each
        if name in PAGES
        else _resolve_references(each, names, base_url)
        for name, each in element.items()
    }


def _relative(reference: str, names: Mapping[str, str], base_url: str) -> str:
    if reference in names:
        return names[reference]
    versionless = VERSION.sub("", reference.removeprefix(base_url))
    return versionless if OWN.fullmatch(versionless) else reference


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
                "Bundle.entry",
                Translated(
                    "phải có resource về một người bên cạnh Organization, Practitioner, Endpoint",
                    "must hold a resource about a person beside Organization, Practitioner, Endpoint",
                ),
            )
        )
    if subject is None or faults:
        raise _invalid(faults)
    return subject


def _invalid(faults: list[Fault]) -> InvalidContentError:
    text = Translated("Bundle không hợp lệ.", "The Bundle is not valid.")
    return InvalidContentError(text, type="bundle-invalid", faults=faults[:50])
