"""What a function is told about the channels of its province."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SmsSettings:
    """The registered sender id, and the channels in the order in which they are asked, with commas.

    `sms_gateway_url` and `sms_gateway_secret_arn` are set where `gateway` is one of the channels.
    """

    sms_sender_id: str
    sms_channels: str = "sns"
    sms_gateway_url: str | None = None
    sms_gateway_secret_arn: str | None = None
    sms_notices_daily: int = 2000  # messages a day about credentials and numbers, for the whole province
