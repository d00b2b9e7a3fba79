"""Slow places of moto 5.2 made fast, which together are half of what a call costs in the tests.

None changes an answer: DynamoDB's attribute values go to the wire in one pass and not member by member over every
possible type, the methods of a class do not change while the tests run, the ten walks over an update expression ask
once for each class of nodes whether they do something with it, two of them look at the root alone, which holds all,
and an expression that was parsed before is not parsed again (validators work on copies). Nothing of ours calls AWS by
the library `requests`, so that the 1,288 answers to its calls are not made anew for every world. The tables are in
tests/fast_tables.py.
"""

import base64
import copy
import functools
from typing import Any

from moto.core import models, responses, serialize, utils
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.parsing import ast_nodes, validators
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import ActionCountValidator, OverlappingPathsValidator

from tests import fast_tables, fast_wire

_nodes: Any = ast_nodes
_original = serialize.BaseJSONSerializer._serialize_type_structure


@functools.cache
def speed_up() -> None:
    """Put the faster ways into moto, once for each process."""
    serialize.BaseJSONSerializer._serialize_type_structure = _structure  # type: ignore[method-assign]
    responses.method_names_from_class = functools.cache(utils.method_names_from_class)
    _nodes.DepthFirstTraverser.traverse_node_recursively = _walked
    _at_the_root(OverlappingPathsValidator, "check_for_overlapping_paths")
    _at_the_root(ActionCountValidator, "verify_action_counts")
    UpdateExpressionParser.make = functools.lru_cache(512)(UpdateExpressionParser.make)
    validators.deepcopy = _tree_copy  # type: ignore[assignment]
    models.RESPONSES_METHODS.clear()
    fast_tables.speed_up()
    fast_wire.speed_up()


def _at_the_root(validator: Any, method: str) -> None:
    """Let a check of an expression's clauses be made once, where all of them are seen."""
    original = getattr(validator, method)
    setattr(validator, method, lambda self, node: node if node.parent else original(self, node))


def _walked(self: Any, node: Any, child_id: int = -1) -> Any:
    """Process the nodes of an expression bottom up, as moto does."""
    kind: Any = type(node)
    if not _is_node(kind):
        return node
    parent = node.parent
    for place, child in enumerate(node.children or ()):
        self.pre_processing_of_child(node, place)
        _walked(self, child, place)
    handled = self.__dict__.get("handled") or self.__dict__.setdefault("handled", self.nodes_to_be_processed())
    if _is_one_of(kind, handled):
        node = self.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


def _tree_copy(original: Any) -> Any:
    """A copy of an expression's tree, node by node; of anything else as `copy.deepcopy` makes it."""
    whole = _is_node(type(original)) and original.parent is None
    return _node_copy(original, None) if whole else copy.deepcopy(original)


def _node_copy(node: Any, parent: Any) -> Any:
    if not _is_node(type(node)):
        return copy.deepcopy(node)
    made: Any = node.__class__.__new__(node.__class__)
    made.__dict__.update(node.__dict__, parent=parent)
    if node.children is not None:
        made.children = [_node_copy(child, made) for child in node.children]
    return made


@functools.cache
def _is_node(kind: Any) -> bool:
    return issubclass(kind, _nodes.Node)


@functools.cache
def _is_one_of(kind: Any, kinds: tuple[type, ...]) -> bool:
    return issubclass(kind, kinds)


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
