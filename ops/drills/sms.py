"""`ssk sms-drill`: the day's money for messages is spent and codes are asked for without end; all else goes on.

Half of the people, who have signed in before, declare and are read while it is quiet, the other half during the flood.
"""

import argparse
import datetime
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from rich.console import Console
from rich.table import Table

from health_record.instants import HOME_ZONE
from ops.drills import drill_stack
from ops.drills.drill_stack import Finding
from ops.local.stack_location import read_location
from ops.pilot import target
from ops.pilot.caller import Caller, UnexpectedAnswerError
from ops.pilot.journey import Journey, Outcome, sms_inbox_path_of
from ops.pilot.residents import numbers, people
from ops.pilot.residents.answers import AnswerSheet
from ops.pilot.residents.people import Account
from ops.pilot.target import PilotTarget
from ops.pilot.timing import Stopwatch
from ops.progress_steps import ProgressSteps

RESIDENTS = 160
CLIENTS, ASKING = 4, 8  # who declare at once, who ask for codes at once
RUN = 9
SPENT = "100000000000"  # more than any day's money, in VND


@dataclass(frozen=True)
class PhaseResult:
    """What one half of the people did, and how long their calls took."""

    outcomes: list[Outcome]
    asked: int
    stopwatch: Stopwatch

    @property
    def lost(self) -> int:
        """People without a receipt, and readings that did not end as they should."""
        return self.asked - sum(len(one.declared) for one in self.outcomes) + sum(one.misread for one in self.outcomes)


@dataclass
class CodeFlood:
    """Asks for codes by ever new phones until it is told to stop; counts the answers by status."""

    origin: str
    answers: Counter[int] = field(default_factory=Counter)
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _next: Iterator[int] = field(default_factory=lambda: iter(range(numbers.RUN_SIZE)))

    @contextmanager
    def rising(self, clients: int) -> Iterator[None]:
        """Flood while the block runs."""
        with ThreadPoolExecutor(clients) as pool:
            for _ in range(clients):
                pool.submit(self._ask)
            try:
                yield
            finally:
                self._over.set()

    def _ask(self) -> None:
        while not self._over.is_set():
            with self._lock:
                number = numbers.account_number(RUN + 1, next(self._next))
            with Caller(self.origin, numbers.client_address(number), Stopwatch()) as caller:
                reply = caller.call_once("POST", "/v1/otp", {"phone": numbers.phone_number(number)})
            with self._lock:
                self.answers[reply.status] += 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Drill on a stack of its own and tell; 1 when the flood touched anything else."""
    place = drill_stack.new_location(read_location().folder, "sms-drill")
    with ProgressSteps() as steps, drill_stack.run_stack(place, steps):
        findings, shown = _drill(target.read_target(place), steps)
    shutil.rmtree(place.folder, ignore_errors=True)
    Console(stderr=arguments.json).print(shown)
    return drill_stack.print_findings("A saturated SMS path", findings, as_json=arguments.json)


def _drill(stack: PilotTarget, steps: ProgressSteps) -> tuple[list[Finding], Table]:
    accounts = people.invent_accounts(RESIDENTS, RUN, datetime.datetime.now(HOME_ZONE).date())
    halves = accounts[::2], accounts[1::2]
    journey = _journey(stack)
    flood = CodeFlood(stack.web_url)
    with ExitStack() as open_callers:
        with steps.step("Signing everybody in"):
            callers = {one.phone: open_callers.enter_context(_signed_in(journey, one)) for one in accounts}
        with steps.step("Declaring and reading while it is quiet"):
            quiet = _declare(journey, halves[0], callers)
        _spend(stack, SPENT)
        with steps.step("Declaring and reading while codes are asked for"), flood.rising(ASKING):
            time.sleep(2)
            flooded = _declare(journey, halves[1], callers)
        _spend(stack, "0")
        with steps.step("Asking for a code again"):
            after = _asked(stack)
    findings = [
        Finding("people declared and read while it was quiet", quiet.asked, quiet.lost),
        Finding("people declared and read during the flood", flooded.asked, flooded.lost),
        Finding("codes asked for in the flood, each refused in peace", *_refused(flood.answers)),
        Finding("code asked for with money again", 1, 0 if after == 202 else 1),
    ]
    return findings, _figures(quiet, flooded)


def _refused(answers: Counter[int]) -> tuple[int, int]:
    """(asked, answered with anything but the 503 of spent money or the 429 of work)."""
    return answers.total(), answers.total() - answers[503] - answers[429]


def _journey(stack: PilotTarget) -> Journey:
    return Journey(
        origin=stack.web_url,
        sms_inbox_path=sms_inbox_path_of(stack.sms_inbox_url),
        poster=stack.signer().poster_id(people.ward_of(stack.province), "drill"),
        sheet=AnswerSheet(stack.questionnaire(), people.ward_of(stack.province)),
        stopwatch=Stopwatch(),
        facility=stack.facility,
        sampled=lambda one: one.national_id is not None,
    )


@contextmanager
def _signed_in(journey: Journey, account: Account) -> Iterator[Caller]:
    with Caller(journey.origin, account.client_address, journey.stopwatch) as caller:
        journey.sign_in(caller, account)
        yield caller


def _declare(journey: Journey, accounts: list[Account], callers: dict[str, Caller]) -> PhaseResult:
    stopwatch = Stopwatch()
    timed = replace(journey, stopwatch=stopwatch)

    def one(account: Account) -> Outcome:
        outcome, caller = Outcome(account), callers[account.phone]
        caller.stopwatch = stopwatch
        try:
            for resident in account.residents:
                timed.declare(caller, resident, outcome)
        except (UnexpectedAnswerError, OSError) as error:
            outcome.failures.append(type(error).__name__)
        return outcome

    with ThreadPoolExecutor(CLIENTS) as pool:
        outcomes = list(pool.map(one, accounts))
    return PhaseResult(outcomes, sum(len(account.residents) for account in accounts), stopwatch)


def _spend(stack: PilotTarget, amount: str) -> None:
    """Let the day's messages have cost so much: the counter that `otp` keeps of them."""
    day = datetime.datetime.now(HOME_ZONE).date().isoformat()
    stack.aws("dynamodb").update_item(
        TableName=stack.tables["access"],
        Key={"pk": {"S": f"budget#sms#{day}"}, "sk": {"S": "window"}},
        UpdateExpression="SET spent = :amount",
        ExpressionAttributeValues={":amount": {"N": amount}},
    )


def _asked(stack: PilotTarget) -> int:
    number = numbers.account_number(RUN + 2, 0)
    with Caller(stack.web_url, numbers.client_address(number), Stopwatch()) as caller:
        return caller.call_once("POST", "/v1/otp", {"phone": numbers.phone_number(number)}).status


def _figures(quiet: PhaseResult, flooded: PhaseResult) -> Table:
    table = Table("milliseconds", "quiet p50", "p99", "flood p50", "p99", title="Beside the flood")
    before, during = quiet.stopwatch.figures(), flooded.stopwatch.figures()
    for kind, figures in during.items():
        rows: list[Any] = [before[kind].p50, before[kind].p99, figures.p50, figures.p99]
        table.add_row(kind, *map(str, rows))
    return table
