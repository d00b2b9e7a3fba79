"""Answers that AWS can carry: attachments alone, pages that end by bytes and lose nothing that is written meanwhile."""

import base64
import json
import re
from typing import Any

import pytest
import time_machine

from functions.declare.view import summary_lines
from health_record.http.response_size import LARGEST_PAYLOAD, payload_size
from health_record.record import episodes
from tests.conftest import World
from tests.contribute.bundles import bundle, condition, observation
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident
from tests.hospital_file.files import episode_file, inside

LAMBDA_LIMIT = 6 * 1024 * 1024


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


def letter(person: str, data: str = "JVBERi0x") -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": new_uuid(),
        "status": "current",
        "subject": {"reference": f"Patient/{person}"},
        "content": [{"attachment": {"contentType": "application/pdf", "data": data, "title": "Giấy ra viện"}}],
    }


def url_of(answer: Any) -> str:
    (found,) = [e["resource"] for e in answer.json["entry"] if e["resource"]["resourceType"] == "DocumentReference"]
    return str(found["content"][0]["attachment"]["url"])


def size_of(answer: Any) -> int:
    return payload_size(answer.body.decode())


def test_an_attachment_is_read_alone_by_the_rule_of_the_summary(world: World, person: str) -> None:
    desk, powerless = register(world), register(world, "79002", permissions=[])
    assert desk.transaction(bundle(letter(person))).status == 200
    url = url_of(desk.summary_by_id(person))
    binary_id = url.rpartition("/")[2]
    assert len(binary_id) == 64
    assert binary_id.startswith(person.replace("-", "") + ".")
    assert url == url_of(desk.everything(person))
    answer = desk.call("GET", f"Binary/{binary_id}")
    assert (answer.status, answer.json) == (
        200,
        {"resourceType": "Binary", "id": binary_id, "contentType": "application/pdf", "data": "JVBERi0x"},
    )
    assert powerless.call("GET", f"Binary/{binary_id}").status == 403
    made_up = f"{person.replace('-', '')}.{'0' * 31}"
    for wrong in (made_up, "x", binary_id[:-1], binary_id.upper(), f"{'0' * 32}.{'0' * 31}"):
        assert desk.call("GET", f"Binary/{wrong}").status == 404, wrong


def test_an_attachment_needs_consent_as_the_summary_does(world: World) -> None:
    person = store_resident(world, Resident(sharing=False))
    desk = register(world)
    assert desk.transaction(bundle(letter(person))).status == 200
    emergency = desk.call("GET", f"Patient/{person}/$summary", purpose="ETREAT", reason="unconscious")
    binary = f"Binary/{url_of(emergency).rpartition('/')[2]}"
    assert desk.call("GET", binary).status == 403
    assert desk.call("GET", binary, purpose="ETREAT", reason="unconscious").status == 200


def test_eighteen_documents_of_255_kb_make_a_summary_that_lambda_carries(world: World, person: str) -> None:
    desk = register(world)
    for _ in range(6):
        sent = bundle(*(letter(person, base64.b64encode(b"x" * 190_000).decode()) for _ in range(3)))
        assert desk.transaction(sent).status == 200
    answer = desk.summary_by_id(person)
    assert (answer.status, size_of(answer) < 100_000) == (200, True)


def test_conditions_with_long_notes_make_a_summary_that_lambda_carries_and_says_what_it_cut(
    world: World, person: str
) -> None:
    desk = register(world)
    for place in range(24):
        long = condition(person, note=[{"text": 'Ghi chú "dài" ' * 17_000}], code={"text": f"Bệnh số {place}"})
        long["id"] = new_uuid()
        del long["encounter"]
        assert desk.transaction(bundle(long)).status == 200
    answer = desk.summary_by_id(person)
    assert (answer.status, size_of(answer) <= LARGEST_PAYLOAD) == (200, True)
    assert all(f"Bệnh số {place}" in answer.body.decode() for place in range(24))
    assert "phần giữa không hiện ở đây" in answer.body.decode()


def test_more_results_than_fit_leave_the_oldest_out_and_say_so(world: World, person: str) -> None:
    desk = register(world)
    with time_machine.travel("2026-11-23T08:00:00+07:00", tick=False):
        for month in range(1, 13):
            many = [
                observation(
                    person,
                    id=new_uuid(),
                    effectiveDateTime=f"2025-{month:02}-01",
                    note=[{"text": "z" * 3900} for _ in range(3)],
                )
                for _ in range(60)
            ]
            for start in range(0, 60, 30):
                assert desk.transaction(bundle(*many[start : start + 30])).status == 200
    answer = desk.summary_by_id(person)
    assert (answer.status, size_of(answer) <= LARGEST_PAYLOAD) == (200, True)
    dates = {e["resource"].get("effectiveDateTime") for e in answer.json["entry"]}
    assert "2025-12-01" in dates
    assert "2025-01-01" not in dates
    (told,) = set(re.findall(r"Còn \d+ mục không hiện ở đây, xem \$everything", answer.body.decode()))
    sections = answer.json["entry"][0]["resource"]["section"]
    (note,) = [each["valueAnnotation"]["text"] for section in sections for each in section.get("extension", ())]
    assert note.startswith(told)  # which the pages of own record, link and station show
    assert note in [line.text for line in summary_lines.build_lines(answer.json, "Asia/Ho_Chi_Minh")]


def pages(desk: Desk, person: str, **query: str) -> list[Any]:
    found = [desk.everything(person, **query)]
    while links := [link["url"] for link in found[-1].json["link"] if link["relation"] == "next"]:
        path, _, rest = links[0].partition("/v1/fhir/")[2].partition("?")
        following = dict(pair.split("=", 1) for pair in rest.split("&"))
        found.append(desk.call("GET", path, query=following))
        assert found[-1].status == 200
    return found


def ids(answers: list[Any]) -> list[str]:
    return [entry["resource"]["id"] for answer in answers for entry in answer.json.get("entry", [])]


def test_pages_end_by_bytes_and_hold_everything_once(world: World, person: str) -> None:
    desk = register(world)
    sent = []
    for _ in range(8):
        many = [condition(person, id=new_uuid(), note=[{"text": '"' * 150_000}]) for _ in range(2)]
        for each in many:
            del each["encounter"]
        assert desk.transaction(bundle(*many)).status == 200
        sent += [each["id"] for each in many]
    found = pages(desk, person)
    assert len(found) > 1
    assert all(size_of(answer) < LAMBDA_LIMIT for answer in found)
    assert sorted(set(ids(found)) & set(sent)) == sorted(sent)
    assert len(ids(found)) == len(set(ids(found)))


def test_what_changes_between_pages_is_not_lost(world: World, person: str) -> None:
    desk = register(world)
    resources = [condition(person, id=new_uuid()) for _ in range(6)]
    for place, each in enumerate(resources):
        del each["encounter"]
        with time_machine.travel(f"2026-11-23T0{place + 1}:00:00Z", tick=False):
            assert desk.transaction(bundle(each)).status == 200
    first = desk.everything(person, _count="3")
    seen = ids([first])
    changed = next(each for each in resources if each["id"] in seen)
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        assert desk.transaction(bundle({**changed, "onsetDateTime": "2026-11-01"})).status == 200
    (following,) = [link["url"] for link in first.json["link"] if link["relation"] == "next"]
    query = dict(pair.split("=", 1) for pair in following.partition("?")[2].split("&"))
    rest = pages(desk, person, **query)
    assert {each["id"] for each in resources} <= set(seen) | set(ids(rest))
    assert changed["id"] in ids(rest)


def send_episodes(desk: Desk, many: int) -> None:
    """So many files of one person's stays, each a minute after the one before."""
    for number in range(many):
        resident = Resident()
        file = episode_file(str(resident.national_id), resident.birth_date, resident.full_name)
        file = inside(file, lambda text, number=number: text.replace("<MA_LK>LK", f"<MA_LK>{number}LK"))
        with time_machine.travel(f"2026-11-23T04:{number:02}:00Z", tick=False):
            answer = desk.hospital_file(file)
        assert answer.json["entry"][0]["response"]["status"].startswith("201"), answer.body


def test_small_pages_are_the_whole_in_its_order_and_derive_no_episode_of_another_page(
    world: World, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = register(world, provider_code="79999")
    with time_machine.travel("2026-11-23T04:01:30Z", tick=False):
        assert desk.transaction(bundle(*(observation(person, id=new_uuid()) for _ in range(5)))).status == 200
    send_episodes(desk, 4)
    read, whole = [], episodes.whole

    def noted(table: str, opened: Any, head: Any) -> Any:
        read.append(head["sk"])
        return whole(table, opened, head)

    monkeypatch.setattr(episodes, "whole", noted)
    together = pages(desk, person)
    total = together[0].json["total"]
    assert total == len(ids(together)) > 40
    for query in (
        {"_count": "7"},
        {"_count": "7", "_since": "2026-11-23T04:02:00Z"},
        {"_count": "2", "_type": "Condition"},
    ):
        expected = pages(desk, person, **{name: value for name, value in query.items() if name != "_count"})
        read.clear()
        first = desk.everything(person, **query)
        of_first = len(read)
        found = pages(desk, person, **query)
        assert ids(found) == ids(expected)
        assert {answer.json["total"] for answer in found} == {expected[0].json["total"]} == {first.json["total"]}
        further = len(read) - 2 * of_first
        assert further <= 2 * (len(found) - 1), f"{further} episodes for {len(found) - 1} further pages: {query}"


def test_everything_honours_type_and_refuses_what_it_would_ignore(world: World, person: str) -> None:
    desk = register(world)
    assert desk.transaction(bundle(letter(person))).status == 200
    kinds = [e["resource"]["resourceType"] for e in desk.everything(person, _type="DocumentReference").json["entry"]]
    assert kinds == ["DocumentReference"]
    broken = [
        base64.urlsafe_b64encode(text).decode()
        for text in (b"a|b|c|d", b"a|b|c|d|x", b"a|b|c|d|-1", b"|||||7", b"\xff")
    ]
    cursors = [{"_cursor": cursor} for cursor in (*broken, "x", "%")]
    others = ({"_elements": "id"}, {"start": "2026"}, {"_type": "Basic"}, {"_since": "2026-11-23T08:00:00"})
    for query in (*others, *cursors, {"_count": "x"}, {"_count": "-1"}):
        answer = desk.everything(person, **query)
        assert (answer.status, answer.json["resourceType"]) == (400, "OperationOutcome"), query


def test_a_page_of_one_is_what_a_search_for_the_first_asks_for(world: World, person: str) -> None:
    desk = register(world)
    query = {
        "identifier": f"http://fhir.ehealth.gov.vn/core/sid/national_id|{Resident().national_id}",
        "birthdate": Resident().birth_date,
        "_count": "1",
    }
    answer = desk.call("GET", "Patient", query=query)
    assert (answer.status, answer.json["total"]) == (200, 1)
    assert json.loads(answer.body)["entry"][0]["resource"]["id"] == person
