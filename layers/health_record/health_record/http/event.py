"""An HTTP API event and its parts: headers, cookies, path, the caller's address, the body."""

import base64
import json
import zlib
from collections.abc import Callable
from typing import Any

from health_record.errors import BadRequestError, ForbiddenError, TooLargeError, UnsupportedMediaError
from health_record.language import Translated

Event = dict[str, Any]
LARGEST_INFLATED = (
    4352 * 1024
)  # what a gzip body may become: the largest that any function takes, attachments in base64


def read_header(event: Event, name: str) -> str | None:
    """The value of a request header (`name` in lower case), as API Gateway joined it."""
    value = (event.get("headers") or {}).get(name)
    return value if isinstance(value, str) else None


def read_cookies(event: Event) -> dict[str, str]:
    """The request's cookies: API Gateway lists them apart, the emulator leaves them in the header."""
    pairs = event.get("cookies") or (read_header(event, "cookie") or "").split(";")
    return {name.strip(): value.strip() for name, _, value in (pair.partition("=") for pair in pairs) if value}


def read_client_address(event: Event) -> str:
    """The caller's address that the CDN vouches for. Raises ForbiddenError without one."""
    address = read_header(event, "x-ssk-client")
    if not address:
        raise bypassed_edge_error()
    return address


def read_path_parameter(event: Event, name: str) -> str:
    """A `{name}` of the route key."""
    return str((event.get("pathParameters") or {}).get(name, ""))


def read_raw_body(event: Event) -> bytes:
    """The bytes sent (`application/fhir+json` arrives base64-encoded)."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise _not_json() from error


def read_json_body(event: Event, number: Callable[[str], Any] = float) -> dict[str, Any]:
    """The JSON object sent; `number` reads numbers that are not whole.

    Raises BadRequestError for anything else, NaN, repeated members and what `number` does not take included.
    """
    try:
        body = json.loads(
            read_plain_body(event).decode("utf-8-sig"),  # RFC 8259 section 8.1: a byte order mark may be ignored
            object_pairs_hook=_refuse_repeats,
            parse_constant=_refuse_constant,
            parse_float=number,
        )
    except (ValueError, RecursionError) as error:
        raise _not_json() from error
    if not isinstance(body, dict):
        raise _not_json()
    return body


def too_large_error(largest: int) -> TooLargeError:
    """The refusal of a body above `largest` bytes."""
    limit = f"{largest // 1024} KB"
    return TooLargeError(Translated(f"Dữ liệu gửi lên vượt quá {limit}.", f"The body is larger than {limit}."))


def read_plain_body(event: Event) -> bytes:
    """The body without its content encoding. Raises UnsupportedMediaError, or TooLargeError for one that swells."""
    encoding = (read_header(event, "content-encoding") or "identity").strip().lower()
    if encoding == "identity":
        return read_raw_body(event)
    if encoding not in ("gzip", "x-gzip"):
        raise UnsupportedMediaError(
            Translated("Content-Encoding chỉ có thể là gzip.", "Content-Encoding may be gzip only."),
            type="content-encoding",
        )
    inflate = zlib.decompressobj(wbits=31)  # a gzip stream
    try:
        body = inflate.decompress(read_raw_body(event), LARGEST_INFLATED + 1)
    except zlib.error as error:
        raise _not_json() from error
    if len(body) > LARGEST_INFLATED:
        raise too_large_error(LARGEST_INFLATED)
    if not inflate.eof:
        raise _not_json()
    return body


def bypassed_edge_error() -> ForbiddenError:
    """The refusal of a call that did not come through the CDN."""
    return ForbiddenError(
        Translated(
            "Yêu cầu không đi qua cổng của hệ thống.", "The call did not come through the service's front door."
        ),
        type="not-through-edge",
    )


def _not_json() -> BadRequestError:
    return BadRequestError(
        Translated(
            "Nội dung phải là một đối tượng JSON hợp lệ, UTF-8, không có thành phần nào hai lần.",
            "The body must be one valid JSON object in UTF-8, with no member twice.",
        ),
        type="not-json",
    )


def _refuse_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("repeated member")
    return members


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)
