"""Asking for a code: what is accepted, how often a message goes out, and that the answer never tells."""

from typing import Any

import pytest
import time_machine

from tests.conftest import World
from tests.otp.conftest import ACCEPTED, START, Browser, code_in
from tests.posters import poster

PROBLEM = {"type", "title", "status", "detail", "errors"}
WRONG_BODIES: list[tuple[dict[str, Any], str]] = [
    ({}, "/phone"),
    ({"phone": None}, "/phone"),
    ({"phone": 901234567}, "/phone"),
    ({"phone": ["0901234567"]}, "/phone"),
    ({"phone": ""}, "/phone"),
    ({"phone": "02838123456"}, "/phone"),
    ({"phone": "19001234"}, "/phone"),
    ({"phone": "+8613800138000"}, "/phone"),
    ({"phone": "0551234567"}, "/phone"),
    ({"phone": "0" * 100_000}, "/phone"),
    ({"phone": "0901234567", "poster": 7}, "/poster"),
    ({"phone": "0901234567", "work": "x"}, "/work"),
    ({"phone": "0901234567", "work": {"seed": "x"}}, "/work"),
    ({"phone": "0901234567", "work": {"seed": "x", "nonce": 5}}, "/work"),
    ({"phone": "0901234567", "work": {"seed": "x", "nonce": "9" * 65}}, "/work"),
]


@pytest.mark.parametrize("written", ["0901234567", "+84 90 123 4567", "\uff10901.234.567"])
def test_any_usual_writing_of_the_number_gets_its_code(world: World, browser: Browser, written: str) -> None:
    answer = browser.ask(written)
    assert (answer.status, set(answer.json)) == (202, ACCEPTED)
    assert (answer.json["expires_in"], answer.json["resend_after"]) == (600, 60)
    assert [to for to, _ in world.sms()] == ["+84901234567"]


def test_what_is_no_mobile_is_refused_before_anything_is_spent(world: World, browser: Browser) -> None:
    for body, pointer in WRONG_BODIES:
        answer = browser.call("POST", "/v1/otp", body=body)
        assert (answer.status, set(answer.json)) == (400, PROBLEM)
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert (world.sms(), world.items("access")) == ([], [])


def test_an_old_number_of_eleven_digits_gets_its_new_writing_offered(world: World, browser: Browser) -> None:
    answer = browser.ask("01201234567")
    assert (answer.status, answer.json["suggestion"]) == (400, "0701234567")
    assert answer.json["type"] == "/problems/not-a-mobile"
    assert browser.ask(answer.json["suggestion"]).status == 202


def test_the_refusal_is_in_the_language_asked_for(browser: Browser) -> None:
    body = {"phone": "02838123456"}
    vietnamese = browser.call("POST", "/v1/otp", body=body).json["detail"]
    english = browser.call("POST", "/v1/otp", body=body, headers={"accept-language": "en"}).json["detail"]
    assert vietnamese.startswith("Đây là số máy bàn")
    assert english.startswith("This is a landline")


def test_messages_keep_their_distance_of_60_120_240_and_480_seconds(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    instant = START
    for sent, distance in enumerate([60, 120, 240, 480], start=1):
        answer = browser.ask()
        assert (len(world.sms()), answer.json["resend_after"]) == (sent, distance)
        clock.move_to(instant + distance - 1)
        early = browser.ask()
        assert (len(world.sms()), early.json["resend_after"]) == (sent, 1)
        instant += distance
        clock.move_to(instant)
    assert browser.ask().status == 202
    assert len(world.sms()) == 5


def test_the_sixth_message_of_a_day_waits_until_the_first_is_a_day_old(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    for place in range(5):
        clock.move_to(START + place * 1000)
        answer = browser.ask()
    assert (len(world.sms()), answer.json["resend_after"]) == (5, 86_400 - 4000)
    clock.move_to(START + 86_399)
    sixth = browser.ask()
    assert (sixth.status, set(sixth.json), sixth.json["resend_after"], len(world.sms())) == (202, ACCEPTED, 1, 5)
    clock.move_to(START + 86_400)
    assert browser.ask().status == 202
    assert len(world.sms()) == 6


def test_inside_the_cooldown_the_same_id_comes_back_with_its_honest_time(
    browser: Browser, clock: time_machine.Traveller
) -> None:
    first = browser.ask().json
    clock.shift(59)
    again = Browser(browser.world, client="203.0.113.9").ask().json
    assert again == {"challenge_id": first["challenge_id"], "expires_in": 541, "resend_after": 1}


def test_a_resend_makes_a_new_code_and_kills_the_old(browser: Browser, clock: time_machine.Traveller) -> None:
    first = browser.ask().json["challenge_id"]
    first_code = browser.code()
    clock.shift(60)
    second = browser.ask().json["challenge_id"]
    assert second != first
    assert browser.verify(first, first_code).status == 401
    assert browser.verify(first, browser.code()).status == 401
    assert browser.verify(second, browser.code()).status == 200


def test_an_id_given_where_no_code_is_live_opens_nothing_and_is_kept_nowhere(world: World, browser: Browser) -> None:
    asked = browser.ask().json["challenge_id"]
    code = browser.code()
    browser.verify(asked, code)
    stranger = Browser(world, client="203.0.113.9")
    before = world.items("access")
    answer = stranger.ask()
    assert (answer.status, answer.json["expires_in"], answer.json["resend_after"]) == (202, 600, 60)
    assert answer.json["challenge_id"] != asked
    assert world.items("access") == before
    assert stranger.verify(answer.json["challenge_id"], code).status == 401


def test_the_answer_is_alike_for_a_new_a_known_and_a_blocked_phone(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    browser.sign_in("0901234567")
    for _ in range(5):
        browser_of_stranger = Browser(world)
        browser_of_stranger.ask("0912345678")
        clock.shift(500)
    stranger = Browser(world, client="203.0.113.9")
    answers = [stranger.ask(phone) for phone in ("0901234567", "0912345678", "0987654321")]
    assert [answer.status for answer in answers] == [202, 202, 202]
    assert {tuple(answer.json) for answer in answers} == {("challenge_id", "expires_in", "resend_after")}
    assert {len(answer.json["challenge_id"]) for answer in answers} == {24}
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1


def test_only_a_poster_of_ours_is_remembered_in_the_session(world: World, browser: Browser) -> None:
    browser.sign_in("0901234567", poster=poster())
    for number, unknown in enumerate(("<script>", "26911-12", "26911-12-00000000", f"{poster()}x")):
        assert Browser(world).sign_in(f"091234567{number}", poster=unknown).status == 200
    posters = [item.get("poster") for item in world.items("access") if item["sk"] == "session"]
    assert sorted(posters, key=str) == [poster(), *[None] * 4]
    (counted,) = [item for item in world.items("facts") if item["pk"].startswith("poster#")]
    assert (counted["pk"], counted["codes"]) == (f"poster#{poster()}", 1)


@pytest.mark.parametrize(("drawn", "code"), [(0, "000000"), (7, "000007"), (999_999, "999999")])
def test_every_number_of_six_digits_is_drawn_alike(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch, drawn: int, code: str
) -> None:
    """The code is what `secrets` draws of a million, with its zeros: no value is left out and none is likelier."""
    asked: list[int] = []
    monkeypatch.setattr("functions.otp.code.delivery.secrets.randbelow", lambda below: asked.append(below) or drawn)
    challenge = browser.ask().json["challenge_id"]
    assert (asked, code_in(world.sms()[-1][1])) == ([1_000_000], code)
    assert browser.verify(challenge, code).status == 200


def test_codes_of_different_challenges_differ(world: World, browser: Browser) -> None:
    for number in range(8):
        Browser(world, client=f"203.0.113.{number}").ask(f"09012{number:02d}456")
    assert len({code_in(text) for _, text in world.sms()}) >= 7


def test_the_table_holds_no_phone_and_no_code(world: World, browser: Browser) -> None:
    browser.ask("0901234567", poster=poster())
    kept = repr(world.items("access"))
    assert "901234567" not in kept
    assert browser.code() not in kept
