"""The local stack of the test run: started by the same code as `make up`, on ports and in a folder of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from ops.local.stack import LocalStack
from ops.local.stack_location import StackLocation, find_free_port
from ops.progress_steps import ProgressSteps

# Templates name the port, so that the same ports let a later run use them again.
PREFERRED_PORTS = (8179, 4679)


ROOMS = ("tests/browser/", "tests/stack/")
WITHOUT_STACK = "tests/browser/interrupted/"  # whose server is played by the test
TEMPLATES = "tests/infrastructure/"


class OneWorkerForARoom(LoadScopeScheduling):  # type: ignore[misc]
    """Every test that needs the stack runs in one worker, so that one stack is enough and nobody disturbs a rehearsal.

    So do those that need the templates, which are dear to make. Other tests go by file. (`--dist loadgroup` would say
    it by a mark, but xdist 3.8 does not on pytest 9.2.)
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(ROOMS) and not nodeid.startswith(WITHOUT_STACK):
            return "stack"
        return TEMPLATES if nodeid.startswith(TEMPLATES) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneWorkerForARoom:
    return OneWorkerForARoom(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.stack)
            if not item.nodeid.startswith(ROOMS):
                raise pytest.UsageError(f"{item.nodeid} needs the stack, so it belongs into one of {', '.join(ROOMS)}")


@pytest.fixture(scope="session")
def stack_place(tmp_path_factory: pytest.TempPathFactory) -> StackLocation:
    port, emulator_port = (find_free_port(preferred) for preferred in PREFERRED_PORTS)
    return StackLocation(folder=tmp_path_factory.mktemp("stack"), port=port, emulator_port=emulator_port)


@pytest.fixture(scope="session")
def stack(stack_place: StackLocation) -> Iterator[dict[str, Any]]:
    """What `stack.json` says of the running stack."""
    local = LocalStack(stack_place)
    local.end_with_this_process()  # a test run that is killed leaves nothing behind
    try:
        with ProgressSteps() as steps:
            description = local.up(steps)
        yield description
    finally:
        local.down()
