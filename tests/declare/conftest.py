"""Races, for the tests of declarations."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.client import BaseClient

ApiCall = Callable[[Any, str, Any], Any]
Race = Callable[..., list[Any]]


@pytest.fixture
def race(monkeypatch: pytest.MonkeyPatch) -> Race:
    """`race(write, 2)`: call write(0) and write(1) at once; all of them have read before any of them writes.

    DynamoDB makes each call atomic, moto does not, so a lock is held for each call.
    """

    def run(write: Callable[[int], Any], writers: int) -> list[Any]:
        gate, lock, arrived = threading.Barrier(writers, timeout=20), threading.Lock(), threading.local()
        real: ApiCall = BaseClient._make_api_call  # type: ignore[attr-defined]

        def meeting(self: Any, operation: str, arguments: Any) -> Any:
            if operation == "TransactWriteItems" and not getattr(arrived, "met", False):
                arrived.met = True
                gate.wait()
            with lock:
                return real(self, operation, arguments)

        with monkeypatch.context() as patch:
            patch.setattr(BaseClient, "_make_api_call", meeting)
            with ThreadPoolExecutor(writers) as pool:
                return list(pool.map(write, range(writers)))

    return run
