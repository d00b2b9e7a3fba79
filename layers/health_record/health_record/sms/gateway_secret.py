"""The key shared with the gateway, read from Secrets Manager and kept for five minutes.

A gateway that refuses the key may have been told of a newer one: then the secret is read once more, at most every ten
seconds. While Secrets Manager does not answer, the key that was read last goes on to hold.
"""

import json
import time
from dataclasses import dataclass

from health_record.aws.clients import client
from health_record.aws.service_errors import error_code, is_transient
from health_record.observability import log_event
from health_record.sms.gateway_signature import GatewayKey

FRESH_SECONDS = 300
READ_AGAIN_SECONDS = 10
CONNECT_SECONDS = READ_SECONDS = 1  # a message has five seconds in all


@dataclass(frozen=True)
class _Read:
    key: GatewayKey
    tried_at: float


_kept: dict[str, _Read] = {}  # by the secret's ARN, of which a function has one


def load(secret_arn: str, fresh_seconds: int = FRESH_SECONDS) -> GatewayKey:
    """The key, read again where it is older than that. Raises what AWS raises while no key was ever read."""
    now, known = time.time(), _kept.get(secret_arn)
    if known is None or now - known.tried_at >= fresh_seconds:
        known = _kept[secret_arn] = _Read(_read(secret_arn, known), now)
    return known.key


def _read(secret_arn: str, known: _Read | None) -> GatewayKey:
    secrets = client("secretsmanager", attempts=1, connect_seconds=CONNECT_SECONDS, read_seconds=READ_SECONDS)
    try:
        answer = secrets.get_secret_value(SecretId=secret_arn)
    except Exception as error:
        if known is None or not is_transient(error):
            raise
        log_event("gateway_secret_not_read", error=type(error).__name__, code=error_code(error))
        return known.key
    content = json.loads(answer["SecretString"])
    return GatewayKey(content["key_id"], content["secret"])


def forget() -> None:
    """Let the next call read the secret again."""
    _kept.clear()
