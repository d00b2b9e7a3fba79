"""The way of a call from botocore to moto's DynamoDB and KMS made short, which is a third of what the call costs.

None changes an answer: a call to these two is not signed and not made into a WSGI request that moto takes apart again,
as moto asks neither for the signature nor for what stands in the address, and nothing of either reaches the caller.
What botocore does before (validation, serialization) and after (parsing, retries, errors) stays, and so does all that
moto does with the words of the call. Every other service goes the whole way.
"""

from typing import Any

from botocore.awsrequest import AWSPreparedRequest, HeadersDict
from botocore.endpoint import Endpoint
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber
from moto.core.responses import BaseResponse
from moto.core.utils import utcnow
from moto.dynamodb.responses import DynamoHandler
from moto.kms.responses import KmsResponse
from moto.moto_api._internal.moto_random import MotoRandom
from werkzeug.http import http_date

HANDLERS: dict[str, type[BaseResponse]] = {"dynamodb": DynamoHandler, "kms": KmsResponse}
IN_AWS = ".amazonaws.com/"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

_create_request = Endpoint.create_request
_process_request = BotocoreStubber.process_request


def speed_up() -> None:
    """Put the shorter way into botocore and moto."""
    Endpoint.create_request = _created  # type: ignore[method-assign]
    BotocoreStubber.process_request = _processed  # type: ignore[method-assign]
    MotoRandom.get_random_string = _random_string  # type: ignore[method-assign]


class DirectRequest(AWSPreparedRequest):  # type: ignore[misc]
    """A call that goes to its handler as it is, with what a handler reads of a WSGI request."""

    def __init__(self, made: dict[str, Any], handler: type[BaseResponse]) -> None:
        super().__init__(made["method"], made["url"], HeadersDict(made["headers"]), made["body"], stream_output=False)
        self.handler, self.data, self.path, self.values = handler, made["body"], "/", dict[str, str]()
        self.content_type = self.headers["Content-Type"]


def _created(self: Any, params: Any, operation_model: Any = None) -> Any:
    """The request to send; unsigned if it goes to moto by the shorter way."""
    service = operation_model and operation_model.service_model.service_name
    if service in HANDLERS and botocore_stubber.enabled and params["url"].endswith(IN_AWS):
        return DirectRequest(params, HANDLERS[service])
    return _create_request(self, params, operation_model)


def _processed(self: Any, request: Any) -> Any:
    """moto's answer: status, headers and body."""
    if not isinstance(request, DirectRequest):
        return _process_request(self, request)
    handler = request.handler()
    _set_up(handler, request)
    return handler.call_action()


def _set_up(handler: Any, request: DirectRequest) -> None:
    """What `BaseResponse.setup_class` takes from a request of a JSON protocol."""
    body = request.body if isinstance(request.body, str) else request.body.decode()
    handler.normalized_request, handler.headers, handler.method = request, request.headers, request.method
    handler.body, handler.raw_body, handler.uri, handler.path = body, body, request.url, request.path
    handler.querystring, handler.uri_match = {}, {}
    handler.region, handler.partition = handler.region_regex.search(request.url).group("region"), "aws"
    handler.access_key, handler.current_account = "AKIAEXAMPLE", DEFAULT_ACCOUNT_ID
    handler.response_headers = {"server": "amazon.com", "date": http_date(utcnow())}
    if handler.automated_parameter_parsing:
        handler.parse_parameters(request)


def _random_string(self: Any, length: int = 20, include_digits: bool = True, lower_case: bool = False) -> str:
    """Letters of both cases and digits, drawn at once; every answer of moto carries 52 of them."""
    drawn = "".join(self.choices(LETTERS + "0123456789" * include_digits, k=length))
    return drawn.lower() if lower_case else drawn
