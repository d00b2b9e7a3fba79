"""The own page's visits: what hospitals' files tell, by visit, at level 2 alone, and in the own summary."""

import re
from typing import Any

import pytest
import time_machine

from functions.declare.view import episodes as view
from health_record.identity.identifiers import NATIONAL_ID
from tests.conftest import World
from tests.declare import people
from tests.declare.people import RECORD, call, put, sign_in
from tests.facility_desk import Desk, register
from tests.health_record.summary import ips_checker
from tests.hospital_file.files import episode_file, inside, replaced

FILE = episode_file(people.NATIONAL_ID, "1960-05-17", people.NAME)
LIST, ONE = f"{RECORD}/episodes", f"{RECORD}/episodes/{{episode}}"


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999", name="Bệnh viện Thử Nghiệm")


def send(desk: Desk, file: bytes = FILE, *, card_seen: bool = True) -> None:
    if card_seen:
        seen = desk.verify(people.RECORD_ID, NATIONAL_ID, people.NATIONAL_ID, "1960-05-17", permit_pin=False)
        assert seen.status == 200
    assert desk.hospital_file(file).json["entry"][0]["response"]["status"][:3] in ("200", "201")


def another(file: bytes, key: str, day: str) -> bytes:
    """The episode with another MA_LK and on another day."""
    changed = inside(file, lambda text: text.replace(f"LK{people.NATIONAL_ID}", key).replace("20261005", day))
    return re.sub(rb"<NGAYLAP>\d+<", f"<NGAYLAP>{day}<".encode(), changed)


def listed(**query: Any) -> dict[str, Any]:
    answer = call("GET", LIST, sign_in(level=2), **query)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


@time_machine.travel("2026-10-20T03:00:00Z", tick=False)
def test_a_visit_is_told_in_a_few_words(world: World, desk: Desk) -> None:
    put(sign_in())
    assert listed() == {"episodes": []}
    send(desk)
    (visit,) = listed()["episodes"]
    assert visit | {"id": "", "resource": "", "recorded": "", "diagnoses": "", "medicines": ""} == {
        "id": "",
        "resource": "",
        "facility": "Bệnh viện Thử Nghiệm",
        "provider_code": "79999",
        "begin": "2026-10-05T08:00:00+07:00",
        "end": "2026-10-05T10:10:00+07:00",
        "care": {"code": "01", "vi": "Khám bệnh", "en": "Examination"},
        "emergency": False,
        "reason": "Tái khám tăng huyết áp",
        "diagnoses": "",
        "medicines": "",
        "appointment": "2026-11-02",
        "sensitive": False,
        "recorded": "",
        "version": 1,
    }
    assert [each["code"] for each in visit["diagnoses"]] == ["I10", "E11.9", "E78.5"]
    assert visit["medicines"][0] == {
        "text": "Amlodipin Thử 5mg, Viên nén",
        "until": "2026-11-01",
        "dose": "1 viên/lần * 1 lần/ngày * 28 ngày [1 viên/ngày]",
        "advice": "Uống sau ăn sáng",
        "resource": visit["medicines"][0]["resource"],
    }


def test_one_visit_has_all_that_the_file_said(world: World, desk: Desk) -> None:
    put(sign_in())
    send(desk)
    episode = listed()["episodes"][0]["id"]
    found = call("GET", ONE, sign_in(level=2), episode=episode).json
    kinds = {each["resourceType"] for each in found["resources"]}
    assert kinds == {
        "Encounter", "Condition", "MedicationRequest", "DiagnosticReport", "Observation", "Appointment", "Composition",
        "Provenance",
    }  # fmt: skip
    assert "next" not in found
    for wrong in ("0" * 32, "x", "%2e%2e"):
        assert call("GET", ONE, sign_in(level=2), episode=wrong).status == 404


def test_a_large_visit_comes_in_pages(world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    put(sign_in())
    send(desk)
    episode = listed()["episodes"][0]["id"]
    whole = call("GET", ONE, sign_in(level=2), episode=episode).json["resources"]
    monkeypatch.setattr(view, "MOST_BYTES", 4000)
    found, query = [], ""
    while True:
        page = call("GET", ONE, sign_in(level=2), episode=episode, query=query).json
        found += page["resources"]
        if "next" not in page:
            break
        query = f"before={page['next']}"
    assert found == whole
    assert call("GET", ONE, sign_in(level=2), episode=episode, query="before=x").status == 400


def test_visits_come_by_twenty_newest_first(world: World, desk: Desk) -> None:
    put(sign_in())
    for number in range(22):
        send(desk, another(FILE, f"LK{number}", f"202609{number + 1:02}"))
    first = listed()
    second = listed(query=f"before={first['next'].replace('+', '%2B')}")
    days = [each["begin"][:10] for each in [*first["episodes"], *second["episodes"]]]
    assert days == [f"2026-09-{number:02}" for number in range(22, 0, -1)]
    assert (len(first["episodes"]), len(second["episodes"]), "next" in second) == (20, 2, False)
    assert call("GET", LIST, sign_in(level=2), query="before=2026").status == 400


def test_a_phone_alone_sees_nothing_of_it(world: World, desk: Desk) -> None:
    creator = sign_in()
    put(creator)
    send(desk)
    assert call("GET", LIST, creator).status == 403
    assert "Amlodipin" not in call("GET", f"{RECORD}/summary", creator).body
    assert call("GET", LIST, sign_in(people.BOB, level=2)).status == 404


@time_machine.travel("2026-10-20T03:00:00Z", tick=False)
def test_the_own_summary_has_what_matters_and_is_valid(world: World, desk: Desk) -> None:
    put(sign_in())
    send(desk)
    answer = call("GET", f"{RECORD}/summary", sign_in(level=2))
    assert ips_checker.faults(answer.json) == []
    for told in ("Amlodipin Thử 5mg", "Tăng huyết áp vô căn", "HbA1c", "Dày nhẹ vách liên thất", "E78.5"):
        assert told in answer.body, told


def test_a_sensitive_visit_says_so(world: World, desk: Desk) -> None:
    put(sign_in())
    send(desk, replaced(FILE, "XML1", "MA_BENH_KT", "F32.1"))
    assert listed()["episodes"][0]["sensitive"] is True


def test_a_visit_taken_back_is_gone(world: World, desk: Desk) -> None:
    put(sign_in())
    send(desk)
    head = next(item for item in world.items("records") if item["sk"].startswith("episode#"))
    world.table("records").put_item(Item={**head, "withdrawn": "2026-11-29T00:00:00.000Z"})
    assert listed() == {"episodes": []}
    assert call("GET", ONE, sign_in(level=2), episode=head["sk"].removeprefix("episode#")).status == 404


def test_until_the_card_was_seen_the_account_sees_no_visit(world: World, desk: Desk) -> None:
    put(sign_in())
    send(desk, card_seen=False)
    assert listed() == {"episodes": []}
    assert "Amlodipin" not in call("GET", f"{RECORD}/summary", sign_in(level=2)).body
    send(desk)
    assert len(listed()["episodes"]) == 1
