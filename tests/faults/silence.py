"""AWS working in silence: the answer to one request is lost on the way, and botocore asks once more by itself."""

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import botocore.endpoint
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

from tests.faults.call_sites import CallSite, current_call_site

PUBLISH = "publish"


@contextlib.contextmanager
def silence(at: int | None, meanwhile: Callable[[], object] = lambda: None) -> Iterator[list[CallSite]]:
    """Lose the answer to request number `at` (from 0; None: to none) of our code; all places that asked, in order.

    `meanwhile` happens between the two tries.

    A transaction that comes again with its token is answered as before, as DynamoDB does for ten minutes and moto does
    not: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    asked: list[CallSite] = []
    transacted: dict[str, Any] = {}
    others: list[bool] = []
    real = BotocoreStubber.process_request

    def answered(self: Any, request: AWSPreparedRequest) -> Any:
        ours = current_call_site()
        if ours is None or others:
            return real(self, request)
        asked.append(CallSite(*ours, _operation(request)))
        token = _token(request)
        answer = transacted[token] if token in transacted else real(self, request)
        if token:
            transacted[token] = answer
        if len(asked) - 1 == at:
            others.append(True)
            meanwhile()
            others.clear()
            raise ReadTimeoutError(endpoint_url="https://aws.example")
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BotocoreStubber, "process_request", answered)
        patch.setattr(botocore.endpoint.time, "sleep", lambda _: None)
        yield asked


def _operation(request: AWSPreparedRequest) -> str:
    """`put_item` of the header `X-Amz-Target: DynamoDB_20120810.PutItem`; SNS sends none."""
    target = request.headers.get("X-Amz-Target", b"")
    name = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
    return xform_name(name) if name else PUBLISH


def _token(request: AWSPreparedRequest) -> str:
    body = "{}" if _operation(request) == PUBLISH else request.body
    return str(json.loads(body or "{}").get("ClientRequestToken", ""))
