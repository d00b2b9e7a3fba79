"""The owner's tries are the owner's: what strangers ask and guess neither spends them nor silences the number."""

import itertools
from dataclasses import replace

import pytest
import time_machine

from functions.otp.code.send_policy import Caller, Phone, SentMessage, find_refusal
from functions.otp.limits import Limits
from tests.conftest import World
from tests.otp import strangers
from tests.otp.conftest import START, Browser, wrong
from tests.otp.strangers import Game

LIMITS = Limits()


def ask_from(world: World, network: int) -> tuple[Browser, str]:
    browser = Browser(world, client=f"192.0.{network}.1")
    return browser, str(browser.ask().json["challenge_id"])


def test_a_stranger_who_asks_inside_the_cooldown_and_guesses_spends_none_of_the_owners_tries(
    world: World, browser: Browser
) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    for network in range(6):
        stranger, challenge = ask_from(world, network)
        for _ in range(6):
            assert stranger.verify(challenge, wrong(code)).status == 401
    for _ in range(4):
        assert browser.verify(asked, wrong(code)).status == 401
    assert browser.verify(asked, code).status == 200


@pytest.mark.parametrize(("wrong_before", "status"), [(3, 200), (4, 401)])
def test_a_network_has_four_tries_for_a_code_that_it_did_not_cause(
    world: World, browser: Browser, wrong_before: int, status: int
) -> None:
    browser.ask()
    code = browser.code()
    tries = [ask_from(world, 7) for _ in range(wrong_before + 1)]
    for stranger, challenge in tries[:-1]:
        stranger.client = "192.0.7.99"  # the same /24
        stranger.verify(challenge, wrong(code))
    assert tries[-1][0].verify(tries[-1][1], code).status == status


@pytest.mark.parametrize(("wrong_before", "status"), [(14, 200), (15, 401)])
def test_all_ids_that_caused_no_message_share_fifteen_tries_for_a_code(
    world: World, browser: Browser, wrong_before: int, status: int
) -> None:
    browser.ask()
    code = browser.code()
    for number in range(wrong_before):
        stranger, challenge = ask_from(world, number // 4)
        stranger.verify(challenge, wrong(code))
    stranger, challenge = ask_from(world, 9)
    assert stranger.verify(challenge, code).status == status


@pytest.mark.parametrize("wrong_before", [0, 1])
def test_who_reloads_the_page_has_a_try_that_six_strangers_do_not_use_up(
    world: World, browser: Browser, clock: time_machine.Traveller, wrong_before: int
) -> None:
    """The reloaded page asks again within the cooldown: its id has no message, and the shared tries are spent."""
    first, code = browser.ask().json["challenge_id"], browser.code()
    for network in range(6):
        stranger, challenge = ask_from(world, network)
        for _ in range(4):
            stranger.verify(challenge, wrong(code))
    clock.shift(20)
    reloaded = Browser(world)
    again = reloaded.ask().json["challenge_id"]
    for _ in range(wrong_before):
        assert reloaded.verify(again, wrong(code)).status == 401
    assert reloaded.verify(again, code).status == (401 if wrong_before else 200)
    if wrong_before:
        assert browser.verify(first, code).status == 200  # the message's own tries are left


def test_an_ipv6_network_of_48_bits_shares_its_four_tries(world: World, browser: Browser) -> None:
    browser.ask()
    code = browser.code()
    for number in range(4):
        near = Browser(world, client=f"2001:db8:1:{number}::1")
        near.verify(near.ask().json["challenge_id"], wrong(code))
    for client, status in (("2001:db8:1:ff00::1", 401), ("2001:db8:2::1", 200)):
        person = Browser(world, client=client)
        assert person.verify(person.ask().json["challenge_id"], code).status == status


def test_a_used_up_code_is_no_reason_for_silence(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    """Ten wrong guesses stopped messages for a day: now the next message comes after one cooldown."""
    for wait in (0, LIMITS.cooldown_seconds):
        clock.move_to(START + wait)
        challenge = browser.ask().json["challenge_id"]
        for _ in range(5):
            browser.verify(challenge, wrong(browser.code()))
        assert browser.verify(challenge, browser.code()).status == 401
    other = Browser(world, client="203.0.113.9")
    clock.move_to(START + 2 * LIMITS.cooldown_seconds)
    asked = other.ask().json["challenge_id"]
    assert len(world.sms()) == 3
    assert other.verify(asked, other.code()).status == 200


def messages(*networks: str, seed: str = "s") -> tuple[SentMessage, ...]:
    return tuple(SentMessage(START + 60 * place, f"id{place}", seed, net) for place, net in enumerate(networks))


def test_the_policy_of_messages_as_a_table() -> None:
    """Every way in which up to five messages of three networks can stand, and whether each network may cause one."""
    now = START + 3_600
    for size in range(6):
        for networks in itertools.product("abc", repeat=size):
            for network in "abcd":
                rule = find_refusal(Phone(messages(*networks)), Caller(network), LIMITS, now)
                own = networks.count(network)
                expected = "phone-day" if size >= 5 else "phone-network" if own >= 2 or (own and size >= 3) else None
                assert rule == expected, (networks, network)


@pytest.mark.parametrize(("age", "rule"), [(LIMITS.cooldown_seconds - 1, "cooldown"), (LIMITS.cooldown_seconds, None)])
def test_a_minute_lies_between_two_messages(age: int, rule: str | None) -> None:
    live, used_up = Phone(messages("a"), live=frozenset("s")), Phone(messages("a"))
    assert find_refusal(live, Caller("b"), LIMITS, START + age) == rule
    assert find_refusal(used_up, Caller("b"), LIMITS, START + age) is None


@pytest.mark.parametrize(("age", "rule"), [(86_399, "phone-day"), (86_400, None)])
def test_messages_count_for_a_day(age: int, rule: str | None) -> None:
    day = tuple(SentMessage(START, f"id{network}", "s", network) for network in "abcde")
    assert find_refusal(Phone(day), Caller("f"), LIMITS, START + age) == rule


def test_the_code_that_lives_is_sent_again_and_every_message_opens(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """A late first code after a resend is right, with the id of either call."""
    first, code = browser.ask().json["challenge_id"], browser.code()
    clock.shift(LIMITS.cooldown_seconds)
    second = browser.ask().json["challenge_id"]
    assert (len(world.sms()), browser.code(), first == second) == (2, code, False)
    assert "luc 09:01" in world.sms()[-1][1]
    assert browser.verify(first, code).status == 200


@pytest.mark.parametrize(("age", "status"), [(599, 200), (600, 401)])
def test_a_code_that_was_replaced_lives_to_its_own_end(
    world: World, browser: Browser, clock: time_machine.Traveller, age: int, status: int
) -> None:
    asked, old = browser.ask().json["challenge_id"], browser.code()
    clock.shift(400)
    again = browser.ask().json["challenge_id"]
    assert browser.code() != old
    clock.move_to(START + age)
    assert browser.verify(asked, old).status == status
    if status == 401:
        assert browser.verify(again, browser.code()).status == 200


@pytest.mark.parametrize(
    "game",
    [
        Game(networks=1, days=1),
        Game(networks=3),
        Game(networks=3, strategy="patient", days=2),
        Game(networks=3, strategy="seed 1", days=2),
        Game(networks=3, pause=3_600, days=1),
        Game(networks=3, with_work=True, days=1),
    ],
    ids=str,
)
def test_up_to_three_networks_delay_a_newcomer_by_no_more_than_a_cooldown_on_any_day(game: Game) -> None:
    waits, guesses = strangers.play(game)
    assert all(wait is not None and wait <= strangers.COOLDOWN for wait in waits), waits
    assert guesses <= 100


def test_a_hundred_networks_silence_neither_who_types_what_came_nor_a_known_device() -> None:
    newcomer, guesses = strangers.play(Game(networks=100, pause=3_600, days=1))
    known, _ = strangers.play(Game(networks=100, known=True, pause=3_600, days=2))
    assert (newcomer, known) == ([0], [0, 0])
    assert guesses <= 100


def test_who_guesses_patiently_from_many_networks_gets_30_own_and_25_other_guesses_a_day() -> None:
    _, guesses = strangers.play(Game(networks=100, strategy="patient", days=1))
    assert guesses <= LIMITS.sends * (LIMITS.code_tries + LIMITS.reload_tries) + LIMITS.shared_day_tries == 55


@pytest.mark.parametrize("with_work", [False, True])
def test_a_stranger_on_the_owners_own_network_delays_them_for_the_life_of_a_code_at_most(with_work: bool) -> None:
    (wait,), _ = strangers.play(Game(networks=1, neighbours=True, with_work=with_work, days=1))
    assert wait is not None
    assert wait <= LIMITS.code_seconds


def test_a_stranger_on_the_owners_own_network_does_not_delay_who_takes_another_one(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """The hall's Wi-Fi: nobody can tell the two apart there; mobile data opens at once."""
    strangers.hasty(strangers.Strangers(world, clock, 1, neighbours=True))
    sent = len(world.sms())
    browser.ask()
    assert len(world.sms()) == sent
    browser.client = "203.0.113.9"
    browser.sign_in()


def test_one_kept_message_would_let_three_networks_silence_a_number() -> None:
    """Why two of the five are kept: the other rule, played in every order."""
    one_kept = replace(LIMITS, kept_sends=1)
    assert any(is_silenced(order, one_kept) for order in itertools.product("abc", repeat=6))
    assert not any(is_silenced(order, LIMITS) for order in itertools.product("abc", repeat=6))


def is_silenced(order: tuple[str, ...], limits: Limits) -> bool:
    """Whether strangers who ask in this order leave the owner without a message."""
    sent: list[SentMessage] = []
    for place, network in enumerate(order):
        now = START + 60 * place
        if find_refusal(Phone(tuple(sent)), Caller(network), limits, now) is None:
            sent.append(SentMessage(now, f"id{place}", "s", network))
    return find_refusal(Phone(tuple(sent)), Caller("owner"), limits, START + 3_600) is not None
