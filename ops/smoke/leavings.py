"""What proofs make in an account, and how it goes again, also when an earlier call could not wait for it.

Restored tables are called `ssk-79-restored-smoke-` and eight hex digits, exports lie below `smoke/`: nothing else is.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any

from ops.aws_account import Account

EXPORTS = "smoke/"


class Leavings:
    """The scratch tables and exports of one province. `left` is what is still there, as sentences."""

    def __init__(self, account: Account, region: str, stack_name: str) -> None:
        self._account, self._region = account, region
        self._tables = f"{stack_name}-restored-smoke-"
        self.left: list[str] = []

    def new_table(self) -> str:
        """A name that no table has."""
        return self._tables + uuid.uuid4().hex[:8]

    def new_export(self) -> str:
        """A prefix below which nothing lies."""
        return EXPORTS + uuid.uuid4().hex

    def remove_all(self, bucket: str) -> None:
        """What earlier calls left. One call at a time: another one's would go too."""
        for table in self._find_tables():
            self.remove_table(table)
        self.empty(bucket, EXPORTS)

    def remove_table(self, table: str, *, may_come: bool = False) -> None:
        """Delete a scratch table; what cannot be deleted yet is told. It `may_come` where a job still runs.

        A table that is being made refuses: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
        """
        dynamodb = self._client("dynamodb")
        try:
            dynamodb.delete_table(TableName=table)
        except dynamodb.exceptions.ResourceNotFoundException:
            if may_come:
                self.left.append(f"A job may still make the table {table}. The next `ssk smoke` deletes it.")
        except dynamodb.exceptions.ResourceInUseException:
            self.left.append(
                f"The table {table} is still being restored, and cannot be deleted meanwhile. "
                "The next `ssk smoke` deletes it."
            )

    def empty(self, bucket: str, prefix: str) -> None:
        """Delete every version below the prefix."""
        s3 = self._client("s3")
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            for one in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
                s3.delete_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])

    def tell_export(self, bucket: str, prefix: str) -> None:
        """An export that runs writes on; AWS lets nobody stop one."""
        self.left.append(f"An export still writes to s3://{bucket}/{prefix}. The next `ssk smoke` deletes it.")

    def _find_tables(self) -> Iterator[str]:
        named = re.compile(re.escape(self._tables) + "[0-9a-f]{8}")
        for page in self._client("dynamodb").get_paginator("list_tables").paginate():
            yield from (name for name in page["TableNames"] if named.fullmatch(name))

    def _client(self, service: str) -> Any:
        return self._account.client(service, self._region)
