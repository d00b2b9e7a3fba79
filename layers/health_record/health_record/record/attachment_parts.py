"""How the contents of large attachments lie in `records`: in sealed parts, which no reader of a record's items reads.

records  record#<uuid> / ~attachment#<keyed digits>#00     a sealed part; all of them are put with what names them
"""

import base64
import functools
from collections.abc import Iterable

from health_record.aws.dynamo import Item
from health_record.aws.envelope_encryption import DataKey
from health_record.record import attachments
from health_record.record.attachments import STORED, Resource
from health_record.record.record_reader import DecryptedRecord
from health_record.record.sealed_parts import build_parts, count_parts, read_parts
from health_record.table_keys import record_keys


def build_items(key: DataKey, record_id: str, keyed: str, content: bytes) -> Iterable[Item]:
    """The parts of one attachment. The same content has the same keys, so that putting it again changes nothing."""
    sk_of = functools.partial(record_keys.attachment_part_sk, keyed)
    return build_parts(key, record_keys.record_pk(record_id), sk_of, content)


def read_binary(table_records: str, record: DecryptedRecord, stored: Resource) -> Resource | None:
    """The Binary of an attachment that a kept resource names; None if its parts are swept meanwhile."""
    keyed = str(stored["url"]).removeprefix(STORED)
    pk, sk_of = record_keys.record_pk(record.record_id), functools.partial(record_keys.attachment_part_sk, keyed)
    content = read_parts(table_records, record.key, pk, sk_of, count_parts(int(stored["size"])))
    if content is None:
        return None
    data = base64.b64encode(content).decode()
    return attachments.build_binary(attachments.binary_id(record.record_id, keyed), {**stored, "data": data})
