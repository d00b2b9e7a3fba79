"""`GET /v1/fhir/Binary/{id}`: an attachment alone, by the rule of the summary that names it."""

import hmac
import re
from typing import Any

from functions.lookup.person import PatientFinder, no_such_person_error
from health_record.record import attachments, record_reader
from health_record.record.record_items import parse_record_id
from health_record.record.record_reader import DecryptedRecord

ID = re.compile(r"([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})\.[0-9a-f]{31}")


def read_binary(finder: PatientFinder, binary_id: str) -> dict[str, Any]:
    """The Binary. Raises NotFoundError for what no resource of the record holds, else as the summary does."""
    finder.call.require("read")
    found = ID.fullmatch(binary_id)
    person = finder.find_by_id(parse_record_id("-".join(found.groups())) if found else None)
    opened = finder.load_items(person).reveal()
    for contribution in record_reader.read_contributions(opened):
        for attachment in attachments.find_attachments(contribution.resource):
            if hmac.compare_digest(attachments.compute_binary_id(opened.key, opened.record_id, attachment), binary_id):
                return attachments.build_binary(binary_id, attachment)
        for stored in attachments.find_stored(contribution.resource):
            keyed = str(stored["url"]).removeprefix(attachments.STORED)
            if hmac.compare_digest(attachments.binary_id(opened.record_id, keyed), binary_id):
                return _read_parts(finder, opened, stored)
    raise no_such_person_error()


def _read_parts(finder: PatientFinder, opened: DecryptedRecord, stored: dict[str, Any]) -> dict[str, Any]:
    from health_record.record import attachment_parts

    binary = attachment_parts.read_binary(finder.config.table_records, opened, stored)
    if binary is None:
        raise no_such_person_error()
    return binary
