"""What the six tables hold: read, hashed, compared, and opened with the keys, without showing any of it."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from health_record.aws.dynamo import from_wire
from health_record.aws.envelope_encryption import DataKey, DecryptionError, decrypt
from health_record.record import provenance
from health_record.table_keys import record_keys
from ops.deployment import Deployment
from ops.local.aws import create_client, read_outputs
from ops.local.stack_file import TABLES
from ops.local.stack_location import StackLocation

type Wire = dict[str, Any]  # an item as DynamoDB sends it: {"pk": {"S": "record#..."}, ...}
BATCH = 25
# What KMS says of a wrapped key that belongs to another key, province or record.
NOT_THIS_KEY = ("InvalidCiphertextException", "IncorrectKeyException", "NotFoundException")


@dataclass(frozen=True)
class TableStore:
    """The tables and keys of one deployed province. `dynamodb` and `kms` are boto3 clients."""

    province: str
    dynamodb: Any
    kms: Any
    tables: Mapping[str, str]
    data_key_id: str

    @classmethod
    def from_local_stack(cls, place: StackLocation) -> "TableStore":
        """The store of the local stack at `place`."""
        deployed = read_outputs(place)
        tables = {name: deployed[f"Table{name.capitalize()}"] for name in TABLES}
        return cls(
            place.province, create_client(place, "dynamodb"), create_client(place, "kms"), tables, deployed["DataKeyId"]
        )

    @classmethod
    def from_deployment(cls, where: Deployment, province: str) -> "TableStore":
        """The store of a province in AWS, or of the local stack."""
        tables = {name: where.outputs[f"Table{name.capitalize()}"] for name in TABLES}
        return cls(province, where.client("dynamodb"), where.client("kms"), tables, where.outputs["DataKeyId"])

    def read_table(self, table: str) -> list[Wire]:
        """Every item of a table."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.tables[table], ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def write_items(self, table: str, items: list[Wire]) -> None:
        """Put every item, as often as DynamoDB leaves some over."""
        name = self.tables[table]
        waiting = [{"PutRequest": {"Item": item}} for item in items]
        while waiting:
            answer = self.dynamodb.batch_write_item(RequestItems={name: waiting[:BATCH]})
            waiting = answer.get("UnprocessedItems", {}).get(name, []) + waiting[BATCH:]

    def delete_everything(self) -> None:
        """Delete every item: a stack that has just started holds a few lines of its own."""
        for table, name in self.tables.items():
            schema = self.dynamodb.describe_table(TableName=name)["Table"]["KeySchema"]
            keys = [
                {part["AttributeName"]: item[part["AttributeName"]] for part in schema}
                for item in self.read_table(table)
            ]
            for key in keys:
                self.dynamodb.delete_item(TableName=name, Key=key)

    def decrypt_data_key(self, key_row: Wire) -> DataKey:
        """The record key of a row of `keys`. Raises ClientError when it belongs to another province or record."""
        record_id = key_row["pk"]["S"].removeprefix("record#")
        context = {"province": self.province, "record": record_id}
        wrapped = key_row["wrapped"]["B"]
        answer = self.kms.decrypt(KeyId=self.data_key_id, CiphertextBlob=wrapped, EncryptionContext=context)
        return DataKey(bytes(answer["Plaintext"]))


@dataclass(frozen=True)
class DecryptedValues:
    """How many sealed values there are, how many of them do not open, and whom each record is of, by its id.

    That a value opens proves it, as its seal covers every byte; what is in it differs (JSON, compressed JSON, a part of
    either, a part of an attachment).
    """

    sealed: int
    broken: int
    identities: Mapping[str, dict[str, Any]]


def item_to_line(item: Wire) -> str:
    """An item as one line, the same for the same content."""
    return json.dumps(item, default=_plain, sort_keys=True, ensure_ascii=False)


def line_to_item(line: str) -> Wire:
    """The item of a line."""
    return {name: _wire(typed) for name, typed in json.loads(line).items()}


def hash_items(items: list[Wire]) -> str:
    """A hash over all items, whatever their order."""
    digest = hashlib.sha256()
    for line in sorted(map(item_to_line, items)):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def count_lost(before: list[Wire], after: list[Wire]) -> int:
    """How many items of `before` are not in `after` as they were."""
    kept = set(map(item_to_line, after))
    return sum(item_to_line(item) not in kept for item in before)


def decrypt_values(records: list[Wire], key_rows: list[Wire], store: TableStore) -> DecryptedValues:
    """Open every sealed value of the records with the rows of `keys` and the KMS key of `store`."""
    keys: dict[str, DataKey] = {}
    for row in key_rows:
        if "wrapped" not in row:
            continue  # a claim on a number, or a pointer
        try:
            keys[row["pk"]["S"]] = store.decrypt_data_key(row)
        except ClientError:
            continue  # its record counts as broken below
    identities, sealed, opened = {}, 0, 0
    for item in map(from_wire, records):
        for place, blob in _sealed_values(item):
            sealed += 1
            try:
                plain = decrypt(keys[item["pk"]], item["pk"], place, blob)
            except (KeyError, DecryptionError):
                continue
            opened += 1
            if place == record_keys.META:
                identities[item["pk"].removeprefix("record#")] = json.loads(plain)
    return DecryptedValues(sealed, sealed - opened, identities)


def _sealed_values(item: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """What lies sealed in an item of a record, each with the sort key for which it is sealed."""
    if not item["pk"].startswith("record#"):
        return
    if "sealed" in item:
        yield item["sk"], item["sealed"]
    for attribute in provenance.ATTRIBUTES:
        if attribute in item:
            yield provenance.place_of(item["sk"], attribute), item[attribute]


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": base64.b64encode(value).decode()}
    raise TypeError(f"no line for {type(value).__name__}")


def _wire(typed: dict[str, Any]) -> dict[str, Any]:
    ((kind, value),) = typed.items()
    if kind == "B":
        return {kind: base64.b64decode(value["bytes"])}
    if kind == "BS":
        return {kind: [base64.b64decode(one["bytes"]) for one in value]}
    if kind == "M":
        return {kind: {name: _wire(inner) for name, inner in value.items()}}
    if kind == "L":
        return {kind: [_wire(inner) for inner in value]}
    return typed
