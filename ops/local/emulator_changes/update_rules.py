"""What DynamoDB's documents refuse and emulators take: ADD and DELETE of an attribute inside of another.

"ADD can only be used on top-level attributes, not nested attributes", and so can DELETE
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html, UpdateExpression).
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

_CLAUSE = re.compile(r"(?<![\w#:.])(SET|REMOVE|ADD|DELETE)(?=\s)", re.IGNORECASE)
_OF_THE_TOP_ALONE = ("ADD", "DELETE")

type Answer = tuple[int, dict[str, str], bytes]
type Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Answer]]


def find_nested(request: Mapping[str, Any]) -> list[str]:
    """The paths below the top of an item that an UpdateItem or TransactWriteItems request would ADD to or DELETE."""
    members = [member.get("Update") or {} for member in request.get("TransactItems", [])]
    return [path for one in (request, *members) for path in _nested(one.get("UpdateExpression", ""))]


def refusal(paths: list[str]) -> str:
    """DynamoDB's kind of sentence for it."""
    return f"Invalid UpdateExpression: ADD and DELETE take top-level attributes, not {', '.join(paths)}"


def add(emulator: Any) -> None:
    """Put the rule before DynamoDB of the emulator's module `app`."""
    emulator.SERVICE_HANDLERS["dynamodb"] = ruled(emulator.SERVICE_HANDLERS["dynamodb"])


def ruled(handler: Handler) -> Handler:
    """DynamoDB's handler behind the rule."""

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Answer:
        nested = find_nested(json.loads(body)) if b'"UpdateExpression"' in body else []
        if not nested:
            return await handler(method, path, headers, body, query)
        said = {"__type": "com.amazon.coral.validate#ValidationException", "message": refusal(nested)}
        return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(said).encode()

    return handle


def _nested(expression: str) -> Iterator[str]:
    parts = _CLAUSE.split(expression)  # what stands before the first clause, then each clause's word and its actions
    for word, actions in zip(parts[1::2], parts[2::2], strict=True):
        if word.upper() in _OF_THE_TOP_ALONE:
            paths = (action.split()[0] for action in actions.split(",") if action.strip())
            yield from (path for path in paths if "." in path or "[" in path)
