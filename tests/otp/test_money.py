"""What may cost how much: breakers on unverified codes, the hour's pace, the reserve, and the day's cap."""

import pytest
import time_machine

from functions.otp.limits import Limits
from tests.conftest import Answer, World
from tests.otp.conftest import START, Browser, phone_number, solve
from tests.otp.test_devices import known
from tests.posters import poster

LIMITS = Limits()

TODAY = "budget#sms#2026-11-23"
BUCKET = START // 600
DAY, PRICE = 50_000_000, 800


def spend(world: World, vnd: int) -> None:
    world.table("access").put_item(Item={"pk": TODAY, "sk": "window", "spent": vnd})


def paid(browser: Browser, phone: str) -> Answer:
    """Ask as the page does, which works where work is asked for."""
    answer = browser.ask(phone)
    return browser.ask(phone, work=solve(answer.json["work"])) if "work" in answer.json else answer


def unproven_network(world: World, browser: Browser) -> None:
    """Let the browser's network be one that proved none of its first messages."""
    for number in range(3):
        browser.ask(phone_number(700 + number))


@pytest.fixture
def easy(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """Work of 4 to 8 bits: for tests that do much of it."""
    monkeypatch.setenv("SSK_WORK_BITS", "4")
    monkeypatch.setenv("SSK_WORK_BITS_MOST", "8")


def counted(world: World, scope: str, sent: int, verified: int = 0) -> None:
    """So many codes were sent in the ten minutes from START, and so many of these verified."""
    world.table("access").put_item(
        Item={"pk": scope, "sk": "window", "spent": 0, f"s{BUCKET}": sent, f"v{BUCKET}": verified}
    )


@pytest.mark.parametrize(
    ("sent", "age", "status"), [(30, 1200, 202), (31, 1199, 202), (31, 1200, 429), (31, 4799, 429), (31, 4800, 202)]
)
def test_a_posters_breaker_asks_for_work_above_30_unverified_codes_an_hour(
    world: World, browser: Browser, clock: time_machine.Traveller, sent: int, age: int, status: int
) -> None:
    counted(world, f"budget#sms-poster#{poster()}#2026-11-23", sent)
    clock.move_to(START + age)
    answer = browser.ask("0987654321", poster=poster())
    assert answer.status == status
    if status == 429:
        assert browser.ask("0987654321", poster=poster(), work=solve(answer.json["work"])).status == 202
    assert Browser(world).ask("0976543210", poster=poster("13")).status == 202


def test_a_posters_breaker_counts_codes_that_were_truly_sent_and_not_verified(
    world: World, browser: Browser, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_BREAKER_POSTER_FLOOR", "3")
    for number in range(5):
        person = Browser(world, client=f"10.0.{number}.1")
        asked = person.ask(phone_number(number), poster=poster())
        if number < 1:
            clock.move_to(START + 599)
            assert person.verify(asked.json["challenge_id"], person.code()).status == 200
            clock.move_to(START)
    clock.move_to(START + 1199)
    assert browser.ask("0976543210", poster=poster()).status == 202
    clock.move_to(START + 1200)
    assert browser.ask("0987654321", poster=poster()).status == 429


@pytest.mark.parametrize(("sent", "verified", "status"), [(64, 32, 202), (65, 32, 429), (80, 0, 429), (900, 500, 202)])
def test_a_breaker_needs_more_than_half_unverified(
    world: World, browser: Browser, clock: time_machine.Traveller, sent: int, verified: int, status: int
) -> None:
    counted(world, f"budget#sms-poster#{poster()}#2026-11-23", sent, verified)
    clock.move_to(START + 1200)
    assert browser.ask("0987654321", poster=poster()).status == status


@pytest.mark.parametrize(("sent", "age", "status"), [(200, 1200, 202), (201, 1199, 202), (201, 1200, 429)])
def test_the_provinces_breaker_asks_for_work_above_200_unverified_codes_an_hour(
    world: World, browser: Browser, clock: time_machine.Traveller, sent: int, age: int, status: int
) -> None:
    counted(world, TODAY, sent)
    clock.move_to(START + age)
    answer = browser.ask("0987654321")
    assert answer.status == status
    if status == 429:
        assert browser.ask("0987654321", work=solve(answer.json["work"])).status == 202


def test_the_breakers_look_back_over_midnight(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    midnight = START + 15 * 3600
    last = midnight // 600 - 1
    world.table("access").put_item(
        Item={"pk": f"budget#sms-poster#{poster()}#2026-11-23", "sk": "window", f"s{last}": 31}
    )
    clock.move_to(midnight + 600)
    assert browser.ask("0987654321", poster=poster()).status == 429
    clock.move_to(midnight + 4200)
    assert browser.ask("0987654321", poster=poster()).status == 202


@pytest.mark.parametrize("before_the_end", [600, 10, 1], ids="{} s before the bucket's end".format)
@pytest.mark.parametrize("bucket", [START, START + 15 * 3600 - 600], ids=["by day", "the last before midnight"])
def test_a_proof_counts_where_its_message_was_sent(
    world: World, browser: Browser, clock: time_machine.Traveller, before_the_end: int, bucket: int
) -> None:
    """Else those who prove late make the messages of one bucket look like a flood, and hide one in the next."""
    clock.move_to(bucket + 600 - before_the_end)
    asked = browser.ask(poster=poster())
    clock.shift(30)
    assert browser.verify(asked.json["challenge_id"], browser.code()).status == 200
    counters = {item["pk"]: item for item in world.items("access") if item["pk"].startswith("budget#sms")}
    for name in (TODAY, f"budget#sms-poster#{poster()}#2026-11-23"):
        found = {key for key in counters[name] if key[0] in "sv" and key[1:].isdigit()}
        assert found == {f"s{bucket // 600}", f"v{bucket // 600}"}, name


def test_over_midnight_each_day_gets_back_what_its_own_messages_took(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    midnight = START + 15 * 3600
    ids = []
    for instant in (midnight - LIMITS.cooldown_seconds, midnight + 1):
        clock.move_to(instant)
        ids.append(browser.ask().json["challenge_id"])
    assert len(world.sms()) == 2
    assert browser.verify(ids[1], browser.code(), earlier=ids[:1]).status == 200
    days = {item["pk"]: item for item in world.items("access") if item["pk"].startswith("budget#sms#")}
    assert {day: int(item["unproven"]) for day, item in days.items()} == {
        "budget#sms#2026-11-23": 0,
        "budget#sms#2026-11-24": 0,
    }


@pytest.mark.parametrize(("scope", "floor"), [(TODAY, 200), ("poster", 30)])
def test_a_flood_is_not_waited_for_three_times_the_floor_opens_the_breaker_at_once(
    world: World, browser: Browser, clock: time_machine.Traveller, scope: str, floor: int
) -> None:
    """One network of many addresses could spend the day's money before its codes are ten minutes old."""
    place = TODAY if scope == TODAY else f"budget#sms-poster#{poster()}#2026-11-23"
    statuses = []
    for sent, verified in ((3 * floor, 0), (3 * floor + 1, 0), (3 * floor + 1, 1), (7 * floor, 4 * floor - 1)):
        counted(world, place, sent, verified)
        answer = Browser(world).ask(phone_number(sent + verified), poster=poster())
        statuses.append(answer.status)
    assert statuses == [202, 429, 202, 202]
    counted(world, place, 3 * floor + 1)
    clock.move_to(START + 1199)
    assert paid(browser, "0987654321").status == 202


def test_a_rehearsal_from_one_poster_passes_at_several_a_second(
    world: World, browser: Browser, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As 5,400 residents do: each from an address of its own, verifying at once, over the breakers' whole look-back."""
    monkeypatch.setenv("SSK_BREAKER_POSTER_FLOOR", "2")
    monkeypatch.setenv("SSK_BREAKER_PROVINCE_FLOOR", "4")
    for number in range(24):
        clock.move_to(START + number * LIMITS.cooldown_seconds)
        person = Browser(world, client=f"127.1.{number // 250 + 1}.{number % 250 + 1}")
        assert person.sign_in(phone_number(number), poster=poster()).status == 200


@pytest.mark.parametrize(("million", "sent"), [(20, 5_555), (5, 1_388)])
def test_5400_residents_in_an_hour_need_no_work_with_the_budget_of_ho_chi_minh_city(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch, million: int, sent: int
) -> None:
    """And 1,388 with the budget of a small province; who comes after them gets through by work."""
    monkeypatch.setenv("SSK_SMS_DAILY_BUDGET_VND", str(million * 1_000_000))
    monkeypatch.setenv("SSK_SMS_PRICE_VND", "900")
    counted(world, TODAY, sent - 1, sent - 400)
    assert browser.ask("0987654321").status == 202
    counted(world, TODAY, sent, sent - 400)
    assert [browser.ask("0976543210").status, paid(browser, "0976543210").status] == [429, 202]


@pytest.mark.usefixtures("easy")
@pytest.mark.parametrize(
    ("sent", "bits"),
    [(15_624, None), (15_625, 5), (19_531, 5), (19_532, 6), (23_438, 7), (27_344, 8), (60_000, 8)],
)
def test_beyond_a_quarter_of_the_days_money_in_an_hour_work_is_asked_for_and_rises(
    world: World, browser: Browser, clock: time_machine.Traveller, sent: int, bits: int | None
) -> None:
    unproven_network(world, browser)
    counted(world, TODAY, sent, sent)
    clock.move_to(START + 3599)
    answer = browser.ask("0987654321")
    assert answer.json.get("work", {}).get("bits") == bits
    if bits:
        assert browser.ask("0987654321", work=solve(answer.json["work"])).status == 202
    clock.move_to(START + 3600)
    assert browser.ask("0976543210").status == 202


@pytest.mark.parametrize("sent", [15_625, 60_000])
def test_who_comes_from_a_new_network_never_gets_more_than_the_base_work(
    world: World, browser: Browser, sent: int
) -> None:
    """16 bits: no more than 25 s on a phone at a tenth of this machine (docs/sign-in.md)."""
    counted(world, TODAY, sent, sent)
    assert browser.ask("0987654321").json["work"]["bits"] == 16


@pytest.mark.usefixtures("easy")
def test_work_asked_for_minutes_ago_still_counts_while_its_bits_rise_by_two(world: World, browser: Browser) -> None:
    unproven_network(world, browser)
    counted(world, TODAY, 15_625, 15_625)
    works = [solve(browser.ask(phone_number(number)).json["work"]) for number in (1, 2)]
    statuses = []
    for sent, work, number in ((23_438, works[0], 1), (27_344, works[1], 2)):
        counted(world, TODAY, sent, sent)
        statuses.append(browser.ask(phone_number(number), work=work).status)
    assert statuses == [202, 429]


@pytest.mark.parametrize(("left", "status"), [(15_000_801, 202), (15_000_800, 202), (15_000_799, 429)])
def test_the_last_thirty_percent_of_the_days_money_are_for_messages_with_work(
    world: World, browser: Browser, left: int, status: int
) -> None:
    spend(world, DAY - left)
    answer = browser.ask("0987654321")
    assert answer.status == status
    if status == 429:
        assert browser.ask("0987654321", work=solve(answer.json["work"])).status == 202


def test_a_small_budget_has_no_reserve(world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first 200 messages of a day are never asked for work for money's sake."""
    monkeypatch.setenv("SSK_SMS_DAILY_BUDGET_VND", str(201 * PRICE))
    for spent, status in ((199, 202), (200, 429)):
        spend(world, spent * PRICE)
        assert Browser(world).ask(phone_number(spent)).status == status


def test_the_days_money_is_a_cap(world: World, browser: Browser) -> None:
    spend(world, DAY - 801)
    assert paid(browser, phone_number(1)).status == 202
    refused = paid(browser, phone_number(2))
    assert (refused.status, refused.json["type"]) == (503, "/problems/sms-budget")
    assert refused.headers["retry-after"] == str(15 * 3600)
    assert "trạm y tế" in refused.json["detail"]
    assert len(world.sms()) == 1


@pytest.mark.parametrize(("left", "status"), [(799, 503), (800, 202), (801, 202)])
def test_the_cap_is_exact(world: World, browser: Browser, left: int, status: int) -> None:
    spend(world, DAY - left)
    assert paid(browser, phone_number(1)).status == status


def test_the_cap_opens_at_the_provinces_midnight(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    spend(world, DAY)
    clock.move_to(START + 15 * 3600 - 1)
    assert browser.ask(phone_number(1)).headers["retry-after"] == "1"
    clock.move_to(START + 15 * 3600)
    assert browser.ask(phone_number(1)).status == 202


@pytest.mark.parametrize(("left", "status"), [(801, 202), (800, 202), (799, 503)])
def test_known_devices_go_on_to_a_fifth_beyond_the_cap_and_end_there(
    world: World, browser: Browser, left: int, status: int
) -> None:
    owner = known(world)
    spend(world, DAY * 120 // 100 - left)
    answer = owner.ask()
    assert answer.status == status
    if status == 503:
        assert answer.json["type"] == "/problems/sms-budget"
