"""Copies of AWS's managed policies, held to the originals that are kept in `tests/infrastructure/aws`.

The originals of the backups' roles cover every service; what concerns none of ours is left out, by name.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.infrastructure.operators.policies import Call, listed

ORIGINALS = Path(__file__).parents[1] / "aws"
OUR_SERVICES = ("backup", "dynamodb", "kms", "tag")
VIA_DYNAMODB = {"kms:ViaService": "dynamodb.ap-southeast-1.amazonaws.com"}
FOR_AWS = {"kms:GrantIsForAWSResource": "true"}


@dataclass(frozen=True)
class Copied:
    """One original. `left_out` are its statements on services of ours that the copy has not, and why.

    `context` is what a call brings along by the original's condition; a statement without one must need nothing.
    """

    name: str
    left_out: Mapping[str, str]
    context: Mapping[str, Mapping[str, str]]

    def statements(self) -> list[dict[str, Any]]:
        """The statements of the original that speak of our services."""
        text = (ORIGINALS / f"{self.name}.json").read_text(encoding="utf-8")
        statements: list[dict[str, Any]] = json.loads(text)["document"]["Statement"]
        return [
            one
            for one in statements
            if any(action.partition(":")[0] in OUR_SERVICES for action in listed(one["Action"]))
        ]

    def calls(self, role: str, on: Mapping[str, list[str]]) -> Iterator[Call]:
        """Each action of the original on what of ours it concerns, by the statement's name."""
        for statement in self.statements():
            name = statement["Sid"]
            if name in self.left_out:
                continue
            for action in listed(statement["Action"]):
                for resource in on[name]:
                    yield Call(role, action, resource, dict(self.context.get(name, {})))


BACKUP = Copied(
    "AWSBackupServiceRolePolicyForBackup",
    left_out={
        "BackupVaultCopyPermissions": "no copy is made from one vault to another",
        "GetResourcesPermissions": "tables are selected by ARN and never by tag",
        "KMSEC2Permissions": "for volumes of machines",
        "KMSDSQLPermissions": "for another database",
    },
    context={"KMSDynamoDBPermissions": VIA_DYNAMODB, "KMSCreateGrantPermissions": FOR_AWS},
)
RESTORE = Copied(
    "AWSBackupServiceRolePolicyForRestores",
    left_out={"BackupRestoreJobManagementPermissions": "for clusters, whose parts are jobs of their own"},
    context={"KMSPermissions": VIA_DYNAMODB, "KMSCreateGrantPermissions": FOR_AWS},
)


def backup_calls(role: str, table: str, table_key: str, vault: str, vault_key: str) -> Iterator[Call]:
    """What the role that fills the vault does with one table."""
    region, account = table.split(":")[3:5]
    return BACKUP.calls(
        role,
        {
            "DynamoDBPermissions": [table],
            "DynamoDBBackupResourcePermissions": [f"{table}/backup/1"],
            "DynamodbBackupPermissions": [table],
            "BackupVaultPermissions": [vault],
            "RecoveryPointTaggingPermissions": [f"arn:aws:backup:{region}:{account}:recovery-point:1"],
            "KMSDynamoDBPermissions": [table_key],
            "KMSPermissions": [table_key, vault_key],
            "KMSCreateGrantPermissions": [table_key, vault_key],
        },
    )


def restore_calls(role: str, table: str, table_key: str, vault_key: str, restored: str) -> Iterator[Call]:
    """What the role that restores does with a copy of `table`, into the table `restored`.

    AWS does not say which of the two its `RestoreTableFromAwsBackup` is judged on, so both are needed.
    """
    keys = [table_key, vault_key]
    return RESTORE.calls(
        role,
        {
            "DynamoDBPermissions": [restored],
            "DynamoDBBackupResourcePermissions": [f"{table}/backup/1"],
            "DynamoDBRestorePermissions": [restored, table],
            "KMSDescribePermissions": keys,
            "KMSPermissions": keys,
            "KMSCreateGrantPermissions": keys,
        },
    )
