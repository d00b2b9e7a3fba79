"""Runs the accounts, so many at once, and gathers what became of them."""

import itertools
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from ops.pilot.journey import Journey, Outcome
from ops.pilot.people import Account

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


def rehearse(accounts: list[Account], journey: Journey, concurrency: int, done: Callable[[int], None]) -> Rehearsal:
    """Let every account go its way, `concurrency` at once; `done` is told how many residents each brought.

    The first goes alone, so that the functions start one after another as on a real morning.
    """
    started = time.perf_counter()
    outcomes = [journey.run(accounts[0])]
    done(len(accounts[0].residents))
    failed_in_a_row = 1 if outcomes[0].failures else 0
    waiting = iter(accounts[1:])
    with ThreadPoolExecutor(concurrency) as pool:
        running: set[Future[Outcome]] = {
            pool.submit(journey.run, one) for one in itertools.islice(waiting, concurrency)
        }
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for outcome in (future.result() for future in finished):
                outcomes.append(outcome)
                done(len(outcome.account.residents))
                failed_in_a_row = failed_in_a_row + 1 if outcome.failures else 0
                following = next(waiting, None) if failed_in_a_row < HOPELESS else None
                if following:
                    running.add(pool.submit(journey.run, following))
    asked = sum(len(account.residents) for account in accounts)
    return Rehearsal(outcomes, time.perf_counter() - started, asked)
