"""A campaign event of the tests' poster, written as operations write it."""

import time

from health_record.aws.dynamo import to_wire, wire_key
from health_record.campaign_events import CampaignEvent
from health_record.table_keys import access_keys
from tests.conftest import aws
from tests.posters import poster

HANOI_SECONDS = 7 * 3_600


def vouch(opens: int, closes: int, messages: int = 100) -> CampaignEvent:
    """Vouch for the poster from `opens` to `closes`, epoch seconds of one day."""
    event = CampaignEvent(
        event="e1",
        place="Nhà văn hóa",
        posters=(poster(),),
        day=time.strftime("%Y-%m-%d", time.gmtime(opens + HANOI_SECONDS)),
        opens_at=opens,
        closes_at=closes,
        people=messages // 2,
        messages=messages,
    )
    key = access_keys.campaign_poster_key(poster(), event.day)
    aws("dynamodb").put_item(TableName="access", Item={**wire_key(key), **to_wire(event.to_item())})
    return event
