"""Every entry of a hospital file can be said to be wrong, in the visit and in the summary, and is marked in both."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.conftest import World, call_handler
from tests.declare.people import BOB, RECORD, RECORD_ID, call, put, sign_in
from tests.declare.test_episodes import FILE, ONE, another, listed, send
from tests.facility_desk import Desk, register

DISPUTES = f"{RECORD}/disputes"
REASON = "Không phải của tôi"
TAG = ("urn:x-so-suc-khoe:dispute", "disputed", REASON)


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    with time_machine.travel("2026-10-20T03:00:00Z", tick=False):
        put(sign_in())
        desk = register(world, provider_code="79999", name="Bệnh viện Thử Nghiệm")
        send(desk)
        yield desk


def dispute(resource: str, *, account: str | None = None, **members: Any) -> int:
    cookies = sign_in(account, level=2) if account else sign_in(level=2)
    return call("POST", DISPUTES, cookies, body={"resource": resource, "reason": REASON, **members}).status


def take_back(resource: str) -> int:
    from functions.declare.handler import handler

    kind, entry = resource.split("/")
    path = {"id": RECORD_ID, "type": kind, "entry": entry}
    cookies = sign_in(level=2)
    return call_handler(handler, "DELETE", f"{DISPUTES}/{{type}}/{{entry}}", path=path, cookies=cookies).status


def whole(episode: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call("GET", ONE, sign_in(level=2), episode=episode).json["resources"]
    return found


def disputed(resources: list[dict[str, Any]]) -> set[str]:
    tagged = ((each, tag) for each in resources for tag in each.get("meta", {}).get("tag", ()))
    return {
        f"{each['resourceType']}/{each['id']}"
        for each, tag in tagged
        if (tag["system"], tag["code"], tag.get("display")) == TAG
    }


def entries(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["resource"] for each in bundle["entry"]]


def test_every_kind_of_entry_of_a_visit_is_disputed_where_it_stands_and_taken_back(desk: Desk) -> None:
    (visit,) = listed()["episodes"]
    names = {each["resourceType"]: f"{each['resourceType']}/{each['id']}" for each in whole(visit["id"])}
    for name in names.values():
        assert dispute(name, episode=visit["id"]) == 204, name
        assert name in disputed(whole(visit["id"]))
        assert name in disputed(entries(desk.everything(RECORD_ID).json))
        assert take_back(name) == 204
        assert disputed(whole(visit["id"])) == set()


def test_what_the_list_of_visits_names_is_disputed_there_in_the_summary_and_for_facilities(desk: Desk) -> None:
    (visit,) = listed()["episodes"]
    named = [visit, *visit["diagnoses"], *visit["medicines"]]
    for each in named:
        assert "disputed" not in each
        assert dispute(each["resource"], episode=visit["id"]) == 204
    (visit,) = listed()["episodes"]
    assert [each["disputed"] for each in (visit, *visit["diagnoses"], *visit["medicines"])] == [REASON] * len(named)
    own = disputed(entries(call("GET", f"{RECORD}/summary", sign_in(level=2)).json))
    assert {each["resource"] for each in named} <= own
    read = disputed(entries(desk.summary_by_id(RECORD_ID).json))
    assert read == own
    requests = [each for each in disputed(whole(visit["id"])) if each.startswith("MedicationRequest/")]
    assert len(requests) == len(visit["medicines"])


def test_an_entry_of_the_summary_is_disputed_without_naming_its_visit(desk: Desk) -> None:
    shown = entries(call("GET", f"{RECORD}/summary", sign_in(level=2)).json)
    codes = [
        each for each in shown if {"code": "facility"}.items() <= (each.get("meta", {}).get("tag") or [{}])[0].items()
    ]
    kinds = {each["resourceType"]: f"{each['resourceType']}/{each['id']}" for each in codes}
    assert {"Condition", "MedicationStatement", "Observation", "Encounter", "DiagnosticReport"} <= set(kinds)
    for name in kinds.values():
        assert dispute(name) == 204, name
        assert disputed(entries(call("GET", f"{RECORD}/summary", sign_in(level=2)).json)) == {name}
        assert take_back(name) == 204


def test_a_medicine_is_taken_back_by_either_of_its_names(desk: Desk) -> None:
    (visit,) = listed()["episodes"]
    assert dispute(visit["medicines"][0]["resource"], episode=visit["id"]) == 204
    (request,) = [each for each in disputed(whole(visit["id"])) if each.startswith("MedicationRequest/")]
    assert take_back(request) == 204
    assert (disputed(whole(visit["id"])), "disputed" in listed()["episodes"][0]["medicines"][0]) == (set(), False)


def test_an_entry_is_sought_in_its_own_visit_alone(desk: Desk) -> None:
    send(desk, another(FILE, "LK2", "20260905"))
    newer, older = listed()["episodes"]
    assert dispute(newer["diagnoses"][0]["resource"], episode=older["id"]) == 404
    assert dispute(newer["diagnoses"][0]["resource"], episode="0" * 32) == 404
    assert dispute(older["diagnoses"][0]["resource"], episode=older["id"]) == 204
    assert ["disputed" in each["diagnoses"][0] for each in listed()["episodes"]] == [False, True]


@pytest.mark.parametrize("episode", ["", "x", "A" * 32, 1, ["0" * 32], {"a": 1}])
def test_what_is_no_visit_is_refused(desk: Desk, episode: Any) -> None:
    (visit,) = listed()["episodes"]
    assert dispute(visit["resource"], episode=episode) == 422


def test_before_the_card_is_seen_nothing_tells_that_there_is_an_entry(world: World) -> None:
    put(sign_in())
    desk = register(world, provider_code="79999", name="Bệnh viện Thử Nghiệm")
    send(desk)
    (visit,) = listed()["episodes"]
    (meta,) = [item for item in world.items("records") if item["sk"] == "meta"]
    world.table("records").put_item(Item={**meta, "card_seen": False})
    for episode in (None, visit["id"]):
        members = {"episode": episode} if episode else {}
        assert dispute(visit["resource"], **members) == dispute(
            f"Condition/{'0' * 8}-0000-4000-8000-{'0' * 12}", **members
        )
    assert dispute(visit["resource"], account=BOB, episode=visit["id"]) == 404


@time_machine.travel("2026-10-20T03:00:00Z", tick=False)
def test_results_come_with_the_visits_where_they_are_asked_for(world: World) -> None:
    put(sign_in())
    send(register(world, provider_code="79999"))
    assert "results" not in listed()["episodes"][0]
    for other in ("results=1", "results=", "results=false"):
        assert "results" not in listed(query=other)["episodes"][0]
    (visit,) = listed(query="results=true")["episodes"]
    told = {each["code"]["text"]: each for each in visit["results"]}
    assert "HbA1c" in told
    assert {"resourceType", "id", "code", "effectiveDateTime", "valueQuantity"} <= set(told["HbA1c"])
    assert dispute(f"Observation/{told['HbA1c']['id']}", episode=visit["id"]) == 204
    (visit,) = listed(query="results=true")["episodes"]
    assert disputed(visit["results"]) == {f"Observation/{told['HbA1c']['id']}"}
