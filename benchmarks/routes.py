"""Every route at a full form: own processor time, the memory that it takes at its peak, and its calls to AWS.

The calls are those of `tests.faults.scenarios`, which the fault tests make as well, so that no route is left out. Own
time is that of our code with botocore; what the emulated AWS, the facility's client and the tests take is left out, and
the collector of garbage waits, since most garbage here is the emulator's.
"""

import contextlib
import copy
import gc
import statistics
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from benchmarks.full_form import full_declaration
from benchmarks.measure import Row, median_row
from benchmarks.meter import Meter, run_metered
from health_record.http import entry_point
from infrastructure.config.routes import ROUTES
from tests import roles
from tests.conftest import REGION, Answer, province_world
from tests.declare import people
from tests.faults.scenarios import SCENARIOS, Scenario

SECTION = "own time of each route"
SCENES_MEASURED = [scene for scene in SCENARIOS if scene.done < 300 and "schedule" not in scene.name]
WARMING = 3
NO_AWS = {"GET /v1/fhir/metadata", "OPTIONS /v1/shares/{token}"}  # they read nothing, so no fault can meet them


def rows(times: int = 40) -> list[Row]:
    """A row for each scene: median, best to 99th percentile, peak of memory, calls to AWS."""
    missing = {route.key for route in ROUTES} - {scene.route for scene in SCENES_MEASURED} - NO_AWS
    if missing:
        raise RuntimeError(f"no scene calls {sorted(missing)}")
    with measure_full_form():
        return [_row(scene, times) for scene in SCENES_MEASURED]


@contextlib.contextmanager
def measure_full_form() -> Iterator[None]:
    """Whoever declares fills in the whole form; roles are not looked at."""
    with pytest.MonkeyPatch.context() as patch, without_roles():
        patch.setattr(people, "declaration", _full)
        yield


@contextlib.contextmanager
def without_roles() -> Iterator[None]:
    """Worlds in which nobody asks whether a role grants a call: that is the tests' business."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roles, "enforced", contextlib.nullcontext)
        yield


def take_turns(scene: Scenario, times: int) -> Iterator[Callable[[], Answer]]:
    """The scene's call `times` times after three that warm up, each to be made once, on tables as they were."""
    with province_world() as world:
        call = scene.prepare(world)
        before = copy.deepcopy(_tables())
        gc.collect()
        gc.disable()

        def made() -> Answer:
            answer = call()
            if answer.status != scene.done:
                raise RuntimeError(f"{scene} answered {answer.status}")
            return answer

        try:
            for turn in range(WARMING + times):
                if turn < WARMING:
                    made()
                else:
                    yield made
                _put_back(before)
        finally:
            gc.enable()


def _row(scene: Scenario, times: int) -> Row:
    with run_metered() as meter, timed(meter):
        for turn, call in enumerate(take_turns(scene, times + 1)):
            if turn < times:
                call()
                continue
            calls, figures = meter.calls[SECTION], meter.own[SECTION][-times:]
            beyond = statistics.median(meter.beyond[SECTION][-times:])
            tracemalloc.start()
            call()
            peak = tracemalloc.get_traced_memory()[1] // 1024
            tracemalloc.stop()
    note = f"{calls} AWS calls, {beyond:.2f} ms beyond them, {peak} KiB at the peak"
    return median_row(SECTION, str(scene), figures, "CPU ms", note=note)


@contextlib.contextmanager
def timed(meter: Meter) -> Iterator[None]:
    """Time, as SECTION, what happens between an event's arrival at the entry point and its answer."""
    real = entry_point.handle_event

    def serve(*arguments: Any, **named: Any) -> dict[str, Any]:
        answer: dict[str, Any] = meter.run(SECTION, lambda: real(*arguments, **named))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entry_point, "handle_event", serve)
        yield


def _full(**changes: Any) -> dict[str, Any]:
    """The whole form instead of a short one; any change is another name."""
    made = full_declaration()
    if changes:
        named = next(item for item in made["item"][0]["item"] if item["linkId"] == "identity.full-name")
        named["answer"] = [{"valueString": "Nguyễn Thị Khác"}]
    return made


def _tables() -> dict[str, Any]:
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].__dict__


def _put_back(state: dict[str, Any]) -> None:
    _tables().update(copy.deepcopy(state))
