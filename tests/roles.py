"""The functions' roles as the tests hold them: every call that a handler makes under moto is checked against its role.

`tests/infrastructure/test_rights.py` proves that this list is what the template grants, so a call without its grant
fails the test that makes it, long before a deployment does. A grant that no test needs fails the whole run
(`tests/unused_rights.py`).
"""

import contextlib
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError

from ops.local.emulator_changes import update_rules

TESTS = Path(__file__).resolve().parent
FUNCTIONS = TESTS.parent / "functions"


@dataclass(frozen=True)
class Right:
    """Actions on a table, an index (`audit/by-record`), or a folder of a bucket (`insights/statistics/`).

    With `only` they are limited to partition keys that begin so.
    """

    on: str
    actions: frozenset[str]
    only: tuple[str, ...] = ()

    def grants(self, call: "Call") -> bool:
        """Whether the call is within this right."""
        place = call.on.startswith(self.on) if self.on.endswith("/") else call.on == self.on
        return place and call.action in self.actions and (not self.only or call.partition.startswith(self.only))

    def spread(self) -> Iterator["Grant"]:
        """Each action of it, for each kind of partition alone."""
        for action in self.actions:
            for prefix in self.only or ("",):
                yield self.on, action, prefix


# What one right grants (place, action, beginning of the partition key), or the name of another call.
type Grant = tuple[str, str, str]


def _on(resource: str, actions: str, *only: str) -> Right:
    return Right(resource, frozenset(actions.split()), only)


API_CALLS = frozenset({"secretsmanager:GetSecretValue"})
# Roots of MACs, by what names their keys in the environment.
PHONE_MACS, IDENTIFIER_MACS, CELL_MACS = (
    f"kms:GenerateMac by {name}" for name in ("SSK_PHONE_MAC_KEY_ID", "SSK_IDENTIFIER_MAC_KEY_ID", "SSK_CELL_KEY_ID")
)
GATEWAY_SECRET = "secretsmanager:GetSecretValue by SSK_SMS_GATEWAY_SECRET_ARN"  # where the province has a gateway
ASKED_ONCE = API_CALLS | {PHONE_MACS, IDENTIFIER_MACS}
ROLES: dict[str, tuple[Right, ...]] = {
    "otp": (
        _on("access", "BatchGetItem DeleteItem GetItem PutItem UpdateItem"),
        _on("access/by-account", "Query"),
        _on("access", "Query", "events#"),
        _on("keys", "BatchGetItem PutItem", "phone#"),
        _on("facts", "UpdateItem", "poster#"),
        _on("audit", "PutItem"),
    ),
    "declare": (
        _on("access", "UpdateItem", "session#", "account#", "budget#"),
        _on("access", "BatchGetItem DeleteItem", "account#", "session#"),
        _on("access/by-account", "Query"),
        _on("access", "DeleteItem PutItem Query", "events#"),
        _on("records", "BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem"),
        _on("keys", "BatchGetItem ConditionCheckItem DeleteItem PutItem"),
        _on("keys", "UpdateItem", "identifier#", "phone#"),
        _on("facts", "DeleteItem PutItem Query UpdateItem"),
        _on("audit", "PutItem"),
        _on("audit/by-record", "Query"),
    ),
    "lookup": (
        _on("access", "BatchGetItem UpdateItem", "budget#"),
        _on("access", "PutItem", "events#"),
        _on("records", "BatchGetItem GetItem Query"),
        _on("keys", "BatchGetItem"),
        _on("keys/by-identifier", "Query"),
        _on("facilities", "Query"),
        _on("audit", "PutItem"),
    ),
    "contribute": (
        _on("access", "BatchGetItem UpdateItem", "budget#"),
        _on("access", "UpdateItem", "permit#"),
        _on("access", "PutItem", "events#", "paper#"),
        _on("records", "BatchGetItem ConditionCheckItem Query"),
        _on("records", "PutItem UpdateItem", "record#"),
        _on("records", "DeleteItem PutItem", "recounting"),
        _on("keys", "BatchGetItem"),
        _on("keys", "PutItem", "episode#"),
        _on("keys/by-identifier", "Query"),
        _on("keys", "DeleteItem PutItem UpdateItem", "identifier#"),
        _on("facts", "DeleteItem PutItem Query UpdateItem"),
        _on("facilities", "Query"),
        _on("audit", "PutItem"),
    ),
    "digest": (
        _on("audit/by-facility-day", "Query"),
        _on("facilities", "Scan"),
        _on("digests", "ListBucket"),
        _on("digests/digests/", "GetObject PutObject"),
        _on("digests/accesses/", "GetObject PutObject"),
        _on("site/accesses/", "PutObject"),
    ),
    "report": tuple(_on(table, "DescribeTable") for table in ("records", "facilities", "audit")),
    "aggregate": (
        _on("facts", "DescribeTable ExportTableToPointInTime Scan"),
        _on("facts/export/", "DescribeExport"),
        _on("insights/snapshots/", "AbortMultipartUpload GetObject PutObject PutObjectAcl"),
        _on("insights/statistics/", "GetObject PutObject"),
        _on("insights/forecasts/", "PutObject"),
        _on("insights/published/", "DeleteObject GetObject PutObject"),
        _on("insights/released/", "GetObject PutObject"),
        _on("insights/athena/", "PutObject"),
        _on("insights/reference/", "GetObject"),
        _on("insights", "ListBucket"),
        _on("site/insights/", "DeleteObject PutObject"),
    ),
}
# Calls on what has no name of ours: keys, the origin secret, phones.
OTHER_CALLS: dict[str, frozenset[str]] = {
    "otp": API_CALLS | {PHONE_MACS, "sns:Publish", GATEWAY_SECRET},
    "declare": API_CALLS | {PHONE_MACS, IDENTIFIER_MACS, "kms:Decrypt", "kms:GenerateDataKey"},
    "lookup": API_CALLS | {IDENTIFIER_MACS, "sns:Publish", GATEWAY_SECRET, "kms:Decrypt"},
    "contribute": API_CALLS | {IDENTIFIER_MACS, "kms:Decrypt", "sns:Publish", GATEWAY_SECRET},
    "digest": frozenset({"kms:GetPublicKey", "kms:Sign"}),
    "aggregate": frozenset({CELL_MACS, "sns:Publish"}),
    "report": frozenset(
        {
            "backup:ListRecoveryPointsByResource",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:GetMetricData",
            "kms:DescribeKey",
            "sns:Publish",
        }
    ),
}
# PolicyBuilder that no call of a handler shows, as AWS uses them on its behalf.
USED_BY_AWS: dict[str, frozenset[Grant]] = {
    "aggregate": frozenset(  # DynamoDB writes an export with the rights of whoever asked for it
        ("insights/snapshots/", action, "") for action in ("AbortMultipartUpload", "PutObjectAcl")
    ),
    # Without the right to list, S3 says 403 of an object that is not there.
    "digest": frozenset({("digests", "ListBucket", "")}),
}
SAME_RIGHT = {"ListObjectsV2": "ListBucket", "HeadObject": "GetObject"}


@dataclass(frozen=True)
class Call:
    """One thing that a call to AWS does: an action on a resource, for an item of this partition."""

    action: str
    on: str
    partition: str = ""


used: set[tuple[str, Grant]] = set()  # every grant that a handler needed, in this process so far


def granted() -> set[tuple[str, Grant]]:
    """Everything that the roles grant."""
    rights = {(function, grant) for function, role in ROLES.items() for right in role for grant in right.spread()}
    return rights | {(function, ("", name, "")) for function, names in OTHER_CALLS.items() for name in names}


def unused(seen: Collection[tuple[str, Grant]]) -> list[str]:
    """What is granted and was never needed, as sentences."""
    known = {(function, grant) for function, grants in USED_BY_AWS.items() for grant in grants}
    # Once in a process: in a test, whichever function comes first asks for all of them.
    asked_once = {grant for _, grant in seen if grant[1] in ASKED_ONCE}
    return sorted(
        f"{function}: {action} on {on or 'AWS'} {prefix}".strip()
        for function, (on, action, prefix) in granted() - set(seen) - known
        if (on, action, prefix) not in asked_once
    )


@contextlib.contextmanager
def enforced() -> Iterator[None]:
    """Refuse, as AWS would, what a handler's role does not grant; and fail the test at its end.

    What AWS refuses of every caller and moto takes is refused as well (`update_rules`).
    """
    original = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]
    refused: list[str] = []

    def checked(self: Any, operation: str, request: dict[str, Any]) -> Any:
        if nested := update_rules.find_nested(request):
            message = update_rules.refusal(nested)
            raise ClientError({"Error": {"Code": "ValidationException", "Message": message}}, operation)
        function = function_at_work()
        if function is not None:
            service = self.meta.service_model.service_name
            refused.extend(why := _missing(function, service, operation, request))
            if why:
                raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": why[0]}}, operation)
        return original(self, operation, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.client.BaseClient, "_make_api_call", checked)
        yield
    assert not refused, (
        f"grant it in infrastructure/compute/function_rights.py and tests/roles.py: {sorted(set(refused))}"
    )


def function_at_work() -> str | None:
    """The function whose code is on the stack, also of a thread; what a test calls itself, even inside, is nobody's."""
    frame = sys._getframe(2)
    while frame:
        path = frame.f_code.co_filename
        if path.startswith(f"{FUNCTIONS}{os.sep}"):
            return Path(path).relative_to(FUNCTIONS).parts[0]
        if path.startswith(str(TESTS)):
            return None
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None


def check(function: str, service: str, operation: str, request: Mapping[str, Any]) -> None:
    """For a fake that takes a client's place: the same question, asked by name."""
    refused = _missing(function, service, operation, request)
    assert not refused, refused


def _missing(function: str, service: str, operation: str, request: Mapping[str, Any]) -> list[str]:
    if service not in ("dynamodb", "s3"):
        name = f"{service}:{operation}{_named(operation, request)}"
        used.add((function, ("", name, "")))
        return [] if name in OTHER_CALLS[function] else [f"{function}: {name}"]
    return [
        f"{function}: {call.action} on {call.on} {call.partition}".strip()
        for call in _calls(service, operation, request)
        if not _granted(function, call)
    ]


def _named(operation: str, request: Mapping[str, Any]) -> str:
    """A root of MACs, and every secret but the one that all share, by what names it in the environment."""
    asked = request.get({"GenerateMac": "KeyId", "GetSecretValue": "SecretId"}.get(operation, ""))
    names = [name for name, value in os.environ.items() if name.startswith("SSK_") and value == asked]
    return f" by {names[0]}" if names and names[0] != "SSK_ORIGIN_SECRET_ARN" else ""


def _granted(function: str, call: Call) -> bool:
    """Whether a right covers the call; every grant that does counts as used."""
    rights = [right for right in ROLES[function] if right.grants(call)]
    used.update(
        (function, (right.on, call.action, prefix))
        for right in rights
        for prefix in right.only or ("",)
        if call.partition.startswith(prefix)
    )
    return bool(rights)


def _calls(service: str, operation: str, request: Mapping[str, Any]) -> list[Call]:
    if service == "s3":
        key = request.get("Key")
        return [Call(SAME_RIGHT.get(operation, operation), request["Bucket"] + (f"/{key}" if key else ""))]
    if operation == "TransactWriteItems":
        return [_of_member(*next(iter(member.items()))) for member in request["TransactItems"]]
    if operation == "BatchGetItem":
        asked = request["RequestItems"].items()
        return [Call(operation, table, key["pk"]["S"]) for table, wanted in asked for key in wanted["Keys"]]
    if operation == "DescribeExport":
        return [Call(operation, "facts/export/")]
    table = request.get("TableName") or request["TableArn"].rpartition("/")[2]
    index = f"/{request['IndexName']}" if "IndexName" in request else ""
    asked = request.get("ExpressionAttributeValues", {}).get(":pk")  # a Query's partition
    place = request.get("Key") or request.get("Item") or ({"pk": asked} if asked else {})
    return [Call(operation, table + index, place.get("pk", {}).get("S", ""))]


def _of_member(kind: str, member: Mapping[str, Any]) -> Call:
    place = member.get("Key") or member["Item"]
    return Call(f"{kind}Item", member["TableName"], place["pk"]["S"])
