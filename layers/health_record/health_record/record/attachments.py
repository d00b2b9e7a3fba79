"""Attachments apart from the resources that hold them, so that no answer outgrows what AWS can carry.

A summary names an attachment by the `url` of a Binary. Its id is the record's 32 hex digits, a point and 31 keyed
digits of the content: it tells nothing, and nobody can make one up.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from health_record.aws.envelope_encryption import DataKey

Resource = dict[str, Any]
KEYED_DIGITS = 31  # FHIR's ids end at 64 characters
LARGE = 64 * 1024  # characters of base64 above which the content is kept apart, in parts
LARGEST = 2560 * 1024  # bytes, so that one transaction of 4 MB holds it, in base64 too
STORED = "urn:x-so-suc-khoe:attachment:"  # the url that a kept resource has; a sender's must begin with https
HOLDERS = ("DiagnosticReport", "DocumentReference", "Practitioner")  # the types whose members are Attachments


def find_attachments(resource: Any) -> Iterator[Resource]:
    """Every Attachment below an element that holds its data."""
    if isinstance(resource, list):
        for each in resource:
            yield from find_attachments(each)
    elif isinstance(resource, dict):
        if isinstance(resource.get("data"), str) and "contentType" in resource:
            yield resource
        else:
            for each in resource.values():
                yield from find_attachments(each)


def find_large(resource: Resource) -> Iterator[Resource]:
    """The Attachments whose content is kept apart from the resource."""
    if resource.get("resourceType") in HOLDERS:
        yield from (each for each in find_attachments(resource) if len(each["data"]) > LARGE)


def find_stored(resource: Any) -> Iterator[Resource]:
    """Every Attachment of a kept resource whose content lies apart."""
    if isinstance(resource, list):
        for each in resource:
            yield from find_stored(each)
    elif isinstance(resource, dict):
        if str(resource.get("url")).startswith(STORED):
            yield resource
        for each in resource.values():
            yield from find_stored(each)


def set_apart(resource: Resource, key: DataKey, record_id: str) -> tuple[Resource, dict[str, bytes]]:
    """The resource as it is kept, and the contents of its large attachments by their keyed digits."""
    large = {id(each): each for each in find_large(resource)}
    contents: dict[str, bytes] = {}
    return (_set_apart(resource, large, contents, key, record_id) if large else resource), contents


def link_attachments(resource: Resource, key: DataKey, record_id: str, base_url: str) -> Resource:
    """The resource with links in place of its attachments' data, with their size and FHIR's hash (SHA-1)."""
    if next(find_attachments(resource), None) is None and next(find_stored(resource), None) is None:
        return resource
    found: Resource = _link(resource, key, record_id, base_url)
    return found


def compute_binary_id(key: DataKey, record_id: str, attachment: Resource) -> str:
    """`0b8f....<keyed>`"""
    content = f"{attachment['contentType']}\0{attachment['data']}".encode()
    return binary_id(record_id, hmac.new(key.plain, b"binary\0" + content, hashlib.sha256).hexdigest()[:KEYED_DIGITS])


def binary_id(record_id: str, keyed: str) -> str:
    """The record's digits, a point, and the keyed ones."""
    return f"{record_id.replace('-', '')}.{keyed}"


def decode_data(attachment: Resource) -> bytes:
    """The content of an Attachment that holds it."""
    return base64.b64decode("".join(attachment["data"].split()))


def build_binary(identifier: str, attachment: Resource) -> Resource:
    """The FHIR Binary of an attachment."""
    return {
        "resourceType": "Binary",
        "id": identifier,
        "contentType": attachment["contentType"],
        "data": attachment["data"],
    }


def _without_data(attachment: Resource, url: str, data: bytes) -> Resource:
    """With its size and FHIR's hash in place of the content."""
    kept = {name: value for name, value in attachment.items() if name != "data"}
    digest = base64.b64encode(hashlib.sha1(data).digest()).decode()  # noqa: S324 - FHIR's own choice
    return {**kept, "url": url, "size": len(data), "hash": digest}


def _set_apart(
    element: Any, large: dict[int, Resource], contents: dict[str, bytes], key: DataKey, record_id: str
) -> Any:
    if isinstance(element, list):
        return [_set_apart(each, large, contents, key, record_id) for each in element]
    if not isinstance(element, dict):
        return element
    if id(element) in large:
        keyed = compute_binary_id(key, record_id, element).rpartition(".")[2]
        contents[keyed] = decode_data(element)
        return _without_data(element, STORED + keyed, contents[keyed])
    return {name: _set_apart(each, large, contents, key, record_id) for name, each in element.items()}


def _link(element: Any, key: DataKey, record_id: str, base_url: str) -> Any:
    if isinstance(element, list):
        return [_link(each, key, record_id, base_url) for each in element]
    if not isinstance(element, dict):
        return element
    if isinstance(element.get("data"), str) and "contentType" in element:
        url = f"{base_url}/Binary/{compute_binary_id(key, record_id, element)}"
        return _without_data(element, url, decode_data(element))
    if str(element.get("url")).startswith(STORED):
        keyed = element["url"].removeprefix(STORED)
        return {**element, "url": f"{base_url}/Binary/{binary_id(record_id, keyed)}"}
    return {name: _link(each, key, record_id, base_url) for name, each in element.items()}
