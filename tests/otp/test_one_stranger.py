"""One stranger is one network wherever something is counted: also who rents a /48, with 256 networks of 56 bits."""

import pytest
import time_machine

from functions.otp.limits import Limits
from health_record.http import client_networks
from tests.conftest import World
from tests.facility_desk import register
from tests.otp import strangers
from tests.otp.conftest import START, Browser, wrong
from tests.otp.strangers import Game
from tests.otp.test_devices import known
from tests.otp.test_paper_codes import issue, use
from tests.otp.test_recycled_numbers import FACILITY, FORMER, declare

LIMITS = Limits()

OWNER = "203.0.113.9"


def rented(world: World, place: int, network: int = 0x77) -> Browser:
    """From one of the 256 networks of 56 bits of a /48."""
    return Browser(world, client=f"2001:db8:{network:x}:{place * 256:x}::5")


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("::ffff:198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:77:1234:5::6", "2001:db8:77::/48"),
        ("nonsense", "nonsense"),
    ],
)
def test_who_is_one_stranger(client: str, network: str) -> None:
    assert client_networks.one_stranger(client) == network


def test_one_renter_causes_two_messages_a_day(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    for place in range(20):
        rented(world, place).ask()
        clock.shift(LIMITS.cooldown_seconds + 1)
    assert len(world.sms()) == 2
    assert Browser(world, client=OWNER).sign_in().status == 200


def test_one_renter_has_four_tries_for_a_code(world: World, browser: Browser) -> None:
    browser.ask()
    code = browser.code()
    for place in range(16):
        person = rented(world, place)
        person.verify(person.ask().json["challenge_id"], wrong(code))
    person = rented(world, 99)
    assert person.verify(person.ask().json["challenge_id"], code).status == 401
    owner = Browser(world, client=OWNER)
    assert owner.verify(owner.ask().json["challenge_id"], code).status == 200


def test_one_renter_has_five_tries_at_a_paper_code_and_takes_none_of_the_owners(world: World, browser: Browser) -> None:
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    number = issue(register(world, FACILITY))
    for place in range(30):
        use(rented(world, place), f"{(int(number) + place + 1) % 10**10:010d}")
    assert use(rented(world, 99), number).status == 401
    assert use(Browser(world, client=OWNER), number).status == 200


@pytest.mark.parametrize("networks", [1, 3])
@pytest.mark.parametrize("strategy", ["hasty", "patient", "seed 1"])
def test_a_rented_network_is_one_network_in_the_table(networks: int, strategy: str) -> None:
    waits, guesses = strangers.play(Game(networks=networks, strategy=strategy, renters=True, days=2))
    plain, most = strangers.play(Game(networks=networks, strategy=strategy, days=2))
    assert all(wait is not None and wait <= strangers.COOLDOWN for wait in (*waits, *plain))
    assert guesses <= max(most, {1: 28, 3: 75}[networks])


def test_the_owners_known_device_in_a_rented_network_is_not_stopped_by_it(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    owner = known(world)
    owner.client = "2001:db8:77:ff00::5"
    for place in range(8):
        clock.shift(LIMITS.cooldown_seconds + 1)
        rented(world, place).ask()
    assert owner.sign_in().status == 200


def test_the_network_that_proved_the_phone_today_is_its_own_inside_a_rented_one(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """A household inside a provider's /48, one neighbour of which asks for its number."""
    home = "2001:db8:77:ff00::5"
    Browser(world, client=home).sign_in()
    for place in range(8):
        clock.shift(LIMITS.cooldown_seconds + 1)
        rented(world, place).ask()
    clock.shift(LIMITS.cooldown_seconds + 1)
    sent = len(world.sms())
    newcomer = Browser(world, client=home)
    newcomer.sign_in()
    assert len(world.sms()) == sent + 1
    clock.move_to(START + 6 * 3600)
    code = Browser(world, client=OWNER).ask() and browser.code()
    for place in range(8):
        person = rented(world, place)
        person.verify(person.ask().json["challenge_id"], wrong(code))
    at_home = Browser(world, client=home)
    assert at_home.verify(at_home.ask().json["challenge_id"], code).status == 200
