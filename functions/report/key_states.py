"""Whether the province's keys can be used: what lies under one that is deleted is lost, and nobody may be calling."""

from botocore.exceptions import BotoCoreError, ClientError

from functions.report.settings import ReportSettings
from health_record.aws.clients import client
from health_record.aws.service_errors import is_transient
from health_record.observability import log_event


def count_unusable(config: ReportSettings) -> int:
    """How many keys are disabled, wait for their deletion, or do not let anybody ask about them any more.

    One for which KMS does not answer hides no other. Raises what KMS raised where no other is lost: that says nothing
    about a key.
    """
    unusable, failure = 0, None
    for arn in config.watched_keys:
        try:
            unusable += _state(arn) != "Enabled"
        except (BotoCoreError, ClientError) as error:
            log_event("key_not_asked", key=_id(arn), error=type(error).__name__)
            failure = error
    if failure and not unusable:
        raise failure
    return unusable


def _state(key_arn: str) -> str:
    """As KMS names it: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html."""
    try:
        state: str = client("kms").describe_key(KeyId=key_arn)["KeyMetadata"]["KeyState"]
    except ClientError as error:
        if is_transient(error):
            raise
        state = error.response["Error"]["Code"]
    if state != "Enabled":
        log_event("key_not_usable", key=_id(key_arn), state=state)
    return state


def _id(key_arn: str) -> str:
    return key_arn.rpartition("/")[2]
