"""`ssk load`: a campaign's busiest hour, as many residents as 16 clients bring, on a stack of its own.

It is a rehearsal with all its checks and with the memory of each process watched. Nothing differs from the province's
own stack but the day's money for messages: an hour of this needs more codes than a day of the pilot's ward, and who
plans a campaign raises it in the province's file. With `--silent-every 30` AWS is silent for 3.5 s each half minute.
"""

import argparse
import shutil
from contextlib import ExitStack
from dataclasses import replace

from ops import pilot
from ops.drills import drill_stack
from ops.drills.fault_injection import EmulatorPauses
from ops.errors import OpsError
from ops.local.stack_location import read_location
from ops.pilot import target
from ops.pilot.residents import numbers
from ops.progress_steps import ProgressSteps

MINUTES, CLIENTS = 60, 16
# Four times what 45,000 codes cost: within the hourly pace (decision 0012), so that nobody has to work for a code.
CAMPAIGN_BUDGET_VND = 160_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    pilot.add_arguments(parser)
    parser.add_argument(
        "--silent-every", type=float, metavar="S", help="each S seconds AWS gives no answer for 3.5 s (never)"
    )
    parser.set_defaults(residents=numbers.RUN_SIZE, concurrency=CLIENTS, minutes=MINUTES)


def run(arguments: argparse.Namespace) -> int:
    """Bring the stack up, rehearse there, end it; 1 when anything failed, and the folder with its logs is left then."""
    pilot.refuse_impossible(arguments)
    place = replace(drill_stack.new_location(read_location().folder, "load"), sms_daily_budget_vnd=CAMPAIGN_BUDGET_VND)
    with ExitStack() as running:
        with ProgressSteps() as steps:  # which ends before the rehearsal shows its own progress
            running.enter_context(drill_stack.run_stack(place, steps))
        with EmulatorPauses(place, arguments.silent_every) as silences:
            status = pilot.rehearse(target.read_target(place), arguments)
        if arguments.silent_every is not None and not silences.held:
            raise OpsError("AWS was never silent: the rehearsal was over before, or the emulator was.")
    if status == 0:
        shutil.rmtree(place.folder, ignore_errors=True)
    return status
