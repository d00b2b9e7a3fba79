"""Vietnamese mobile numbers: any usual way of writing one becomes E.164, everything else is refused with the reason.

Prefixes are those of the numbering plan in force since 2018 (Circular 22/2014/TT-BTTTT and the Ministry's change of
11-digit mobile numbers to 10 digits, 15 September to 15 November 2018); `phonenumbers` is the oracle in the tests.
"""

import re
import unicodedata

from health_record.language import Translated

# The same set as phonenumbers 9.0.43 calls MOBILE, without the M2M-like 014x, 016x and 012x of ten digits.
MOBILE = re.compile(
    r"0(?:(?:3\d|7[06-9])\d|5(?:[1689]\d|2[238]|59)|8(?:[1-8]\d|9[6-9])|9(?:[0-8]\d|9[013-9]))\d{6}", re.ASCII
)
MAX_INPUT_LENGTH = 40
NEW_PREFIXES = {
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0126": "076",
    "0127": "081",
    "0128": "078",
    "0129": "082",
    "0162": "032",
    "0163": "033",
    "0164": "034",
    "0165": "035",
    "0166": "036",
    "0167": "037",
    "0168": "038",
    "0169": "039",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
SEPARATORS = frozenset(" .-()/_\t\u00b7\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\uff0e\u200b\u200c\u200d")
DIRECTION_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


class NotAMobileError(ValueError):
    """Not a Vietnamese mobile number: `reason` says why, `suggestion` is what an old number became."""

    def __init__(self, reason: Translated, suggestion: str | None = None) -> None:
        super().__init__("not a Vietnamese mobile number")
        self.reason = reason
        self.suggestion = suggestion


def normalise(written: str) -> str:
    """`090 123 4567`, `+84 (0)90.1234567`, `84901234567` and full-width or Arabic digits -> `+84901234567`.

    Raises NotAMobileError for landlines, service numbers, foreign, impossible and old 11-digit numbers.
    """
    national = _national(_compact(written))
    if MOBILE.fullmatch(national):
        return f"+84{national[1:]}"
    if len(national) == 11 and national[:4] in NEW_PREFIXES:
        current = NEW_PREFIXES[national[:4]] + national[4:]
        raise NotAMobileError(
            Translated(
                f"Đầu số {national[:4]} đã đổi thành {current[:3]} từ năm 2018. Hãy nhập số mới, gồm 10 chữ số.",
                f"Numbers in {national[:4]} became {current[:3]} in 2018. Enter the new number, which has 10 digits.",
            ),
            suggestion=current,
        )
    raise NotAMobileError(_reason(national))


def ascii_digits(written: str) -> str:
    """Every decimal digit of any script as 0-9, other characters as they stand."""
    return "".join(str(unicodedata.decimal(char, char)) for char in written)


def _compact(written: str) -> str:
    """The digits, with `+` in front of an international number. Raises NotAMobileError for other characters."""
    if len(written) > MAX_INPUT_LENGTH:
        raise NotAMobileError(UNREADABLE)
    kept = ascii_digits(written).replace("\uff0b", "+").strip()
    text = "".join(
        char for char in kept if char not in SEPARATORS and char not in DIRECTION_MARKS and not char.isspace()
    )
    if not re.fullmatch(r"\+?[0-9]+", text):
        raise NotAMobileError(UNREADABLE)
    return text


def _national(text: str) -> str:
    """`+84…`, `0084…`, `84…` and a number that lost its zero, as dialled inside the country: `0…`."""
    if text.startswith("+") or text.startswith("00"):
        international = text.lstrip("+") if text.startswith("+") else text[2:]
        if not international.startswith("84"):
            raise NotAMobileError(FOREIGN)
        return _with_zero(international[2:])
    if text.startswith("84") and len(text) in (11, 12):
        return _with_zero(text[2:])
    return _with_zero(text) if len(text) == 9 else text  # spreadsheets lose the zero


def _with_zero(subscriber: str) -> str:
    return subscriber if subscriber.startswith("0") else f"0{subscriber}"


def _reason(national: str) -> Translated:
    if re.match(r"(1800|1900|01800|01900|1[01]\d|01[01]\d$)", national):
        return SERVICE
    if national.startswith("02"):
        return LANDLINE
    if len(national) != 10 or not national.startswith("0"):
        return WRONG_LENGTH
    return UNKNOWN_PREFIX


UNREADABLE = Translated(
    "Số điện thoại chỉ gồm chữ số, ví dụ 090 123 4567.", "A phone number has digits only, for example 090 123 4567."
)
FOREIGN = Translated(
    "Chỉ gửi được mã tới số di động Việt Nam (+84).", "Codes can be sent to Vietnamese mobile numbers (+84) only."
)
SERVICE = Translated(
    "Đây là số tổng đài, không nhận được tin nhắn. Hãy nhập số di động.",
    "This is a service number, which receives no messages. Enter a mobile number.",
)
LANDLINE = Translated(
    "Đây là số máy bàn, không nhận được tin nhắn. Hãy nhập số di động.",
    "This is a landline, which receives no messages. Enter a mobile number.",
)
WRONG_LENGTH = Translated(
    "Số di động có 10 chữ số và bắt đầu bằng số 0.", "A mobile number has 10 digits and starts with 0."
)
UNKNOWN_PREFIX = Translated(
    "Không có mạng di động nào dùng đầu số này. Hãy kiểm tra lại số.",
    "No mobile network uses this prefix. Please check the number.",
)
