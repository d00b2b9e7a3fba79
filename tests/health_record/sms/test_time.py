"""Two channels and the secret fit into the ten seconds of a function, whatever is silent."""

from health_record.aws import clients
from health_record.sms import delivery, gateway_channel, gateway_secret
from infrastructure.compute.functions import API_SECONDS

LEFT_FOR_THE_TABLE = 2
SNS_SECONDS = clients.CONNECT_SECONDS + clients.READ_SECONDS
GATEWAY_SECONDS = gateway_secret.CONNECT_SECONDS + gateway_secret.READ_SECONDS + gateway_channel.WHOLE_SECONDS


def test_a_channel_that_is_asked_second_ends_inside_the_functions_time() -> None:
    longest = delivery.NEXT_CHANNEL_WITHIN_SECONDS + max(SNS_SECONDS, GATEWAY_SECONDS)
    assert longest <= API_SECONDS - LEFT_FOR_THE_TABLE


def test_the_secret_is_read_once_and_in_its_time() -> None:
    made = clients.client("secretsmanager", attempts=1, connect_seconds=1, read_seconds=1).meta.config
    assert (made.connect_timeout, made.read_timeout, made.retries["total_max_attempts"]) == (1, 1, 1)
