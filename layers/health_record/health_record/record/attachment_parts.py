"""How the contents of large attachments lie in `records`: in sealed parts, which no reader of a record's items reads.

records  record#<uuid> / ~attachment#<keyed digits>#00     a sealed part; all of them are put with what names them
"""

import base64
from collections.abc import Iterator

from health_record.aws.dynamo import Item, query_all, to_wire
from health_record.aws.envelope_encryption import DataKey, decrypt, encrypt
from health_record.record import attachments
from health_record.record.attachments import STORED, Resource
from health_record.record.record_reader import DecryptedRecord
from health_record.table_keys import record_keys

PART_BYTES = 350 * 1024  # an item ends at 400 KB


def build_items(key: DataKey, record_id: str, keyed: str, content: bytes) -> Iterator[Item]:
    """The parts of one attachment. The same content has the same keys, so that putting it again changes nothing."""
    pk = record_keys.record_pk(record_id)
    for number, start in enumerate(range(0, len(content), PART_BYTES)):
        sk = record_keys.attachment_part_sk(keyed, number)
        yield {"pk": pk, "sk": sk, "sealed": encrypt(key, pk, sk, content[start : start + PART_BYTES])}


def read_binary(table_records: str, record: DecryptedRecord, stored: Resource) -> Resource | None:
    """The Binary of an attachment that a kept resource names; None if its parts are swept meanwhile."""
    keyed = str(stored["url"]).removeprefix(STORED)
    pk = record_keys.record_pk(record.record_id)
    sks = [record_keys.attachment_part_sk(keyed, number) for number in range(-(-int(stored["size"]) // PART_BYTES))]
    items = query_all(
        TableName=table_records,
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues=to_wire({":pk": pk, ":first": sks[0], ":last": sks[-1]}),
        ConsistentRead=True,
    )
    found = {item["sk"]: item["sealed"] for item in items}
    if any(sk not in found for sk in sks):
        return None
    content = b"".join(decrypt(record.key, pk, sk, found[sk]) for sk in sks)
    data = base64.b64encode(content).decode()
    return attachments.build_binary(attachments.binary_id(record.record_id, keyed), {**stored, "data": data})
