"""What the province has sent today: the money cap, and the breakers on codes that nobody verifies.

    access  budget#sms#2026-11-23 / window                    spent (VND), unproven (VND, of networks that are not
                                                              trusted), s<bucket> sent, v<bucket> verified
    access  budget#sms-poster#<poster>#2026-11-23 / window    s<bucket>, v<bucket>

A bucket is ten minutes of sending. A code belongs to the bucket of its sending, also when it is verified later, and
counts as unverified once its bucket and its 600 seconds are over; until then only higher floors count it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from functions.otp.limits import Limits
from functions.otp.settings import OtpSettings
from health_record.aws import idempotent_write
from health_record.aws.dynamo import Item, is_condition_failure, read_conflicting_item, to_wire, wire_key
from health_record.table_keys import access_keys

DAY = 86_400
KEPT_SECONDS = 3 * DAY
EXTRA_BITS = 4  # bits that work rises by while an hour's spending doubles its pace


class MoneySpentError(Exception):
    """What this message may draw on is spent; `reserve` tells that the day's money itself is not."""

    def __init__(self, *, reserve: bool) -> None:
        super().__init__("the free share is spent" if reserve else "the day's money is spent")
        self.reserve = reserve


class UnprovenShareSpentError(Exception):
    """What networks may spend together on codes that nobody proves is spent."""


@dataclass(frozen=True)
class SmsSpend:
    """The counters of one moment. `now` is in epoch seconds; days are the province's."""

    config: OtpSettings
    limits: Limits
    now: int

    def counter_keys(self, poster: str | None) -> list[tuple[str, str]]:
        """The items that tell what the breakers need: today's, and yesterday's shortly after midnight."""
        size = self.limits.breaker_bucket_seconds
        days = dict.fromkeys(self._day(instant) for instant in (self.now, self._last_complete_buckets()[0] * size))
        names = [_province_counter(day) for day in days]
        if poster:
            names += [access_keys.poster_codes_budget(poster, day) for day in days]
        return [access_keys.rate_limit_key(name) for name in names]

    def count_unverified(self, items: Iterable[Item]) -> tuple[int, int]:
        """(codes nobody verified, codes sent) in the last full hour of buckets."""
        return _unverified(items, self._last_complete_buckets())

    def is_breaker_open(self, items: Sequence[Item], floor: int) -> bool:
        """Whether too many codes stay unverified, above `floor` in number and above the limit in share.

        Codes that may still be verified count as well, above a floor of their own: a flood is not waited for.
        """
        looked = ((self._last_complete_buckets(), floor), (self._live_buckets(), floor * self.limits.breaker_now_times))
        return any(self._is_open(items, buckets, most) for buckets, most in looked)

    def is_within_budget(self, today: Item | None, percent: int) -> bool:
        """Whether one more message is within `percent` of the day's money."""
        return int((today or {}).get("spent", 0)) + self.config.sms_price_vnd <= self._share(percent)

    def extra_work_bits(self, items: Iterable[Item]) -> int:
        """By how many bits work rises because of what the last hour has cost: none within the pace."""
        last = self._bucket(self.now)
        hour = range(last - self.limits.breaker_seconds // self.limits.breaker_bucket_seconds + 1, last + 1)
        price, pace = self.config.sms_price_vnd, max(1, self._share(self.limits.pace_percent))
        spent = price * sum(int(item.get(f"s{bucket}", 0)) for item in items for bucket in hour)
        return 0 if spent + price <= pace else 1 + max(0, spent - pace) * EXTRA_BITS // pace

    def seconds_until_tomorrow(self) -> int:
        """Seconds until the province's next day begins."""
        local = self._local(self.now)
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return int(midnight.timestamp()) - self.now

    def has_unproven_share(self, today: Item | None, percent: int) -> bool:
        """Whether one more message without proof is within `percent` of the day's money, as it has come by now."""
        return self._unproven(today) + self.config.sms_price_vnd <= self._share_by_now(percent)

    def seconds_until_unproven(self, today: Item | None, percent: int) -> int:
        """How long until one more message without proof is within `percent`, if nobody else is faster."""
        return self._seconds_until_share(self._unproven(today) + self.config.sms_price_vnd, percent)

    def messages_a_day(self, percent: int) -> int:
        """How many messages `percent` of the day's money buys."""
        return self._share(percent) // self.config.sms_price_vnd

    def messages_by_now(self, percent: int) -> int:
        """How many messages `percent` of the day's money buys, of what has come by now."""
        return self._share_by_now(percent) // self.config.sms_price_vnd

    def seconds_until_messages(self, messages: int, percent: int) -> int:
        """How long until `percent` of the day's money has come to so many messages."""
        return self._seconds_until_share(messages * self.config.sms_price_vnd, percent)

    def _share_by_now(self, percent: int) -> int:
        """Half of a share comes at midnight, the rest evenly over the day, so that who takes all waits."""
        share = self._share(percent)
        return share // 2 + (share - share // 2) * (DAY - self.seconds_until_tomorrow()) // DAY

    def _seconds_until_share(self, amount: int, percent: int) -> int:
        """Seconds until so much of a share has come, at the latest the next day's half at midnight."""
        share, tomorrow = self._share(percent), self.seconds_until_tomorrow()
        later = -(-(amount - share // 2) * DAY // max(1, share - share // 2))  # of the day, rounded up
        return min(tomorrow, max(1, later - (DAY - tomorrow)))

    def _unproven(self, today: Item | None) -> int:
        return int((today or {}).get("unproven", 0))

    def count_sent(self, percent: int, *, unproven: int | None = None) -> int:
        """Spend the price of one message out of `percent` of the day's money; how many percent of it are spent so far.

        Those without proof go up to `unproven` percent of it. Raises MoneySpentError, UnprovenShareSpentError.
        """
        price = self.config.sms_price_vnd
        amounts = {"spent": price, f"s{self._bucket(self.now)}": 1}
        amounts |= {"unproven": price} if unproven is not None else {}
        condition = "attribute_not_exists(spent) OR spent <= :room"
        values = {":room": self._share(percent) - price}
        if unproven is not None:
            condition = f"({condition}) AND (attribute_not_exists(unproven) OR unproven <= :share)"
            values[":share"] = self._share_by_now(unproven) - price
        try:
            kept = self._add(_province_counter(self._day(self.now)), amounts, condition, values)
        except Exception as error:
            if is_condition_failure(error):
                if unproven is not None and not self.has_unproven_share(read_conflicting_item(error), unproven):
                    raise UnprovenShareSpentError from error
                raise MoneySpentError(reserve=self._share(percent) < self.config.sms_daily_budget_vnd) from error
            raise
        return int(kept["spent"]) * 100 // self.config.sms_daily_budget_vnd

    def count_sent_by_poster(self, poster: str) -> None:
        """One more code asked for from this poster."""
        self._add(access_keys.poster_codes_budget(poster, self._day(self.now)), {f"s{self._bucket(self.now)}": 1})

    def refund_sent(self, *, unproven: bool = False) -> None:
        """Undo `count_sent`."""
        price, bucket = self.config.sms_price_vnd, self._bucket(self.now)
        amounts = {"spent": -price, f"s{bucket}": -1} | ({"unproven": -price} if unproven else {})
        self._add(_province_counter(self._day(self.now)), amounts)

    def refund_sent_by_poster(self, poster: str) -> None:
        """Undo `count_sent_by_poster`."""
        self._add(access_keys.poster_codes_budget(poster, self._day(self.now)), {f"s{self._bucket(self.now)}": -1})

    def count_verified(self, sent_at: int, poster: str | None, *, unproven_at: Iterable[int] = ()) -> None:
        """A code sent at `sent_at` was verified: credit the bucket it was sent in.

        `unproven_at` are the instants of its messages that were paid from the share of networks that are not trusted,
        which gets them back: each on its own day.
        """
        day, bucket, price = self._day(sent_at), self._bucket(sent_at), self.config.sms_price_vnd
        back = Counter(map(self._day, unproven_at))
        for each in dict.fromkeys((day, *back)):
            verified = {f"v{bucket}": 1} if each == day else {}
            self._add(_province_counter(each), verified | ({"unproven": -back[each] * price} if back[each] else {}))
        if poster:
            self._add(access_keys.poster_codes_budget(poster, day), {f"v{bucket}": 1})

    def _add(
        self, name: str, amounts: dict[str, int], condition: str | None = None, values: dict[str, Any] | None = None
    ) -> Item:
        counted = {f":{counter}": amount for counter, amount in amounts.items()}
        return idempotent_write.update_item(
            {
                "TableName": self.config.table_access,
                "Key": wire_key(access_keys.rate_limit_key(name)),
                "UpdateExpression": "SET #ttl = :ttl ADD " + ", ".join(f"{counter} :{counter}" for counter in amounts),
                "ExpressionAttributeNames": {"#ttl": "ttl"},
                "ExpressionAttributeValues": to_wire(counted | (values or {}) | {":ttl": self.now + KEPT_SECONDS}),
                **({"ConditionExpression": condition} if condition else {}),
            }
        )

    def _is_open(self, items: Iterable[Item], buckets: range, floor: int) -> bool:
        unverified, sent = _unverified(items, buckets)
        return unverified > floor and unverified * 100 > self.limits.breaker_percent * sent

    def _share(self, percent: int) -> int:
        """So many percent of the day's money in VND; a small share is as much as the floor's messages cost."""
        money = self.config.sms_daily_budget_vnd
        return max(money * percent // 100, min(money, self.limits.money_floor * self.config.sms_price_vnd))

    def _live_buckets(self) -> range:
        return range(self._last_complete_buckets().stop, self._bucket(self.now) + 1)

    def _last_complete_buckets(self) -> range:
        size = self.limits.breaker_bucket_seconds
        end = (self.now - self.limits.code_seconds) // size  # the bucket of now - 600 s may still hold live codes
        return range(end - self.limits.breaker_seconds // size, end)

    def _bucket(self, instant: int) -> int:
        return instant // self.limits.breaker_bucket_seconds

    @property
    def today(self) -> str:
        """The day where the province is, `2026-11-23`."""
        return self._day(self.now)

    def _day(self, instant: int) -> str:
        """The province's day in which the bucket of `instant` begins."""
        size = self.limits.breaker_bucket_seconds
        return self._local(instant // size * size).date().isoformat()

    def _local(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant, ZoneInfo(self.config.time_zone))


def _unverified(items: Iterable[Item], buckets: range) -> tuple[int, int]:
    sent = verified = 0
    for item in items:
        for bucket in buckets:
            sent += int(item.get(f"s{bucket}", 0))
            verified += int(item.get(f"v{bucket}", 0))
    return max(0, sent - verified), sent


def _province_counter(day: str) -> str:
    return f"sms#{day}"
