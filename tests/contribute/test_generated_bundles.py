"""Whatever is in a Bundle: it is kept whole and can be read again, or refused with what is wrong and nothing kept."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.conftest import World, province_world
from tests.contribute.bundles import bundle
from tests.contribute.generated import STAY, broken_bundles
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.kept import list_audited, list_stored

PERSON = Resident().record_id


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """A facility that has written the whole stay already, so that every reference of it is known."""
    with province_world() as world:
        yield _prepared(world)


def _prepared(world: World) -> Desk:
    store_resident(world, Resident())
    desk = register(world)
    assert desk.transaction(bundle(*STAY.values())).status == 200
    return desk


def list_kept() -> dict[str, list[Any]]:
    """What is stored but for the counted reads: to ask by a reference whether something is there is one."""
    return {
        table: [row for row in rows if not row["pk"]["S"].startswith("budget#reads#")]
        for table, rows in list_stored().items()
    }


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=broken_bundles())
def test_a_generated_bundle_is_kept_and_readable_or_refused_and_never_a_500(desk: Desk, sent: dict[str, Any]) -> None:
    before, trail = list_kept(), list_audited()
    answer = desk.send(desk.sign_call("POST", "", json.dumps(sent).encode()))
    (line,) = [item for key, item in list_audited().items() if key not in trail]
    if answer.status == 200:
        assert line["outcome"] == "allowed"
        assert desk.summary_by_id(PERSON).status == 200
        assert desk.everything(PERSON).status == 200
        return
    assert answer.status in (400, 404, 413, 422), answer.body
    assert list_kept() == before
    assert (line["outcome"], line["action"], line["key_id"]) == ("denied", "transaction", "79001.1")
    assert answer.json["resourceType"] == "OperationOutcome"
    assert {issue["diagnostics"] for issue in answer.json["issue"]} == {line["detail"]}
    if answer.status == 422:
        assert all(issue["expression"][0].startswith("Bundle.") for issue in answer.json["issue"])
