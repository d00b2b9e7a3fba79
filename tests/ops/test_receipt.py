"""`ssk receipt`: what became of a declaration, said to who has its number, and nothing of the person."""

import json
from typing import Any

import pytest
import time_machine

from ops import ssk
from ops.commands import receipt as command
from ops.deployment import Deployment
from tests.conftest import TABLES, World, aws
from tests.declare import people


@pytest.fixture(autouse=True)
def deployed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = {f"Table{name.capitalize()}": name for name in TABLES}
    outputs |= {"MacKeyId": world.identifier_mac_key_id, "PhoneMacKeyId": world.phone_mac_key_id}
    monkeypatch.setattr(command, "find_deployment", lambda _: Deployment(outputs, aws))


def told(capsys: pytest.CaptureFixture[str], number: str, status: int = 0) -> tuple[str, list[dict[str, Any]]]:
    capsys.readouterr()  # what the functions wrote
    assert ssk.main(["receipt", number, "--json"]) == status
    said, _, last = capsys.readouterr().out.strip().rpartition("\n")
    return said, json.loads(last)["found"]


def declare(day: str, body: dict[str, Any], version: int | None = None) -> str:
    with time_machine.travel(day, tick=False):
        answer = people.put(people.sign_in(level=2 if version else 1), body, version=version)
    assert answer.status in (200, 201), answer.body
    return str(answer.json["receipt"])


def test_a_number_is_told_its_day_and_what_became_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    first = declare("2026-11-23T18:30:00Z", people.declaration())
    said, found = told(capsys, first.lower().replace("-", " "))
    assert said == "Received on 24/11/2026 as version 1; not corrected since; the record is in use."
    assert set(found[0]) == {"at", "version", "newest", "changed_at", "state"}
    renamed = people.declaration(identity_full_name={"valueString": "Trần Thử"})
    second = declare("2026-11-25T01:00:00Z", renamed, version=1)
    assert "version 1; corrected since, the last time on 25/11/2026" in told(capsys, first)[0]
    assert "Received on 25/11/2026 as version 2; not corrected since" in told(capsys, second)[0]


def test_nothing_of_the_person_or_of_who_may_read_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    said, found = told(capsys, declare("2026-11-23T18:30:00Z", people.declaration()))
    for secret in (people.NAME, people.NATIONAL_ID, people.INSURANCE, people.RECORD_ID, people.ALICE, "I10", "1960"):
        assert secret not in said + str(found)


@pytest.mark.parametrize(
    ("change", "state"), [({"restricted": True}, "put out of use by its person"), ({"erasing": True}, "being erased")]
)
def test_a_record_out_of_use_says_so(
    world: World, capsys: pytest.CaptureFixture[str], change: dict[str, bool], state: str
) -> None:
    number = declare("2026-11-23T18:30:00Z", people.declaration())
    (meta,) = [item for item in world.items("records") if item["sk"] == "meta"]
    world.table("records").put_item(Item={**meta, **change})
    assert told(capsys, number)[1][0]["state"] == state


def test_a_number_that_no_record_has_is_said_to_be_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    number = declare("2026-11-23T18:30:00Z", people.declaration())
    assert people.call("DELETE", people.RECORD, people.sign_in(level=2)).status == 204
    said, found = told(capsys, number, status=1)
    assert (found, "the record was erased" in said) == ([], True)


@pytest.mark.parametrize(
    ("number", "why"), [("K3C7", "two digits and eight signs"), ("40-K3C7-TM4A", "of province 40, not of 79")]
)
def test_what_cannot_be_one_of_its_numbers_is_refused(
    capsys: pytest.CaptureFixture[str], number: str, why: str
) -> None:
    assert ssk.main(["receipt", number]) == 1
    assert why in capsys.readouterr().err


def test_a_local_stack_of_another_province_has_numbers_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SSK_LOCAL_PROVINCE", "40")
    assert ssk.main(["receipt", "79-K3C7-TM4A"]) == 1
    assert capsys.readouterr().err == "ssk: This number is of province 79, not of 40.\n"
