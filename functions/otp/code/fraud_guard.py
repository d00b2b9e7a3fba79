"""The guard against fraud: what one network, one poster and the whole province may send before work is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.otp import errors
from functions.otp.abuse import proof_of_work
from functions.otp.abuse.event_money import EventMoney
from functions.otp.abuse.network_ledger import NetworkLedger
from functions.otp.abuse.sms_spend import SmsSpend
from functions.otp.code.request_body import SendCodeRequest
from functions.otp.limits import Limits
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import TooManyRequestsError

FEWEST_FOR_A_SHARE = 20
ALL_MONEY = 100


@dataclass(frozen=True)
class FraudGuard:
    """One request for the phone of `phone_mac`, seen from its network."""

    macs: KeyedHash
    limits: Limits
    spend: SmsSpend
    phone_mac: str
    ledger: NetworkLedger
    request: SendCodeRequest
    counted: Mapping[tuple[str, str], Item | None]
    campaign: EventMoney | None = None  # an event that has money left

    @property
    def paying_campaign(self) -> EventMoney | None:
        """The event that vouches for this message; a network that proves its codes needs none."""
        return None if self.is_trusted else self.campaign

    @property
    def is_trusted(self) -> bool:
        """Whether the network proves its codes; beyond its ceiling it is as any other."""
        return self.ledger.is_trusted and self.ledger.open < self._messages_by_proof()

    @property
    def is_unproven(self) -> bool:
        """Whether limits of its network hold, and the message is paid from the share of networks that prove little."""
        return not self.is_trusted and self.campaign is None

    @property
    def unproven_percent(self) -> int | None:
        """Up to how many percent of the day's money such messages go, a network's first ones further; None for others.

        What is beyond is for networks that prove their codes, for events and for known devices.
        """
        if not self.is_unproven:
            return None
        return self.limits.new_percent if self.ledger.is_new else self.limits.unproven_percent

    def check(self, given: proof_of_work.Work | None) -> proof_of_work.Work | None:
        """The work to be spent, or None where none is needed. Raises 429 and 503 refusals."""
        self.check_shares()
        rule = self._work_rule()
        if rule is None:
            return None
        now = self.spend.now
        if given and proof_of_work.is_solved(given, self.macs, self.phone_mac, self._work_bits(), self.limits, now):
            return given
        raise self.work_needed_error(rule)

    def check_shares(self) -> None:
        """Raise 429 and 503 where work helps nothing: the day's money, and the shares of networks."""
        if not self.spend.is_within_budget(self._today_counter(), ALL_MONEY):
            raise errors.sms_budget_error(self.spend.seconds_until_tomorrow())
        most = self.messages_of_network()
        if most is not None and not self.ledger.has_share(most):
            raise self.network_share_error()
        percent = self.unproven_percent
        if percent is not None and not self.spend.has_unproven_share(self._today_counter(), percent):
            raise self.unproven_share_error()

    def charge(self) -> dict[str, Any]:
        """What the message says of who paid for it, so that a proof gives it back."""
        campaign = self.paying_campaign
        event = {"event": campaign.event.event} if campaign else {}
        return {"ledger": self.ledger.name, "unproven": self.is_unproven, **event}

    def messages_of_network(self) -> int | None:
        """How many messages without proof the network may have caused after this one; None where an event pays.

        As many as it has proven, up to a ceiling, and its share, which comes over the day: so what one attacker takes
        behind the address of those who prove is bounded, and what comes later is not lost by it.
        """
        if self.paying_campaign:
            return None
        return self._messages_by_proof() + self.spend.messages_by_now(self.limits.network_share_percent)

    def messages_of_payment(self) -> int | None:
        """How many messages without proof the network may have, this one among them, to be paid as it was read.

        As one of its first, as a trusted one, or out of its share: of many at once each is read as the first, so the
        write that counts it holds it to that.
        """
        most = self.messages_of_network()
        if most is None:
            return None
        if self.is_trusted:
            return min(most, self._messages_by_proof())
        return min(most, self.limits.network_free) if self.ledger.is_new else most

    def network_share_error(self) -> TooManyRequestsError:
        """429 without work: what this network may cause without proof is spent."""
        errors.count_limit("network-share")
        needed = self.ledger.open + 1 - self._messages_by_proof()
        wait = self.spend.seconds_until_messages(needed, self.limits.network_share_percent)
        return errors.network_share_error(wait)

    def unproven_share_error(self) -> TooManyRequestsError:
        """429 without work: what all networks without proof may spend together is spent."""
        errors.count_limit("unproven-share")
        percent = self.unproven_percent or self.limits.unproven_percent
        return errors.unproven_share_error(self.spend.seconds_until_unproven(self._today_counter(), percent))

    def work_needed_error(self, rule: str) -> TooManyRequestsError:
        """429 with new work for this phone."""
        errors.count_limit(rule)
        return errors.work_needed_error(
            proof_of_work.new_challenge(self.macs, self.phone_mac, self._work_bits(), self.spend.now)
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
        if self.ledger.is_crowded and self.is_unproven:
            return "network-soft"
        if self.ledger.is_guessing and self.is_unproven:
            return "network-wrong"
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
        is_dear = self.is_unproven and not self.ledger.is_new
        most = self.limits.work_bits_most if is_dear else self.limits.work_bits
        return max(self.limits.work_bits, min(bits, most))

    def _messages_by_proof(self) -> int:
        """How many messages without proof the network may have caused because of its proven ones."""
        return min(self.ledger.proven, self.spend.messages_a_day(self.limits.trusted_share_percent))

    def _today_counter(self) -> Item | None:
        return self.counted[self.spend.counter_keys(None)[0]]

    def _counters(self, poster: str | None) -> list[Item]:
        """The counters of `poster`, or of the province where it is None."""
        province = self.spend.counter_keys(None)
        keys = [key for key in self.spend.counter_keys(poster) if key not in province] if poster else province
        return [item for key in keys if (item := self.counted[key])]
