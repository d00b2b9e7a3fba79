"""Two slow places of moto 5.2 made fast, which together are a third of what a call costs in the tests.

Neither changes an answer: DynamoDB's attribute values go to the wire in one pass and not member by member over every
possible type, and the methods of a class do not change while the tests run.
"""

import base64
import functools
from typing import Any

from moto.core import responses, serialize, utils
from moto.dynamodb.models.dynamo_type import DynamoType

_original = serialize.BaseJSONSerializer._serialize_type_structure


@functools.cache
def speed_up() -> None:
    """Put the faster ways into moto, once for each process."""
    serialize.BaseJSONSerializer._serialize_type_structure = _structure  # type: ignore[method-assign]
    responses.method_names_from_class = functools.cache(utils.method_names_from_class)


def _structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """Write an attribute value of DynamoDB in one pass; everything else member by member, as moto does."""
    if shape.name == "AttributeValue" and key and value is not None:
        self._default_serialize(serialized, _wire(value), shape, key)
    else:
        _original(self, serialized, value, shape, key)


def _wire(value: Any) -> dict[str, Any]:
    """An attribute value as it goes over the wire: one type and its content, bytes in base64."""
    kind, content = (value.type, value.value) if isinstance(value, DynamoType) else next(iter(value.items()))
    if kind == "M":
        return {kind: {name: _wire(member) for name, member in content.items()}}
    if kind == "L":
        return {kind: [_wire(member) for member in content]}
    if kind == "B":
        return {kind: _base64(content)}
    if kind == "BS":
        return {kind: [_base64(member) for member in content]}
    return {kind: content}


def _base64(content: str | bytes) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()
