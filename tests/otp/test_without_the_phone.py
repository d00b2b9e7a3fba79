"""Who did not show the phone has a part in what the own passkey or PIN opens, and none in what is the phone's.

The number may be somebody else's by now: her sessions, devices, PIN, records, messages and room are hers.
"""

from dataclasses import dataclass, field

import pytest
import time_machine

from functions.declare import account_records, ended_account
from functions.declare.declaration import monthly_claims
from health_record.identity import sessions
from tests.conftest import World
from tests.declare import people
from tests.facility_desk import Desk, new_uuid, register
from tests.otp.authenticator import Authenticator
from tests.otp.conftest import Browser
from tests.otp.test_events import notices
from tests.otp.test_paper_codes import issue, use
from tests.otp.test_passkeys import add, anew, kinds, options, sign_in
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_recycled_numbers import CHILD, FORMER, NEW, declare, next_holder, reached, show_card

HERS, ELSEWHERE = "720591", "192.0.2.55"
WRONG = [f"72059{digit}" for digit in (2, 3, 4, 5, 6)]
DAY = 86_400
WAYS = ["passkey", "passkey and own PIN", "paper", "paper and own PIN"]
LIFTED = [way for way in WAYS if way != "paper"]


@dataclass
class Number:
    """A number that changed hands: its former holder has a record, a PIN and a passkey, and knows an honest desk."""

    world: World
    desk: Desk
    device: Authenticator = field(default_factory=Authenticator)

    def former(self, way: str) -> Browser:
        """The former holder, signed in without the phone."""
        if way.startswith("paper"):
            browser = Browser(self.world, client=ELSEWHERE)
            assert use(browser, issue(self.desk, FORMER, permitPin=False)).status == 200
        else:
            browser = anew(self.world)
            assert sign_in(browser, self.device).status == 200
        if way == "passkey and own PIN":
            assert put(browser, PIN).status == 204
        if way.endswith("own PIN"):
            assert lift(browser, PIN).status == 204
        return browser

    def next(self) -> Browser:
        """The next holder with a record and a PIN of her own, at level 2."""
        holder = next_holder(self.world)
        assert declare(holder, NEW).status == 201
        show_card(self.desk, NEW)
        assert (put(holder, HERS).status, lift(holder, HERS).status) == (204, 204)
        return holder


@pytest.fixture
def number(world: World, browser: Browser, clock: time_machine.Traveller) -> Number:
    one = Number(world, register(world, "79001"))
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert (put(browser, PIN).status, lift(browser, PIN).status) == (204, 204)
    assert add(browser, one.device).status == 201
    clock.shift(30 * DAY)
    return one


def beside(browser: Browser) -> list[str]:
    """What the session is shown of other sessions and of known devices."""
    answer = browser.call("GET", "/v1/sessions").json
    return [one["id"] for one in (*answer["sessions"], *answer["devices"]) if not one["current"]]


def listed(browser: Browser) -> set[str]:
    return {row["id"] for row in people.call("GET", "/v1/records", browser.cookies).json["records"]}


def nobodys(browser: Browser) -> int:
    """Declare somebody without any number: the status."""
    body = people.declaration(identity_national_id=None, identity_insurance_number=None)
    return people.put(browser.cookies, body, record_id=new_uuid()).status


@pytest.mark.parametrize("way", WAYS)
def test_it_sees_and_ends_no_session_and_no_device_of_the_phones(number: Number, way: str) -> None:
    hers, him = number.next(), number.former(way)
    assert beside(him) == []
    own = him.call("GET", "/v1/sessions").json["sessions"][0]["id"]
    there = [one["id"] for name in ("sessions", "devices") for one in hers.call("GET", "/v1/sessions").json[name]]
    assert len(set(there) - {own}) == 2, "her session and her device"
    for one in set(there) - {own}:
        assert him.call("DELETE", "/v1/sessions/{id}", path={"id": one}).status == 404
    assert hers.call("GET", "/v1/session").json["level"] == 2


@pytest.mark.parametrize("way", WAYS)
def test_the_phone_alone_sees_and_ends_no_session_that_a_pin_or_passkey_lifted(number: Number, way: str) -> None:
    """Else whoever holds the number keeps the passkey's holder out, and learns when they sign in."""
    phones = [number.next(), next_holder(number.world)]
    him = number.former(way)
    for phone in phones:
        own = him.call("GET", "/v1/sessions").json["sessions"][0]["id"]
        is_of_phone = way == "paper"
        assert (own in beside(phone)) is is_of_phone
        ended = phone.call("DELETE", "/v1/sessions/{id}", path={"id": own}).status
        assert ended == (204 if is_of_phone else 404)
        assert him.call("GET", "/v1/session").status == (401 if is_of_phone else 200)
        him = number.former(way) if is_of_phone else him


def test_a_pin_that_a_facility_permits_ends_every_session_where_the_phone_is_shown(number: Number) -> None:
    """Who forgot the PIN, or whose PIN a thief knows, starts anew."""
    hers, him = number.next(), number.former("passkey")
    again = next_holder(number.world)
    show_card(number.desk, NEW)
    assert put(again, OTHER).status == 204
    assert {one.call("GET", "/v1/session").status for one in (hers, him)} == {401}


@pytest.mark.parametrize("change", [OTHER, HERS])
def test_a_new_pin_of_ones_own_ends_the_sessions_of_the_pin_before_it_and_no_relatives(
    number: Number, change: str
) -> None:
    hers, him = number.next(), number.former("passkey")
    second = next_holder(number.world)
    assert lift(second, HERS).status == 204
    assert put(second, change, HERS).status == 204
    assert (hers.call("GET", "/v1/session").status, him.call("GET", "/v1/session").json["level"]) == (401, 2)


def test_it_ends_the_sessions_of_its_own_passkey(number: Number) -> None:
    other, him = number.former("passkey"), number.former("passkey")
    (one,) = beside(him)
    assert him.call("DELETE", "/v1/sessions/{id}", path={"id": one}).status == 204
    assert other.call("GET", "/v1/session").status == 401
    third = number.former("passkey")
    assert put(him, OTHER).status == 204
    assert third.call("GET", "/v1/session").status == 401, "and a new PIN ends them"


def change_pin(him: Browser, _number: Number) -> int:
    return put(him, OTHER, PIN).status


def remove_passkey(him: Browser, number: Number) -> int:
    ids = [one["id"] for one in him.call("GET", "/v1/passkeys").json["passkeys"]]
    return him.call("DELETE", "/v1/passkeys/{id}", path={"id": ids[0]}).status


@pytest.mark.parametrize("change", [change_pin, remove_passkey])
@pytest.mark.parametrize("way", LIFTED)
def test_what_it_changes_ends_no_session_and_no_device_of_the_phones(number: Number, way: str, change: object) -> None:
    hers, him = number.next(), number.former(way)
    assert callable(change)
    assert change(him, number) == 204
    answer = hers.call("GET", "/v1/sessions").json
    assert (hers.call("GET", "/v1/session").json["level"], len(answer["devices"])) == (2, 1)


@pytest.mark.parametrize("way", WAYS)
def test_it_tries_no_pin_but_its_own(number: Number, way: str) -> None:
    number.next()
    him = number.former(way)
    before = reached(him)
    assert lift(him, HERS).status in (401, 403)
    assert reached(him) == before == ([] if way == "paper" else [FORMER])


def test_it_is_not_told_that_somebody_else_set_a_pin(world: World, browser: Browser) -> None:
    desk, device = register(world, "79001"), Authenticator()
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert add(browser, device, current=None).status == 201
    Number(world, desk).next()
    him = anew(world)
    assert sign_in(him, device).json["pin_set"] is False
    assert him.call("GET", "/v1/session").json["pin_set"] is False
    assert (lift(him, HERS).status, lift(him, HERS).json["type"]) == (403, "/problems/pin-not-set")


@pytest.mark.parametrize("way", WAYS)
def test_it_locks_nobody_elses_pin(world: World, number: Number, way: str) -> None:
    number.next()
    him = number.former(way)
    assert {lift(him, wrong).status for wrong in (*WRONG, *WRONG)} <= {401, 403}
    assert lift(next_holder(world), HERS).status == 204, "on a device where it was never given"


@pytest.mark.parametrize("way", WAYS)
def test_it_is_told_of_no_record_but_its_own(number: Number, way: str) -> None:
    hers = number.next()
    assert listed(number.former(way)) == {FORMER}
    assert listed(hers) == {FORMER, NEW}, "whoever shows the phone is told that there are others"


@pytest.mark.parametrize("way", WAYS)
def test_it_is_told_of_what_it_declared_itself(number: Number, way: str) -> None:
    him = number.former(way)
    assert declare(him, CHILD).status == 201
    assert listed(him) == {FORMER, CHILD}


@pytest.mark.parametrize("way", LIFTED)
def test_it_is_told_of_no_event_of_the_phones(number: Number, way: str) -> None:
    hers, him = number.next(), number.former(way)
    for wrong in WRONG:
        assert lift(next_holder(number.world), wrong).status == 401
    assert {"new-device", "pin-locked"} <= set(kinds(hers))
    changed = ["pin-changed"] if way == "passkey and own PIN" else []
    papers = ["paper-code", "card-seen"] if way.startswith("paper") else []
    own = ["pin-locked", "passkey-added", "pin-set"]  # whoever shows the phone is compared with every PIN
    assert sorted(kinds(him)) == sorted([*changed, *papers, *own])


def test_each_is_told_that_the_own_pin_was_locked_and_of_no_other(number: Number) -> None:
    hers, guesser = number.next(), number.former("paper")
    for wrong in WRONG:
        assert lift(guesser, wrong).status == 401, "on paper the PIN of the card's record alone"
    assert kinds(number.former("passkey")).count("pin-locked") == 1
    locked = kinds(hers).count("pin-locked")
    stranger = next_holder(number.world)
    for wrong in WRONG:
        assert lift(stranger, wrong).status == 401
    assert kinds(number.former("passkey")).count("pin-locked") == 1, "his has no try left that others could make"
    assert kinds(hers).count("pin-locked") == locked + 1


def test_a_pin_that_was_locked_before_the_others_is_told_of_as_well(number: Number) -> None:
    number.next()
    on_paper, stranger = number.former("paper"), next_holder(number.world)
    assert lift(on_paper, WRONG[0]).status == 401
    for wrong in WRONG[1:]:
        assert lift(stranger, wrong).json["remaining"] > 0
    assert "pin-locked" in kinds(number.former("passkey"))


def test_a_first_pin_set_on_paper_opens_for_the_session_that_set_it(world: World, browser: Browser) -> None:
    """Also where it opens what its device declared, and not the record of the card."""
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert declare(next_holder(world), NEW).status == 201
    browser.forget_session()
    assert use(browser, issue(register(world, "79001"), NEW, permitPin=False)).status == 200
    assert put(browser, PIN).status == 204
    assert browser.call("GET", "/v1/session").json["pin_set"] is True
    assert (lift(browser, PIN).status, reached(browser)) == (204, [FORMER])


def test_a_session_on_paper_whose_pin_was_replaced_gives_the_one_in_its_place(
    number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    him = number.former("paper and own PIN")
    monkeypatch.setattr(sessions, "end_other_sessions", lambda _session, **_more: None)  # as where that broke off
    other = Browser(number.world)
    other.sign_in()
    assert (lift(other, PIN).status, put(other, OTHER, PIN).status) == (204, 204)
    assert reached(him) == []
    assert (lift(him, OTHER).status, reached(him)) == (204, [FORMER])


@pytest.mark.parametrize("way", WAYS)
def test_it_leaves_half_of_the_records_to_the_phone(number: Number, way: str) -> None:
    him = number.former(way)
    made = [nobodys(him) for _ in range(account_records.MAX_RECORDS)]
    assert made.count(201) == account_records.MAX_WITHOUT_PHONE - 1, "with the one of before"
    assert set(made) == {201, 403}
    holder = next_holder(number.world)
    made = [nobodys(holder) for _ in range(account_records.MAX_RECORDS)]
    assert made.count(201) == account_records.MAX_RECORDS - account_records.MAX_WITHOUT_PHONE


@pytest.mark.parametrize("way", LIFTED)
def test_it_spends_no_claim_of_the_phone(number: Number, way: str) -> None:
    him = number.former(way)
    statuses = [declare(him, CHILD).status]
    while statuses[-1] in (200, 201):
        body = people.declaration(
            identity_national_id={"valueString": f"0791600{99000 + len(statuses)}"}, identity_insurance_number=None
        )
        statuses.append(people.put(him.cookies, body, record_id=CHILD, version=len(statuses)).status)
    assert (len(statuses), statuses[-1]) == (monthly_claims.MOST_IN_A_MONTH + 1, 429)
    assert declare(next_holder(number.world), NEW).status == 201


@pytest.mark.parametrize("way", ["passkey and own PIN", "paper and own PIN"])
def test_its_changes_spend_no_message_of_the_phone(world: World, number: Number, way: str) -> None:
    hers, him, pin = number.next(), number.former(way), PIN
    for _ in range(6):
        changed = OTHER if pin == PIN else PIN
        assert put(him, changed, pin).status == 204
        pin = changed
    told = len(notices(world))
    assert put(hers, "802614", HERS).status == 204
    assert len(notices(world)) == told + 1


def start_anew(world: World, clock: time_machine.Traveller) -> Browser:
    """A new account of the same phone, with a passkey, by which its holder is signed in."""
    browser, device = Browser(world), Authenticator()
    clock.shift(3600)
    browser.sign_in()
    assert nobodys(browser) == 201
    assert add(browser, device, current=None).status == 201
    him = anew(world)
    assert sign_in(him, device).status == 200
    return him


def end_account(browser: Browser) -> None:
    for record_id in listed(browser):
        assert people.call("DELETE", people.RECORD, browser.cookies, record_id=record_id).status == 204


def test_nobody_begins_anew_with_a_new_account(world: World, clock: time_machine.Traveller) -> None:
    """One phone, and an account after another: what its passkeys spend is still the phone's."""
    claimed: list[int] = []
    for turn in range(5):
        him = start_anew(world, clock)
        for one in range(8):
            body = people.declaration(
                identity_national_id={"valueString": f"0791600{98000 + 10 * turn + one}"},
                identity_insurance_number=None,
            )
            (row,) = people.call("GET", "/v1/records", him.cookies).json["records"]
            claimed.append(people.put(him.cookies, body, record_id=row["id"], version=row["version"]).status)
        for pin, current in ((PIN, None), (OTHER, PIN), (PIN, OTHER)):
            assert put(him, pin, current).status == 204
        end_account(him)
    assert (claimed.count(200), claimed[-1]) == (monthly_claims.MOST_IN_A_MONTH, 429)
    assert len(notices(world)) == 4


@pytest.mark.parametrize("way", ["passkey", "paper"])
@pytest.mark.parametrize("is_swept", [True, False])
def test_it_ends_with_its_account_and_goes_nowhere_with_the_phone(
    number: Number, way: str, is_swept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the moment before the sweep."""
    if not is_swept:
        monkeypatch.setattr(ended_account, "clear", lambda _account: None)
    him, last = number.former(way), number.former("passkey")
    assert people.call("DELETE", people.RECORD, last.cookies, record_id=FORMER).status == 204
    holder = next_holder(number.world)
    assert nobodys(him) == 401
    assert declare(holder, NEW).status == 201
    assert (nobodys(him), listed(holder), beside(holder)) == (401, {NEW}, [])
    assert put(holder, HERS).status == 204, "the first PIN is hers"


def test_whoever_shows_the_phone_goes_on_after_the_last_record(number: Number) -> None:
    browser = Browser(number.world)
    browser.sign_in()
    assert lift(browser, PIN).status == 204
    assert people.call("DELETE", people.RECORD, browser.cookies, record_id=FORMER).status == 204
    assert declare(browser, NEW).status == 201


def test_the_next_holder_is_not_shown_which_passkeys_there_were(number: Number) -> None:
    holder = next_holder(number.world)
    assert declare(holder, NEW).status == 201
    show_card(number.desk, NEW)
    assert options(holder).json["publicKey"]["excludeCredentials"] == []
    own = number.former("passkey")
    assert len(options(own).json["publicKey"]["excludeCredentials"]) == 1
