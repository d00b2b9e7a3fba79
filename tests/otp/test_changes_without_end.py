"""Who changes a PIN or passkeys again and again buries nothing in the list of whoever shares the number."""

from dataclasses import dataclass, field

import pytest
import time_machine

from functions.otp import event_list
from functions.otp.limits import Limits
from tests.conftest import Answer, World
from tests.otp import test_without_the_phone as without_the_phone
from tests.otp.authenticator import Authenticator
from tests.otp.conftest import Browser
from tests.otp.test_events import account_of
from tests.otp.test_passkeys import kinds, options
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_recycled_numbers import FORMER, NEW, declare
from tests.otp.test_without_the_phone import Number
from tests.put_at_once import permit_pin

number = without_the_phone.number
MOST, DAY = Limits().credential_changes, 86_400


@dataclass
class Changer:
    """Somebody at level 2 who changes what they sign in with, in turns."""

    browser: Browser
    pin: str = PIN
    devices: list[Authenticator] = field(default_factory=list)

    def change_pin(self) -> Answer:
        other = OTHER if self.pin == PIN else PIN
        answer = put(self.browser, other, self.pin)
        if answer.status == 204:
            self.pin = other
        return answer

    def add(self) -> Answer:
        asked = options(self.browser, current_pin=self.pin)
        if asked.status != 200:
            return asked
        return self.browser.call("POST", "/v1/passkeys", body={"credential": Authenticator().create(asked.json)})

    def remove(self) -> Answer:
        known = self.browser.call("GET", "/v1/passkeys").json["passkeys"]
        return self.browser.call("DELETE", "/v1/passkeys/{id}", path={"id": known[-1]["id"]})


def change_everything(changer: Changer) -> list[int]:
    """As often as a day allows, each kind of change; a passkey stays."""
    kinds_of_change = (changer.change_pin, changer.add, changer.remove)
    found = [change().status for _ in range(MOST // 2 - 1) for change in kinds_of_change]
    return [*found, changer.change_pin().status, changer.add().status]


@pytest.fixture
def owner(browser: Browser) -> Browser:
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert (put(browser).status, lift(browser).status) == (204, 204)
    return browser


def test_a_holder_changes_the_pin_or_adds_a_passkey_twenty_times_a_day(
    owner: Browser, clock: time_machine.Traveller
) -> None:
    changer = Changer(owner)
    assert set(change_everything(changer)) <= {201, 204}
    for change in (changer.change_pin, changer.add):
        answer = change()
        assert (answer.status, answer.json["type"]) == (429, "/problems/too-many-changes")
        assert 0 < int(answer.headers["retry-after"]) <= DAY
    assert changer.remove().status == 204, "a thief's passkey is removed at any time"
    clock.shift(int(answer.headers["retry-after"]) - 1)
    owner.sign_in()
    assert lift(owner, changer.pin).status == 204, "and the PIN that stands goes on"
    assert changer.change_pin().status == 429
    clock.shift(1)
    assert changer.change_pin().status == 204


def test_what_one_changes_leaves_the_other_all_changes(number: Number) -> None:
    hers = Changer(number.next(), pin=without_the_phone.HERS)
    his = Changer(number.former("passkey and own PIN"))
    change_everything(his)
    assert his.change_pin().status == 429
    assert hers.add().status == 201
    assert put(hers.browser, OTHER, hers.pin).status == 204


def test_her_first_page_tells_of_what_is_hers_whatever_the_former_holder_does(
    number: Number, clock: time_machine.Traveller
) -> None:
    hers = number.next()
    account, his = account_of(hers), number.former("passkey and own PIN")
    before = kinds(hers)
    clock.shift(1)
    change_everything(Changer(his))
    assert account_of(his) == account
    assert kinds(hers) == before
    assert len(kinds(his)) >= MOST


def test_who_was_there_first_is_told_of_a_pin_that_a_facility_permitted_to_another(number: Number) -> None:
    """It may have taken something."""
    former = Browser(number.world)
    former.sign_in()
    assert lift(former, PIN).status == 204
    device = Browser(number.world, cookies=dict(former.cookies))
    number.next()
    former = device
    former.sign_in()
    assert lift(former, PIN).status == 204
    assert "pin-changed" in kinds(former)


def test_who_sets_two_pins_in_one_session_is_told_of_the_second(
    browser: Browser, clock: time_machine.Traveller
) -> None:
    """Forgotten before it was ever given; a facility permits another one for one of two records."""
    browser.sign_in()
    assert [declare(browser, each).status for each in (FORMER, NEW)] == [201, 201]
    assert put(browser).status == 204
    clock.shift(1)
    permit_pin("access", account_of(browser), FORMER)
    assert (put(browser, OTHER).status, lift(browser, OTHER).status) == (204, 204)
    assert kinds(browser)[0] == "pin-changed"


def test_a_session_whose_generation_is_gone_is_told_of_nothing(world: World, owner: Browser) -> None:
    """Between the end of an account and the sweep of its events, which may have broken off."""
    account = account_of(owner)
    assert kinds(owner)
    world.table("access").delete_item(Key={"pk": f"account#{account}", "sk": "pin"})
    assert owner.call("GET", "/v1/events").status == 403
    assert owner.call("GET", "/v1/session").json["level"] == 1


def test_a_page_is_no_longer_than_a_few_days_of_changes() -> None:
    assert event_list.PAGE > 2 * MOST  # each and its removal
