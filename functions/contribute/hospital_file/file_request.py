"""The file sent: XML as it is, or the JSON of the insurance gateway, of the facility whose provider code it names."""

import datetime

from health_record.errors import BadRequestError, Fault, ForbiddenError, ServiceError, TooLargeError
from health_record.facility.signed_call import FacilityCall
from health_record.hospital_file import envelope, episode
from health_record.hospital_file.envelope import Envelope
from health_record.hospital_file.episode import Episode
from health_record.hospital_file.faults import FileFault, FileRefusedError
from health_record.http.event import Event, read_header, read_json_body, read_plain_body, read_raw_body
from health_record.language import Translated

JSON_TYPE = "application/json"
XML_TYPES = frozenset({"application/xml", "text/xml", "text/plain", "application/octet-stream"})
CLOCK_SKEW = datetime.timedelta(days=1)
MEMBER = "fileHSBase64"  # as the gateway of the insurance fund names it


def read(event: Event, call: FacilityCall, today: datetime.date) -> Envelope:
    """The opened file. Raises BadRequestError, TooLargeError or ForbiddenError.

    A file made after tomorrow is refused, by a clock or a typing error that would keep every later file out.
    """
    try:
        found = envelope.read(_sent(event))
        _require_past(found, today)
    except FileRefusedError as refused:
        raise _refusal(refused) from refused
    require_own(call, {found.provider_code})
    return found


def require_own(call: FacilityCall, provider_codes: set[str]) -> None:
    """Raise ForbiddenError unless every code is the facility's own."""
    own = call.facility.provider_code
    if own is None:
        text = Translated(
            "Cơ sở chưa được đăng ký mã cơ sở khám chữa bệnh (MA_CSKCB).",
            "The facility is registered without a provider code (MA_CSKCB).",
        )
        raise ForbiddenError(text, type="provider-code-missing")
    if provider_codes - {own}:
        text = Translated(
            "Tệp mang mã cơ sở khác với mã đã đăng ký.", "The file names another provider code than the registered one."
        )
        raise ForbiddenError(text, type="provider-code", faults=[Fault("", text, expression="MACSKCB")])


def episodes(found: Envelope, today: str) -> list[Episode | list[FileFault]]:
    """Every episode, or its faults; an MA_LK that stands twice in one file is a fault of each."""
    read_ = [episode.read(each, found.allowance, today) for each in found.episodes]
    keys = [each.key for each in read_ if isinstance(each, Episode)]
    reason = Translated("có hai lần trong tệp", "stands twice in the file")
    repeated = [FileFault("repeated-episode", reason, "XML1", 1, "MA_LK")]
    return [repeated if isinstance(each, Episode) and keys.count(each.key) > 1 else each for each in read_]


def _require_past(found: Envelope, today: datetime.date) -> None:
    if found.prepared[:8] > f"{today + CLOCK_SKEW:%Y%m%d}":
        reason = Translated("ở tương lai", "is in the future")
        raise FileRefusedError("unreadable", FileFault("date-future", reason, field="NGAYLAP"))


def _sent(event: Event) -> bytes:
    if not read_raw_body(event):
        raise BadRequestError(
            Translated("Nội dung gửi lên rỗng, thiếu tệp.", "The body is empty: the file is missing."),
            type="file-missing",
        )
    kind = (read_header(event, "content-type") or "").partition(";")[0].strip().lower()
    if kind in XML_TYPES:
        return read_plain_body(event)
    if kind != JSON_TYPE:
        text = Translated(
            "Content-Type phải là application/xml hoặc application/json.",
            "Content-Type must be application/xml or application/json.",
        )
        raise BadRequestError(text, type="content-type-not-xml")
    member = read_json_body(event).get(MEMBER)
    if not isinstance(member, str):
        raise BadRequestError(Translated(f"Thiếu {MEMBER}.", f"{MEMBER} is missing."), type="file-missing")
    return member.encode("utf-8", "surrogatepass")


def _refusal(refused: FileRefusedError) -> ServiceError:
    fault = refused.fault
    place = f"{fault.field or fault.table}"
    text = Translated(f"{place} {fault.reason.vi}.", f"{place} {fault.reason.en}.")
    faults = [Fault("", text, expression=place)]
    if refused.kind == "too-many-episodes":
        return TooLargeError(text, type="too-many-episodes", faults=faults)
    return BadRequestError(text, type=f"file-{fault.code}", faults=faults)
