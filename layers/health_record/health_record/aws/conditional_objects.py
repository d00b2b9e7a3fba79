"""Objects of S3 that two writers may change at once: read, changed, and written only over what was read.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: `If-Match` needs the right to read the
object beside that to write it, and answers 412 where the object is another one by now, 409 where another write is
under way, and 404 where it was deleted meanwhile.
"""

from collections.abc import Callable
from typing import Any

from health_record.aws.service_errors import error_code

CHANGED_MEANWHILE = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "404"})
TRIES = 5


def change_object(
    client: Any, bucket: str, key: str, change: Callable[[bytes | None], bytes], **properties: str
) -> None:
    """Write what `change` makes of the object (None where there is none), again from its start after another's write.

    Raises what S3 answers; after five writes of others in a row the last such answer.
    """
    for left in reversed(range(TRIES)):
        body, condition = _read(client, bucket, key)
        try:
            client.put_object(Bucket=bucket, Key=key, Body=change(body), **condition, **properties)
        except Exception as error:
            if error_code(error) not in CHANGED_MEANWHILE or not left:
                raise
        else:
            return


def _read(client: Any, bucket: str, key: str) -> tuple[bytes | None, dict[str, str]]:
    try:
        found = client.get_object(Bucket=bucket, Key=key)
    except Exception as error:
        if error_code(error) != "NoSuchKey":
            raise
        return None, {"IfNoneMatch": "*"}
    return bytes(found["Body"].read()), {"IfMatch": found["ETag"]}
