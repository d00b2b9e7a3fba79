"""`ssk pilot`: a rehearsal of the 2021 pilot, with invented residents, against the running local stack."""

import argparse
import datetime
import json
import math
import re
import uuid
from typing import Any

from rich.console import Console

from health_record.instants import HOME_ZONE
from ops.errors import OpsError
from ops.pilot import rehearsal, target
from ops.pilot.checking import checks, memory, statistics, table_snapshot
from ops.pilot.checking.expected import ExpectedStatistics
from ops.pilot.checking.table_snapshot import TableSnapshot
from ops.pilot.journey import SECOND_CODE, Journey, sms_inbox_path_of
from ops.pilot.report import Report
from ops.pilot.residents import numbers, people
from ops.pilot.residents.answers import AnswerSheet
from ops.pilot.residents.people import Resident
from ops.pilot.target import PilotTarget
from ops.pilot.timing import Stopwatch
from ops.progress_bar import ProgressBar
from ops.progress_steps import ProgressSteps

READ_ONE_IN = 20
MOST_AT_ONCE = 64
POSTER = re.compile(r"\d{5}-pilot(\d{3})-[0-9a-z]{8}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--residents", type=int, default=300, metavar="N", help="how many people declare (300)")
    parser.add_argument("--concurrency", type=int, default=8, metavar="C", help="how many phones at once (8)")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, metavar="M", help="after M minutes nobody else begins"
    )
    parser.add_argument(
        "--seed", type=int, metavar="RUN", help="which invented people; by default others than in earlier rehearsals"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Rehearse on the running stack, check, tell; 1 when anything failed."""
    refuse_impossible(arguments)
    return rehearse(target.find_running_target(), arguments)


def rehearse(stack: PilotTarget, arguments: argparse.Namespace) -> int:
    """The same on any stack, with arguments that are possible. Nobody else may declare on it meanwhile."""
    form = stack.questionnaire()
    before, counted_before = _look_before(stack)
    number = _run_number(arguments.seed, before)
    journey = _journey(stack, form, number)
    accounts = people.invent_accounts(arguments.residents, number, datetime.datetime.now(HOME_ZONE).date())
    target.refuse_without_addresses(accounts[-1].client_address)
    limit = arguments.minutes * 60
    with ProgressBar(arguments.residents) as bar, memory.MemoryWatch(stack.place) as watch:
        done = rehearsal.run_journeys(accounts, journey, arguments.concurrency, bar.advance, seconds=limit)
    after, counted, year = _look_after(stack)
    sent = {kind: figures.calls for kind, figures in journey.stopwatch.figures().items()}
    lived = watch.find_trends()
    declared = checks.DeclaredTotals(done.outcomes, form, journey.poster, sent, journey.stopwatch.events[SECOND_CODE])
    found = [
        *checks.check_tables(declared, before, after),
        *checks.check_statistics(declared, counted_before, counted, year),
        *([memory.check_memory(lived)] if lived else []),
    ]
    return _tell(Report(done, journey.stopwatch, found, number, arguments.concurrency, lived), as_json=arguments.json)


def _look_before(stack: PilotTarget) -> tuple[TableSnapshot, ExpectedStatistics | None]:
    """What the tables hold, and its counts where there are residents already."""
    with ProgressSteps() as steps:
        with steps.step("Reading what the tables hold"):
            before = table_snapshot.take_snapshot(stack)
        if not before.facts:
            return before, None
        with steps.step("Counting the residents of earlier rehearsals"):
            return before, statistics.aggregate_and_read(stack)[0]


def _look_after(stack: PilotTarget) -> tuple[TableSnapshot, ExpectedStatistics, int]:
    """What the tables hold now, its counts, and the year they were counted in."""
    with ProgressSteps() as steps:
        with steps.step("Reading the tables again"):
            after = table_snapshot.take_snapshot(stack)
        with steps.step("Aggregating"):
            return after, *statistics.aggregate_and_read(stack)


def _journey(stack: PilotTarget, form: dict[str, Any], number: int) -> Journey:
    ward = people.ward_of(stack.province)
    return Journey(
        origin=stack.web_url,
        sms_inbox_path=sms_inbox_path_of(stack.sms_inbox_url),
        poster=stack.signer().poster_id(ward, f"pilot{number:03d}"),
        sheet=AnswerSheet(form, ward),
        stopwatch=Stopwatch(),
        facility=stack.facility,
        sampled=is_sampled,
    )


def refuse_impossible(arguments: argparse.Namespace) -> None:
    """Raise OpsError for numbers out of range."""
    if not 1 <= arguments.residents <= numbers.RUN_SIZE:
        raise OpsError(f"--residents must be 1 to {numbers.RUN_SIZE}.")
    if not 1 <= arguments.concurrency <= MOST_AT_ONCE:
        raise OpsError(f"--concurrency must be 1 to {MOST_AT_ONCE}.")
    if not arguments.minutes > 0:
        raise OpsError("--minutes must be more than 0.")
    if arguments.seed is not None and not 0 <= arguments.seed < numbers.RUNS:
        raise OpsError(f"--seed must be 0 to {numbers.RUNS - 1}.")


def _run_number(seed: int | None, before: TableSnapshot) -> int:
    """The rehearsal's number: the one asked for, or one more than the posters in the tables tell of."""
    earlier = {int(found.group(1)) for name, _ in before.posters if (found := POSTER.fullmatch(name))}
    number = seed if seed is not None else max(earlier, default=0) + 1
    if number in earlier:
        raise OpsError(f"The people of --seed {number} have declared on this stack already: choose another number.")
    return number % numbers.RUNS


def is_sampled(resident: Resident) -> bool:
    """Whether the facility reads this resident: one in twenty of those who can be found by a number."""
    return resident.national_id is not None and uuid.UUID(resident.record_id).int % READ_ONE_IN == 0


def _tell(report: Report, *, as_json: bool) -> int:
    report.show(Console(stderr=as_json))
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    return 1 if report.failures else 0
