"""`ssk event`: what operations vouch for, what they see while it goes, and that `otp` reads the same."""

import argparse
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from ops.commands import event
from ops.deployment import Deployment
from ops.errors import OpsError
from tests.conftest import World, aws
from tests.declare import people
from tests.otp.conftest import START, Browser, phone_number
from tests.posters import poster

Ssk = Callable[..., Any]
TODAY = ("--from", "07:00", "--until", "18:00", "--people", "20", "--place", "Nhà văn hóa phường")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def written(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """Runs `ssk event ...` against the tests' tables; what it wrote, `out` and `err`."""
    outputs = {"TableAccess": "access", "TableFacts": "facts", "PhoneMacKeyId": world.phone_mac_key_id}
    monkeypatch.setattr(event, "find_deployment", lambda _: Deployment(outputs, aws))

    def call(*words: str) -> Any:
        parser = argparse.ArgumentParser()
        event.add_arguments(parser)
        capsys.readouterr()
        assert event.run(parser.parse_args([*words, "--province", "79"])) == 0
        return capsys.readouterr()

    return call


@pytest.fixture
def run(written: Callable[..., Any]) -> Callable[..., list[str]]:
    return lambda *words: written(*words).out.splitlines()


@pytest.fixture
def ssk(run: Callable[..., list[str]]) -> Ssk:
    return lambda *words: json.loads(run(*words, "--json")[-1])


def add(ssk: Ssk, *more: str) -> Any:
    (added,) = ssk("add", "--poster", poster(), *TODAY, *more)["events"]
    return added


def test_an_event_is_vouched_for_and_listed(ssk: Ssk) -> None:
    added = add(ssk, "--poster", poster("13"))
    assert ssk("list") == {"events": [added]}
    assert (added["posters"], added["day"], added["people"]) == ([poster(), poster("13")], "2026-11-23", 20)
    assert (added["opens_at"], added["closes_at"]) == (START - 2 * 3_600, START + 9 * 3_600)
    assert added["messages"] == 40


def test_who_watches_sees_scans_codes_refusals_and_declarations(ssk: Ssk, world: World) -> None:
    event_id = add(ssk)["event"]
    for number in range(3):
        people.call("POST", "/v1/visits", body={"poster": poster()})
        person = Browser(world)
        person.sign_in(phone_number(number), poster=poster())
        record = f"0b8f5a52-6d3e-4c0f-9c7e-2f4f1f0e6a1{number}"
        assert people.put(person.cookies, record_id=record).status == 201
    Browser(world).ask(phone_number(9), poster=poster())
    Browser(world).ask(phone_number(9), poster=poster())
    state = ssk("watch", event_id, "--once")
    assert {name: state[name] for name in ("scans", "sent", "proven", "declared", "open_messages", "refused")} == {
        "scans": 3,
        "sent": 4,
        "proven": 3,
        "declared": 3,
        "open_messages": 1,
        "refused": {"cooldown": 1},
    }


def test_who_watches_sees_it_until_it_ends(
    ssk: Ssk, run: Callable[..., list[str]], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = add(ssk)["event"]
    monkeypatch.setattr(event.time, "sleep", clock.shift)
    lines = run("watch", event_id, "--every", "3600", "--json")
    assert [json.loads(line)["sent"] for line in lines] == [0] * 10
    assert "Nhà văn hóa phường" in "\n".join(run("watch", event_id, "--once"))


def test_an_event_that_is_ended_lifts_nothing(ssk: Ssk, world: World) -> None:
    event_id = add(ssk)["event"]
    (ended,) = ssk("end", event_id)["events"]
    assert ended["closes_at"] == START
    answers = [Browser(world).ask(phone_number(number), poster=poster()).status for number in range(26)]
    assert answers[-1] == 429


def test_a_poster_has_one_event_a_day_until_that_is_over(ssk: Ssk) -> None:
    event_id = add(ssk)["event"]
    with pytest.raises(OpsError, match="another event"):
        add(ssk)
    add(ssk, "--day", "2026-11-24")
    ssk("end", event_id)
    add(ssk)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--poster", "26911-12-00000000"), "no poster of this province"),
        (("--poster", poster.__name__), "no poster of this province"),
        (("--until", "07:00"), "end after it begins"),
        (("--day", "2026-11-22"), "not before now"),
        (("--place", "x" * 81), "at most 80 letters"),
    ],
)
def test_what_cannot_be_vouched_for_is_refused_with_a_reason(ssk: Ssk, words: tuple[str, ...], reason: str) -> None:
    with pytest.raises(OpsError, match=reason):
        add(ssk, *words)
    assert ssk("list") == {"events": []}


def test_an_unknown_event_is_told_so(ssk: Ssk) -> None:
    for action in ("watch", "end"):
        with pytest.raises(OpsError, match="no event"):
            ssk(action, "nothing")


def test_the_list_is_readable_by_people(ssk: Ssk, run: Callable[..., list[str]]) -> None:
    add(ssk)
    assert "07:00" in "\n".join(run("list"))


@pytest.mark.parametrize(("people", "is_told"), [((625, 625), False), ((625, 626), True), ((1_251,), True)])
def test_events_that_leave_nothing_of_the_day_to_who_proves_are_told_of(
    written: Callable[..., Any], people: tuple[int, ...], *, is_told: bool
) -> None:
    """79 has 10,000 messages a day, of which networks without proof may take three quarters: 1,250 people are left."""
    warned = [
        " ".join(written("add", "--poster", poster(f"{12 + place}"), *TODAY, "--people", str(number)).err.split())
        for place, number in enumerate(people)
    ]
    assert [bool(words) for words in warned] == [False] * (len(people) - 1) + [is_told]
    wanted = f"Raise sms.daily_budget_vnd to {sum(people) * 2 * 2_000 * 4:,} and deploy before the day"
    assert (wanted in warned[-1]) == is_told


def test_an_event_of_another_day_takes_nothing_of_this_one(written: Callable[..., Any]) -> None:
    for day in ("2026-11-24", "2026-11-23"):
        assert written("add", "--poster", poster(), *TODAY, "--people", "1250", "--day", day).err == ""
