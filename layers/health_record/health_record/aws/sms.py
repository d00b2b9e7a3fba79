"""Text messages: one small seam between what is said and the channel that carries it.

A `Message` names its template and values and also holds the text: Amazon SNS sends the text, a gateway with registered
templates (Zalo ZNS, a brandname gateway) sends the template's name and values. A channel is one function, entered in
`CHANNELS` and chosen by the setting `sms_channel`.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from health_record import settings
from health_record.aws.clients import client
from health_record.aws.service_errors import error_code, is_outcome_unknown
from health_record.observability import log_event, record_duration


@dataclass(frozen=True, kw_only=True)
class SmsSettings:
    """Who sends: the province's registered sender id, and the channel's name."""

    sms_sender_id: str
    sms_channel: str = "sns"
    sms_notices_daily: int = 2000  # messages a day about credentials and numbers, for the whole province


@dataclass(frozen=True)
class Message:
    """One text message. `to` is E.164; `template` and `values` are for gateways that send registered texts only."""

    to: str
    template: str
    values: Mapping[str, str]
    text: str

    def __repr__(self) -> str:
        return f"Message(template={self.template!r})"


class SmsNotConfirmedError(Exception):
    """The channel did not say that it took the message."""


class SmsRefusedError(SmsNotConfirmedError):
    """The channel did not take the message: none will arrive."""


class SmsOutcomeUnknownError(SmsNotConfirmedError):
    """The channel did not answer in its time: the message may arrive or not."""


Channel = Callable[[Message, SmsSettings], None]


def send(message: Message) -> None:
    """Hand `message` to the province's channel. Raises SmsRefusedError, SmsOutcomeUnknownError."""
    config = settings.read_once(SmsSettings)
    started = time.perf_counter()
    try:
        CHANNELS[config.sms_channel](message, config)
    finally:
        record_duration("SmsLatency", round((time.perf_counter() - started) * 1000, 1))


def send_by_sns(message: Message, config: SmsSettings) -> None:
    """Publish to the phone through Amazon SNS: once, since a second try after silence could send it twice."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client("sns", attempts=1).publish(
            PhoneNumber=message.to,
            Message=message.text,
            MessageAttributes={
                "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": config.sms_sender_id},
                "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
            },
        )
    except (BotoCoreError, ClientError) as error:
        # The service's message may repeat the number: only its code is told on.
        is_unknown = is_outcome_unknown(error)
        kind = "sms_unanswered" if is_unknown else "sms_refused"
        log_event(kind, channel="sns", code=error_code(error) or type(error).__name__)
        raise (SmsOutcomeUnknownError if is_unknown else SmsRefusedError) from None


CHANNELS: dict[str, Channel] = {"sns": send_by_sns}
