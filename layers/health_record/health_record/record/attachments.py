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


def link_attachments(resource: Resource, key: DataKey, record_id: str, base_url: str) -> Resource:
    """The resource with links in place of its attachments' data, with their size and FHIR's hash (SHA-1)."""
    if next(find_attachments(resource), None) is None:
        return resource
    found: Resource = _link(resource, key, record_id, base_url)
    return found


def compute_binary_id(key: DataKey, record_id: str, attachment: Resource) -> str:
    """`0b8f....<keyed>`"""
    content = f"{attachment['contentType']}\0{attachment['data']}".encode()
    keyed = hmac.new(key.plain, b"binary\0" + content, hashlib.sha256).hexdigest()[:KEYED_DIGITS]
    return f"{record_id.replace('-', '')}.{keyed}"


def build_binary(identifier: str, attachment: Resource) -> Resource:
    """The FHIR Binary of an attachment."""
    return {
        "resourceType": "Binary",
        "id": identifier,
        "contentType": attachment["contentType"],
        "data": attachment["data"],
    }


def _link(element: Any, key: DataKey, record_id: str, base_url: str) -> Any:
    if isinstance(element, list):
        return [_link(each, key, record_id, base_url) for each in element]
    if not isinstance(element, dict):
        return element
    if isinstance(element.get("data"), str) and "contentType" in element:
        data = base64.b64decode("".join(element["data"].split()))
        kept = {name: value for name, value in element.items() if name != "data"}
        return {
            **kept,
            "url": f"{base_url}/Binary/{compute_binary_id(key, record_id, element)}",
            "size": len(data),
            "hash": base64.b64encode(hashlib.sha1(data).digest()).decode(),  # noqa: S324 - FHIR's own choice
        }
    return {name: _link(each, key, record_id, base_url) for name, each in element.items()}
