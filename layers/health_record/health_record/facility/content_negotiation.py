"""What a facility's software asks to get and says that it sends: FHIR R4 as JSON, and nothing else is answered as it.

https://hl7.org/fhir/R4/http.html#mime-type, https://hl7.org/fhir/R4/http.html#version-parameter
"""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from health_record.errors import NotAcceptableError, UnsupportedMediaError
from health_record.http.event import Event, read_header
from health_record.language import Translated

JSON_TYPES = frozenset(
    {"application/fhir+json", "application/json", "text/json", "json", "*/*", "application/*", "text/*", ""}
)
SENT_TYPES = JSON_TYPES | {"application/x-www-form-urlencoded", "application/xml"}  # xml: the hospitals' own file
# A hospital's file that is not UTF-8 arrives whole as bytes alone.
SENT_TYPES_OF_ROUTE = {"POST /v1/hospital-files": {"text/xml", "text/plain", "application/octet-stream"}}
FHIR_WANTED = Translated("Nội dung phải là application/fhir+json, FHIR 4.0.", "Bodies are FHIR 4.0 as JSON.")
WANTED_OF_ROUTE = {
    "POST /v1/hospital-files": Translated(
        "Hãy gửi chính tệp XML làm nội dung (application/xml, không phải UTF-8 thì application/octet-stream), hoặc "
        "JSON có fileHSBase64 (application/json); không nhận biểu mẫu multipart hay tệp nén kiểu zip.",
        "Send the XML file itself as the body (application/xml, or application/octet-stream where it is not UTF-8), or "
        "JSON with fileHSBase64 (application/json); no multipart form and no zip is taken.",
    )
}
R4 = frozenset({"4.0", "4.0.1", "4.0.0"})


def require_fhir_json(event: Event) -> None:
    """Raise NotAcceptableError or UnsupportedMediaError for what is not FHIR R4 as JSON."""
    accepted = list(_media_types(read_header(event, "accept") or "*/*"))
    named = dict(parse_qsl(str(event.get("rawQueryString") or ""))).get("_format")
    if named is not None:
        accepted = list(_media_types(named))
    if not any(kind in JSON_TYPES and version in R4 for kind, version in accepted):
        raise NotAcceptableError(
            Translated("Chỉ trả lời application/fhir+json, FHIR 4.0.", "Answers are application/fhir+json, FHIR 4.0.")
        )
    route = str(event.get("routeKey"))
    known = SENT_TYPES | SENT_TYPES_OF_ROUTE.get(route, set())
    for kind, version in _media_types(read_header(event, "content-type") or ""):
        if kind not in known or version not in R4:
            raise UnsupportedMediaError(WANTED_OF_ROUTE.get(route, FHIR_WANTED))


def _media_types(header: str) -> Iterator[tuple[str, str]]:
    """Each media type with its `fhirVersion`; what is refused with `q=0` is left out."""
    for part in header.split(","):
        kind, *parameters = (word.strip().lower() for word in part.split(";"))
        values = dict(word.partition("=")[::2] for word in parameters)
        weight = values.get("q", "1").strip()
        if weight.strip("0.") or weight == "":
            yield kind, values.get("fhirversion", "4.0").strip(' "')
