"""One message to the operator's phone over each channel of the province, by the operator's own rights.

Carriers pass the registered text alone, so the message is that of a code which opens nothing.
"""

import datetime
import json
import time
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from health_record.identity import message_texts
from health_record.sms import gateway_channel
from health_record.sms.gateway_signature import GatewayKey
from health_record.sms.message import Message
from health_record.sms.outcomes import Outcome
from infrastructure.config.settings import Province
from ops.errors import OpsError

NO_CODE = "000000"


def make_message(province: Province, phone: str) -> Message:
    """The registered text. `phone` is E.164."""
    now = datetime.datetime.now(ZoneInfo(province.time_zone))
    return message_texts.code_message(phone, NO_CODE, now, f"https://{province.domain}")


def send_by_sns(sns: Any, province: Province, message: Message) -> str:
    """What SNS said."""
    attributes = {
        "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": province.sms.sender_id},
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
    }
    sent = sns.publish(PhoneNumber=message.to, Message=message.text, MessageAttributes=attributes)
    return f"SNS took the message {sent['MessageId']}. {_look()}"


def send_by_gateway(secrets_manager: Any, secret_arn: str, province: Province, message: Message) -> str:
    """What the gateway said to the request that functions make. Raises OpsError where it did not take the message."""
    assert province.sms.gateway
    stored = json.loads(secrets_manager.get_secret_value(SecretId=secret_arn)["SecretString"])
    key, url = GatewayKey(stored["key_id"], stored["secret"]), urlsplit(province.sms.gateway.url)
    body = gateway_channel.encode(message, province.sms.sender_id)
    deadline = time.monotonic() + gateway_channel.WHOLE_SECONDS
    taken = gateway_channel.attempt(message, url, key, body, deadline)
    if taken.is_key_refused:
        raise OpsError(f"the gateway does not know the key {key.key_id}, or its clock differs: exchange the key first.")
    if taken.outcome is not Outcome.ACCEPTED:
        raise OpsError(f"the gateway did not take the message ({taken.outcome.name.lower()}: {taken.code}).")
    return f"The gateway took the message. {_look()} That functions reach it is shown by a code asked for on the page."


def _look() -> str:
    return f"It must be on your phone within a minute, with the code {NO_CODE}: look."
