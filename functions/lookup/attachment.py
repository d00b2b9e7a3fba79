"""`GET /v1/fhir/Binary/{id}`: an attachment alone, by the rule of the summary that names it."""

import hmac
import re
from typing import Any

from functions.lookup.person import Finder, no_such_person
from health_record.record import attachments, record_reader
from health_record.record.record_items import record_id_of

ID = re.compile(r"([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})\.[0-9a-f]{31}")


def read(finder: Finder, binary_id: str) -> dict[str, Any]:
    """The Binary. Raises NotFoundError for what no resource of the record holds, else as the summary does."""
    finder.call.require("read")
    found = ID.fullmatch(binary_id)
    opened = finder.everything_of(finder.by_id(record_id_of("-".join(found.groups())) if found else None))
    for contribution in record_reader.contributions_of(opened):
        for attachment in attachments.of(contribution.resource):
            if hmac.compare_digest(attachments.binary_id(opened.key, opened.record_id, attachment), binary_id):
                return attachments.binary(binary_id, attachment)
    raise no_such_person()
