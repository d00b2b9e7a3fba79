"""What a person sends to get a code, read and normalised before anything is spent."""

from dataclasses import dataclass

from functions.otp.abuse.proof_of_work import Work, parse_work
from health_record import posters
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import BadRequestError, Fault
from health_record.http.event import Event, read_json_body
from health_record.identity.phones import NotAMobileError, normalise
from health_record.language import Translated


@dataclass(frozen=True)
class SendCodeRequest:
    """A code for `phone` (E.164), asked from the page of `poster` (None where it is none of ours)."""

    phone: str
    poster: str | None
    work: Work | None

    def __repr__(self) -> str:
        return "SendCodeRequest(...)"

    @classmethod
    def from_event(cls, event: Event, macs: KeyedHash) -> "SendCodeRequest":
        """Raises BadRequestError with the place of what is wrong."""
        body = read_json_body(event)
        written, poster = body.get("phone"), body.get("poster")
        if not isinstance(written, str):
            raise _wrong("/phone", Translated("Hãy nhập số điện thoại.", "Enter a phone number."))
        if poster is not None and not isinstance(poster, str):
            raise _wrong("/poster", Translated("Mã áp phích phải là chuỗi ký tự.", "The poster must be a string."))
        try:
            phone = normalise(written)
        except NotAMobileError as error:
            extra = {"suggestion": error.suggestion} if error.suggestion else {}
            raise BadRequestError(
                error.reason, type="not-a-mobile", faults=[Fault("/phone", error.reason)], extra=extra
            ) from None
        return cls(phone, poster if posters.is_genuine(poster, macs.compute) else None, parse_work(body))


def _wrong(pointer: str, message: Translated) -> BadRequestError:
    return BadRequestError(message, faults=[Fault(pointer, message)])
