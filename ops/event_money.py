"""Whether a day's money holds the events that are vouched for on it, beside networks that prove nothing."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from health_record.campaign_events import CampaignEvent
from infrastructure.config.settings import Province

ALL = 100  # percent


@dataclass(frozen=True)
class Shortage:
    """Events that may take `events` messages of a day of `day`; from `needed_vnd` on some are left to who proves."""

    events: int
    day: int
    needed_vnd: int


def find_shortage(events: Iterable[CampaignEvent], province: Province) -> Shortage | None:
    """None where the events of one day take no more than what networks without proof leave.

    Who photographs a poster takes an event's messages, and many networks take their share: together no more than all.
    """
    messages = sum(event.messages for event in events)
    left = ALL - province.all_limits["new_percent"]
    sms = province.sms
    if messages * sms.price_vnd * ALL <= sms.daily_budget_vnd * left:
        return None
    needed = math.ceil(messages * sms.price_vnd * ALL / max(1, left))
    return Shortage(messages, sms.daily_budget_vnd // sms.price_vnd, needed)
