"""`Card-Seen`: the MA_LK at whose reception the card was seen, so that people may see what is written for them.

A list of strings by RFC 8941, each percent-encoded UTF-8. It is a `$verify` without a PIN permit, which never moves a
number and never settles a conflict.
"""

from typing import Any
from urllib.parse import unquote

from health_record.errors import BadRequestError
from health_record.facility.signed_call import FacilityCall
from health_record.http.event import Event, read_header
from health_record.language import Translated

HEADER = "card-seen"
MOST_KEYS = 50


def read_keys(event: Event, call: FacilityCall) -> frozenset[str]:
    """The MA_LK named. Raises ForbiddenError without the permission `verify`, BadRequestError for what is no list."""
    header = read_header(event, HEADER)
    if header is None:
        return frozenset()
    call.require("verify")
    import http_sf  # of the library that verifies signatures

    try:
        members: Any = http_sf.parse(header.encode("ascii"), tltype="list")
        strings = [value for value, _ in members if type(value) is str]  # a Token is of another type
        keys = [unquote(value, errors="strict") for value in strings]
    except ValueError as error:
        raise _wrong() from error
    if len(keys) != len(members) or not 1 <= len(keys) <= MOST_KEYS:
        raise _wrong()
    return frozenset(keys)


def _wrong() -> BadRequestError:
    text = Translated(
        f'Card-Seen phải là danh sách 1-{MOST_KEYS} chuỗi, ví dụ "LK1", "LK2".',
        f'Card-Seen must be a list of 1-{MOST_KEYS} strings, such as "LK1", "LK2".',
    )
    return BadRequestError(text, type="header-card-seen")
