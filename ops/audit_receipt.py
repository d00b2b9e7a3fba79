"""A resident's receipt: is it ours, does it belong to the list it came with, and was that list complete?"""

import hmac
from dataclasses import dataclass
from typing import Any

from health_record import accesses
from health_record.dynamo import from_wire
from health_record.macs import mac_with, root_of, subkey_of
from ops.deployment import Deployment
from ops.errors import OpsError


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a receipt."""

    sound: bool
    text: str


def check(where: Deployment, province: str, shown: Any) -> Verdict:
    """Judge what a resident brings: `{"accesses": [...], "receipt": {...}}` as `GET .../accesses` answered it.

    Raises OpsError for what has no such form.
    """
    try:
        listed, receipt = shown["accesses"], shown["receipt"]
        record_id, at, count, digest = (receipt[name] for name in ("record", "at", "count", "digest"))
        code = str(receipt["code"])
    except (KeyError, TypeError) as error:
        raise OpsError("The file has no list of accesses with its receipt.") from error
    if not hmac.compare_digest(code.encode(), _code(where, province, receipt).encode()):
        return Verdict(False, "This receipt was not made by this province.")
    if (len(listed), accesses.digest(listed)) != (count, digest):
        return Verdict(False, "The list is not the one that this receipt was made for.")
    now = _accesses(where, str(record_id), str(at), receipt.get("since"))
    if accesses.digest(now) == digest:
        return Verdict(True, f"Complete: {count} accesses up to {at}, as the audit has them.")
    told = f"The list had {count} accesses up to {at}; the audit has {len(now)} now."
    return Verdict(False, f"{told} `ssk audit verify` tells what was changed.")


def _code(where: Deployment, province: str, receipt: dict[str, Any]) -> str:
    root = root_of(where.client("kms"), where.outputs["MacKeyId"], province)
    return mac_with(subkey_of(root, accesses.PURPOSE), *accesses.signed_parts(receipt))


def _accesses(where: Deployment, record_id: str, at: str, since: str | None) -> list[dict[str, Any]]:
    pages = where.client("dynamodb").get_paginator("query")
    request = {"TableName": where.outputs["TableAudit"], **accesses.query(record_id, at)}
    found = [accesses.shown(from_wire(item)) for page in pages.paginate(**request) for item in page["Items"]]
    return [each for each in found if since is None or each["at"] >= since]
