"""Which of a function's handlers answers a route, and what an answer is.

API Gateway has matched method and path already and names the route that it found, so that a table is all that is left:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from health_record.errors import NotFoundError
from health_record.language import Translated


@dataclass(frozen=True)
class Response:
    """An answer: text goes out as it is, bytes in base64; `cookies` are Set-Cookie values."""

    status: int
    body: str | bytes
    headers: Mapping[str, str]
    cookies: list[str] = field(default_factory=list)

    def to_api_gateway(self) -> dict[str, Any]:
        """As an HTTP API wants it (payload format 2.0)."""
        return {
            "statusCode": self.status,
            "headers": dict(self.headers),
            "cookies": self.cookies,
            "body": base64.b64encode(self.body).decode() if isinstance(self.body, bytes) else self.body,
            "isBase64Encoded": isinstance(self.body, bytes),
        }


type RouteHandler = Callable[[dict[str, Any]], Response]
type Routes = Mapping[str, RouteHandler]


def dispatch(routes: Routes, event: dict[str, Any]) -> dict[str, Any]:
    """What the handler of the event's `routeKey` answers, for API Gateway.

    Raises NotFoundError for a route that is not in `routes`, and whatever the handler raises.
    """
    handler = routes.get(str(event.get("routeKey")))
    if handler is None:
        raise NotFoundError(Translated("Không có địa chỉ này.", "There is no such address."))
    return handler(event).to_api_gateway()
