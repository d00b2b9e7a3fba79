"""The channel of Amazon SNS."""

from health_record.aws.clients import client
from health_record.aws.service_errors import error_code, is_outcome_unknown
from health_record.observability import log_event
from health_record.sms.channel_settings import SmsSettings
from health_record.sms.message import Message, SmsOutcomeUnknownError, SmsRefusedError


def send(message: Message, config: SmsSettings) -> None:
    """Publish to the phone: once, since a second try after silence could send it twice.

    Raises SmsRefusedError, SmsOutcomeUnknownError.
    """
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
