"""The origin secret: what proves that a call came through the CDN and not round it.

The pair of values is read every five minutes. A value that is not in it may be newer than what was read, so the pair is
read once more, but at most every ten seconds, since strangers can send wrong values too. While Secrets Manager does not
answer, the pair that was read last goes on to hold.
"""

import hmac
import json
import time
from dataclasses import dataclass

from health_record.aws.clients import client
from health_record.aws.service_errors import error_code, is_transient
from health_record.observability import log_event

FRESH_SECONDS = 300
READ_AGAIN_SECONDS = 10


@dataclass(frozen=True)
class _Pair:
    """The values that were valid when they were read; `tried_at` is when somebody last asked for them."""

    values: tuple[str, ...]
    tried_at: float


_pairs: dict[str, _Pair] = {}  # by the secret's ARN, of which a function has one


def is_valid(secret_arn: str, sent: str | None) -> bool:
    """Whether `sent` is one of the two values valid now. Raises what AWS raises while no value was ever read."""
    if not sent:
        return False
    if _holds(_load(secret_arn, FRESH_SECONDS), sent):
        return True
    return _holds(_load(secret_arn, READ_AGAIN_SECONDS), sent)


def _holds(pair: _Pair, sent: str) -> bool:
    return any(hmac.compare_digest(value.encode(), sent.encode()) for value in pair.values)


def _load(secret_arn: str, fresh_seconds: int) -> _Pair:
    """The pair, read again where it is older than that."""
    now, known = time.time(), _pairs.get(secret_arn)
    if known is None or now - known.tried_at >= fresh_seconds:
        _pairs[secret_arn] = _Pair(_read(secret_arn, known), now)
    return _pairs[secret_arn]


def _read(secret_arn: str, known: _Pair | None) -> tuple[str, ...]:
    try:
        answer = client("secretsmanager").get_secret_value(SecretId=secret_arn)
    except Exception as error:
        if known is None or not is_transient(error):
            raise
        log_event("origin_secret_not_read", error=type(error).__name__, code=error_code(error))
        return known.values
    pair = json.loads(answer["SecretString"])
    return tuple(value for value in (pair.get("current"), pair.get("previous")) if value)


def forget() -> None:
    """Let the next call read the secret again."""
    _pairs.clear()
