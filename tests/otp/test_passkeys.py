"""Passkeys: who may add one, what it opens, and what an authenticator's answer must hold."""

import subprocess
import sys
from typing import Any

import pytest
import time_machine

from functions.otp.limits import Limits
from functions.otp.passkey import passkey_options
from tests.conftest import ORIGIN, Answer, World
from tests.facility_desk import Desk, register
from tests.otp.authenticator import PRESENT, VERIFIED, Authenticator, encode
from tests.otp.conftest import START, Browser
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_recycled_numbers import (
    CHILD,
    FACILITY,
    FORMER,
    NEW,
    declare,
    named,
    next_holder,
    reached,
    show_card,
)

LIMITS = Limits()
ATTEMPT = "5f0e8c1a-4d6b-4a57-9a8e-6a1a3a0d7c42"


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, FACILITY)


@pytest.fixture
def declared(world: World, browser: Browser) -> Browser:
    """The session of the first record, with neither PIN nor passkey."""
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    return browser


@pytest.fixture
def owner(declared: Browser) -> Browser:
    """At level 2 by a PIN."""
    assert (put(declared).status, lift(declared).status) == (204, 204)
    return declared


def options(browser: Browser, **body: Any) -> Answer:
    return browser.call("POST", "/v1/passkeys/options", body=body)


def add(browser: Browser, device: Authenticator, *, current: str | None = PIN, **lies: Any) -> Answer:
    asked = options(browser, **({"current_pin": current} if current else {}))
    assert asked.status == 200, asked.body
    return browser.call("POST", "/v1/passkeys", body={"credential": device.create(asked.json, **lies)})


def sign_in(browser: Browser, device: Authenticator, **lies: Any) -> Answer:
    asked = browser.call("POST", "/v1/passkeys/sign-in/options", body={})
    return browser.call("POST", "/v1/passkeys/sign-in", body={"credential": device.get(asked.json, **lies)})


def anew(world: World) -> Browser:
    return Browser(world, client="192.0.2.99")


def kinds(browser: Browser) -> list[str]:
    return [event["kind"] for event in browser.call("GET", "/v1/events").json["events"]]


def test_a_passkey_signs_in_at_level_2_without_any_message(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    device = Authenticator()
    assert add(owner, device).status == 201
    sent = len(world.sms())
    clock.shift(3600)
    phone = anew(world)
    answer = sign_in(phone, device)
    assert (answer.status, answer.json["level"], answer.json["pin_set"]) == (200, 2, True)
    assert (reached(phone), named(phone), len(world.sms())) == ([FORMER], [FORMER], sent)
    state = phone.call("GET", "/v1/session").json
    assert (state["level"], state["draft_scope"]) == (2, answer.json["draft_scope"])
    assert declare(phone, CHILD).status == 201


def test_the_options_ask_for_a_passkey_on_the_device_and_for_the_person(owner: Browser, world: World) -> None:
    asked = options(owner, current_pin=PIN).json["publicKey"]
    assert asked["rp"] == {"id": "127.0.0.1", "name": "Sổ Sức Khỏe"}
    assert asked["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert (asked["attestation"], asked["user"]["name"]) == ("none", "Sổ Sức Khỏe …567")
    assert "901234567" not in str(asked)
    before = len(world.items("access"))
    got = anew(world).call("POST", "/v1/passkeys/sign-in/options", body={}).json["publicKey"]
    assert (got["rpId"], got["allowCredentials"], got["userVerification"]) == ("127.0.0.1", [], "required")
    assert len(world.items("access")) == before  # asking in vain stores nothing
    assert passkey_options.relying_party_id("http://localhost:8000") == "localhost"


def test_the_session_of_the_first_record_adds_one_without_a_pin_and_sets_the_pin_by_it_later(
    world: World, declared: Browser, clock: time_machine.Traveller
) -> None:
    device = Authenticator()
    assert add(declared, device, current=None).status == 201
    assert put(declared).status == 403  # a phone alone sets nothing any more
    phone = anew(world)
    assert sign_in(phone, device).json["pin_set"] is False
    assert reached(phone) == [FORMER]
    assert put(phone).status == 204
    clock.shift(600)
    tablet = next_holder(world)
    assert (lift(tablet).status, reached(tablet)) == (204, [FORMER])
    assert sign_in(phone, device).status == 200


@pytest.mark.parametrize(("later", "status"), [(86_399, 200), (86_400, 403)])
def test_the_device_that_declared_adds_the_first_within_24_hours(
    declared: Browser, clock: time_machine.Traveller, later: int, status: int
) -> None:
    declared.forget_session()
    clock.move_to(START + later)
    declared.sign_in()
    assert options(declared).status == status


def test_a_phone_alone_adds_none(world: World, owner: Browser, clock: time_machine.Traveller) -> None:
    clock.shift(600)
    other = next_holder(world)
    refused = options(other)
    assert (refused.status, refused.json["type"]) == (403, "/problems/pin-not-permitted")
    assert anew(world).call("POST", "/v1/passkeys/options", body={}).status == 401


def test_a_picked_up_phone_of_level_2_adds_none_and_takes_none_away(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    device = Authenticator()
    add(owner, device)
    (listed,) = owner.call("GET", "/v1/passkeys").json["passkeys"]
    clock.shift(301)
    assert options(owner).json["type"] == "/problems/current-pin-needed"
    wrong = options(owner, current_pin=OTHER)
    assert (wrong.status, wrong.json["remaining"]) == (401, 4)
    refused = owner.call("DELETE", "/v1/passkeys/{id}", path={"id": listed["id"]})
    assert (refused.status, refused.json["type"]) == (403, "/problems/pin-needed-again")
    phone = anew(world)
    sign_in(phone, device)
    assert options(phone).status == 200  # a passkey given within five minutes stands for the PIN
    assert put(phone, OTHER).status == 204
    clock.shift(300)
    assert options(phone).json["type"] == "/problems/current-pin-needed"
    assert put(phone, PIN).json["type"] == "/problems/current-pin-needed"


def test_several_devices_are_listed_and_removed_and_whoever_is_hurt_is_told(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    first, second = Authenticator(), Authenticator()
    clock.shift(LIMITS.cooldown_seconds)
    add(owner, first)
    clock.shift(LIMITS.cooldown_seconds)
    asked = options(owner, current_pin=PIN).json
    body = {"credential": second.create(asked), "label": "android"}
    assert owner.call("POST", "/v1/passkeys", body=body).status == 201
    phone = anew(world)
    assert sign_in(phone, second).status == 200
    listed = owner.call("GET", "/v1/passkeys").json["passkeys"]
    assert [(one["label"], "used_at" in one) for one in listed] == [("other", False), ("android", True)]
    assert len([text for _, text in world.sms() if "van tay" in text]) == 2
    clock.shift(LIMITS.cooldown_seconds)
    assert owner.call("DELETE", "/v1/passkeys/{id}", path={"id": listed[1]["id"]}).status == 204
    assert kinds(owner)[:3] == ["passkey-removed", "passkey-added", "passkey-added"]
    assert phone.call("GET", "/v1/session").status == 401  # what it had opened is ended
    assert sign_in(phone, second).status == 401
    assert (sign_in(anew(world), first).status, reached(owner)) == (200, [FORMER])
    assert owner.call("DELETE", "/v1/passkeys/{id}", path={"id": listed[1]["id"]}).status == 404


def test_the_only_way_in_is_not_removed(world: World, declared: Browser) -> None:
    device = Authenticator()
    add(declared, device, current=None)
    phone = anew(world)
    sign_in(phone, device)
    (listed,) = phone.call("GET", "/v1/passkeys").json["passkeys"]
    refused = phone.call("DELETE", "/v1/passkeys/{id}", path={"id": listed["id"]})
    assert (refused.status, refused.json["type"]) == (409, "/problems/last-credential")


def test_ten_devices_are_enough(owner: Browser) -> None:
    assert [add(owner, Authenticator()).status for _ in range(11)] == [201] * 10 + [409]


def test_the_former_holders_passkey_opens_nothing_of_the_next_holder(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    device = Authenticator()
    add(owner, device)
    clock.shift(3600)
    holder = next_holder(world)
    assert declare(holder, NEW).status == 201
    former = anew(world)
    assert sign_in(former, device).status == 200
    assert (reached(former), named(former)) == ([FORMER], [FORMER])
    show_card(desk, NEW)
    assert put(holder, OTHER).status == 204
    assert lift(holder, OTHER).status == 204
    assert declare(holder, CHILD).status == 201
    sign_in(former, device)
    assert (reached(former), named(former)) == ([FORMER], [FORMER])
    listed = former.call("GET", "/v1/passkeys").json["passkeys"]
    assert len(listed) == 1


def test_the_former_holders_passkey_claims_nothing_in_the_browser_of_the_next_holder(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    device = Authenticator()
    add(owner, device)
    clock.shift(3600)
    shared = next_holder(world)
    assert declare(shared, NEW).status == 201
    clock.shift(3600)
    assert sign_in(shared, device).status == 200
    assert (reached(shared), named(shared)) == ([FORMER], [FORMER])
    assert (put(shared, OTHER).status, reached(shared)) == (204, [FORMER])


def test_the_next_holders_passkey_opens_nothing_of_the_former_holder(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    theirs, mine = Authenticator(), Authenticator()
    add(owner, theirs)
    clock.shift(3600)
    holder = next_holder(world)
    declare(holder, NEW)
    show_card(desk, NEW)
    assert add(holder, mine, current=None).status == 201
    assert options(holder).status == 403  # the permission is used up
    phone = anew(world)
    assert sign_in(phone, mine).status == 200
    assert (reached(phone), named(phone)) == ([NEW], [NEW])
    passkeys = phone.call("GET", "/v1/passkeys").json["passkeys"]
    assert len(passkeys) == 1
    former = anew(world)
    assert (sign_in(former, theirs).status, reached(former)) == (200, [FORMER])
    (other,) = former.call("GET", "/v1/passkeys").json["passkeys"]
    assert phone.call("DELETE", "/v1/passkeys/{id}", path={"id": other["id"]}).status == 404


def test_a_card_that_was_seen_takes_the_record_from_a_passkey_of_before(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    """The way back for whoever lost the phone: `$verify`, and what lies on the phone opens nothing."""
    stolen = Authenticator()
    add(owner, stolen)
    clock.shift(3600)
    back = next_holder(world)
    show_card(desk, FORMER)
    assert (put(back, OTHER).status, lift(back, OTHER).status, reached(back)) == (204, 204, [FORMER])
    assert sign_in(anew(world), stolen).status == 401


LIES: list[dict[str, Any]] = [
    {"origin": f"{ORIGIN}.evil.example"},
    {"origin": "http://127.0.0.1"},
    {"origin": "https://127.0.0.1:8000"},
    {"origin": "http://evil.example"},
    {"rp": "evil.example"},
    {"challenge": encode(bytes(56))},
    {"challenge": ""},
    {"flags": PRESENT},
    {"flags": VERIFIED},
    {"type": "webauthn.other"},
]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_registration_that_does_not_hold_adds_nothing(world: World, owner: Browser, lie: dict[str, Any]) -> None:
    refused = add(owner, Authenticator(), **lie)
    assert (refused.status, refused.json["type"]) == (400, "/problems/passkey-not-added")
    assert owner.call("GET", "/v1/passkeys").json["passkeys"] == []


@pytest.mark.parametrize("lie", [*LIES, {"handle": b"nobody"}, {"handle": b""}, {"signature": b"0"}], ids=str)
def test_an_assertion_that_does_not_hold_signs_nobody_in(world: World, owner: Browser, lie: dict[str, Any]) -> None:
    device = Authenticator()
    add(owner, device)
    phone = anew(world)
    refused = sign_in(phone, device, **lie)
    assert (refused.status, refused.json["type"], phone.cookies) == (401, "/problems/passkey-refused", {})
    assert sign_in(phone, device).status == 200


def test_another_key_or_another_accounts_handle_signs_nobody_in(world: World, owner: Browser) -> None:
    device, other = Authenticator(), Authenticator()
    add(owner, device)
    stranger = anew(world)
    stranger.sign_in("0912345678")
    declare(stranger, NEW)
    add(stranger, other, current=None)
    assert sign_in(anew(world), device, key=other.key).status == 401
    assert sign_in(anew(world), device, handle=other.handle).status == 401
    assert sign_in(anew(world), other, handle=device.handle).status == 401


def test_an_answer_is_good_once_for_what_it_was_asked_for_and_for_five_minutes(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    device = Authenticator()
    add(owner, device)
    phone = anew(world)
    asked = phone.call("POST", "/v1/passkeys/sign-in/options", body={}).json
    credential = device.get(asked)
    answers = [anew(world).call("POST", "/v1/passkeys/sign-in", body={"credential": credential}) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 401]
    registering = options(owner, current_pin=PIN).json
    refused = phone.call("POST", "/v1/passkeys/sign-in", body={"credential": device.get(registering)})
    assert refused.status == 401  # a challenge for registering signs nobody in
    signing_in = phone.call("POST", "/v1/passkeys/sign-in/options", body={}).json
    made = Authenticator().create(registering | {"publicKey": registering["publicKey"] | signing_in["publicKey"]})
    assert owner.call("POST", "/v1/passkeys", body={"credential": made}).status == 400
    late = device.get(signing_in)
    clock.shift(300)
    assert phone.call("POST", "/v1/passkeys/sign-in", body={"credential": late}).status == 401


def test_a_registration_is_bound_to_the_session_that_asked(world: World, owner: Browser) -> None:
    asked = options(owner, current_pin=PIN).json
    stranger = anew(world)
    stranger.sign_in("0912345678")
    declare(stranger, NEW)
    made = Authenticator().create(asked)
    assert stranger.call("POST", "/v1/passkeys", body={"credential": made}).status == 400
    assert owner.call("POST", "/v1/passkeys", body={"credential": made}).status == 201
    assert owner.call("POST", "/v1/passkeys", body={"credential": made}).status == 400


@pytest.mark.parametrize(("counters", "statuses"), [((1, 2), (200, 200)), ((5, 5), (200, 401)), ((5, 4), (200, 401))])
def test_a_counter_that_does_not_rise_tells_of_a_copy(
    world: World, owner: Browser, counters: tuple[int, int], statuses: tuple[int, int]
) -> None:
    device = Authenticator()
    add(owner, device)
    assert tuple(sign_in(anew(world), device, counter=one).status for one in counters) == statuses


def test_lost_answers_of_adding_and_signing_in_repeat(world: World, owner: Browser) -> None:
    device = Authenticator()
    body = {"credential": device.create(options(owner, current_pin=PIN).json), "attempt": ATTEMPT}
    answers = [owner.call("POST", "/v1/passkeys", body=body) for _ in range(3)]
    assert {(answer.status, answer.body) for answer in answers} == {(201, answers[0].body)}
    assert len(owner.call("GET", "/v1/passkeys").json["passkeys"]) == 1
    lost, phone = anew(world), anew(world)
    asked = phone.call("POST", "/v1/passkeys/sign-in/options", body={}).json
    body = {"credential": device.get(asked), "attempt": ATTEMPT}
    first, again = (one.call("POST", "/v1/passkeys/sign-in", body=body) for one in (lost, phone))
    assert (again.status, again.json) == (first.status, first.json)
    assert (lost.call("GET", "/v1/session").status, reached(phone)) == (401, [FORMER])
    without = {"credential": body["credential"]}
    assert anew(world).call("POST", "/v1/passkeys/sign-in", body=without).status == 401


NO_CREDENTIALS: list[Any] = [
    {},
    {"id": 7},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}},
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": {"clientDataJSON": "gg", "attestationObject": "n" * 9},
    },
    {"id": ["AA"], "response": {"clientDataJSON": None, "authenticatorData": 1, "signature": [], "userHandle": {}}},
]


@pytest.mark.parametrize(
    "given", NO_CREDENTIALS, ids=["empty", "number", "no answer", "empty answer", "no base64", "wrong types"]
)
def test_bytes_of_a_stranger_are_a_refusal_and_no_fault(owner: Browser, world: World, given: Any) -> None:
    assert owner.call("POST", "/v1/passkeys", body={"credential": given}).status == 400
    assert anew(world).call("POST", "/v1/passkeys/sign-in", body={"credential": given}).status == 401


@pytest.mark.parametrize("given", [None, "x", 7, [{}]])
def test_what_is_no_object_is_400(owner: Browser, world: World, given: Any) -> None:
    for browser, route in ((owner, "/v1/passkeys"), (anew(world), "/v1/passkeys/sign-in")):
        answer = browser.call("POST", route, body={"credential": given})
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, "/credential")


def test_the_table_shows_no_phone_account_or_private_key(world: World, owner: Browser) -> None:
    device = Authenticator()
    add(owner, device)
    kept = repr(world.items("access"))
    assert "901234567" not in kept
    assert device.handle not in [item.get("handle") for item in world.items("access")]
    account = next(item["account"] for item in world.items("access") if item["sk"] == "session")
    assert account not in device.handle.hex()


def test_no_other_call_pays_for_the_library() -> None:
    """The library is imported by the two calls that carry an authenticator's answer, and by no module of the start."""
    found = subprocess.run(
        [sys.executable, "-c", "import functions.otp.handler, sys; print([m for m in sys.modules if 'fido2' in m])"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"
