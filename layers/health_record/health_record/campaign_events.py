"""Campaign events: days that operations vouch for (place, posters, hours, people), which end by themselves.

    access  campaigns / <event id>            event, place, posters, day, opens_at, closes_at, people, messages
    access  campaign#<poster> / day#<day>     the same, for the one poster: what `otp` reads with a request for a code
    access  budget#campaign#<event id> / window   open, sent, proven, refused-<reason>, ttl

`messages` is the event's own money, in messages whose codes nobody has proven (yet): proof gives back what it took.
Operators write events (`ssk event`); `otp` counts them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health_record.table_keys import access_keys

REFUSED = "refused-"  # the beginning of the counters of refusals
KEPT_SECONDS = 30 * 86_400  # after the day, for whoever looks back


@dataclass(frozen=True, kw_only=True)
class CampaignEvent:
    """One event. Times are epoch seconds, `day` is the province's; `messages` without proof are its own money."""

    event: str
    place: str
    posters: tuple[str, ...]
    day: str
    opens_at: int
    closes_at: int
    people: int
    messages: int

    def is_open(self, now: int) -> bool:
        """Whether it lasts at `now`."""
        return self.opens_at <= now < self.closes_at

    def to_item(self) -> dict[str, Any]:
        """What both items hold beside their keys."""
        return {**vars(self), "posters": list(self.posters), "ttl": self.closes_at + KEPT_SECONDS}


def from_item(item: Mapping[str, Any]) -> CampaignEvent:
    """The other way round."""
    numbers = {name: int(item[name]) for name in ("opens_at", "closes_at", "people", "messages")}
    return CampaignEvent(
        event=item["event"], place=item["place"], posters=tuple(item["posters"]), day=item["day"], **numbers
    )


def counter_key(event: str) -> tuple[str, str]:
    """Where an event's counters are."""
    return access_keys.rate_limit_key(f"campaign#{event}")
