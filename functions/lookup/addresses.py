"""The addresses below /v1/fhir and what each answers, so that a wrong method or address is told in FHIR's own form."""

import re

from health_record.errors import MethodNotAllowedError, NotFoundError, ServiceError
from health_record.language import Translated
from health_record.record.contributions import TYPES

# A test holds this table to the routes of the API; the first pattern that fits decides.
METHODS = (
    (r"/v1/fhir/?", ("POST",)),
    (r"/v1/fhir/metadata", ("GET",)),
    (r"/v1/fhir/Patient", ("GET",)),
    (r"/v1/fhir/Patient/_search", ("POST",)),
    (r"/v1/fhir/Patient/\$match", ("POST",)),
    (r"/v1/fhir/Patient/\$summary", ("GET", "POST")),
    (r"/v1/fhir/Patient/[^/]+/\$(summary|everything)", ("GET",)),
    (r"/v1/fhir/Patient/[^/]+/\$verify", ("POST",)),
    (r"/v1/fhir/Bundle/\$validate", ("POST",)),
    (r"/v1/fhir/Binary/[^/]+", ("GET",)),
)
PATIENT = re.compile(r"/v1/fhir/Patient/[^/$][^/]*")
WRITTEN = re.compile(rf"/v1/fhir/({'|'.join(TYPES)})(/.*)?")


def refusal(method: str, path: str) -> ServiceError:
    """Why nothing answers `method` at `path`: 405 that names the right methods, else 404."""
    for pattern, methods in METHODS:
        if re.fullmatch(pattern, path) and method not in methods:
            return MethodNotAllowedError(methods)
    if WRITTEN.fullmatch(path):
        return NotFoundError(
            Translated(
                "Kiểu này được ghi bằng Bundle transaction (POST /v1/fhir) và đọc bằng $summary, $everything.",
                "This type is written by a transaction Bundle (POST /v1/fhir) and read by $summary and $everything.",
            ),
            type="no-such-interaction",
        )
    if PATIENT.fullmatch(path):
        return NotFoundError(
            Translated(
                "Tìm Patient bằng GET Patient?identifier=&birthdate= hoặc $match, đọc bằng GET Patient/{id}/$summary.",
                "Find a Patient by GET Patient?identifier=&birthdate= or $match, read it by GET Patient/{id}/$summary.",
            ),
            type="no-such-interaction",
        )
    text = Translated("Không có địa chỉ hay thao tác này.", "There is no such address or operation.")
    return NotFoundError(text, type="no-such-operation")
