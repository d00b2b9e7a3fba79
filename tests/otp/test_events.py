"""Whoever can be hurt is told: what happened to credentials, cards and numbers, in a list and by a message."""

import typing
import urllib.parse
from datetime import UTC, datetime

import pytest
import time_machine

from functions.otp import event_list
from functions.otp.limits import Limits
from health_record import settings
from health_record.identity import account_events, account_notices, message_texts
from infrastructure.api.api_schemas import EVENT_KINDS
from tests.conftest import World
from tests.contribute import cards
from tests.declare import people
from tests.declare.links import made, read, token_of
from tests.facility_desk import Resident, new_uuid, register, store_resident
from tests.gsm7 import fits_one_segment
from tests.otp.conftest import Aws, Browser, throttled
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_recycled_numbers import FORMER, NEW, declare, next_holder, show_card

LIMITS = Limits()


@pytest.fixture
def owner(world: World, browser: Browser) -> Browser:
    """Who declared, set a PIN and is at level 2."""
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert put(browser).status == 204
    assert lift(browser).status == 204
    return browser


def kinds(browser: Browser) -> list[tuple[str, str | None]]:
    answer = browser.call("GET", "/v1/events")
    assert answer.status == 200, answer.body
    return [(event["kind"], event.get("record")) for event in answer.json["events"]]


def kept(world: World, account: str) -> list[tuple[str, str | None]]:
    items = [item for item in world.items("access") if item["pk"] == f"events#{account}"]
    return [(item["kind"], item.get("record_id")) for item in sorted(items, key=lambda item: item["sk"])]


def notices(world: World) -> list[str]:
    return [text for _, text in world.sms() if "ma xac nhan" not in text]


def test_the_first_pin_is_the_first_event(owner: Browser) -> None:
    answer = owner.call("GET", "/v1/events")
    (event,) = answer.json["events"]
    assert (answer.status, event["kind"], event["at"]) == (200, "pin-set", "2026-11-23T02:00:00.000Z")
    assert set(answer.json) == {"events"}


def test_events_need_level_2_by_a_pin_that_the_account_has_now(world: World, owner: Browser) -> None:
    assert Browser(world).call("GET", "/v1/events").status == 401
    other = Browser(world, cookies={"__Host-device": owner.cookies["__Host-device"]})
    other.sign_in()
    refused = other.call("GET", "/v1/events")
    assert (refused.status, refused.json["type"]) == (403, "/problems/level-too-low")


def test_a_new_device_a_changed_and_a_locked_pin_are_events(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    clock.shift(LIMITS.cooldown_seconds)
    assert put(owner, OTHER, PIN).status == 204
    clock.shift(LIMITS.cooldown_seconds)
    stranger = Browser(world, client="203.0.113.9")
    stranger.sign_in()
    for _ in range(5):
        clock.shift(1)
        lift(stranger, "902734")
    assert [kind for kind, _ in kinds(owner)] == ["pin-locked", "new-device", "pin-changed", "pin-set"]


def test_a_known_device_and_an_account_without_records_make_no_event(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    browser.sign_in()
    clock.shift(120)
    browser.sign_in()
    assert [item for item in world.items("access") if item["pk"].startswith("events#")] == []


def test_a_card_seen_and_a_pin_permitted_are_events_of_the_record(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    clock.shift(LIMITS.cooldown_seconds)
    show_card(register(world, "79001"), FORMER)
    assert sorted(kinds(owner)[:2]) == [("card-seen", FORMER), ("pin-permitted", FORMER)]
    (text,) = notices(world)
    assert "cho phep dat lai ma PIN" in text


def test_a_number_that_moves_away_is_told_to_its_holder(world: World) -> None:
    first = store_resident(world, Resident(account="loser", told_at="+84911222333"))
    second = store_resident(world, Resident(record_id=new_uuid(), account="winner", told_at="+84911222444"))
    desk = register(world)
    cards.verify(desk, first)
    assert ("number-moved", second) in kept(world, "winner"), "no look-up by the number finds them any more"
    assert cards.verify(desk, second, reason="her card").status == 200
    assert ("number-moved", first) in kept(world, "loser")
    assert [kind for kind, _ in kept(world, "winner")].count("number-moved") == 1
    told = [to for to, text in world.sms() if "ho so vua bi doi, chuyen di" in text]
    assert told == ["+84911222333"], "who only claimed it is told in the next month, by the list alone"


def test_a_link_that_is_opened_is_an_event_by_the_page_and_at_the_desk(world: World) -> None:
    own = people.sign_in(level=2)
    body = people.declaration(consent_sharing={"valueBoolean": False})
    assert people.put(own, body).status == 201
    token = token_of(made(minutes=30)["shlink"])
    assert read(token).status == 200
    assert register(world).summary_by_id(people.RECORD_ID, share=token).status == 200
    opened = [item for item in world.items("access") if item.get("kind") == "link-opened"]
    assert [item["record_id"] for item in opened] == [people.RECORD_ID] * 2


def test_events_are_paged_newest_first_and_nothing_else_is_a_place(
    owner: Browser, clock: time_machine.Traveller
) -> None:
    account = account_of(owner)
    for _ in range(event_list.PAGE):
        clock.shift(1)
        account_events.put(account, "card-seen", FORMER)
    page = owner.call("GET", "/v1/events").json
    rest = owner.call("GET", "/v1/events", query=f"before={page['next']}").json
    assert (len(page["events"]), [event["kind"] for event in rest["events"]]) == (50, ["pin-set"])
    assert "next" not in rest
    for before in ("", "9", "event#1", "0" * 4000, page["next"] + "0", "ⅷ" * 13 + "-00000000"):
        assert owner.call("GET", "/v1/events", query=urllib.parse.urlencode({"before": before})).status == 400


def account_of(browser: Browser) -> str:
    return next(item["account"] for item in browser.world.items("access") if item["sk"] == "session")


def test_the_next_holder_of_a_number_sees_nothing_of_the_time_before(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    account_events.put(account_of(owner), "link-opened", FORMER)
    holder = next_holder(world)
    assert declare(holder, NEW).status == 201
    clock.shift(LIMITS.cooldown_seconds)
    show_card(register(world, "79001"), NEW)
    clock.shift(LIMITS.cooldown_seconds)
    assert put(holder, OTHER).status == 204
    assert lift(holder, OTHER).status == 204
    assert {record for _, record in kinds(holder)} == {NEW, None}
    assert [kind for kind, record in kinds(holder) if record is None] == ["pin-changed"]


def test_events_do_not_expire_and_end_with_the_account(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    account = account_of(owner)
    assert [item for item in world.items("access") if item["pk"].startswith("events#") and "ttl" in item] == []
    assert declare(owner, NEW).status == 201
    assert people.call("DELETE", people.RECORD, owner.cookies, record_id=NEW).status == 204
    assert kept(world, account) != []
    assert people.call("DELETE", people.RECORD, owner.cookies, record_id=FORMER).status == 204
    assert kept(world, account) == []


def test_a_changed_pin_is_told_by_a_message_four_times_a_day_at_most(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    for turn in range(6):
        clock.shift(LIMITS.cooldown_seconds)
        assert put(owner, (OTHER, PIN)[turn % 2], (PIN, OTHER)[turn % 2]).status == 204
    assert len(notices(world)) == 4


def test_a_new_account_of_the_same_phone_has_no_messages_of_its_own(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    before, pin = account_of(owner), PIN
    for _ in range(5):
        clock.shift(LIMITS.cooldown_seconds)
        other = OTHER if pin == PIN else PIN
        assert put(owner, other, pin).status == 204
        pin = other
    assert lift(owner, pin).status == 204
    assert people.call("DELETE", people.RECORD, owner.cookies, record_id=FORMER).status == 204
    clock.shift(3600)
    owner.cookies.pop("__Host-session", None)
    owner.sign_in()
    assert declare(owner, NEW).status == 201
    assert {item["pk"] for item in world.items("records") if item["pk"].startswith("account#")} != {f"account#{before}"}
    assert put(owner, PIN).status == 204
    assert lift(owner, PIN).status == 204
    clock.shift(LIMITS.cooldown_seconds)
    assert put(owner, OTHER, PIN).status == 204
    assert len(notices(world)) == 4


def test_those_who_change_again_and_again_leave_half_of_the_messages_to_first_ones(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_SMS_NOTICES_DAILY", "8")
    settings.forget()
    for _ in range(4):
        for phone in ("+84901000001", "+84901000002", "+84901000003"):
            account_notices.send(phone, "pin-changed", counted_by=f"mac of {phone}")
    assert len(world.sms()) == 3 + 4
    account_notices.send("+84901000009", "pin-changed", counted_by="another")
    assert world.sms()[-1][0] == "+84901000009"


def test_a_message_that_is_refused_leaves_the_pin_changed_and_spends_nothing(
    world: World, owner: Browser, aws: Aws, clock: time_machine.Traveller
) -> None:
    clock.shift(1)
    aws.fail("Publish", throttled("Publish"))
    assert put(owner, OTHER, PIN).status == 204
    assert [kind for kind, _ in kinds(owner)][0] == "pin-changed"
    aws.work()
    budgets = [item for item in world.items("access") if item["pk"].startswith("budget#credential-notices")]
    assert {int(item["n86400"]) for item in budgets} == {0}


@pytest.mark.parametrize("change", message_texts.CREDENTIAL_CHANGES)
def test_each_notice_is_one_segment_without_six_digits_in_a_row(change: message_texts.CredentialChange) -> None:
    text = message_texts.credential_message("+84901234567", change, datetime(2026, 12, 23, 22, 58, tzinfo=UTC)).text
    assert fits_one_segment(text), len(text)
    assert "22:58 ngay 23/12" in text


def test_the_document_names_every_kind() -> None:
    assert tuple(EVENT_KINDS) == typing.get_args(account_events.Kind.__value__)
