"""What the province has sent today: the money cap, and the breakers on codes that nobody verifies.

    access  budget#sms#2026-11-23 / window                    spent (VND), s<bucket> sent, v<bucket> verified
    access  budget#sms-poster#<poster>#2026-11-23 / window    s<bucket>, v<bucket>

A bucket is ten minutes of sending. A code belongs to the bucket of its sending, also when it is verified later, and
counts as unverified only when its bucket is over and its 600 seconds as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from functions.otp.limits import Limits, OtpSettings
from health_record.budgets import key
from health_record.clients import client
from health_record.dynamo import Item, condition_failed, from_wire, to_wire

KEPT_SECONDS = 3 * 86_400


class MoneySpentError(Exception):
    """The day's money is spent."""


@dataclass(frozen=True)
class Ledger:
    """The counters of one moment. `now` is in epoch seconds; days are the province's."""

    config: OtpSettings
    limits: Limits
    now: int

    def places(self, poster: str | None) -> list[tuple[str, str]]:
        """The items that tell what the breakers need: today's, and yesterday's shortly after midnight."""
        size = self.limits.breaker_bucket_seconds
        days = dict.fromkeys(self._day(instant) for instant in (self.now, self._last_complete_buckets()[0] * size))
        names = [_province(day) for day in days]
        if poster:
            names += [_poster(poster, day) for day in days]
        return [key(name) for name in names]

    def unverified(self, items: Iterable[Item]) -> tuple[int, int]:
        """(codes nobody verified, codes sent) in the last full hour of buckets."""
        sent = verified = 0
        for item in items:
            for bucket in self._last_complete_buckets():
                sent += int(item.get(f"s{bucket}", 0))
                verified += int(item.get(f"v{bucket}", 0))
        return max(0, sent - verified), sent

    def breaker_open(self, items: Iterable[Item], floor: int) -> bool:
        """Whether too many codes stay unverified, above `floor` in number and above the limit in share."""
        unverified, sent = self.unverified(items)
        return unverified > floor and unverified * 100 > self.limits.breaker_percent * sent

    def money_left(self, today: Item | None) -> bool:
        """Whether one more message is within the day's money."""
        return int((today or {}).get("spent", 0)) + self.config.sms_price_vnd <= self.config.sms_daily_budget_vnd

    def until_tomorrow(self) -> int:
        """Seconds until the province's next day begins."""
        local = self._local(self.now)
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return int(midnight.timestamp()) - self.now

    def count_sent(self, *, capped: bool) -> int:
        """Spend the price of one message; the percentage of the day's money spent so far. Raises MoneySpentError."""
        condition = "attribute_not_exists(spent) OR spent <= :room" if capped else None
        room = self.config.sms_daily_budget_vnd - self.config.sms_price_vnd
        try:
            kept = self._add(
                _province(self._day(self.now)),
                {"spent": self.config.sms_price_vnd, f"s{self._bucket(self.now)}": 1},
                condition,
                {":room": room} if capped else {},
            )
        except Exception as error:
            if condition_failed(error):
                raise MoneySpentError from error
            raise
        return int(kept["spent"]) * 100 // self.config.sms_daily_budget_vnd

    def count_sent_by_poster(self, poster: str) -> None:
        """One more code asked for from this poster."""
        self._add(_poster(poster, self._day(self.now)), {f"s{self._bucket(self.now)}": 1})

    def give_back_sent(self) -> None:
        """Undo `count_sent`."""
        price, bucket = self.config.sms_price_vnd, self._bucket(self.now)
        self._add(_province(self._day(self.now)), {"spent": -price, f"s{bucket}": -1})

    def give_back_sent_by_poster(self, poster: str) -> None:
        """Undo `count_sent_by_poster`."""
        self._add(_poster(poster, self._day(self.now)), {f"s{self._bucket(self.now)}": -1})

    def count_verified(self, sent_at: int, poster: str | None) -> None:
        """A code sent at `sent_at` was verified: credit the bucket it was sent in."""
        day, bucket = self._day(sent_at), self._bucket(sent_at)
        for name in [_province(day), *([_poster(poster, day)] if poster else [])]:
            self._add(name, {f"v{bucket}": 1})

    def _add(
        self, name: str, amounts: dict[str, int], condition: str | None = None, values: dict[str, Any] | None = None
    ) -> Item:
        pk, sk = key(name)
        answer = client("dynamodb").update_item(
            TableName=self.config.table_access,
            Key=to_wire({"pk": pk, "sk": sk}),
            UpdateExpression="SET #ttl = :ttl ADD " + ", ".join(f"{counter} :{counter}" for counter in amounts),
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues=to_wire(
                {
                    **{f":{counter}": amount for counter, amount in amounts.items()},
                    **(values or {}),
                    ":ttl": self.now + KEPT_SECONDS,
                }
            ),
            ReturnValues="UPDATED_NEW",
            **({"ConditionExpression": condition} if condition else {}),
        )
        return from_wire(answer["Attributes"])

    def _last_complete_buckets(self) -> range:
        size = self.limits.breaker_bucket_seconds
        end = (self.now - self.limits.code_seconds) // size  # the bucket of now - 600 s may still hold live codes
        return range(end - self.limits.breaker_seconds // size, end)

    def _bucket(self, instant: int) -> int:
        return instant // self.limits.breaker_bucket_seconds

    def _day(self, instant: int) -> str:
        """The province's day in which the bucket of `instant` begins."""
        size = self.limits.breaker_bucket_seconds
        return self._local(instant // size * size).date().isoformat()

    def _local(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant, ZoneInfo(self.config.time_zone))


def _province(day: str) -> str:
    return f"sms#{day}"


def _poster(poster: str, day: str) -> str:
    return f"sms-poster#{poster}#{day}"
