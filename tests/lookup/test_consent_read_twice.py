"""What allows a reading is looked at again with what is read: who withdraws it meanwhile is not shown."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from botocore.client import BaseClient

from tests.conftest import World
from tests.declare import people
from tests.facility_desk import Desk, register

SYSTEM, BORN = "http://fhir.ehealth.gov.vn/core/sid/national_id", "1960-05-17"
NOW = "2026-11-23T01:30:00Z"
EMERGENCY: dict[str, Any] = {"purpose": "ETREAT", "reason": "unable"}
RECORD = people.RECORD_ID
READINGS: dict[str, Callable[[Desk], Any]] = {
    "$summary by number": lambda desk: desk.summary(SYSTEM, people.NATIONAL_ID, BORN),
    "$summary by id": lambda desk: desk.summary_by_id(RECORD),
    "$everything": lambda desk: desk.everything(RECORD),
    "attachment": lambda desk: desk.call("GET", f"Binary/{RECORD.replace('-', '')}.{'0' * 31}"),
    "emergency": lambda desk: desk.call("GET", f"Patient/{RECORD}/$summary", **EMERGENCY),
}


def consent(purpose: str) -> None:
    body = {"purpose": purpose, "given": False, "text_version": "1.0.0", "language": "vi"}
    assert people.call("PUT", "/v1/records/{id}/consents", people.sign_in(level=2), body=body).status == 200


def restrict() -> None:
    cookies = people.sign_in(level=2)
    assert people.call("PUT", "/v1/records/{id}/restriction", cookies, body={"restricted": True}).status == 204


def erase() -> None:
    assert people.call("DELETE", people.RECORD, people.sign_in(level=2)).status == 204


# What the person does between the two reads, and what the call is answered then; in an emergency as the last says.
CHANGES: dict[str, tuple[Callable[[], None], tuple[int, str], tuple[int, str] | None]] = {
    "sharing withdrawn": (lambda: consent("sharing"), (403, "consent-missing"), None),
    "another consent withdrawn": (lambda: consent("statistics"), (200, ""), None),
    "restricted": (restrict, (403, "consent-missing"), (403, "record-restricted")),
    "erased": (erase, (404, "no-such-person"), (404, "no-such-person")),
}


def before_items_are_read(monkeypatch: pytest.MonkeyPatch, change: Callable[[], None]) -> list[str]:
    """Do `change` once the call has decided and is about to read what is kept of the record."""
    real: Any = BaseClient._make_api_call  # type: ignore[attr-defined]
    done: list[str] = []

    def changing(client: Any, operation: str, arguments: Any) -> Any:
        if operation == "Query" and arguments.get("TableName") == "records" and not done:
            done.append(operation)
            with monkeypatch.context() as patch:
                patch.setattr(BaseClient, "_make_api_call", real)
                change()
        return real(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", changing)
    return done


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("reading", READINGS)
@time_machine.travel(NOW, tick=False)
def test_who_withdraws_between_the_two_reads_is_not_shown(
    world: World, monkeypatch: pytest.MonkeyPatch, reading: str, change: str
) -> None:
    assert people.put(people.sign_in()).status == 201
    desk = register(world)
    withdraw, refused, in_emergency = CHANGES[change]
    with monkeypatch.context() as patch:
        done = before_items_are_read(patch, withdraw)
        answer = READINGS[reading](desk)
    assert done
    status, kind = (in_emergency or (200, "")) if reading == "emergency" else refused
    if status == 200:
        assert answer.status == (404 if reading == "attachment" else 200)
        return
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (status, kind)
    assert people.NAME.encode() not in answer.body
    (line,) = [item for item in world.items("audit") if item["pk"].startswith("79001.1#")]
    assert (line["outcome"], line["detail"], line.get("emergency")) == ("denied", kind, None)


@pytest.mark.parametrize(("day", "status"), [("2026-11-30", 200), ("2026-12-01", 200), ("2026-12-02", 403)])
def test_the_last_day_of_a_consent_is_a_day_of_it_until_midnight_here(world: World, day: str, status: int) -> None:
    with time_machine.travel(NOW, tick=False):
        people.put(people.sign_in())
        body = {"purpose": "sharing", "given": True, "text_version": "1.0.0", "language": "vi", "until": "2026-12-01"}
        assert people.call("PUT", "/v1/records/{id}/consents", people.sign_in(level=2), body=body).status == 200
    for moment in ("00:00:00", "23:59:59"):
        with time_machine.travel(f"{day}T{moment}+07:00", tick=False):
            desk = register(world)
            assert desk.summary_by_id(RECORD).status == status, moment


def test_everything_that_decides_is_read_as_it_stands(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search by a number that is on no card, and a summary by the id a moment later, which knows of the first."""
    desk = register(world)
    people.put(people.sign_in())
    read: list[tuple[str, bool]] = []
    real: Any = BaseClient._make_api_call  # type: ignore[attr-defined]

    def noting(self: Any, operation: str, sent: Any) -> Any:
        if operation == "BatchGetItem":
            read.extend((table, of.get("ConsistentRead", False)) for table, of in sent["RequestItems"].items())
        return real(self, operation, sent)

    monkeypatch.setattr(BaseClient, "_make_api_call", noting)
    assert desk.search(SYSTEM, people.NATIONAL_ID, BORN).status == 200
    assert desk.summary_by_id(RECORD).status == 200
    assert {table for table, _ in read} >= {"access", "records", "keys"}
    assert all(consistent for _, consistent in read)
