"""What the account sees: list, declaration, versions, who looked; and visits of posters."""

from collections.abc import Callable
from typing import Any

import time_machine

from health_record.audit import audit_entries, replay_guard
from tests.conftest import World
from tests.declare.people import (
    BOB,
    NAME,
    NATIONAL_ID,
    OTHER_ID,
    RECORD,
    RECORD_ID,
    call,
    coding,
    declaration,
    put,
    put_card_seen,
    sign_in,
)
from tests.posters import poster

CHANGED = declaration(history_conditions=coding("E14.9"), history_cancer_type=None)


def value_of(response: dict[str, Any], link_id: str) -> Any:
    """The first answer's value."""
    (item,) = [one for group in response["item"] for one in group["item"] if one["linkId"] == link_id]
    return next(value for name, value in item["answer"][0].items() if name.startswith("value"))


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_the_list_shows_names_at_level_two_only(world: World) -> None:
    assert call("GET", "/v1/records", sign_in()).json == {"records": []}
    put(sign_in())
    with time_machine.travel("2026-11-24T03:00:00Z", tick=False):
        body = declaration(identity_relation=coding("parent"), identity_full_name={"valueString": "Trần Thử"})
        put(sign_in(), body, record_id=OTHER_ID)
        first = {"id": RECORD_ID, "relation": "self", "version": 1, "updated_at": "2026-11-23T03:00:00.000Z"}
        second = {"id": OTHER_ID, "relation": "parent", "version": 1, "updated_at": "2026-11-24T03:00:00.000Z"}
        answer = call("GET", "/v1/records", sign_in())
        assert (answer.status, answer.json) == (200, {"records": [first, second]})
        answer = call("GET", "/v1/records", sign_in(level=2))
        assert answer.json == {
            "records": [
                first | {"display_name": NAME, "waiting": True},
                second | {"display_name": "Trần Thử", "waiting": True},
            ]
        }
        assert call("GET", "/v1/records", sign_in(BOB, level=2)).json == {"records": []}
        assert call("GET", "/v1/records").status == 401


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_the_declaration_is_read_back_as_fhir_in_the_forms_words(world: World) -> None:
    body = declaration(identity_national_id={"valueString": "079 160 012345"})
    body |= {"id": "mine", "authored": "1999-01-01", "language": "en"}
    body["item"][0]["item"][2]["answer"][0]["valueCoding"]["display"] = "Something else"
    put(sign_in(), body)
    answer = call("GET", RECORD, sign_in(level=2))
    assert (answer.status, answer.headers["etag"], answer.headers["cache-control"]) == (200, '"1"', "no-store")
    response = answer.json
    assert {name: value for name, value in response.items() if name != "item"} == {
        "resourceType": "QuestionnaireResponse",
        "id": RECORD_ID,
        "meta": {"versionId": "1", "lastUpdated": "2026-11-23T03:00:00.000Z"},
        "questionnaire": "urn:x-so-suc-khoe:questionnaire:declaration|2.2.0",
        "status": "completed",
        "authored": "2026-11-23T03:00:00.000Z",
    }
    assert value_of(response, "identity.national-id") == NATIONAL_ID
    assert value_of(response, "identity.sex")["display"] == "Nữ"
    assert value_of(response, "identity.ward") == {
        "system": "urn:x-so-suc-khoe:wards",
        "code": "26911",
        "display": "Phường Bình Quới",
    }
    assert [one["action"] for one in world.items("audit")].count("read") == 1


def test_versions_are_read_newest_first_and_in_pages(world: World) -> None:
    cookies = sign_in(level=2)
    put(cookies)
    for version in range(1, 22):
        put(cookies, declaration(measurements_weight={"valueDecimal": 40 + version}), version=version)
    answer = call("GET", f"{RECORD}/versions", cookies)
    assert (answer.status, answer.headers["etag"]) == (200, '"22"')
    assert [one["meta"]["versionId"] for one in answer.json["versions"]] == [str(n) for n in range(22, 2, -1)]
    assert value_of(answer.json["versions"][0], "measurements.weight") == 61
    answer = call("GET", f"{RECORD}/versions", cookies, query="before=3")
    assert [one["meta"]["versionId"] for one in answer.json["versions"]] == ["2", "1"]


def test_a_page_begins_below_a_version(world: World) -> None:
    cookies = sign_in(level=2)
    put(cookies)
    pages = {
        "1": 400,
        "2": 200,
        "x": 400,
        "-3": 400,
        "٣": 400,
        "": 400,
        "1000000": 400,
        "00000009999999": 400,
        "9" * 4400: 400,
    }
    assert {text: call("GET", f"{RECORD}/versions", cookies, query=f"before={text}").status for text in pages} == pages


def test_who_looked_is_shown_newest_first_without_the_resident(world: World) -> None:
    with time_machine.travel("2026-11-23T17:00:00Z", tick=False):  # midnight of the 24th
        put(sign_in())
    put_card_seen(world)
    common: dict[str, Any] = {
        "key_id": "79001.1",
        "practitioner": "BS-0042",
        "record_id": RECORD_ID,
        "facility_name": "Trạm Y tế Thử",
    }
    with time_machine.travel("2026-11-24T01:00:00Z", tick=False):
        entry = audit_entries.facility_entry(
            **common, nonce="n" * 16, action="summary", outcome="allowed", purpose="TREAT"
        )
        replay_guard.put_entry("audit", entry)
    with time_machine.travel("2026-11-25T01:00:00Z", tick=False):
        entry = audit_entries.facility_entry(
            **common,
            nonce="m" * 16,
            action="summary",
            outcome="allowed",
            purpose="ETREAT",
            reason="unconscious",
            emergency=True,
        )
        replay_guard.put_entry("audit", entry)
    with time_machine.travel("2026-11-25T02:00:00Z", tick=False):
        answer = call("GET", f"{RECORD}/accesses", sign_in(level=2))
    shown = answer.json
    key = world.macs().compute("accesses", RECORD_ID)
    assert shown.pop("receipt") == {
        "record": RECORD_ID,
        "began": "2026-11-24",
        "at": "2026-11-25T02:00:00.000Z",
        "key": key,
    }
    shared = {
        "facility": "79001",
        "facility_name": "Trạm Y tế Thử",
        "practitioner": "BS-0042",
        "action": "summary",
        "outcome": "allowed",
    }
    assert (answer.status, shown) == (
        200,
        {
            "accesses": [
                {"at": "2026-11-25T01:00:00.000Z", "purpose": "ETREAT", "reason": "unconscious", "emergency": True}
                | shared,
                {"at": "2026-11-24T01:00:00.000Z", "purpose": "TREAT", "emergency": False} | shared,
            ],
        },
    )


@time_machine.travel("2026-11-23T18:00:00Z", tick=False)
def test_a_poster_counts_its_visits_by_local_day(world: World) -> None:
    for _ in range(3):
        assert call("POST", "/v1/visits", body={"poster": poster()}).status == 204
    (row,) = world.items("facts")
    assert {name: str(value) for name, value in row.items()} == {
        "pk": f"poster#{poster()}",
        "sk": "day#2026-11-24",
        "visits": "3",
    }


def test_what_is_no_poster_is_refused(world: World) -> None:
    for scanned in (None, 7, "", "-a", "a" * 33, "a b", "ä", "a#b", {"a": 1}):
        answer = call("POST", "/v1/visits", body={"poster": scanned})
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/poster"), scanned
    assert world.items("facts") == []


def test_past_a_days_largest_number_visits_are_answered_but_not_counted(world: World) -> None:
    with time_machine.travel("2026-11-23T03:00:00Z", tick=False):
        for visits in (99_999, 100_000):
            world.table("facts").put_item(Item={"pk": f"poster#{poster()}", "sk": "day#2026-11-23", "visits": visits})
            assert call("POST", "/v1/visits", body={"poster": poster()}).status == 204
            assert world.items("facts")[0]["visits"] == 100_000


def test_what_nobody_signed_is_answered_alike_and_counted_nowhere(
    world: World, counted: list[str], written: Callable[[], str]
) -> None:
    ours = poster("12")
    call("POST", "/v1/visits", body={"poster": ours})
    counted.clear()
    forged = ["bq-07", "26911-12", "26911-12-00000000", f"{ours}0", f"26912{ours[5:]}", f"26911-13{ours[8:]}"]
    for unsigned in forged:
        answer = call("POST", "/v1/visits", body={"poster": unsigned})
        assert (answer.status, answer.body, counted) == (204, "", []), unsigned
    assert [str(row["visits"]) for row in world.items("facts")] == ["1"]
    assert written().count('"PosterUnknown"') >= len(forged)


def visit(station: str, client: str) -> None:
    answer = call("POST", "/v1/visits", body={"poster": poster(station)}, client=client)
    assert (answer.status, answer.body) == (204, "")


def spend(world: World, visits: int) -> None:
    """Let the one address seen so far have made this many visits."""
    (budget,) = [one for one in world.items("access") if one["pk"].startswith("budget#visits#")]
    world.table("access").put_item(Item=budget | {"n600": visits})


def test_one_address_fills_the_counters_only_so_far_and_ten_minutes_later_again(world: World) -> None:
    with time_machine.travel("2026-11-23T03:00:00Z", tick=False) as clock:
        visit("1", "2001:db8::1")
        spend(world, 118)
        for number in (119, 120, 121):
            visit(f"{number}", f"2001:db8::{number:x}")
        clock.shift(599)
        visit("122", "2001:db8::1")
        assert sorted(one["pk"] for one in world.items("facts")) == sorted(
            f"poster#{poster(station)}" for station in ("1", "119", "120")
        )
        clock.shift(1)
        visit("123", "2001:db8::1")
        assert len(world.items("facts")) == 4
    assert "2001:db8" not in str(world.items("access"))


def test_another_address_is_counted_by_itself(world: World) -> None:
    visit("12", "203.0.113.9")
    spend(world, 120)
    visit("12", "203.0.113.9")
    visit("12", "203.0.113.10")
    assert world.items("facts")[0]["visits"] == 2


def test_a_visit_makes_two_calls_and_three_from_a_known_address(world: World, counted: list[str]) -> None:
    call("POST", "/v1/visits", body={"poster": poster()}, client="203.0.113.9")
    counted.clear()
    call("POST", "/v1/visits", body={"poster": poster()})
    assert counted == ["UpdateItem", "UpdateItem"]
    counted.clear()
    call("POST", "/v1/visits", body={"poster": poster()})
    assert counted == ["UpdateItem", "UpdateItem", "UpdateItem"]
