"""A campaign event that operations vouched for lifts the limits of addresses, within its own money and its hours."""

from typing import Any

import pytest
import time_machine

from health_record.campaign_events import counter_key
from tests.conftest import World
from tests.otp import campaigns
from tests.otp.conftest import START, Aws, Browser, phone_number, throttled
from tests.posters import poster

HOUR = 3_600


def vouch(messages: int = 100, opens: int = START - HOUR, closes: int = START + HOUR) -> None:
    campaigns.vouch(opens, closes, messages)


def counters(world: World) -> dict[str, int]:
    pk, sk = counter_key("e1")
    item = world.table("access").get_item(Key={"pk": pk, "sk": sk}).get("Item", {})
    return {name: int(count) for name, count in item.items() if name.startswith(("open", "sent", "proven", "refused"))}


def ask_many(world: World, people: int, **more: Any) -> list[int]:
    """The answers of so many people behind one address, none of whom types a code yet."""
    return [Browser(world).ask(phone_number(number), **more).status for number in range(people)]


def test_people_at_an_event_are_asked_for_no_work_where_others_behind_the_address_are(
    world: World, clock: time_machine.Traveller
) -> None:
    vouch()
    assert set(ask_many(world, 40, poster=poster())) == {202}
    assert Browser(world).ask(phone_number(99)).status == 429  # without the poster: 40 messages in five minutes


@pytest.mark.parametrize(("messages", "last"), [(30, 202), (29, 429)])
def test_the_events_own_money_bounds_it(world: World, clock: time_machine.Traveller, messages: int, last: int) -> None:
    """After its last message ordinary limits hold: 25 messages in five minutes without work."""
    vouch(messages)
    assert ask_many(world, 30, poster=poster())[-1] == last
    assert counters(world)["open"] == min(messages, 30)


@pytest.mark.parametrize(
    ("opens", "closes", "last"),
    [(START, START + 1, 202), (START + 1, START + 9, 429), (START - 9, START, 429)],
)
def test_an_event_begins_and_ends_by_itself(
    world: World, clock: time_machine.Traveller, opens: int, closes: int, last: int
) -> None:
    vouch(opens=opens, closes=closes)
    assert ask_many(world, 26, poster=poster())[-1] == last


def test_an_events_network_passes_its_share_of_the_days_money(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_SMS_DAILY_BUDGET_VND", "80000")  # a hundred messages, five for a network
    vouch()
    assert set(ask_many(world, 20, poster=poster())) == {202}


def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand messages a day, fifty for a network, and no work."""
    for name, value in {"SMS_DAILY_BUDGET_VND": 800_000, "MONEY_FLOOR": 1, "NETWORK_SOFT": 999}.items():
        monkeypatch.setenv(f"SSK_{name}", str(value))
    for name in ("RUN_LENGTH", "BREAKER_PROVINCE_FLOOR", "BREAKER_POSTER_FLOOR"):
        monkeypatch.setenv(f"SSK_{name}", "999")


def test_who_spends_an_events_money_leaves_the_hall_the_share_of_its_network(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A poster hangs on a wall: what was asked for by it and never typed is none of the share that holds after it."""
    small_shares(monkeypatch)
    vouch(messages=100)
    assert set(ask_many(world, 100, poster=poster())) == {202}
    assert counters(world)["open"] == 100
    newcomers = [Browser(world).ask(phone_number(200 + number)).status for number in range(34)]
    assert newcomers == [202] * 34  # half of fifty at midnight, and nine hours of the rest


def test_what_an_event_paid_opens_its_network_by_proof_and_gives_back_nothing_that_it_did_not_take(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_shares(monkeypatch)
    assert set(ask_many(world, 20)) == {202}
    vouch()
    for number in range(5):
        Browser(world).sign_in(phone_number(100 + number), poster=poster())
    (ledger,) = [item for item in world.items("access") if item["pk"].startswith("budget#network#")]
    assert (ledger["open"], ledger["proven"]) == (20, 5)


def test_a_message_of_an_event_that_the_channel_refuses_leaves_the_networks_share_as_it_was(
    world: World, browser: Browser, aws: Aws
) -> None:
    vouch()
    aws.fail("Publish", throttled("Publish"))
    browser.ask(poster=poster())
    (ledger,) = [item for item in world.items("access") if item["pk"].startswith("budget#network#")]
    assert "open" not in ledger


def test_proof_gives_the_event_back_what_it_took(world: World, browser: Browser) -> None:
    vouch()
    browser.sign_in(poster=poster())
    assert counters(world) == {"open": 0, "sent": 1, "proven": 1}


def test_a_message_that_the_channel_refuses_costs_the_event_nothing_and_is_told_to_who_watches(
    world: World, browser: Browser, aws: Aws
) -> None:
    vouch()
    aws.fail("Publish", throttled("Publish"))
    assert browser.ask(poster=poster()).status == 503
    assert counters(world) == {"open": 0, "sent": 0, "refused-sms-refused": 1}


def test_why_no_message_went_out_is_counted_for_who_watches(world: World, browser: Browser) -> None:
    vouch()
    browser.ask(poster=poster())
    browser.ask(poster=poster())
    assert counters(world)["refused-cooldown"] == 1


def test_a_forged_poster_is_none_of_an_event(world: World, clock: time_machine.Traveller) -> None:
    vouch()
    assert ask_many(world, 26, poster="26911-12-00000000")[-1] == 429


def test_the_days_money_ends_an_event_too(world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    vouch()
    monkeypatch.setenv("SSK_SMS_DAILY_BUDGET_VND", "800")
    assert browser.ask(poster=poster()).status == 202
    assert Browser(world).ask(phone_number(1), poster=poster()).status == 503
