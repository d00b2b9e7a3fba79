"""How many AWS calls a request makes, and that nothing it writes names a person."""

from collections.abc import Callable

import pytest
import time_machine

from tests.conftest import World
from tests.otp.conftest import START, Aws, Browser, phone_number, solve, wrong
from tests.otp.test_pins import declare, lift, put
from tests.posters import poster


@pytest.fixture
def warm(browser: Browser, aws: Aws) -> Browser:
    """An environment that has its secret and its MAC key."""
    browser.ask("0999999999")
    aws.calls.clear()
    return browser


def test_asking_makes_six_calls_with_a_poster_and_five_without(warm: Browser, aws: Aws) -> None:
    warm.ask("0901234567", poster=poster())
    assert aws.calls == [
        "dynamodb.BatchGetItem",
        "dynamodb.TransactWriteItems",
        "dynamodb.UpdateItem",
        "dynamodb.UpdateItem",
        "dynamodb.UpdateItem",
        "sns.Publish",
    ]
    aws.calls.clear()
    warm.ask("0912345678")
    assert len(aws.calls) == 5


def test_asking_with_work_makes_no_call_more(
    monkeypatch: pytest.MonkeyPatch, world: World, browser: Browser, aws: Aws
) -> None:
    monkeypatch.setenv("SSK_NETWORK_SOFT", "1")
    browser.ask(phone_number(1))
    work = solve(browser.ask(phone_number(2), poster=poster()).json["work"])
    aws.calls.clear()
    assert browser.ask(phone_number(2), poster=poster(), work=work).status == 202
    assert aws.calls[:2] == ["dynamodb.BatchGetItem", "dynamodb.TransactWriteItems"]
    assert len(aws.calls) == 6


def test_asking_when_nothing_is_sent_makes_one_call(warm: Browser, aws: Aws) -> None:
    warm.ask("0999999999")
    assert aws.calls == ["dynamodb.BatchGetItem"]


def test_a_number_that_is_refused_makes_no_call(warm: Browser, aws: Aws) -> None:
    warm.ask("02838123456")
    assert aws.calls == []


def test_asking_of_a_cold_environment_adds_the_secret_and_the_mac_key(browser: Browser, aws: Aws) -> None:
    browser.ask()
    assert aws.calls[:2] == ["secretsmanager.GetSecretValue", "kms.GenerateMac"]
    assert len(aws.calls) == 7


def test_verifying_makes_six_calls_with_a_poster_and_five_without(warm: Browser, aws: Aws) -> None:
    for scanned, calls in ((poster(), 6), (None, 5)):
        warm.cookies.clear()
        asked = warm.ask(f"090123456{calls}", poster=scanned).json["challenge_id"]
        aws.calls.clear()
        assert warm.verify(asked, warm.code()).status == 200
        assert aws.calls == [
            "dynamodb.BatchGetItem",
            "dynamodb.UpdateItem",
            "dynamodb.TransactWriteItems",
            *["dynamodb.UpdateItem"] * (calls - 3),
        ]


def test_an_attempt_costs_no_further_call(warm: Browser, aws: Aws) -> None:
    asked = warm.ask("0901234567").json["challenge_id"]
    attempt = "6f1d1c0e-9f3f-4a57-8b8e-6a1e1c4b7d01"
    body = {"challenge_id": asked, "code": warm.code(), "attempt": attempt}
    aws.calls.clear()
    assert warm.call("POST", "/v1/otp/verify", body=body).status == 200
    assert len(aws.calls) == 5


def test_verifying_for_an_account_that_is_there_reads_its_devices_and_pin_in_one_call_more(
    warm: Browser, aws: Aws
) -> None:
    warm.sign_in("0901234567")
    declare(warm)
    warm.cookies.clear()
    asked = warm.ask("0901234567").json["challenge_id"]
    aws.calls.clear()
    assert warm.verify(asked, warm.code()).status == 200
    assert aws.calls == [
        "dynamodb.BatchGetItem",
        "dynamodb.UpdateItem",
        "dynamodb.BatchGetItem",
        "dynamodb.TransactWriteItems",
        "dynamodb.UpdateItem",
        "dynamodb.UpdateItem",
    ]


def test_a_browser_that_names_a_device_costs_one_reading_more(warm: Browser, aws: Aws) -> None:
    """Whether the device is known or not, and whether the phone has an account or not."""
    warm.cookies["__Host-device"] = "A" * 43
    aws.calls.clear()
    asked = warm.ask("0901234567").json["challenge_id"]
    assert aws.calls[:2] == ["dynamodb.BatchGetItem"] * 2
    assert len(aws.calls) == 6
    aws.calls.clear()
    assert warm.verify(asked, warm.code()).status == 200
    assert aws.calls[:3] == ["dynamodb.BatchGetItem"] * 2 + ["dynamodb.UpdateItem"]
    assert len(aws.calls) == 6


def test_a_wrong_code_makes_three_calls_and_an_unknown_id_none(warm: Browser, aws: Aws) -> None:
    asked = warm.ask("0901234567").json["challenge_id"]
    aws.calls.clear()
    warm.verify(asked, wrong(warm.code()))
    assert len(aws.calls) == 3
    aws.calls.clear()
    warm.verify("A" * 88, "123456")
    assert len(aws.calls) == 0


def test_nothing_written_holds_a_phone_a_code_a_pin_or_a_token(
    world: World, browser: Browser, clock: time_machine.Traveller, written: Callable[[], str]
) -> None:
    asked = browser.ask("0901234567", poster=poster()).json["challenge_id"]
    code = browser.code()
    browser.verify(asked, wrong(code))
    browser.verify(asked, code)
    first_token = browser.cookies["__Host-session"]
    declare(browser)
    put(browser, "493817")
    lift(browser, "806253")
    lift(browser, "493817")
    browser.ask("090 123 45 67")
    browser.ask("02838123456")
    browser.ask("01201234567")
    browser.call("POST", "/v1/otp", body='{"phone": "0987654321", broken')
    browser.call("PUT", "/v1/pin", body={"pin": "49381"})
    everything = written()
    secrets = [
        "901234567",
        "123 45 67",
        "838123456",
        "201234567",
        "987654321",
        code,
        wrong(code),
        "493817",
        "806253",
        asked,
        first_token,
        browser.cookies["__Host-session"],
        browser.cookies["__Host-device"],
        "198.51.100.7",
    ]
    assert [secret for secret in secrets if secret in everything] == []
    assert everything.count('"message":"request_answered"') == 11


def test_metrics_count_what_was_sent_verified_and_limited(
    world: World, browser: Browser, written: Callable[[], str]
) -> None:
    asked = browser.ask().json["challenge_id"]
    Browser(world).ask()
    browser.verify(asked, browser.code())
    text = written()
    for metric in ('"OtpSent":[1', '"OtpVerified":[1', '"SmsLatency":[', '"SmsBudgetUsed":['):
        assert metric in text.replace(" ", "")
    assert '"rule":"cooldown"' in text.replace(" ", "")


def test_a_day_whose_money_is_spent_shows_as_100_percent(
    world: World, browser: Browser, written: Callable[[], str]
) -> None:
    for spent, percent in ((24_999_200, 50), (49_999_500, 100)):
        world.table("access").put_item(Item={"pk": "budget#sms#2026-11-23", "sk": "window", "spent": spent})
        browser.ask(phone_number(percent))
        assert f'"SmsBudgetUsed":[{percent}' in written().replace(" ", "")


@pytest.mark.parametrize(("sent", "verified", "told"), [(19, 0, None), (20, 20, 0), (20, 10, 50), (40, 1, 97)])
def test_the_share_of_unverified_codes_is_measured_once_it_means_something(
    world: World, browser: Browser, written: Callable[[], str], sent: int, verified: int, told: int | None
) -> None:
    bucket = (START - 1800) // 600
    counters = {f"s{bucket}": sent, f"v{bucket}": verified}
    world.table("access").put_item(Item={"pk": "budget#sms#2026-11-23", "sk": "window", **counters})
    browser.ask()
    text = written().replace(" ", "")
    assert ('"OtpUnverified":[' in text) == (told is not None)
    assert told is None or f'"OtpUnverified":[{told}' in text
