"""The AWS world of the tests: moto in this process, with the tables, keys, secret and buckets of one province."""

import contextlib
import copy
import functools
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from moto import mock_aws
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from tests import fast_moto, roles

pytest_plugins = ["tests.stack.local_stack", "tests.unused_rights", "tests.emitted_metrics"]

PLAIN_MOTO = os.environ.get("SSK_PLAIN_MOTO") == "1"  # moto as it is, at twice the time
collect_ignore = ["test_fast_tables.py"] if PLAIN_MOTO else []

REGION = "ap-southeast-1"
ORIGIN = "http://127.0.0.1:8000"
ORIGIN_SECRET = "origin-secret-of-the-tests"
TABLES = ("access", "records", "keys", "facts", "facilities", "audit")
INDEXES = {
    "access": {"by-account": ("account", "created_at")},
    "keys": {"by-identifier": ("identifier", "since")},
    "audit": {"by-record": ("record_id", "at"), "by-facility-day": ("facility_day", "at")},
}

os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_DEFAULT_REGION=REGION,
    POWERTOOLS_METRICS_NAMESPACE="SoSucKhoe",
    POWERTOOLS_SERVICE_NAME="tests",
    CDK_VALIDATION="false",
)


@dataclass
class Context:
    """What a handler reads of Lambda's context object."""

    aws_request_id: str = "request-0001"
    function_name: str = "tests"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:ap-southeast-1:123456789012:function:tests"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


@dataclass
class Answer:
    """What a handler answered, as an HTTP client would see it."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def cookie(self, name: str) -> str | None:
        """The value that Set-Cookie gives `name`."""
        for line in self.cookies:
            key, _, rest = line.partition("=")
            if key == name:
                return rest.split(";")[0]
        return None


@dataclass
class World:
    """The province's resources and a few ways to look at them."""

    phone_mac_key_id: str
    identifier_mac_key_id: str
    data_key_id: str
    sms_start: int = 0
    calls: list[str] = field(default_factory=list)

    def macs(self, province: str = "79") -> Any:
        """The MACs of all purposes, as no function may make them."""
        from health_record.aws.keyed_hash import KeyedHash

        return KeyedHash(province, phones=self.phone_mac_key_id, identifiers=self.identifier_mac_key_id)

    def table(self, name: str) -> Any:
        return aws("dynamodb", resource=True).Table(name)

    def items(self, name: str) -> list[dict[str, Any]]:
        """Everything in the table; one answer to a scan holds 1 MB."""
        answer = self.table(name).scan()
        found = list(answer["Items"])
        while "LastEvaluatedKey" in answer:
            answer = self.table(name).scan(ExclusiveStartKey=answer["LastEvaluatedKey"])
            found += answer["Items"]
        return found

    def sms(self) -> list[tuple[str, str]]:
        """Every SMS sent so far: (phone, text)."""
        from moto.sns import sns_backends

        return list(sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values())


@functools.cache
def aws(service: str, *, resource: bool = False) -> Any:
    """The tests' own client; moto intercepts it in every test, so one is enough."""
    return (boto3.resource if resource else boto3.client)(service, region_name=REGION)


def forget_caches() -> None:
    """Drop what functions keep between calls, as a fresh environment would have nothing.

    Their AWS clients stay: moto intercepts them in every test, and making four takes longer than most tests.
    """
    from health_record import settings
    from health_record.aws import keyed_hash
    from health_record.facility import registry
    from health_record.http import edge_secret
    from health_record.sms import gateway_secret, https_exchange

    for module in (registry, keyed_hash, edge_secret, gateway_secret, https_exchange, settings):
        module.forget()


@pytest.fixture
def world() -> Iterator[World]:
    with province_world() as made:
        yield made


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the AWS calls made, in their order."""
    calls: list[str] = []
    real: Any = BaseClient._make_api_call  # type: ignore[attr-defined]

    def counting(self: Any, operation: str, arguments: Any) -> Any:
        calls.append(operation)
        return real(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", counting)
    return calls


@contextlib.contextmanager
def province_world() -> Iterator[World]:
    """The resources of one province in moto, the environment that the functions read, and the roles they have."""
    from health_record.facility import registry

    province = _new_province()
    with mock_aws(), roles.enforced(), pytest.MonkeyPatch.context() as patch:
        forget_caches()
        for service, state in province.services.items():
            _backend(service).__dict__.update(copy.deepcopy(state))
        for name, value in province.environment.items():
            patch.setenv(name, value)
        patch.setattr(registry, "CACHE_SECONDS", 10**10)  # no test meets the border of two periods by chance
        yield World(
            phone_mac_key_id=province.environment["SSK_PHONE_MAC_KEY_ID"],
            identifier_mac_key_id=province.environment["SSK_IDENTIFIER_MAC_KEY_ID"],
            data_key_id=province.environment["SSK_DATA_KEY_ID"],
        )
        forget_caches()


@dataclass(frozen=True)
class Province:
    """What moto's services keep of an untouched province, and the environment of its functions."""

    services: dict[str, dict[str, Any]]
    environment: dict[str, str]


@functools.cache
def _new_province() -> Province:
    """An untouched province, made once a run by moto's own calls; each world gets a copy, which takes a tenth."""
    if not PLAIN_MOTO:
        fast_moto.speed_up()
    with mock_aws():
        _make_tables()
        mac_keys = {
            f"SSK_{root}_KEY_ID": aws("kms").create_key(KeyUsage="GENERATE_VERIFY_MAC", KeySpec="HMAC_256")[
                "KeyMetadata"
            ]["KeyId"]
            for root in ("PHONE_MAC", "IDENTIFIER_MAC", "CELL")
        }
        data_key = aws("kms").create_key()["KeyMetadata"]["KeyId"]
        secret = aws("secretsmanager").create_secret(
            Name="origin", SecretString=json.dumps({"current": ORIGIN_SECRET, "previous": "the-one-before"})
        )["ARN"]
        for bucket in ("insights", "site"):
            aws("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        services = {
            name: copy.deepcopy(_backend(name).__dict__) for name in ("dynamodb", "kms", "secretsmanager", "s3")
        }
    return Province(services, _environment(secret, mac_keys, data_key))


def _backend(service: Any) -> Any:
    """What moto keeps of a service in our region; buckets have one place for all regions."""
    return get_backend(service)[DEFAULT_ACCOUNT_ID]["aws" if service == "s3" else REGION]


def _environment(secret: str, mac_keys: dict[str, str], data_key: str) -> dict[str, str]:
    return {
        "SSK_PROVINCE": "79",
        "SSK_PUBLIC_ORIGIN": ORIGIN,
        "SSK_ORIGIN_SECRET_ARN": secret,
        **{f"SSK_TABLE_{name.upper()}": name for name in TABLES},
        **mac_keys,
        "SSK_DATA_KEY_ID": data_key,
        "SSK_CODE_VERSION": "of-the-tests",
        "SSK_SMS_SENDER_ID": "SSK-TPHCM",
        "SSK_SMS_DAILY_BUDGET_VND": "50000000",
        "SSK_SMS_PRICE_VND": "800",
        "SSK_INSIGHTS_BUCKET": "insights",
        "SSK_SITE_BUCKET": "site",
        "SSK_SNAPSHOT_MODE": "scan",
        "SSK_SYNTHETIC": "0",
        "SSK_TIME_ZONE": "Asia/Ho_Chi_Minh",
    }


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Everything that the functions wrote so far: our own log lines, other libraries' and standard output."""
    from health_record import observability

    observability.logger.cache_clear()
    lines = io.StringIO()
    handler = observability.logger().registered_handler
    handler.stream = lines  # not setStream: it would flush the stream of an earlier test, which is closed
    shown: list[str] = []

    def everything() -> str:
        shown.extend(capsys.readouterr())
        return lines.getvalue() + caplog.text + "".join(shown)

    yield everything
    handler.stream = sys.__stdout__ or sys.stdout


def _make_tables() -> None:
    for name in TABLES:
        keys = ["pk"] if name in ("keys", "audit") else ["pk", "sk"]
        indexes = INDEXES.get(name, {})
        attributes = sorted({*keys, *(key for pair in indexes.values() for key in pair)})
        aws("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=_schema(keys),
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in attributes],
            **(
                {
                    "GlobalSecondaryIndexes": [
                        {
                            "IndexName": index,
                            "KeySchema": _schema(list(pair)),
                            "Projection": {"ProjectionType": "ALL"},
                        }
                        for index, pair in indexes.items()
                    ]
                }
                if indexes
                else {}
            ),
        )


def _schema(keys: list[str]) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]


@pytest.fixture
def call(world: World) -> Callable[..., Answer]:
    """Call a handler as API Gateway would: `call(handler, "PUT", "/v1/records/{id}", path={"id": ...}, body=...)`."""
    return call_handler


def call_handler(
    handler: Callable[[dict[str, Any], Any], dict[str, Any]],
    method: str,
    route: str,
    *,
    path: dict[str, str] | None = None,
    query: str = "",
    body: Any = None,
    headers: dict[str, str] | None = None,
    cookies: dict[str, str] | None = None,
    client: str = "198.51.100.7",
) -> Answer:
    event = make_event(
        method, route, path=path, query=query, body=body, headers=headers, cookies=cookies, client=client
    )
    answer = handler(event, Context())
    return Answer(
        status=answer["statusCode"],
        headers={name.lower(): value for name, value in answer.get("headers", {}).items()},
        cookies=answer.get("cookies", []),
        body=answer.get("body") or "",
    )


def make_event(
    method: str,
    route: str,
    *,
    path: dict[str, str] | None = None,
    query: str = "",
    body: Any = None,
    headers: dict[str, str] | None = None,
    cookies: dict[str, str] | None = None,
    client: str = "198.51.100.7",
) -> dict[str, Any]:
    """An HTTP API event, payload 2.0. A header given as None is left out; bytes are sent base64-encoded."""
    import base64

    raw_path = route
    for name, value in (path or {}).items():
        raw_path = raw_path.replace("{" + name + "}", value)
    sent: dict[str, Any] = {
        "x-ssk-client": client,
        "x-ssk-origin": ORIGIN_SECRET,
        "x-requested-with": "ssk",
        "accept-language": "vi",
        "host": "abc123.execute-api.ap-southeast-1.amazonaws.com",
        **({"content-type": "application/json"} if body is not None else {}),
        **{name.lower(): value for name, value in (headers or {}).items()},
    }
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {route}",
        "rawPath": raw_path,
        "rawQueryString": query,
        "headers": {name: value for name, value in sent.items() if value is not None},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": "abc123.execute-api.ap-southeast-1.amazonaws.com",
            "http": {
                "method": method,
                "path": raw_path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.1",
                "userAgent": "tests",
            },
            "requestId": "request-0001",
            "routeKey": f"{method} {route}",
            "stage": "$default",
            "time": "23/Nov/2026:08:00:00 +0000",
            "timeEpoch": 0,
        },
        "isBase64Encoded": isinstance(body, bytes),
    }
    if path:
        event["pathParameters"] = path
    if query:
        from urllib.parse import parse_qsl

        event["queryStringParameters"] = dict(parse_qsl(query, keep_blank_values=True))
    if cookies:
        event["cookies"] = [f"{name}={value}" for name, value in cookies.items()]
    if body is not None:
        if isinstance(body, bytes):
            event["body"] = base64.b64encode(body).decode()
        else:
            event["body"] = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return event
