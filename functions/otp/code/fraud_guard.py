"""The guard against fraud: what one address, one poster and the whole province may send before work is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.otp import errors
from functions.otp.abuse import proof_of_work
from functions.otp.abuse.sms_spend import SmsSpend
from functions.otp.code.code_request import SendCodeRequest
from functions.otp.settings import Limits
from health_record.aws import rate_limits
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.rate_limits import Consumption, RateLimitExceededError, Window
from health_record.errors import ServiceError, TooManyRequestsError

FEWEST_FOR_A_SHARE = 20
ALL_MONEY = 100


@dataclass(frozen=True)
class FraudGuard:
    """One request seen from its address. `first_today` is the phone's first message of the day.

    `networks` are those the address is counted in, widest first; the last one is the address.
    """

    macs: KeyedHash
    limits: Limits
    spend: SmsSpend
    networks: tuple[str, ...]
    request: SendCodeRequest
    first_today: bool
    seen: Item
    counted: Mapping[tuple[str, str], Item | None]

    @staticmethod
    def budget_name(macs: KeyedHash, networks: tuple[str, ...]) -> str:
        """The budget of an address, or of the widest network around it, which is kept as a MAC."""
        return f"address#{macs.compute('address', networks[0])}"

    def check(self, given: proof_of_work.Work | None) -> proof_of_work.Work | None:
        """The work to be spent, or None where none is needed. Raises 429 and 503 refusals."""
        try:
            rate_limits.check_limits(self.seen, self._hard_windows(), self._weight(), self.spend.now)
        except RateLimitExceededError as error:
            raise self.limit_error(error) from error
        if not self.spend.is_within_budget(self._today_counter(), ALL_MONEY):
            raise errors.sms_budget_error(self.spend.seconds_until_tomorrow())
        rule = self._work_rule()
        if rule is None:
            return None
        address, now = self.networks[-1], self.spend.now
        if given is None or not proof_of_work.is_solved(given, self.macs, address, self._work_bits(), self.limits, now):
            raise self.work_needed_error(rule)
        return given

    def consume(self, table: str, *, with_work: bool) -> Consumption:
        """Count the message for the address. Raises RateLimitExceededError."""
        return rate_limits.consume(
            table,
            self.budget_name(self.macs, self.networks),
            [*self.limits.soft_windows(self._subnets(), with_work=with_work), *self._hard_windows()],
            amount=self._weight(),
            seen=self.seen,
            tally=self._number_block() if self.first_today else None,
        )

    def limit_error(self, error: RateLimitExceededError) -> ServiceError:
        """The refusal for a window of the address that is full: the soft one opens by work."""
        if error.window.seconds == self.limits.address_soft_seconds:
            return self.work_needed_error("address-soft")
        return errors.address_limit_error(error.retry_after)

    def work_needed_error(self, rule: str) -> TooManyRequestsError:
        """429 with new work for this address."""
        errors.count_limit(rule)
        return errors.work_needed_error(
            proof_of_work.new_challenge(self.macs, self.networks[-1], self._work_bits(), self.spend.now)
        )

    def money_percent(self, *, with_work: bool) -> int:
        """Out of how many percent of the day's money the message is paid."""
        return ALL_MONEY if with_work else self.limits.free_percent

    def report_unverified_share(self) -> None:
        """Measure what share of the province's codes stayed unverified, once enough were sent to speak of a share."""
        unverified, sent = self.spend.count_unverified(self._counters(None))
        if sent >= FEWEST_FOR_A_SHARE:
            errors.measure_unverified(unverified * 100 // sent)

    def _work_rule(self) -> str | None:
        try:
            soft = self.limits.soft_windows(self._subnets())
            rate_limits.check_limits(self.seen, soft, self._weight(), self.spend.now)
        except RateLimitExceededError:
            return "address-soft"
        if self.spend.extra_work_bits(self._counters(None)):
            return "money-pace"
        if not self.spend.is_within_budget(self._today_counter(), self.limits.free_percent):
            return "money-reserve"
        if self.spend.is_breaker_open(self._counters(None), self.limits.breaker_province_floor):
            return "breaker-province"
        poster = self.request.poster
        if poster and self.spend.is_breaker_open(self._counters(poster), self.limits.breaker_poster_floor):
            return "breaker-poster"
        return None

    def _work_bits(self) -> int:
        """How many zero bits work must have now."""
        bits = self.limits.work_bits + self.spend.extra_work_bits(self._counters(None))
        return max(self.limits.work_bits, min(bits, self.limits.work_bits_most))

    def _hard_windows(self) -> list[Window]:
        return self.limits.hard_windows(self._subnets())

    def _subnets(self) -> list[str]:
        """What the narrower networks are called in the item of the widest: short MACs, each kind with its letter."""
        named = zip("wn", self.networks[1:], strict=False)
        return [kind + self.macs.compute("network", network)[:12] for kind, network in named]

    def _weight(self) -> int:
        """How many messages this one counts as: a run of consecutive numbers is dear."""
        neighbours = rate_limits.read_tally(self.seen, self._number_block(), self.spend.now) + self.first_today
        return self.limits.run_weight if neighbours >= self.limits.run_length else 1

    def _number_block(self) -> str:
        """The block of one thousand numbers that the phone is in, as a MAC."""
        return self.macs.compute("thousand", self.request.phone[:-3])[:16]

    def _today_counter(self) -> Item | None:
        return self.counted[self.spend.counter_keys(None)[0]]

    def _counters(self, poster: str | None) -> list[Item]:
        """The counters of `poster`, or of the province where it is None."""
        province = self.spend.counter_keys(None)
        places = [place for place in self.spend.counter_keys(poster) if place not in province] if poster else province
        return [item for place in places if (item := self.counted[place])]
