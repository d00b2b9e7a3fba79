"""Where a secret could slip out, each with a way to put a text there as the functions or their libraries would."""

import gzip
import logging
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns import sns_backends

from health_record import observability
from tests.conftest import REGION, TABLES, aws
from tests.secrecy.sinks import SinkContents


@dataclass(frozen=True)
class InjectionPoint:
    """Puts a text into a place, where the search must find it."""

    found_in: str
    put: Callable[[SinkContents, str], object]


def _answered(status: int, *, path: str = "", header: str = "", cookie: str = "", body: str = "") -> tuple[Any, Any]:
    answer = {"statusCode": status, "headers": {"X-Told": header}, "cookies": [cookie], "body": body}
    return {"rawPath": f"/v1/{path}"}, answer


def _object(key: str, content: bytes) -> None:
    aws("s3").put_object(Bucket="insights", Key=key, Body=content)


def _parquet(text: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "planted.parquet"
        table = duckdb.connect()
        table.execute("CREATE TABLE planted AS SELECT 1 AS one, ? AS told", [text])
        table.execute(f"COPY planted TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
        return file.read_bytes()


def _again(key: str, text: str) -> None:
    """An object whose newest version says nothing."""
    aws("s3").put_bucket_versioning(Bucket="insights", VersioningConfiguration={"Status": "Enabled"})
    _object(key, text.encode())
    _object(key, b"")


def _item(table: str, text: str) -> None:
    """The text as an attribute, inside a list in a map, and as bytes among others."""
    key = {"pk": {"S": "planted"}} | ({} if table in ("keys", "audit") else {"sk": {"S": "planted"}})
    item = {"inside": {"M": {"list": {"L": [{"S": text}]}}}, **key}
    aws("dynamodb").put_item(TableName=table, Item=item)


def _bytes(text: str) -> None:
    item = {"pk": {"S": "planted"}, "sk": {"S": "planted"}, "sealed": {"B": b"\xff\x00" + text.encode() + b"\xff"}}
    aws("dynamodb").put_item(TableName="records", Item=item)


def _message(text: str) -> None:
    """An SMS longer than any that can be sent."""
    sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages["planted"] = ("+84900000000", text)


def _key(text: str) -> None:
    key = aws("kms").create_key()["KeyMetadata"]["KeyId"]
    aws("kms").generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext={"record": text})


INJECTION_POINTS = {
    "a log line": InjectionPoint("logs and metrics", lambda _, text: observability.log_event("planted", text=text)),
    "a metric": InjectionPoint("logs and metrics", lambda _, text: observability.count_metric("Planted", told=text)),
    "a library's log": InjectionPoint("logs and metrics", lambda _, text: logging.getLogger("botocore").warning(text)),
    "standard output": InjectionPoint("logs and metrics", lambda _, text: sys.stdout.write(text)),
    "standard error": InjectionPoint("logs and metrics", lambda _, text: sys.stderr.write(text)),
    "a refusal": InjectionPoint("refusals", lambda seen, text: seen.calls.append(_answered(400, body=text))),
    "a refusal's header": InjectionPoint("refusals", lambda seen, text: seen.calls.append(_answered(401, header=text))),
    "a refusal's cookie": InjectionPoint("refusals", lambda seen, text: seen.calls.append(_answered(403, cookie=text))),
    "an address called": InjectionPoint("addresses", lambda seen, text: seen.calls.append(_answered(200, path=text))),
    "a message": InjectionPoint("messages", lambda _, text: _message(text)),
    "the context of a key": InjectionPoint("contexts of keys", lambda _, text: _key(text)),
    "an object": InjectionPoint("insights/planted", lambda _, text: _object("planted", text.encode())),
    "a packed object": InjectionPoint(
        "insights/planted.gz", lambda _, text: _object("planted.gz", gzip.compress(text.encode()))
    ),
    "a Parquet file": InjectionPoint(
        "insights/planted.parquet", lambda _, text: _object("planted.parquet", _parquet(text))
    ),
    "an older version": InjectionPoint("insights/planted", lambda _, text: _again("planted", text)),
    "sealed bytes": InjectionPoint("tables", lambda _, text: _bytes(text)),
    **{f"the table {name}": InjectionPoint("tables", lambda _, text, name=name: _item(name, text)) for name in TABLES},  # type: ignore[misc]
}
