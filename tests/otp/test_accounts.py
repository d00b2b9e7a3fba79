"""The account of a phone: random, one for two sign-ins at once, lasting with the first record, gone with the last."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from botocore.client import BaseClient

from functions.otp.limits import Limits
from health_record.identity import account_pointers, phone_encryption, sessions
from health_record.identity.account_pointers import HELD_SECONDS
from tests.conftest import Answer, World
from tests.declare import people
from tests.otp.conftest import START, Aws, Browser
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_races import atomic as atomic
from tests.put_at_once import permit_pin, put_session

LIMITS = Limits()

PHONE = "0901234567"
FIRST, SECOND = people.RECORD_ID, people.OTHER_ID


def pointers(world: World) -> list[dict[str, Any]]:
    return [item for item in world.items("keys") if item["pk"].startswith("phone#")]


def account_of(world: World) -> str:
    """Where the only phone leads to."""
    (item,) = pointers(world)
    return str(item["account"])


def accounts_of_sessions(world: World) -> set[str]:
    return {item["account"] for item in world.items("access") if item["sk"] == "session"}


def declare(browser: Browser, record_id: str = FIRST) -> Answer:
    body = people.declaration(identity_national_id=None, identity_insurance_number=None)
    answer = people.put(browser.cookies, body, record_id=record_id)
    assert answer.status == 201, answer.body
    return answer


def erase(browser: Browser, record_id: str = FIRST) -> None:
    assert people.call("DELETE", people.RECORD, browser.cookies, record_id=record_id).status == 204


def test_an_account_is_random_and_only_its_pointer_leads_from_the_phone_to_it(world: World, browser: Browser) -> None:
    browser.sign_in()
    mac = account_pointers.phone_mac(world.macs(), "+84901234567")
    (pointer,) = pointers(world)
    until = START + HELD_SECONDS
    assert pointer == {"pk": f"phone#{mac}", "account": pointer["account"], "until": until, "ttl": until}
    assert accounts_of_sessions(world) == {pointer["account"]}
    assert mac not in str([item for item in world.items("access") if item["pk"] != f"phone#{mac}"])


def test_another_province_or_another_time_gives_the_phone_another_account(world: World, browser: Browser) -> None:
    browser.sign_in()
    first = account_of(world)
    for item in pointers(world):
        world.table("keys").delete_item(Key={"pk": item["pk"]})
    Browser(world, cookies=dict(browser.cookies)).sign_in()
    assert account_of(world) != first


@pytest.mark.parametrize(("later", "same"), [(HELD_SECONDS - 1, True), (HELD_SECONDS, False)])
def test_a_phone_that_made_no_record_keeps_its_account_for_a_session_and_a_draft(
    world: World, browser: Browser, clock: time_machine.Traveller, later: int, *, same: bool
) -> None:
    scope = browser.sign_in().json["draft_scope"]
    first = account_of(world)
    clock.shift(later)
    again = browser.sign_in().json["draft_scope"]
    assert (account_of(world) == first, again == scope) == (same, same)
    assert pointers(world)[0]["until"] == START + later + HELD_SECONDS


def test_the_first_record_makes_the_pointer_lasting(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    browser.sign_in()
    first = account_of(world)
    declare(browser)
    assert [set(item) for item in pointers(world)] == [{"pk", "account"}]
    clock.shift(HELD_SECONDS * 100)
    browser.sign_in()
    assert [set(item) for item in pointers(world)] == [{"pk", "account"}]
    assert account_of(world) == first


def test_two_phones_have_two_accounts(world: World, browser: Browser) -> None:
    browser.sign_in()
    Browser(world, client="203.0.113.9").sign_in("0912345678")
    assert len(accounts_of_sessions(world)) == len(pointers(world)) == 2


@pytest.mark.usefixtures("atomic")
def test_two_sign_ins_at_once_get_one_account(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    """Two that have read that there is no account: the later one takes the account of the earlier."""
    phones = ["0901234567"] * 2
    asked = [browser.ask(phone).json["challenge_id"] for phone in phones]
    code = browser.code()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda challenge: Browser(world).verify(challenge, code), asked))
    assert sorted(answer.status for answer in answers) == [200, 401]
    assert {account_of(world)} == accounts_of_sessions(world)


def test_an_account_that_another_sign_in_made_meanwhile_is_taken(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = browser.ask(PHONE).json["challenge_id"]
    real, mac = BaseClient._make_api_call, []  # type: ignore[attr-defined]

    def meeting(self: Any, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems" and not mac:
            mac.append(account_pointers.phone_mac(world.macs(), "+84901234567"))
            pointer = account_pointers.AccountPointer(mac[0], "c" * 32, is_stored=False)
            real(self, "PutItem", account_pointers.hold_item("keys", pointer)["Put"])
        return real(self, operation, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", meeting)
        assert browser.verify(asked, browser.code()).status == 200
    assert accounts_of_sessions(world) == {"c" * 32} == {account_of(world)}


def test_a_record_made_while_another_sign_in_holds_the_account_keeps_the_pointer_lasting(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in()
    elsewhere = Browser(world, cookies={"__Host-device": browser.cookies["__Host-device"]})
    asked = elsewhere.ask(PHONE).json["challenge_id"]
    code = elsewhere.code()
    real, met = BaseClient._make_api_call, []  # type: ignore[attr-defined]

    def meeting(self: Any, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems" and not met:
            met.append(True)
            declare(browser)
        return real(self, operation, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", meeting)
        assert elsewhere.verify(asked, code).status == 200
    assert [set(item) for item in pointers(world)] == [{"pk", "account"}]
    assert len(accounts_of_sessions(world)) == 1


def test_the_last_record_takes_the_pointer_with_its_key_in_one_transaction(
    world: World, browser: Browser, aws: Aws
) -> None:
    browser.sign_in()
    declare(browser)
    declare(browser, SECOND)
    erase(browser)
    assert len(pointers(world)) == 1
    before = len(aws.calls)
    erase(browser, SECOND)
    assert pointers(world) == []
    assert sum(call == "dynamodb.DeleteItem" for call in aws.calls[before:]) == 1  # the line of the list of erasures


def test_after_an_erasure_the_phone_gets_an_account_that_no_backup_knows(world: World, browser: Browser) -> None:
    browser.sign_in()
    declare(browser)
    put(browser)
    lift(browser)
    backup = str([world.items(table) for table in ("records", "access", "audit", "facts")])
    ended = account_of(world)
    assert ended in backup
    erase(browser)
    browser.sign_in()
    assert account_of(world) not in (ended, backup)
    assert people.call("GET", "/v1/records", browser.cookies).json == {"records": []}


@pytest.mark.parametrize("signed_in_elsewhere", [False, True])
def test_a_session_that_outlives_its_account_declares_in_the_phones_next_one(
    world: World, browser: Browser, *, signed_in_elsewhere: bool
) -> None:
    browser.sign_in()
    declare(browser)
    put(browser)
    lift(browser)
    ended = account_of(world)
    erase(browser)
    elsewhere = Browser(world, cookies={"__Host-device": browser.cookies["__Host-device"]})
    if signed_in_elsewhere:
        elsewhere.sign_in()
        assert put(elsewhere).status == 403
    declare(browser, SECOND)
    new = account_of(world)
    assert new != ended
    assert [item["account"] for item in world.items("records") if item["sk"] == "meta"] == [new]
    assert [set(item) for item in pointers(world)] == [{"pk", "account"}]
    state = browser.call("GET", "/v1/session").json
    assert (state["level"], state["pin_set"], state["pin_permitted"]) == (1, False, True)
    assert people.call("GET", people.RECORD, browser.cookies, record_id=SECOND).status == 200
    assert put(browser, OTHER).status == 204
    if signed_in_elsewhere:  # of the same account, so that a new PIN ends it
        assert elsewhere.call("GET", "/v1/session").status == 401


def test_a_session_that_ended_meanwhile_moves_nowhere(world: World, browser: Browser, aws: Aws) -> None:
    browser.sign_in()
    declare(browser)
    erase(browser)
    stored = next(item for item in world.items("access") if item["sk"] == "session")

    def ending(name: str) -> None:
        if name == "kms.GenerateDataKey":
            world.table("access").delete_item(Key={"pk": stored["pk"], "sk": stored["sk"]})

    aws.failing = ending  # type: ignore[assignment]
    body = people.declaration(identity_national_id=None, identity_insurance_number=None)
    answer = people.put(browser.cookies, body, record_id=SECOND)
    assert (answer.status, answer.json["type"]) == (401, "/problems/signed-out")
    assert [item for item in world.items("records") if item["sk"] == "meta"] == []
    assert pointers(world) == []


def test_a_session_whose_phone_is_not_its_accounts_declares_nothing(world: World) -> None:
    other = phone_encryption.encrypt_phone(world.macs(), people.BOB, "+84901234567")
    for sealed in (None, other):
        token, _ = put_session(people.ALICE, phone=sealed)
        answer = people.put({sessions.COOKIE: token})
        assert (answer.status, answer.json["type"]) == (401, "/problems/signed-out")
    assert world.items("records") == []


def test_a_pin_of_the_ended_account_opens_nothing_of_the_next_one(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    browser.sign_in()
    declare(browser)
    put(browser)
    lift(browser)
    permit_pin("access", account_of(world), FIRST)
    erase(browser)
    clock.shift(600)
    browser.sign_in()
    assert (lift(browser, PIN).status, put(browser, OTHER).status) == (403, 403)
    assert browser.call("GET", "/v1/session").json["pin_permitted"] is False


def test_a_device_has_two_names_that_only_its_token_joins(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """Beside the phone's MAC stands who caused a message or a try; under the account, which devices are known."""
    browser.sign_in()
    declare(browser)
    browser.forget_session()
    clock.shift(LIMITS.cooldown_seconds + 1)
    browser.sign_in()
    account = account_of(world)
    access = world.items("access")
    beside_the_phone = str([item for item in access if item["pk"].startswith("phone#")])
    state = next(item for item in access if item["sk"] == "state")
    (known,) = next(item for item in access if item["sk"] == "devices")["devices"]
    token = browser.cookies["__Host-device"]
    assert known["name"] == state["first"]["device"] == sessions.device_name(account, token)
    assert known["name"] not in beside_the_phone
    assert account not in beside_the_phone
    assert sessions.hash_token(token) in beside_the_phone


def test_erasing_gives_no_fresh_month_of_claims(world: World, browser: Browser) -> None:
    browser.sign_in()
    people.put(browser.cookies, people.declaration(), record_id=FIRST)
    erase(browser)
    people.put(browser.cookies, people.declaration(), record_id=SECOND)
    claims = [item for item in world.items("access") if item["pk"].startswith("budget#numbers#")]
    assert [item["spent"] for item in claims] == [4]
