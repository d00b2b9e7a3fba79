"""The shared entry point of the functions behind the public API.

`handle_event` refuses what did not come through the CDN, enforces size, header and origin rules, calls the route,
and turns every refusal into RFC 9457 problem+json (residents) or an OperationOutcome (facilities).
"""

import time
from collections.abc import Mapping
from typing import Any, Literal

from health_record import exact_json, remembered, settings
from health_record.aws.service_errors import error_code, is_transient
from health_record.errors import (
    ForbiddenError,
    ServiceError,
    UnavailableError,
)
from health_record.http import compression, edge_secret
from health_record.http.event import (
    LARGEST_INFLATED,
    Event,
    bypassed_edge_error,
    read_header,
    read_raw_body,
    too_large_error,
)
from health_record.http.routing import Response, Routes, dispatch
from health_record.language import Language, Translated, negotiate_language
from health_record.observability import begin_call, code_locations, log_error, log_event, metrics

Audience = Literal["resident", "facility"]

LARGEST_BODY: dict[Audience, int] = {"resident": 256 * 1024, "facility": 1024 * 1024}
# By route key. In base64 and with its headers a body has to stay within Lambda's 6 MB.
LARGER_BODIES = {
    "POST /v1/hospital-files": 4 * 1024 * 1024,
    "POST /v1/fhir": LARGEST_INFLATED,
    "POST /v1/fhir/Bundle/{operation}": LARGEST_INFLATED,
}
SAFE_METHODS = frozenset({"GET", "HEAD"})
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


def handle_event(
    routes: Routes,
    event: Event,
    context: Any,
    audience: Audience = "resident",
    *,
    cross_origin: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Answer one API event. Route keys in `cross_origin` may be called by other sites' pages (SMART Health Links)."""
    started = time.perf_counter()
    begin_call(context)
    language = negotiate_language(read_header(event, "accept-language"))
    try:
        _check_request(event, audience, cross_origin)
        answer: dict[str, Any] = dispatch(routes, event)
    except ServiceError as refusal:
        answer = _render_refusal(refusal, audience, language)
    except Exception as error:  # noqa: BLE001 - the last resort: a fixed text, never a stack trace to the caller
        answer = _render_refusal(_translate_unexpected(error, context), audience, language)
    if event.get("routeKey") in cross_origin:
        answer["headers"]["Access-Control-Allow-Origin"] = "*"  # refusals as well, or the page could not read them
    if audience == "facility":
        answer = compression.compress(answer, read_header(event, "accept-encoding"))
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    log_event("request_answered", route=event.get("routeKey"), status=answer["statusCode"], ms=milliseconds)
    _flush_metrics()
    remembered.forget()
    return answer


def largest_body(event: Event, audience: Audience) -> int:
    """How many bytes a body of the event's route may have."""
    return LARGER_BODIES.get(str(event.get("routeKey")), LARGEST_BODY[audience])


def dumps(content: Any) -> str:
    """Compact JSON in UTF-8, decimals as they were sent."""
    return exact_json.dumps(content)


def _check_request(event: Event, audience: Audience, cross_origin: frozenset[str]) -> None:
    config = settings.read_once(settings.ApiSettings)
    if not edge_secret.is_valid(config.origin_secret_arn, read_header(event, "x-ssk-origin")):
        raise bypassed_edge_error()
    largest = largest_body(event, audience)
    if len(event.get("body") or "") > largest * 4 // 3 + 4 or len(read_raw_body(event)) > largest:
        raise too_large_error(largest)
    if audience == "resident" and event.get("routeKey") not in cross_origin:
        _refuse_foreign_pages(event, config.public_origin)


def _refuse_foreign_pages(event: Event, public_origin: str) -> None:
    if event["requestContext"]["http"]["method"] in SAFE_METHODS:
        return
    if read_header(event, "x-requested-with") != "ssk":
        raise ForbiddenError(
            Translated(
                "Yêu cầu phải có tiêu đề X-Requested-With: ssk.", "The header X-Requested-With: ssk is missing."
            ),
            type="header-missing",
        )
    if read_header(event, "origin") not in (None, public_origin):
        raise ForbiddenError(
            Translated("Yêu cầu đến từ một trang khác.", "The call came from another site."), type="foreign-origin"
        )


def _translate_unexpected(error: Exception, context: Any) -> ServiceError:
    if is_transient(error):
        log_event("aws_transient_error", error=type(error).__name__, code=error_code(error))
        return UnavailableError()
    # The traceback's frames tell where; the exception's text may hold what a person gave.
    log_error("unexpected_error", error=type(error).__name__, at=code_locations(error), code=error_code(error))
    request_id = getattr(context, "aws_request_id", "")
    return ServiceError(
        Translated(f"Hãy thử lại sau. Mã yêu cầu: {request_id}", f"Please try again later. Request id: {request_id}")
    )


def _render_refusal(error: ServiceError, audience: Audience, language: Language) -> dict[str, Any]:
    from health_record.http.problem_details import to_operation_outcome, to_problem

    body = to_problem(error, language) if audience == "resident" else to_operation_outcome(error, language)
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
