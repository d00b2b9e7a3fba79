"""Asking for a code: what is accepted, how often a message goes out, and that the answer never tells."""

from collections import Counter
from typing import Any

import pytest
import time_machine

from functions.otp.code import code_state
from functions.otp.limits import Limits
from health_record.aws.keyed_hash import KeyedHash, compute_mac
from tests.conftest import World
from tests.otp.conftest import ACCEPTED, Browser, code_in
from tests.posters import poster

LIMITS = Limits()

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


class FixedMacs(KeyedHash):
    """MACs under a fixed key."""

    def __init__(self) -> None:
        super().__init__("79")

    def compute(self, purpose: str, *parts: str) -> str:
        return compute_mac(purpose.encode(), *parts)


@pytest.mark.parametrize("written", ["0901234567", "+84 90 123 4567", "\uff10901.234.567"])
def test_any_usual_writing_of_the_number_gets_its_code(world: World, browser: Browser, written: str) -> None:
    answer = browser.ask(written)
    assert (answer.status, set(answer.json)) == (202, ACCEPTED)
    assert (answer.json["expires_in"], answer.json["resend_after"]) == (600, 60)  # the defaults of a province
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


def test_the_answer_is_alike_for_a_new_a_known_and_a_blocked_phone(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    browser.sign_in("0901234567")
    for number in range(5):
        Browser(world, client=f"192.0.{number}.1").ask("0912345678")
        clock.shift(500)
    stranger = Browser(world, client="203.0.113.9")
    answers = [stranger.ask(phone) for phone in ("0901234567", "0912345678", "0987654321")]
    assert [answer.status for answer in answers] == [202, 202, 202]
    assert {tuple(answer.json) for answer in answers} == {("challenge_id", "expires_in", "resend_after")}
    assert {len(answer.json["challenge_id"]) for answer in answers} == {88}
    assert {(answer.json["expires_in"], answer.json["resend_after"]) for answer in answers} == {
        (LIMITS.code_seconds, LIMITS.cooldown_seconds)
    }
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1


def test_only_a_poster_of_ours_is_remembered_in_the_session(world: World, browser: Browser) -> None:
    browser.sign_in("0901234567", poster=poster())
    for number, unknown in enumerate(("<script>", "26911-12", "26911-12-00000000", f"{poster()}x")):
        assert Browser(world).sign_in(f"091234567{number}", poster=unknown).status == 200
    posters = [item.get("poster") for item in world.items("access") if item["sk"] == "session"]
    assert sorted(posters, key=str) == [poster(), *[None] * 4]
    (counted,) = [item for item in world.items("facts") if item["pk"].startswith("poster#")]
    assert (counted["pk"], counted["codes"]) == (f"poster#{poster()}", 1)


def test_codes_of_different_challenges_differ(world: World, browser: Browser) -> None:
    for number in range(8):
        Browser(world, client=f"203.0.113.{number}").ask(f"09012{number:02d}456")
    assert len({code_in(text) for _, text in world.sms()}) >= 7


def test_the_table_holds_no_phone_and_no_code(world: World, browser: Browser) -> None:
    browser.ask("0901234567", poster=poster())
    kept = repr(world.items("access"))
    assert "901234567" not in kept
    assert browser.code() not in kept


def test_asking_in_vain_gives_an_id_of_its_own_and_writes_nothing(world: World, browser: Browser) -> None:
    first = browser.ask().json
    before = world.items("access")
    again = Browser(world, client="203.0.113.9").ask().json
    assert again["challenge_id"] != first["challenge_id"]
    assert again | {"challenge_id": ""} == first | {"challenge_id": ""}
    assert world.items("access") == before


def test_codes_are_spread_over_all_numbers_of_six_digits() -> None:
    """A code is a MAC of 256 bits modulo a million: the first and the last digits of 20,000 are spread alike."""
    macs = FixedMacs()
    codes = [code_state.code_of(macs, "a", str(number)) for number in range(20_000)]
    assert {len(code) for code in codes} == {6}
    for place in (0, 5):
        counts = Counter(code[place] for code in codes)
        assert set(counts) == set("0123456789")
        assert max(abs(count - 2000) for count in counts.values()) < 5 * 2000**0.5
