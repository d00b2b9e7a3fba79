"""Everything that is written somewhere while the journeys go on: logs, metrics, answers, addresses, tables, objects."""

import contextlib
import gzip
import io
import logging
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from botocore.client import BaseClient
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from health_record import observability
from health_record.http import entry_point
from health_record.http.event import Event
from tests.conftest import TABLES, World
from tests.declare.people import dump

ADDRESS = re.compile(r"(?:https?|urn):[^\s\"<>]+")
CODE = re.compile(r"(?<![0-9])([0-9]{6})(?=.*#\1\Z)|(?<=#)[0-9]{6}\Z", re.DOTALL)  # in the text, and at its end


@dataclass
class SinkContents:
    """What was seen so far.

    `logged` holds log lines, metrics (EMF) and whatever else went to the console, `contexts` what CloudTrail would
    show of each use of a key.
    """

    logged: io.StringIO = field(default_factory=io.StringIO)
    calls: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    contexts: list[str] = field(default_factory=list)

    def texts(self, world: World) -> dict[str, str]:
        """All that was written, by the place where it lies."""
        return {
            "logs and metrics": self.logged.getvalue(),
            "refusals": self.refusals(),
            "addresses": self.addresses(),
            "contexts of keys": "\n".join(self.contexts),
            "messages": read_messages(world),
            "tables": read_tables(world),
            **dict(read_objects()),
        }

    def refusals(self) -> str:
        """Every answer of 400 and above, as it went out."""
        refused = [answer for _, answer in self.calls if answer["statusCode"] >= 400]
        return "\n".join(f"{_headers(answer)} {answer.get('body')}" for answer in refused)

    def addresses(self) -> str:
        """The addresses of calls that were right, and those in answers to them.

        What opens a link is its address (SMART Health Links), and who searches by GET has put the number there.
        """
        right = [(event, answer) for event, answer in self.calls if answer["statusCode"] < 400]
        called = [event["rawPath"] for event, _ in right if not event["rawPath"].startswith("/v1/shares/")]
        answered = [address.partition("#shlink:/")[0] for _, answer in right for address in _addresses(answer)]
        return "\n".join(called + answered)


@contextlib.contextmanager
def watch_sinks() -> Iterator[SinkContents]:
    """Note all that is written."""
    seen, real, real_call = SinkContents(), entry_point.handle_event, BaseClient._make_api_call

    def serve(app: Any, event: Event, *rest: Any, **more: Any) -> dict[str, Any]:
        answer = real(app, event, *rest, **more)
        seen.calls.append((event, answer))
        return answer

    def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        seen.contexts.append(str(parameters.get("EncryptionContext", "")))
        return real_call(client, operation, parameters)

    observability.logger.cache_clear()
    ours: Any = observability.logger().registered_handler
    ours.stream = seen.logged
    others = logging.StreamHandler(seen.logged)
    logging.getLogger().addHandler(others)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entry_point, "handle_event", serve)
        patch.setattr(BaseClient, "_make_api_call", call)
        with contextlib.redirect_stdout(seen.logged), contextlib.redirect_stderr(seen.logged):
            yield seen
    logging.getLogger().removeHandler(others)
    ours.stream = sys.__stdout__


def read_tables(world: World) -> str:
    """The six tables as they lie there."""
    return "\n".join(dump(world.items(name)) for name in TABLES)


def read_messages(world: World) -> str:
    """Every SMS but the code in it, which is what it is sent for."""
    return "\n".join(CODE.sub("", text) for _, text in world.sms())


def read_objects() -> Iterator[tuple[str, str]]:
    """Each version of each object of the buckets, named `bucket/key`, opened where it is packed."""
    kept = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets
    for bucket in kept.values():
        for name in bucket.keys:
            versions = bucket.keys.getlist(name)
            yield f"{bucket.name}/{name}", "\n".join([name, *(_opened(name, version.value) for version in versions)])


def _opened(key: str, content: bytes) -> str:
    if key.endswith(".gz"):
        content = gzip.decompress(content)
    if key.endswith(".parquet"):
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            file.write(content)
            file.flush()
            return str(duckdb.connect().execute("FROM read_parquet(?)", [str(Path(file.name))]).fetchall())
    return content.decode("utf-8", "replace")


def _addresses(answer: dict[str, Any]) -> list[str]:
    return ADDRESS.findall(f"{answer.get('body')} {_headers(answer)}")


def _headers(answer: dict[str, Any]) -> str:
    return " ".join(map(str, [*answer["headers"].values(), *answer.get("cookies", [])]))
