"""Hands a text message to the province's channels, in their order.

The next channel is asked only where the one before is known not to have taken the message, with the same message and so
with the same code. Where nobody knows, the message counts as sent.
"""

import time
from collections.abc import Callable

from health_record import settings
from health_record.observability import count_metric, log_event, record_duration
from health_record.sms import sns_channel
from health_record.sms.channel_settings import SmsSettings
from health_record.sms.message import Message, SmsOutcomeUnknownError, SmsRefusedError
from health_record.sms.outcomes import Outcome, may_ask_next_channel

Channel = Callable[[Message, SmsSettings], None]

NEXT_CHANNEL_WITHIN_SECONDS = 3  # a channel takes five at most, so both together eight of the function's ten


def send(message: Message) -> None:
    """Hand `message` to the province's channels. Raises SmsRefusedError, SmsOutcomeUnknownError."""
    config = settings.read_once(SmsSettings)
    started = time.monotonic()
    try:
        outcome = _ask_channels(message, config, started)
    finally:
        record_duration("SmsLatency", round((time.monotonic() - started) * 1000, 1))
    if outcome is not Outcome.ACCEPTED:
        raise SmsRefusedError if outcome is Outcome.REFUSED else SmsOutcomeUnknownError


def _ask_channels(message: Message, config: SmsSettings, started: float) -> Outcome:
    first, *others = config.sms_channels.split(",")
    outcome = _ask(first, message, config)
    for name in others:
        is_in_time = time.monotonic() - started <= NEXT_CHANNEL_WITHIN_SECONDS
        if not may_ask_next_channel(outcome, is_in_time=is_in_time):
            break
        count_metric("SmsFailedOver")
        log_event("sms_failed_over", channel=name)
        outcome = _ask(name, message, config)
    return outcome


def _ask(name: str, message: Message, config: SmsSettings) -> Outcome:
    try:
        CHANNELS[name](message, config)
    except SmsRefusedError:
        return Outcome.REFUSED
    except SmsOutcomeUnknownError:
        return Outcome.UNKNOWN
    return Outcome.ACCEPTED


def _send_by_gateway(message: Message, config: SmsSettings) -> None:
    from health_record.sms import gateway_channel  # only provinces that chose it load it

    gateway_channel.send(message, config)


CHANNELS: dict[str, Channel] = {"sns": sns_channel.send, "gateway": _send_by_gateway}
