"""All that moto keeps at one moment, so that one call can be made again and again on the same world."""

import copy
import os
from collections.abc import Iterator
from typing import Any

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from tests.conftest import REGION, forget_caches

EVERYWHERE = os.environ.get("SSK_FAULTS") == "everywhere"  # else each place in the first route that reaches it
NOW = "2026-11-23T03:00:00Z"
SERVICES: dict[Any, str] = {"dynamodb": REGION, "kms": REGION, "sns": REGION, "secretsmanager": REGION, "s3": "aws"}


def snapshot() -> dict[Any, dict[str, Any]]:
    """A copy of what every service holds."""
    return {name: copy.deepcopy(_backend(name).__dict__) for name in SERVICES}


def restore(state: dict[Any, dict[str, Any]]) -> None:
    """Let every service hold that again, seen from a fresh environment."""
    for name in SERVICES:
        _backend(name).__dict__.update(copy.deepcopy(state[name]))
    forget_caches()


def items(table: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Keys and attributes of the items as they lie in moto, which takes a hundredth of a Scan."""
    for item in _backend("dynamodb").tables[table].all_items():
        sort_key = item.attrs.get("sk")
        yield item.attrs["pk"].value, sort_key.value if sort_key else "", item.attrs


def _backend(service: Any) -> Any:
    return get_backend(service)[DEFAULT_ACCOUNT_ID][SERVICES[service]]
