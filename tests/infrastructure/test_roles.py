"""The roles that every test runs under: a handler's call without its grant is refused and fails the test."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests import roles, unused_rights
from tests.conftest import Answer, World, call_handler
from tests.posters import poster
from tests.roles import Call, Right


def visit() -> Answer:
    from functions.declare.handler import handler

    return call_handler(handler, "POST", "/v1/visits", body={"poster": poster()})


def test_a_granted_call_passes(world: World) -> None:
    assert visit().status == 204


def test_a_call_that_is_not_granted_is_refused_and_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(roles.ROLES, "declare", ())

    with pytest.raises(AssertionError, match=r"grant it in .*declare: UpdateItem on \w+"), roles.enforced():
        assert visit().status >= 500


def test_what_a_test_does_itself_needs_no_role(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "ROLES", {})

    with roles.enforced():
        world.table("facts").put_item(Item={"pk": "poster#bq-07", "sk": "day#2026-11-23"})


@pytest.mark.parametrize(
    ("call", "granted"),
    [
        (Call("UpdateItem", "access", "session#1"), True),
        (Call("UpdateItem", "access", "challenge#1"), False),
        (Call("DeleteItem", "access", "session#1"), False),
        (Call("UpdateItem", "access/by-account", "session#1"), False),
        (Call("UpdateItem", "records", "session#1"), False),
    ],
)
def test_a_right_is_on_its_table_its_actions_and_its_partitions_only(call: Call, granted: bool) -> None:
    right = Right("access", frozenset({"UpdateItem"}), ("session#", "budget#"))

    assert right.grants(call) is granted


@pytest.fixture
def nothing_used(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, roles.Grant]]:
    """The list of what was used, empty for this test alone."""
    seen: set[tuple[str, roles.Grant]] = set()
    monkeypatch.setattr(roles, "used", seen)
    return seen


def test_what_a_handler_needed_is_no_longer_told_as_unused(
    world: World, nothing_used: set[tuple[str, roles.Grant]]
) -> None:
    counting = "declare: UpdateItem on facts"
    assert counting in roles.unused(nothing_used)

    assert visit().status == 204

    assert ("declare", ("facts", "UpdateItem", "")) in nothing_used
    assert counting not in roles.unused(nothing_used)
    assert "declare: Query on facts" in roles.unused(nothing_used)


def test_each_partition_of_a_right_must_be_needed(
    monkeypatch: pytest.MonkeyPatch, nothing_used: set[tuple[str, roles.Grant]]
) -> None:
    right = Right("access", frozenset({"UpdateItem"}), ("session#", "budget#"))
    monkeypatch.setattr(roles, "ROLES", {"declare": (right,)})
    monkeypatch.setattr(roles, "OTHER_CALLS", {"declare": frozenset({"sns:Publish"})})

    used = [("declare", ("access", "UpdateItem", "session#"))]

    assert roles.unused(used) == ["declare: UpdateItem on access budget#", "declare: sns:Publish on AWS"]


def test_what_aws_uses_in_our_name_is_granted_to_somebody() -> None:
    for function, grants in roles.USED_BY_AWS.items():
        assert {(function, grant) for grant in grants} <= roles.granted()


def session(*, whole: bool, worker: bool = False) -> Any:
    source = pytest.Config.ArgsSource.TESTPATHS if whole else pytest.Config.ArgsSource.ARGS
    config = SimpleNamespace(args_source=source, getoption=lambda name, default: default)
    if worker:
        config.workeroutput = {}
    return SimpleNamespace(config=config, exitstatus=pytest.ExitCode.OK)


@pytest.mark.parametrize(("whole", "passed", "fails"), [(True, True, True), (False, True, False), (True, False, False)])
def test_an_unused_right_fails_a_whole_run_that_passed_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
    nothing_used: set[tuple[str, roles.Grant]],
    whole: bool,
    passed: bool,
    fails: bool,
) -> None:
    monkeypatch.setattr(unused_rights, "_seen", set())
    monkeypatch.setattr(unused_rights, "_sentences", [])
    run = session(whole=whole)

    unused_rights.pytest_sessionfinish(run, pytest.ExitCode.OK if passed else pytest.ExitCode.TESTS_FAILED)

    assert (run.exitstatus == pytest.ExitCode.TESTS_FAILED) is fails


def test_workers_hand_over_what_their_tests_used(
    monkeypatch: pytest.MonkeyPatch, nothing_used: set[tuple[str, roles.Grant]]
) -> None:
    monkeypatch.setattr(unused_rights, "_seen", set())
    monkeypatch.setattr(unused_rights, "_sentences", [])
    nothing_used.update(roles.granted())
    worker, run = session(whole=True, worker=True), session(whole=True)

    unused_rights.pytest_sessionfinish(worker, pytest.ExitCode.OK)
    nothing_used.clear()
    unused_rights.pytest_testnodedown(SimpleNamespace(workeroutput=worker.config.workeroutput), None)
    unused_rights.pytest_sessionfinish(run, pytest.ExitCode.OK)

    assert run.exitstatus == pytest.ExitCode.OK
