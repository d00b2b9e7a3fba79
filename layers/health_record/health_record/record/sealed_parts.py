"""What is larger than an item, in sealed parts: each an item of its own under the record's partition key."""

from collections.abc import Callable

from health_record.aws.dynamo import Item, query_all, to_wire
from health_record.aws.envelope_encryption import DataKey, decrypt, encrypt

PART_BYTES = 350 * 1024  # an item ends at 400 KB


def count_parts(size: int) -> int:
    """How many parts `size` bytes lie in."""
    return -(-size // PART_BYTES)


def build_parts(key: DataKey, pk: str, sk_of: Callable[[int], str], content: bytes) -> list[Item]:
    """The items of the content; `sk_of` gives the sort key of a part by its number, and sorts as the numbers do."""
    pieces = (content[start : start + PART_BYTES] for start in range(0, len(content), PART_BYTES))
    sks = ((sk_of(number), piece) for number, piece in enumerate(pieces))
    return [{"pk": pk, "sk": sk, "sealed": encrypt(key, pk, sk, piece)} for sk, piece in sks]


def read_parts(table: str, key: DataKey, pk: str, sk_of: Callable[[int], str], count: int) -> bytes | None:
    """The content of `count` parts; None where one of them is missing, as they are swept or being written."""
    sks = [sk_of(number) for number in range(count)]
    items = query_all(
        TableName=table,
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues=to_wire({":pk": pk, ":first": sks[0], ":last": sks[-1]}),
        ConsistentRead=True,
    )
    found = {item["sk"]: item["sealed"] for item in items}
    if any(sk not in found for sk in sks):
        return None
    return b"".join(decrypt(key, pk, sk, found[sk]) for sk in sks)
