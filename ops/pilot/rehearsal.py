"""Runs the accounts, so many at once, and gathers what became of them."""

import itertools
import math
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from ops.pilot.journey import Journey, Outcome
from ops.pilot.residents.people import Account

HOPELESS = 25  # so many accounts failing one after another: the rest is not tried


@dataclass(frozen=True)
class Rehearsal:
    """What became of every account that was tried, and how long all of it took."""

    outcomes: list[Outcome]
    seconds: float
    asked: int

    @property
    def residents(self) -> int:
        """Residents with a receipt."""
        return sum(len(one.declared) for one in self.outcomes)

    @property
    def read(self) -> int:
        """Residents whom the facility read, or was rightly refused."""
        return sum(one.read for one in self.outcomes)

    @property
    def failures(self) -> int:
        """Residents without a receipt, and readings that did not end as they should."""
        return self.asked - self.residents + sum(one.misread for one in self.outcomes)

    @property
    def reasons(self) -> Counter[str]:
        """Why, in words that name nobody, and how often."""
        return Counter(failure for one in self.outcomes for failure in one.failures)


def run_journeys(
    accounts: list[Account],
    journey: Journey,
    concurrency: int,
    done: Callable[[int], None],
    *,
    seconds: float = math.inf,
) -> Rehearsal:
    """Let every account go its way, `concurrency` at once; `done` is told how many residents each brought.

    After `seconds` no other account begins, and those that have not are not asked for.

    The first goes alone, and each that is done lets one more go beside the others: a morning begins so, too, and the
    functions' environments start one after another.
    """
    started = time.perf_counter()
    outcomes: list[Outcome] = []
    waiting, at_once, failed_in_a_row = iter(accounts), 1, 0
    with ThreadPoolExecutor(concurrency) as pool:
        running: set[Future[Outcome]] = set()
        while True:
            over = time.perf_counter() - started > seconds
            if failed_in_a_row < HOPELESS and not over:
                following = itertools.islice(waiting, at_once - len(running))
                running |= {pool.submit(journey.run, account) for account in following}
            if not running:
                break
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for outcome in (future.result() for future in finished):
                outcomes.append(outcome)
                done(len(outcome.account.residents))
                failed_in_a_row = failed_in_a_row + 1 if outcome.failures else 0
            at_once = min(concurrency, at_once + len(finished))
    tried = [one.account for one in outcomes] if over and failed_in_a_row < HOPELESS else accounts
    asked = sum(len(account.residents) for account in tried)
    return Rehearsal(outcomes, time.perf_counter() - started, asked)
