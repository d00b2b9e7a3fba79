"""The numbers of this function: one dataclass, each changeable by an environment variable `SSK_<FIELD>`."""

from dataclasses import dataclass

from health_record.budgets import Window
from health_record.settings import ApiSettings


@dataclass(frozen=True, kw_only=True)
class OtpSettings(ApiSettings):
    """What the function needs from its environment beside `Limits`."""

    sms_price_vnd: int
    sms_daily_budget_vnd: int


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
    device_days: int = 180

    # Per address: above the soft limit work is asked for, above the hard one nothing is sent.
    address_soft: int = 25
    address_soft_seconds: int = 300
    address_hard: int = 300
    address_hard_seconds: int = 3600
    run_length: int = 10  # so many numbers of one thousand are a run ...
    run_weight: int = 10  # ... and each of its numbers from then on counts as many

    # Province and poster: with more unverified codes than the floor, and this share of all, everyone is asked for work.
    breaker_seconds: int = 3600
    breaker_bucket_seconds: int = 600
    breaker_province_floor: int = 200
    breaker_poster_floor: int = 30
    breaker_percent: int = 50

    work_bits: int = 16
    work_seconds: int = 600

    pin_tries: int = 5
    pin_tries_seconds: int = 86_400
    pin_unused_days: int = 365

    def cooldown_after(self, sends: int) -> int:
        """Seconds to wait after the `sends`-th message of the day."""
        return self.cooldown_seconds << (sends - 1)

    def address_windows(self, *, with_work: bool) -> tuple[Window, Window]:
        """The soft window, which work lifts, and the hard one."""
        return (
            Window(self.address_soft_seconds, None if with_work else self.address_soft),
            Window(self.address_hard_seconds, self.address_hard),
        )
