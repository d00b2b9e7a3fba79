"""The shared entry point of the functions behind the public API.

`serve` refuses what did not come through the CDN's place, enforces size, header and origin rules, calls the route,
and turns every refusal into RFC 9457 problem+json (residents) or an OperationOutcome (facilities).
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from health_record import exact_json, settings
from health_record.errors import (
    BadRequestError,
    ForbiddenError,
    ServiceError,
    TooLargeError,
    UnavailableError,
)
from health_record.http import edge_secret
from health_record.http.routing import Response, Router
from health_record.language import Language, Text, preferred
from health_record.observability import code_locations, info, logger, metrics

Audience = Literal["resident", "facility"]
Event = dict[str, Any]

LARGEST_BODY: dict[Audience, int] = {"resident": 256 * 1024, "facility": 1024 * 1024}
LARGER_BODIES = {"POST /v1/hospital-files": 4 * 1024 * 1024}  # by route key
SAFE_METHODS = frozenset({"GET", "HEAD"})
THROTTLED = frozenset(
    {
        # botocore makes a token for each transaction, so that this is its own second try at one that was taken.
        "IdempotentParameterMismatchException",
        "InternalServerError",
        "KMSInternalException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
CONTENT_TYPES: dict[Audience, str] = {"resident": "application/json", "facility": "application/fhir+json"}


def respond(
    status: int,
    body: Any = None,
    *,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
    cookies: list[str] | None = None,
) -> Response:
    """An answer of a route. `body` is JSON, text or bytes as they stand, or None; `cookies` are Set-Cookie values."""
    if isinstance(body, bytes):
        kind: str | None = content_type
    else:
        kind = None if body is None else f"{content_type}; charset=utf-8"
        body = body if isinstance(body, str) else ("" if body is None else dumps(body))
    typed = {"Content-Type": kind} if kind else {}
    return Response(status, body, {"Cache-Control": "no-store", **(headers or {}), **typed}, cookies or [])


def serve(
    app: Router,
    event: Event,
    context: Any,
    audience: Audience = "resident",
    *,
    cross_origin: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Answer one API event. Route keys in `cross_origin` may be called by other sites' pages (SMART Health Links)."""
    started = time.perf_counter()
    language = preferred(header(event, "accept-language"))
    try:
        _admit(event, audience, cross_origin)
        answer: dict[str, Any] = app.resolve(event)
    except ServiceError as refusal:
        answer = _refusal(refusal, audience, language)
    except Exception as error:  # noqa: BLE001 - the last resort: a fixed text, never a stack trace to the caller
        answer = _refusal(_unexpected(error, context), audience, language)
    if event.get("routeKey") in cross_origin:
        answer["headers"]["Access-Control-Allow-Origin"] = "*"  # refusals as well, or the page could not read them
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    info("answered", route=event.get("routeKey"), status=answer["statusCode"], ms=milliseconds)
    _flush_metrics()
    return answer


def header(event: Event, name: str) -> str | None:
    """The value of a request header (`name` in lower case), as API Gateway joined it."""
    value = (event.get("headers") or {}).get(name)
    return value if isinstance(value, str) else None


def cookies(event: Event) -> dict[str, str]:
    """The request's cookies: API Gateway lists them apart, the emulator leaves them in the header."""
    pairs = event.get("cookies") or (header(event, "cookie") or "").split(";")
    return {name.strip(): value.strip() for name, _, value in (pair.partition("=") for pair in pairs) if value}


def client_address(event: Event) -> str:
    """The caller's address that the CDN vouches for. Raises ForbiddenError without one."""
    address = header(event, "x-ssk-client")
    if not address:
        raise _not_through_the_edge()
    return address


def path_parameter(event: Event, name: str) -> str:
    """A `{name}` of the route key."""
    return str((event.get("pathParameters") or {}).get(name, ""))


def raw_body(event: Event) -> bytes:
    """The bytes sent (`application/fhir+json` arrives base64-encoded)."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise _not_json() from error


def json_body(event: Event, number: Callable[[str], Any] = float) -> dict[str, Any]:
    """The JSON object sent; `number` reads numbers that are not whole.

    Raises BadRequestError for anything else, NaN, repeated members and what `number` does not take included.
    """
    try:
        body = json.loads(
            raw_body(event).decode("utf-8"),
            object_pairs_hook=_no_repeats,
            parse_constant=_no_constant,
            parse_float=number,
        )
    except (ValueError, RecursionError) as error:
        raise _not_json() from error
    if not isinstance(body, dict):
        raise _not_json()
    return body


def largest_body(event: Event, audience: Audience) -> int:
    """How many bytes a body of the event's route may have."""
    return LARGER_BODIES.get(str(event.get("routeKey")), LARGEST_BODY[audience])


def dumps(content: Any) -> str:
    """Compact JSON in UTF-8, decimals as they were sent."""
    return exact_json.dumps(content)


def _admit(event: Event, audience: Audience, cross_origin: frozenset[str]) -> None:
    config = settings.cached(settings.ApiSettings)
    if not edge_secret.genuine(config.origin_secret_arn, header(event, "x-ssk-origin")):
        raise _not_through_the_edge()
    largest = largest_body(event, audience)
    if len(event.get("body") or "") > largest * 4 // 3 + 4 or len(raw_body(event)) > largest:
        limit = f"{largest // 1024} KB"
        raise TooLargeError(Text(f"Dữ liệu gửi lên vượt quá {limit}.", f"The body is larger than {limit}."))
    if audience == "resident" and event.get("routeKey") not in cross_origin:
        _refuse_foreign_pages(event, config.public_origin)


def _refuse_foreign_pages(event: Event, public_origin: str) -> None:
    if event["requestContext"]["http"]["method"] in SAFE_METHODS:
        return
    if header(event, "x-requested-with") != "ssk":
        raise ForbiddenError(
            Text("Yêu cầu phải có tiêu đề X-Requested-With: ssk.", "The header X-Requested-With: ssk is missing."),
            type="header-missing",
        )
    if header(event, "origin") not in (None, public_origin):
        raise ForbiddenError(
            Text("Yêu cầu đến từ một trang khác.", "The call came from another site."), type="foreign-origin"
        )


def _unexpected(error: Exception, context: Any) -> ServiceError:
    if _is_transient(error):
        info("aws call failed", error=type(error).__name__, code=_aws_code(error))
        return UnavailableError()
    # The traceback's frames tell where; the exception's text may hold what a person gave.
    logger().error(
        "unexpected", extra={"error": type(error).__name__, "at": code_locations(error), "code": _aws_code(error)}
    )
    request_id = getattr(context, "aws_request_id", "")
    return ServiceError(
        Text(f"Xin thử lại sau. Mã yêu cầu: {request_id}", f"Please try again later. Request id: {request_id}")
    )


def _is_transient(error: Exception) -> bool:
    if _aws_code(error) in THROTTLED:
        return True
    response = getattr(error, "response", None)  # botocore's connection errors have one that is None
    told = response if isinstance(response, dict) else {}
    if told.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:  # whatever name the service gives its failure
        return True
    reasons = told.get("CancellationReasons", [])
    if any(reason.get("Code") in {"ThrottlingError", "TransactionConflict"} for reason in reasons):
        return True
    return type(error).__module__.startswith(("botocore", "urllib3")) and response is None


def _aws_code(error: Exception) -> str:
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def _refusal(error: ServiceError, audience: Audience, language: Language) -> dict[str, Any]:
    from health_record.http.problem_details import operation_outcome, problem

    body = problem(error, language) if audience == "resident" else operation_outcome(error, language)
    kind = "application/problem+json" if audience == "resident" else CONTENT_TYPES["facility"]
    return {
        "statusCode": error.status,
        "headers": {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Language": language,
            "Cache-Control": "no-store",
            **error.headers,
        },
        "body": dumps(body),
        "isBase64Encoded": False,
    }


def _flush_metrics() -> None:
    if metrics().metric_set:
        metrics().flush_metrics()


def _not_through_the_edge() -> ForbiddenError:
    return ForbiddenError(
        Text("Yêu cầu không đi qua cổng của hệ thống.", "The call did not come through the service's front door."),
        type="not-through-edge",
    )


def _not_json() -> BadRequestError:
    return BadRequestError(
        Text("Nội dung phải là một đối tượng JSON hợp lệ.", "The body must be one valid JSON object."), type="not-json"
    )


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("repeated member")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(name)
