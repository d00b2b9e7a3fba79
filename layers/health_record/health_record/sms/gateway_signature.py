"""The signature of a request to the gateway: HMAC-SHA256 over six lines, which any language checks in a few.

v1
POST
sms.gateway.example/v1/messages        host (with its port unless 443) and path, as they are called
1795399200                             epoch seconds
6d7c2b0e-...                           the message's id
<SHA-256 of the body, in hex>
"""

import hashlib
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True)
class GatewayKey:
    """The secret that province and gateway share, and the name by which the gateway finds it."""

    key_id: str
    secret: str = field(repr=False)


def sign(key: GatewayKey, *, target: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that sign `body`. `target` is host and path."""
    lines = ("v1", "POST", target, str(timestamp), message_id, hashlib.sha256(body).hexdigest())
    signature = hmac.new(key.secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
    return {
        "X-SSK-Key": key.key_id,
        "X-SSK-Timestamp": str(timestamp),
        "X-SSK-Message-Id": message_id,
        "X-SSK-Signature": f"v1={signature}",
    }
