"""The origin secret: what proves that a call came through the CDN and not round it."""

import functools
import hmac
import json
import time

from health_record.aws.clients import client

FRESH_SECONDS = 300


def is_valid(secret_arn: str, sent: str | None) -> bool:
    """Whether `sent` is one of the two values valid now; the secret is read again every five minutes."""
    if not sent:
        return False
    offered = sent.encode()
    return any(
        hmac.compare_digest(value.encode(), offered) for value in _values(secret_arn, int(time.time() // FRESH_SECONDS))
    )


@functools.lru_cache(maxsize=1)
def _values(secret_arn: str, _period: int) -> tuple[str, ...]:
    answer = client("secretsmanager").get_secret_value(SecretId=secret_arn)
    pair = json.loads(answer["SecretString"])
    return tuple(value for value in (pair.get("current"), pair.get("previous")) if value)


def forget() -> None:
    """Let the next call read the secret again."""
    _values.cache_clear()
