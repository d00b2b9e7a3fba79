"""Whatever code somebody holds works while it lives: whichever of the page's calls it came of, and whoever guesses."""

import uuid

import pytest
import time_machine

from functions.otp.limits import Limits
from functions.otp.proof import verify_attempt
from functions.otp.proof.verify_request import MOST_EARLIER
from tests.conftest import World
from tests.declare import people
from tests.otp.conftest import START, Browser, phone_number, wrong

LIMITS = Limits()
NEIGHBOUR = "198.51.100.200"  # the owner's /24: a street, or a carrier's shared addresses


def spend_all_other_tries(world: World, networks: int = 6) -> None:
    """Strangers guess at the code that lives until the tries of all ids without a message are spent."""
    code = Browser(world).code()
    for network in range(networks):
        stranger = Browser(world, client=f"192.0.{network}.1")
        challenge = stranger.ask().json["challenge_id"]
        for _ in range(5):
            stranger.verify(challenge, wrong(code))


def test_a_code_works_after_a_resend_that_sent_nothing_whatever_strangers_guess(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """The page keeps the ids of all its calls: the first one's message is the one in her hand."""
    first, code = browser.ask().json["challenge_id"], browser.code()
    clock.shift(LIMITS.cooldown_seconds + 1)
    browser.ask()  # the second message of her network
    clock.shift(LIMITS.cooldown_seconds + 1)
    last = browser.ask().json["challenge_id"]
    assert len(world.sms()) == 2
    spend_all_other_tries(world)
    assert browser.verify(last, wrong(code)).status == 401  # all that other ids of her network have
    assert browser.verify(last, code).status == 401
    assert browser.verify(last, code, earlier=[first]).status == 200


@pytest.mark.parametrize("resends", range(5))
def test_it_works_whichever_of_the_pages_calls_sent_it(
    world: World, browser: Browser, clock: time_machine.Traveller, resends: int
) -> None:
    ids, codes = [], []
    for _ in range(resends + 1):
        ids.append(browser.ask().json["challenge_id"])
        codes.append(browser.code())
        clock.shift(95)
    spend_all_other_tries(world)
    lives = [code for place, code in enumerate(codes) if (len(codes) - place) * 95 < LIMITS.code_seconds]
    mistyped = next(f"{digits:06d}" for digits in range(9) if f"{digits:06d}" not in codes)
    assert browser.verify(ids[-1], mistyped, earlier=ids[:-1]).status == 401
    assert browser.verify(ids[-1], lives[0], earlier=ids[:-1]).status == 200


def test_wrong_tries_of_one_page_are_those_of_all_its_messages_and_no_more(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    first = browser.ask().json["challenge_id"]
    clock.shift(LIMITS.cooldown_seconds + 1)
    second, code = browser.ask().json["challenge_id"], browser.code()
    answers = [browser.verify(second, wrong(code), earlier=[first]).status for _ in range(2 * LIMITS.code_tries)]
    assert answers == [401] * 10
    assert browser.verify(second, code, earlier=[first]).status == 401


def test_an_earlier_id_of_another_phone_or_of_nobody_gives_nothing(world: World, browser: Browser) -> None:
    other = browser.ask(phone_number(5)).json["challenge_id"]
    Browser(world, client="203.0.113.9").ask()
    code = browser.code()
    spend_all_other_tries(world)
    mine = Browser(world, client="203.0.114.9")
    asked = mine.ask().json["challenge_id"]
    assert mine.verify(asked, code, earlier=[other, "nonsense", "A" * 88]).status == 401


@pytest.mark.parametrize("earlier", ["text", [1], [None], ["a"] * (MOST_EARLIER + 1), {}])
def test_earlier_ids_are_a_short_list_of_texts(browser: Browser, earlier: object) -> None:
    body = {"challenge_id": browser.ask().json["challenge_id"], "code": browser.code()}
    answer = browser.call("POST", "/v1/otp/verify", body=body | {"earlier_challenge_ids": earlier})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, "/earlier_challenge_ids")


def test_a_proof_gives_back_the_messages_of_all_the_pages_calls(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    first = browser.ask().json["challenge_id"]
    clock.shift(LIMITS.cooldown_seconds + 1)
    second = browser.ask().json["challenge_id"]
    assert browser.verify(second, browser.code(), earlier=[first]).status == 200
    (ledger,) = [item for item in world.items("access") if item["pk"].startswith("budget#network#")]
    assert (int(ledger["open"]), int(ledger["proven"])) == (0, 2)


def test_who_has_used_a_code_gets_a_new_one_at_once_though_a_stranger_asked_a_moment_ago(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """The cooldown is that of a code that lives; the used one's lay beside no message of hers."""
    Browser(world, client="192.0.2.1").ask()
    clock.shift(5)
    challenge = browser.ask().json["challenge_id"]
    assert len(world.sms()) == 1
    assert browser.verify(challenge, browser.code()).status == 200
    for person in (browser, Browser(world)):  # her device, and a relative's
        person.cookies.pop("__Host-session", None)
        clock.shift(5)
        sent = len(world.sms())
        assert person.sign_in().status == 200
        assert len(world.sms()) == sent + 1


@pytest.mark.parametrize("pause", [61, 302])
def test_a_known_device_is_never_silent_for_a_stranger_on_its_own_network(
    world: World, browser: Browser, clock: time_machine.Traveller, pause: int
) -> None:
    """Twenty proofs gave back twenty of the stranger's messages, and the day of proven ones was over."""
    browser.sign_in()
    declared = people.declaration(identity_national_id=None, identity_insurance_number=None)
    assert people.put(browser.cookies, declared, record_id=str(uuid.uuid4()), version=0).status == 201
    browser.forget_session()
    stranger = Browser(world, client=NEIGHBOUR)
    clock.move_to(START + 2 * 86_400)
    before = len(world.sms())
    for sign_in in range(LIMITS.proven_sends - 1):
        for _ in range(2):
            stranger.ask()
            clock.shift(pause)
        sent = len(world.sms())
        browser.sign_in()
        assert len(world.sms()) == sent + 1, sign_in
        browser.forget_session()
        clock.shift(600)
    of_stranger = len(world.sms()) - before - (LIMITS.proven_sends - 1)
    assert of_stranger == LIMITS.network_sends


def test_an_owners_proof_gives_a_stranger_on_the_same_network_no_message_back(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    stranger, of_stranger = Browser(world, client=NEIGHBOUR), 0
    for _ in range(4):
        sent = len(world.sms())
        stranger.ask()
        of_stranger += len(world.sms()) - sent
        clock.shift(5)
        challenge = browser.ask().json["challenge_id"]
        assert browser.verify(challenge, browser.code()).status == 200
        browser.forget_session()
        clock.shift(LIMITS.cooldown_seconds + 1)
    assert of_stranger == LIMITS.network_sends


def test_the_same_call_that_comes_when_the_first_has_used_the_code_up_is_answered_alike(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second reads code and answer in one call, between which the first one was written."""
    asked, code, attempt = browser.ask().json["challenge_id"], browser.code(), str(uuid.uuid4())
    body = {"challenge_id": asked, "code": code, "attempt": attempt}
    real = verify_attempt.load_state

    def torn(on_its_way: verify_attempt.VerifyAttempt) -> verify_attempt.PhoneState:
        monkeypatch.setattr(verify_attempt, "load_state", real)
        assert Browser(world).call("POST", "/v1/otp/verify", body=body).status == 200
        return verify_attempt.PhoneState(**{**vars(real(on_its_way)), "answer": None})

    monkeypatch.setattr(verify_attempt, "load_state", torn)
    answer = browser.call("POST", "/v1/otp/verify", body=body)
    assert (answer.status, answer.json["level"]) == (200, 1)
