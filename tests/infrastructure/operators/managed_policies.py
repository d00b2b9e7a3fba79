"""Copies of AWS's managed policies, held to the originals that are kept in `tests/infrastructure/aws`.

The original of the backups' role covers every service; what concerns none of ours is left out, by its statement's name.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.infrastructure.operators.policies import Call, listed

ORIGINAL = Path(__file__).parents[1] / "aws" / "AWSBackupServiceRolePolicyForBackup.json"
OUR_SERVICES = ("backup", "dynamodb", "kms", "tag")
# Statements of the original on services of ours that the copy leaves out, and why.
LEFT_OUT = {
    "BackupVaultCopyPermissions": "no copy is made from one vault to another",
    "GetResourcesPermissions": "tables are selected by ARN and never by tag",
    "KMSEC2Permissions": "for volumes of machines",
    "KMSDSQLPermissions": "for another database",
}
VIA_DYNAMODB = {"kms:ViaService": "dynamodb.ap-southeast-1.amazonaws.com"}
# What a call brings along by the original's condition; a statement without one must need nothing.
CONTEXT: dict[str, dict[str, str]] = {
    "KMSDynamoDBPermissions": VIA_DYNAMODB,
    "KMSCreateGrantPermissions": {"kms:GrantIsForAWSResource": "true"},
}


def original() -> list[dict[str, Any]]:
    """The statements of the original that speak of our services."""
    statements: list[dict[str, Any]] = json.loads(ORIGINAL.read_text(encoding="utf-8"))["document"]["Statement"]
    return [
        one for one in statements if any(action.partition(":")[0] in OUR_SERVICES for action in listed(one["Action"]))
    ]


def calls(role: str, table: str, table_key: str, vault: str, vault_key: str) -> Iterator[Call]:
    """Each action of the original on what of ours it concerns."""
    region, account = table.split(":")[3:5]
    on = {
        "DynamoDBPermissions": [table],
        "DynamoDBBackupResourcePermissions": [f"{table}/backup/1"],
        "DynamodbBackupPermissions": [table],
        "BackupVaultPermissions": [vault],
        "RecoveryPointTaggingPermissions": [f"arn:aws:backup:{region}:{account}:recovery-point:1"],
        "KMSDynamoDBPermissions": [table_key],
        "KMSPermissions": [table_key, vault_key],
        "KMSCreateGrantPermissions": [table_key, vault_key],
    }
    for statement in original():
        name = statement["Sid"]
        if name in LEFT_OUT:
            continue
        for action in listed(statement["Action"]):
            for resource in on[name]:
                yield Call(role, action, resource, CONTEXT.get(name, {}))
