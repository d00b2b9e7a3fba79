"""The channel of a gateway in the country: one signed POST for a message (docs/sms-gateway.md).

The message's own id makes a repeat harmless, so after silence the same request is made once more while there is time.
"""

import json
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from health_record.aws.service_errors import error_code
from health_record.observability import log_event
from health_record.sms import gateway_secret, https_exchange
from health_record.sms.channel_settings import SmsSettings
from health_record.sms.gateway_signature import GatewayKey, sign
from health_record.sms.message import Message, SmsOutcomeUnknownError, SmsRefusedError
from health_record.sms.outcomes import Outcome, settle

CONNECT_SECONDS = 1.0
WHOLE_SECONDS = 3.0  # of both tries together; the secret takes two more at most
SECOND_TRY_SECONDS = 1.0  # so much must be left for one
# What says that the request was not taken, whatever stands in the body. Not 408, 409 and 425, which leave it open.
REFUSED_STATUSES = frozenset({400, 401, 403, 404, 405, 413, 415, 422, 429})
# Reasons that are logged as they come; another one could hold anything.
REASONS = frozenset({"balance-spent", "number-blocked", "number-unreachable", "sender-unknown", "template-unknown"})


@dataclass(frozen=True)
class Attempt:
    """What became of one request."""

    outcome: Outcome
    code: str  # fixed words for the log
    is_key_refused: bool = False


def send(message: Message, config: SmsSettings) -> None:
    """Hand `message` to the gateway. Raises SmsRefusedError, SmsOutcomeUnknownError."""
    tries = _try_twice(message, config)
    outcome = settle([each.outcome for each in tries])
    if outcome is Outcome.ACCEPTED:
        return
    kind = "sms_unanswered" if outcome is Outcome.UNKNOWN else "sms_refused"
    log_event(kind, channel="gateway", code=tries[-1].code, tries=len(tries))
    raise SmsOutcomeUnknownError if outcome is Outcome.UNKNOWN else SmsRefusedError


def _try_twice(message: Message, config: SmsSettings) -> list[Attempt]:
    """A second try follows silence, and a refused key where there is a newer one."""
    assert config.sms_gateway_url
    assert config.sms_gateway_secret_arn
    url, body = urlsplit(config.sms_gateway_url), encode(message, config.sms_sender_id)
    try:
        key = gateway_secret.load(config.sms_gateway_secret_arn)
    except Exception as error:  # noqa: BLE001 - without the key nothing is sent
        return [Attempt(Outcome.REFUSED, f"secret-{error_code(error) or type(error).__name__}")]
    deadline = time.monotonic() + WHOLE_SECONDS
    first = attempt(message, url, key, body, deadline)
    if first.is_key_refused:
        newer = _newer_key(config.sms_gateway_secret_arn, key)
        return [first, attempt(message, url, newer, body, deadline)] if newer else [first]
    if first.outcome is Outcome.UNKNOWN and deadline - time.monotonic() >= SECOND_TRY_SECONDS:
        return [first, attempt(message, url, key, body, deadline)]
    return [first]


def _newer_key(secret_arn: str, refused: GatewayKey) -> GatewayKey | None:
    try:
        key = gateway_secret.load(secret_arn, gateway_secret.READ_AGAIN_SECONDS)
    except Exception as error:  # noqa: BLE001 - the refusal stands
        log_event("gateway_secret_not_read", error=type(error).__name__, code=error_code(error))
        return None
    return key if key != refused else None


def encode(message: Message, sender_id: str) -> bytes:
    """The body of the request."""
    content = {
        "message_id": message.id,
        "to": message.to,
        "sender": sender_id,
        "template": message.template,
        "values": dict(message.values),
        "text": message.text,
    }
    return json.dumps(content).encode()


def attempt(message: Message, url: SplitResult, key: GatewayKey, body: bytes, deadline: float) -> Attempt:
    """Make the request once. `deadline` is of the monotonic clock."""
    target = url.netloc.removesuffix(":443") + url.path
    signed = sign(key, target=target, message_id=message.id, timestamp=int(time.time()), body=body)
    try:
        answer = https_exchange.post(
            url,
            {"Content-Type": "application/json", **signed},
            body,
            connect_seconds=CONNECT_SECONDS,
            deadline=deadline,
        )
    except https_exchange.NeverSentError as error:
        return Attempt(Outcome.REFUSED, f"never-sent-{error}")
    except https_exchange.NoAnswerError as error:
        return Attempt(Outcome.UNKNOWN, f"no-answer-{error}")
    return read_answer(answer, message.id)


def read_answer(answer: https_exchange.HttpAnswer, message_id: str) -> Attempt:
    """What an answer tells of the message: what is neither said nor known is unknown."""
    code = f"http-{answer.status}"
    if answer.status in REFUSED_STATUSES:
        return Attempt(Outcome.REFUSED, code, is_key_refused=answer.status == 401)
    content = _json_object(answer.body)
    if not 200 <= answer.status < 300 or content.get("message_id") != message_id:
        return Attempt(Outcome.UNKNOWN, code)
    match content.get("status"):
        case "accepted":
            return Attempt(Outcome.ACCEPTED, code)
        case "refused":
            reason = content.get("reason")
            return Attempt(Outcome.REFUSED, reason if isinstance(reason, str) and reason in REASONS else "other-reason")
    return Attempt(Outcome.UNKNOWN, code)


def _json_object(body: bytes) -> dict[str, object]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
