"""Whoever types a code of the day too late reads the phone's messages, and is silenced by no stranger."""

from collections.abc import Callable

import pytest
import time_machine

from functions.otp.code.send_policy import Caller, Phone, SentMessage, find_refusal, find_renewal_refusal
from functions.otp.limits import Limits
from tests.conftest import World
from tests.otp.conftest import START, Aws, Browser, code_in, throttled, wrong
from tests.otp.strangers import Strangers, patient

LIMITS = Limits()
NEIGHBOUR = "198.51.100.7"  # the owner's own address


def silence(world: World, clock: time_machine.Traveller, client: str = NEIGHBOUR) -> list[str]:
    """A stranger takes what messages the owner's network has, and guesses; the codes that arrived, over by now."""
    stranger = Browser(world, client=client)
    for _ in range(3):
        challenge = stranger.ask().json["challenge_id"]
        for _ in range(6):
            stranger.verify(challenge, wrong(stranger.code()))
        clock.shift(LIMITS.code_seconds + 1)
    return [code_in(text) for _, text in world.sms()]


def asked(owner: Browser, world: World) -> str:
    """The id of an owner to whom nothing is sent."""
    before = len(world.sms())
    challenge = str(owner.ask().json["challenge_id"])
    assert len(world.sms()) == before
    return challenge


def test_an_owner_whose_own_network_was_used_up_gets_a_code_by_typing_one_that_came(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    codes = silence(world, clock)
    challenge = asked(browser, world)
    refused = browser.verify(challenge, codes[0])
    assert (refused.status, refused.json["type"]) == (401, "/problems/code-refused")
    assert len(world.sms()) == len(codes) + 1
    assert browser.verify(challenge, browser.code()).status == 200


def test_the_answer_is_that_of_a_wrong_code(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    codes = silence(world, clock)
    challenge = asked(browser, world)
    never = browser.verify(challenge, next(f"{digits:06d}" for digits in range(9) if f"{digits:06d}" not in codes))
    late = browser.verify(challenge, codes[0])
    assert (never.status, never.body, never.headers, never.cookies) == (
        late.status,
        late.body,
        late.headers,
        late.cookies,
    )


def test_a_hundred_networks_do_not_silence_who_reads_the_messages(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    for network in range(8):
        Browser(world, client=f"192.0.{network}.1").ask()
        clock.shift(LIMITS.code_seconds + 1)
    assert len(world.sms()) == LIMITS.sends
    challenge = asked(browser, world)
    browser.verify(challenge, code_in(world.sms()[0][1]))
    assert browser.verify(challenge, browser.code()).status == 200


@pytest.mark.parametrize(("age", "sent"), [(LIMITS.sends_seconds - 1, 1), (LIMITS.sends_seconds, 0)])
def test_a_late_code_is_one_of_the_last_day(
    world: World, browser: Browser, clock: time_machine.Traveller, age: int, sent: int
) -> None:
    codes = silence(world, clock)
    clock.move_to(START + age)
    challenge = browser.ask().json["challenge_id"]
    before = len(world.sms())
    assert browser.verify(challenge, codes[0]).status == 401
    assert len(world.sms()) == before + sent


def test_a_code_that_was_used_is_none(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    browser.sign_in()
    code = browser.code()
    other = Browser(world, client="203.0.113.9")
    clock.shift(LIMITS.code_seconds + 1)
    challenge = other.ask().json["challenge_id"]
    before = len(world.sms())
    other.verify(challenge, code)
    assert len(world.sms()) == before


@pytest.mark.parametrize("apart", [LIMITS.cooldown_seconds, LIMITS.same_code_seconds + 1])
@pytest.mark.parametrize("client", [NEIGHBOUR, "203.0.113.9"])
@pytest.mark.parametrize("is_assisted", [False, True])
def test_who_used_a_strangers_code_gets_another_one_by_it_in_another_browser(
    world: World, browser: Browser, clock: time_machine.Traveller, apart: int, client: str, *, is_assisted: bool
) -> None:
    """At a desk, or in the next browser of that day: the strangers' messages still count against the number."""
    for network in range(LIMITS.sends):
        Browser(world, client=f"192.0.{network}.1").ask()
        clock.shift(apart)
    browser.verify(asked(browser, world), browser.code())
    assert "__Host-session" in browser.cookies
    used = browser.code()
    clock.shift(LIMITS.cooldown_seconds + 1)
    other = Browser(world, client=client)
    challenge, sent = asked(other, world), len(world.sms())
    assert other.verify(challenge, used).status == 401
    assert len(world.sms()) == sent + 1
    answer = other.call(
        "POST",
        "/v1/otp/verify",
        body={"challenge_id": challenge, "code": other.code(), "assisted": is_assisted},
    )
    assert answer.status == 200


def test_who_guesses_three_late_codes_right_has_no_more_than_a_hundred_guesses_that_day(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """Once in millions of guesses; then the tries of the new messages are counted as others are."""
    strangers = Strangers(world, clock, 8)
    patient(strangers)
    for _ in range(LIMITS.renewed_sends + 1):
        clock.shift(LIMITS.code_seconds + 1)
        late = code_in(world.sms()[0][1])
        lucky = strangers.browsers()[0]
        challenge = lucky.ask("0901234567").json["challenge_id"]
        lucky.verify(challenge, late)
        for browser_of_stranger in strangers.browsers():
            strangers.guess(browser_of_stranger, challenge, times=6)
            strangers.guess(browser_of_stranger, browser_of_stranger.ask().json["challenge_id"], times=6)
    assert len(world.sms()) == LIMITS.sends + LIMITS.renewed_sends
    assert 55 < strangers.count_guesses() <= 100


def test_a_live_code_whose_tries_are_spent_is_none(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """It still opens for others: whoever could ask about it without a try would learn it."""
    challenge, code = browser.ask().json["challenge_id"], browser.code()
    for _ in range(5):
        browser.verify(challenge, wrong(code))
    clock.shift(LIMITS.cooldown_seconds + 1)
    assert browser.verify(challenge, code).status == 401
    assert len(world.sms()) == 1


def test_nothing_is_sent_inside_the_cooldown(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    codes = silence(world, clock)
    challenge = asked(browser, world)
    for code in codes:
        browser.verify(challenge, code)
    assert len(world.sms()) == len(codes) + 1


def test_three_messages_a_day_come_of_late_codes_and_no_more(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    codes = silence(world, clock)
    for _ in range(5):
        browser.verify(asked(browser, world), codes[0])
        clock.shift(LIMITS.code_seconds + 1)
    assert len(world.sms()) == len(codes) + LIMITS.renewed_sends


def test_the_page_that_typed_it_has_five_tries_of_its_own(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    codes = silence(world, clock)
    challenge = asked(browser, world)
    browser.verify(challenge, codes[0])
    for _ in range(4):
        assert browser.verify(challenge, wrong(browser.code())).status == 401
    assert browser.verify(challenge, browser.code()).status == 200


def test_where_work_is_asked_of_everybody_a_late_code_needs_none(
    world: World, browser: Browser, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from health_record import settings

    codes = silence(world, clock)
    challenge = asked(browser, world)
    monkeypatch.setenv("SSK_NETWORK_SOFT", "0")
    settings.forget()
    assert browser.ask().status == 429
    browser.verify(challenge, codes[0])
    assert browser.verify(challenge, browser.code()).status == 200


def test_the_days_money_holds_for_it(
    world: World, browser: Browser, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from health_record import settings

    codes = silence(world, clock)
    challenge = asked(browser, world)
    monkeypatch.setenv("SSK_SMS_DAILY_BUDGET_VND", str(len(codes) * 800))
    settings.forget()
    assert browser.verify(challenge, codes[0]).status == 401
    assert len(world.sms()) == len(codes)


def test_what_fails_on_the_way_is_a_refused_code_and_gives_everything_back(
    world: World, browser: Browser, clock: time_machine.Traveller, aws: Aws, written: Callable[[], str]
) -> None:
    codes = silence(world, clock)
    challenge = asked(browser, world)
    aws.fail("Publish", throttled("Publish"))
    assert browser.verify(challenge, codes[0]).status == 401
    assert "code_not_renewed" in written()
    aws.work()
    assert browser.verify(challenge, codes[0]).status == 401
    assert browser.verify(challenge, browser.code()).status == 200
    assert not [code for code in codes if code in written()]


def test_the_policy_of_renewals_as_a_table() -> None:
    """Up to eight messages of strangers in any number, and up to three renewals: only these count."""
    now = START + 7_200
    for strangers in range(9):
        for renewals in range(4):
            sent = [SentMessage(START + place, f"i{place}", "s", "net") for place in range(strangers)]
            sent += [SentMessage(START + 60, f"r{place}", "s", "net", is_renewal=True) for place in range(renewals)]
            wanted = "phone-renewed" if renewals >= 3 else None
            assert find_renewal_refusal(Phone(tuple(sent)), LIMITS, now) == wanted
            without = Phone(tuple(message for message in sent if not message.is_renewal))
            caller = Caller("another")
            assert find_refusal(Phone(tuple(sent)), caller, LIMITS, now) == find_refusal(without, caller, LIMITS, now)


def test_a_late_code_takes_four_calls_more(
    world: World, browser: Browser, clock: time_machine.Traveller, aws: Aws
) -> None:
    codes = silence(world, clock)
    challenge = asked(browser, world)
    aws.calls.clear()
    browser.verify(challenge, wrong(codes[0]))
    usual = len(aws.calls)
    browser.verify(challenge, codes[0])
    assert aws.calls[-1] == "sns.Publish"
    assert len(aws.calls) - 2 * usual == 4
