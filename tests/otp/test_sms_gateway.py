"""Codes by a gateway in the country: accepted, refused, silent, cut, repeated, and over to the other channel."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine

from functions.otp.limits import Limits
from health_record.sms import gateway_channel
from tests.conftest import World
from tests.otp.conftest import START, Aws, Browser, code_in, phone_number, solve, throttled
from tests.otp.test_faults import live_codes, nothing_counted
from tests.posters import poster
from tests.sms_gateway import ProvinceOfGateway, SmsGateway, province_of_gateway

LIMITS = Limits()

PRICE = 800
BOTH = "gateway,sns"


@pytest.fixture
def province(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProvinceOfGateway]:
    with province_of_gateway(tmp_path) as made:
        made.choose(monkeypatch, "gateway")
        yield made


@pytest.fixture
def gateway(province: ProvinceOfGateway) -> SmsGateway:
    return province.gateway


@pytest.fixture(autouse=True)
def nothing_is_told(world: World, gateway: SmsGateway, written: Callable[[], str]) -> Iterator[None]:
    """Whatever a test does, no number, code, secret or message id is in what the functions wrote."""
    yield
    told = written()
    codes = [code_in(text) for text in (*gateway.texts(), *(text for _, text in world.sms()))]
    assert [word for word in ("901234567", "secret-of-", *codes, *gateway.ids()) if word in told] == []


def events(written: str) -> list[dict[str, str]]:
    """What log lines say of channels."""
    lines = [json.loads(line) for line in written.splitlines() if line.startswith('{"level"')]
    return [
        {name: line[name] for name in ("message", "channel", "code") if name in line}
        for line in lines
        if line["message"].startswith(("sms_", "gateway_"))
    ]


def code_of(gateway: SmsGateway) -> str:
    return code_in(gateway.texts()[-1])


def money(world: World) -> int:
    return sum(int(item.get("spent", 0)) for item in world.items("access") if item["pk"].startswith("budget#sms#"))


def test_two_people_get_their_codes_by_the_gateway_and_none_by_sns(
    world: World, browser: Browser, gateway: SmsGateway
) -> None:
    for phone in ("0901234567", "0912345678"):
        asked = browser.ask(phone).json["challenge_id"]
        assert browser.verify(asked, code_in(gateway.texts()[-1])).status == 200
    assert (world.sms(), money(world)) == ([], 2 * PRICE)
    assert [message["to"] for message in gateway.sent] == ["+84901234567", "+84912345678"]
    assert len(set(gateway.ids())) == 2
    message = gateway.sent[0]
    assert (message["sender"], message["template"], set(message["values"])) == (
        "SSK-TPHCM",
        "one-time-code",
        {"code", "at"},
    )


def test_a_gateway_that_refuses_is_503_with_everything_given_back(
    world: World, browser: Browser, gateway: SmsGateway, written: Callable[[], str]
) -> None:
    gateway.behave("refuse number-blocked")
    refused = browser.ask(poster=poster())
    assert (refused.status, refused.json["type"]) == (503, "/problems/sms-refused")
    assert (live_codes(world), nothing_counted(world), len(gateway.calls)) == ([], True, 1)
    assert events(written()) == [{"message": "sms_refused", "channel": "gateway", "code": "number-blocked"}]


@pytest.mark.parametrize("behaviour", ["refuse", "429"])
def test_the_other_channel_carries_the_same_code_where_the_first_one_refused(
    world: World,
    browser: Browser,
    province: ProvinceOfGateway,
    monkeypatch: pytest.MonkeyPatch,
    written: Callable[[], str],
    behaviour: str,
) -> None:
    province.choose(monkeypatch, BOTH)
    province.gateway.behave(behaviour)
    asked = browser.ask()
    assert (asked.status, len(world.sms()), province.gateway.sent) == (202, 1, [])
    refused = province.gateway.calls[0]["content"]
    assert world.sms() == [(refused["to"], refused["text"])]
    assert browser.verify(asked.json["challenge_id"], refused["values"]["code"]).status == 200
    assert money(world) == PRICE
    assert '"SmsFailedOver":[1.0]' in written()


def test_the_gateway_carries_what_sns_refused(
    world: World, browser: Browser, province: ProvinceOfGateway, monkeypatch: pytest.MonkeyPatch, aws: Aws
) -> None:
    province.choose(monkeypatch, "sns,gateway")
    aws.fail("Publish", throttled("Publish"))
    asked = browser.ask().json["challenge_id"]
    assert (world.sms(), len(province.gateway.sent)) == ([], 1)
    assert browser.verify(asked, code_in(province.gateway.texts()[0])).status == 200


def test_two_channels_that_refuse_are_one_503_with_everything_given_back(
    world: World, browser: Browser, province: ProvinceOfGateway, monkeypatch: pytest.MonkeyPatch, aws: Aws
) -> None:
    province.choose(monkeypatch, BOTH)
    province.gateway.behave("refuse")
    aws.fail("Publish", throttled("Publish"))
    assert browser.ask(poster=poster()).status == 503
    assert (aws.calls.count("sns.Publish"), live_codes(world), nothing_counted(world)) == (1, [], True)


@pytest.mark.parametrize("channels", ["gateway", BOTH])
def test_numbers_that_no_channel_takes_cost_their_network_work(
    world: World, province: ProvinceOfGateway, monkeypatch: pytest.MonkeyPatch, aws: Aws, channels: str
) -> None:
    """Each is a request to a channel: the money of it is given back, the number of five minutes is not."""
    for name, value in {"NETWORK_SOFT": "4", "WORK_BITS": "4", "WORK_BITS_MOST": "4"}.items():
        monkeypatch.setenv(f"SSK_{name}", value)
    province.choose(monkeypatch, channels)
    province.gateway.behave(*["refuse number-unreachable"] * 5)
    aws.fail("Publish", throttled("Publish"))
    answers = [Browser(world).ask(phone_number(number)) for number in range(9)]
    assert [answer.status for answer in answers] == [503] * 4 + [429] * 5
    assert (len(province.gateway.calls), money(world)) == (4, 0)
    assert Browser(world).ask(phone_number(8), work=solve(answers[-1].json["work"])).status == 503


SILENT = ["slow", "drip", "cut", "lose", "500", "503", "302", "408", "409", "425", "204", "noise", "large"]


@pytest.mark.parametrize("behaviour", SILENT)
def test_where_nobody_knows_no_other_channel_is_asked_and_the_code_lives(
    world: World,
    browser: Browser,
    province: ProvinceOfGateway,
    monkeypatch: pytest.MonkeyPatch,
    behaviour: str,
) -> None:
    """Both tries stay without a word, or the second one is no longer in time."""
    monkeypatch.setattr(gateway_channel, "WHOLE_SECONDS", 0.4)
    monkeypatch.setattr(gateway_channel, "SECOND_TRY_SECONDS", 0.05)
    province.choose(monkeypatch, BOTH)
    province.gateway.behave(behaviour, behaviour)
    asked = browser.ask()
    assert (asked.status, world.sms(), money(world)) == (202, [], PRICE)
    assert len(set(province.gateway.ids())) == 1
    code = province.gateway.calls[0]["content"]["values"]["code"]
    assert browser.verify(asked.json["challenge_id"], code).status == 200


@pytest.mark.parametrize(("behaviour", "sent"), [("cut", 1), ("500", 1), ("lose", 1)])
def test_after_silence_the_same_id_is_sent_again_and_the_phone_gets_one_message(
    world: World, browser: Browser, gateway: SmsGateway, behaviour: str, sent: int
) -> None:
    gateway.behave(behaviour)
    asked = browser.ask().json["challenge_id"]
    first, second = gateway.calls
    assert first["content"] == second["content"]
    assert len(gateway.sent) == sent
    assert browser.verify(asked, code_of(gateway)).status == 200


def test_a_refusal_after_silence_is_not_taken_for_one(
    world: World, browser: Browser, province: ProvinceOfGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first try went out although it was cut; the second meets the gateway's limit."""
    province.choose(monkeypatch, BOTH)
    province.gateway.behave("cut", "429")
    asked = browser.ask()
    assert (asked.status, world.sms(), len(province.gateway.sent)) == (202, [], 1)
    assert browser.verify(asked.json["challenge_id"], code_of(province.gateway)).status == 200


def test_a_message_of_unknown_outcome_is_sent_again_later_with_the_same_code_and_another_id(
    world: World, browser: Browser, gateway: SmsGateway, clock: time_machine.Traveller
) -> None:
    gateway.behave("500", "500")
    asked = browser.ask().json["challenge_id"]
    clock.shift(LIMITS.cooldown_seconds)
    assert browser.ask().status == 202
    first, _, third = gateway.calls
    assert first["content"]["values"]["code"] == third["content"]["values"]["code"]
    assert first["content"]["message_id"] != third["content"]["message_id"]
    assert (money(world), browser.verify(asked, code_of(gateway)).status) == (2 * PRICE, 200)


@pytest.mark.parametrize("url", ["https://127.0.0.1:9/v1/messages", "https://nowhere.invalid/v1/messages"])
def test_a_gateway_that_cannot_be_reached_is_known_to_have_taken_nothing(
    world: World, browser: Browser, province: ProvinceOfGateway, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    province.gateway.url = url
    province.choose(monkeypatch, BOTH)
    assert (browser.ask().status, len(world.sms()), province.gateway.calls) == (202, 1, [])


def test_a_gateway_that_does_not_shake_hands_is_given_up_in_time_and_has_taken_nothing(
    world: World, browser: Browser, province: ProvinceOfGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_channel, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        province.gateway.url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1/messages"
        province.choose(monkeypatch, BOTH)
        assert (browser.ask().status, len(world.sms())) == (202, 1)


def test_no_message_goes_to_a_gateway_whose_certificate_is_not_trusted(
    world: World, browser: Browser, province: ProvinceOfGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    province.choose(monkeypatch, BOTH)
    monkeypatch.delenv("SSL_CERT_FILE")
    assert browser.ask().status == 202
    assert (len(world.sms()), province.gateway.calls) == (1, [])


def test_a_signature_by_another_key_is_refused_by_the_gateway(
    world: World, browser: Browser, province: ProvinceOfGateway, written: Callable[[], str]
) -> None:
    province.put_key("first", "not-that-secret")
    assert browser.ask().status == 503
    assert (province.gateway.sent, live_codes(world)) == ([], [])
    assert events(written()) == [{"message": "sms_refused", "channel": "gateway", "code": "http-401"}]


@pytest.mark.parametrize(("ahead", "status"), [(-301, 503), (-300, 202), (300, 202), (301, 503)])
def test_the_gateway_refuses_a_request_that_is_older_than_five_minutes(
    browser: Browser, gateway: SmsGateway, ahead: int, status: int
) -> None:
    gateway.clock_ahead = ahead
    assert browser.ask().status == status
    assert len(gateway.sent) == (status == 202)


def test_a_key_that_was_replaced_is_read_when_the_gateway_refuses_the_old_one(
    browser: Browser, province: ProvinceOfGateway, clock: time_machine.Traveller, aws: Aws
) -> None:
    assert browser.ask().status == 202
    province.gateway.keys = {"second": "secret-of-the-second-key"}
    province.put_key("second", "secret-of-the-second-key")
    clock.shift(LIMITS.cooldown_seconds)
    assert browser.ask("0912345678").status == 202
    used = [call["headers"]["x-ssk-key"] for call in province.gateway.calls]
    assert used == ["first", "first", "second"]
    assert len(set(province.gateway.ids())) == 2
    assert len(province.gateway.sent) == 2


def test_the_secret_is_read_once_in_five_minutes_and_outlives_a_silent_secrets_manager(
    browser: Browser, gateway: SmsGateway, clock: time_machine.Traveller, aws: Aws, written: Callable[[], str]
) -> None:
    def reads() -> int:
        return aws.calls.count("secretsmanager.GetSecretValue")

    for number, seconds in enumerate((0, 299)):
        clock.move_to(START + seconds)
        assert browser.ask(f"090123456{number}").status == 202
    before = reads()
    clock.move_to(START + 300)
    aws.fail("GetSecretValue", throttled("GetSecretValue"))
    assert browser.ask("0901234562").status == 202
    assert (reads() - before, len(gateway.sent)) == (2, 3)
    assert "gateway_secret_not_read" in written()


def test_without_its_secret_a_message_goes_over_the_other_channel(
    world: World, browser: Browser, province: ProvinceOfGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    province.choose(monkeypatch, BOTH)
    monkeypatch.setenv("SSK_SMS_GATEWAY_SECRET_ARN", f"{province.secret_arn}-gone")
    assert browser.ask().status == 202
    assert (len(world.sms()), province.gateway.calls) == (1, [])


def test_a_first_channel_that_takes_too_long_to_refuse_leaves_no_time_for_another(
    world: World, browser: Browser, province: ProvinceOfGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    from health_record.sms import delivery

    province.choose(monkeypatch, BOTH)
    province.gateway.behave("refuse")
    monkeypatch.setattr(delivery, "NEXT_CHANNEL_WITHIN_SECONDS", -1)
    assert (browser.ask().status, world.sms()) == (503, [])
