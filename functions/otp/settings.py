"""The numbers of this function: one dataclass, each changeable by an environment variable `SSK_<FIELD>`."""

from collections.abc import Sequence
from dataclasses import dataclass

from health_record.aws.rate_limits import Window
from health_record.settings import ApiSettings


@dataclass(frozen=True, kw_only=True)
class OtpSettings(ApiSettings):
    """What the function needs from its environment beside `Limits`."""

    sms_price_vnd: int
    sms_daily_budget_vnd: int
    table_facts: str


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Every limit of codes, fraud and PINs; why each has its number stands in docs/security.md."""

    code_seconds: int = 600
    code_tries: int = 5
    # Per phone (or per device that has verified the phone), carried over resends.
    failures: int = 10
    failures_seconds: int = 86_400
    cooldown_seconds: int = 60  # doubles with each message of the day: 60, 120, 240, 480
    sends: int = 5
    sends_seconds: int = 86_400
    sends_all: int = 10  # for one phone whichever devices ask; strangers share `sends` of them
    device_days: int = 180

    # Per address: above the soft limit work is asked for, above the hard one nothing is sent.
    address_soft: int = 25
    address_soft_seconds: int = 300
    address_hard: int = 300
    address_hard_seconds: int = 3600
    network_56_times: int = 2  # what an IPv6 /56 has of both limits ...
    network_48_times: int = 4  # ... and a /48
    run_length: int = 10  # so many numbers of one thousand are a run ...
    run_weight: int = 10  # ... and each of its numbers from then on counts as many

    # Province and poster: with more unverified codes than the floor, and this share of all, everyone is asked for work.
    breaker_seconds: int = 3600
    breaker_bucket_seconds: int = 600
    breaker_province_floor: int = 200
    breaker_poster_floor: int = 30
    breaker_percent: int = 50
    breaker_now_times: int = 3  # floors of codes that may still be verified: so many times the ones above

    # Money: percent of the day's.
    free_percent: int = 70  # the rest is for messages with work
    pace_percent: int = 25  # in an hour; beyond it everyone is asked for work, with rising bits
    known_percent: int = 120  # where messages to known devices end as well
    money_floor: int = 200  # so many messages of a day, and of an hour, are never asked for work for money's sake

    work_bits: int = 16
    work_bits_most: int = 20
    work_bits_behind: int = 2  # work asked for when less was needed still counts
    work_seconds: int = 600

    pin_tries: int = 5
    pin_tries_seconds: int = 86_400
    pin_unused_days: int = 365

    def cooldown_after(self, sends: int) -> int:
        """Seconds to wait after the `sends`-th message of the day."""
        return self.cooldown_seconds << (sends - 1)

    def soft_windows(self, parts: Sequence[str], *, with_work: bool = False) -> list[Window]:
        """What an address and the networks around it have without work; the network itself, then its `parts`."""
        return self._windows(self.address_soft_seconds, None if with_work else self.address_soft, parts)

    def hard_windows(self, parts: Sequence[str]) -> list[Window]:
        """What they have at all."""
        return self._windows(self.address_hard_seconds, self.address_hard, parts)

    def _windows(self, seconds: int, limit: int | None, parts: Sequence[str]) -> list[Window]:
        """IPv4 has no parts; of IPv6 the whole is a /48, and the parts are a /56 and a /64 in it."""
        times = [self.network_48_times, self.network_56_times, 1] if parts else [1]
        names = [None, *parts]
        return [
            Window(seconds, None if limit is None else limit * many, name)
            for many, name in zip(times, names, strict=True)
        ]
