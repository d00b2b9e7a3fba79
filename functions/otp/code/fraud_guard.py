"""The guard against fraud: what one address, one poster and the whole province may send before work is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.otp import errors
from functions.otp.abuse import proof_of_work
from functions.otp.abuse.sms_spend import Ledger
from functions.otp.code.code_request import Wish
from functions.otp.settings import Limits
from health_record.aws import rate_limits
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import Macs
from health_record.aws.rate_limits import BudgetSpentError, Spent, Window
from health_record.errors import ServiceError, TooManyRequestsError

ENOUGH_FOR_A_SHARE = 20
ALL_MONEY = 100


@dataclass(frozen=True)
class Guard:
    """One request seen from its address. `first_today` is the phone's first message of the day.

    `networks` are those the address is counted in, widest first; the last one is the address.
    """

    macs: Macs
    limits: Limits
    ledger: Ledger
    networks: tuple[str, ...]
    wish: Wish
    first_today: bool
    seen: Item
    counted: Mapping[tuple[str, str], Item | None]

    @staticmethod
    def budget_name(macs: Macs, networks: tuple[str, ...]) -> str:
        """The budget of an address, or of the widest network around it, which is kept as a MAC."""
        return f"address#{macs.of('address', networks[0])}"

    def admit(self, given: proof_of_work.Work | None) -> proof_of_work.Work | None:
        """The work to be spent, or None where none is needed. Raises 429 and 503 refusals."""
        try:
            rate_limits.refuse_if_spent(self.seen, self._hard(), self._weight(), self.ledger.now)
        except BudgetSpentError as error:
            raise self.over(error) from error
        if not self.ledger.money_left(self._today(), ALL_MONEY):
            raise errors.money_spent(self.ledger.until_tomorrow())
        rule = self._needs_work()
        if rule is None:
            return None
        address, now = self.networks[-1], self.ledger.now
        if given is None or not proof_of_work.done(given, self.macs, address, self._bits(), self.limits, now):
            raise self.work_needed(rule)
        return given

    def spend(self, table: str, *, with_work: bool) -> Spent:
        """Count the message for the address. Raises BudgetSpentError."""
        return rate_limits.take(
            table,
            self.budget_name(self.macs, self.networks),
            [*self.limits.soft_windows(self._parts(), with_work=with_work), *self._hard()],
            amount=self._weight(),
            seen=self.seen,
            tally=self._thousand() if self.first_today else None,
        )

    def over(self, error: BudgetSpentError) -> ServiceError:
        """The refusal for a window of the address that is full: the soft one opens by work."""
        if error.window.seconds == self.limits.address_soft_seconds:
            return self.work_needed("address-soft")
        return errors.too_many_from_here(error.retry_after)

    def work_needed(self, rule: str) -> TooManyRequestsError:
        """429 with new work for this address."""
        errors.limited(rule)
        return errors.work_needed(proof_of_work.asked(self.macs, self.networks[-1], self._bits(), self.ledger.now))

    def money(self, *, with_work: bool) -> int:
        """Out of how many percent of the day's money the message is paid."""
        return ALL_MONEY if with_work else self.limits.free_percent

    def tell_unverified(self) -> None:
        """Measure what share of the province's codes stayed unverified, once enough were sent to speak of a share."""
        unverified, sent = self.ledger.unverified(self._items(None))
        if sent >= ENOUGH_FOR_A_SHARE:
            errors.unverified(unverified * 100 // sent)

    def _needs_work(self) -> str | None:
        try:
            soft = self.limits.soft_windows(self._parts())
            rate_limits.refuse_if_spent(self.seen, soft, self._weight(), self.ledger.now)
        except BudgetSpentError:
            return "address-soft"
        if self.ledger.bits_beyond_pace(self._items(None)):
            return "money-pace"
        if not self.ledger.money_left(self._today(), self.limits.free_percent):
            return "money-reserve"
        if self.ledger.breaker_open(self._items(None), self.limits.breaker_province_floor):
            return "breaker-province"
        poster = self.wish.poster
        if poster and self.ledger.breaker_open(self._items(poster), self.limits.breaker_poster_floor):
            return "breaker-poster"
        return None

    def _bits(self) -> int:
        """How many zero bits work must have now."""
        bits = self.limits.work_bits + self.ledger.bits_beyond_pace(self._items(None))
        return max(self.limits.work_bits, min(bits, self.limits.work_bits_most))

    def _hard(self) -> list[Window]:
        return self.limits.hard_windows(self._parts())

    def _parts(self) -> list[str]:
        """What the narrower networks are called in the item of the widest: short MACs, each kind with its letter."""
        named = zip("wn", self.networks[1:], strict=False)
        return [kind + self.macs.of("network", network)[:12] for kind, network in named]

    def _weight(self) -> int:
        """How many messages this one counts as: a run of consecutive numbers is dear."""
        neighbours = rate_limits.tally_in(self.seen, self._thousand(), self.ledger.now) + self.first_today
        return self.limits.run_weight if neighbours >= self.limits.run_length else 1

    def _thousand(self) -> str:
        """The block of one thousand numbers that the phone is in, as a MAC."""
        return self.macs.of("thousand", self.wish.phone[:-3])[:16]

    def _today(self) -> Item | None:
        return self.counted[self.ledger.places(None)[0]]

    def _items(self, poster: str | None) -> list[Item]:
        """The counters of `poster`, or of the province where it is None."""
        province = self.ledger.places(None)
        places = [place for place in self.ledger.places(poster) if place not in province] if poster else province
        return [item for place in places if (item := self.counted[place])]
