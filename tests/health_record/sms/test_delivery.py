"""The channel seam: one GSM-7 message by SNS, or a template by any gateway entered as a channel."""

import re
import string
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.otp.handler import handler
from health_record.identity.message_texts import (
    CREDENTIAL_CHANGES,
    code_message,
    credential_message,
    emergency_message,
)
from health_record.sms import delivery, sns_channel
from health_record.sms.channel_settings import SmsSettings
from health_record.sms.message import Message, SmsRefusedError
from tests.conftest import Answer, World
from tests.gsm7 import fits_one_segment

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
ORIGIN = "https://hososuckhoe.tphcm.example"
HOSTS = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=40).map(lambda name: name + ".vn")


def test_the_text_is_one_unaccented_message_that_names_the_service_and_warns() -> None:
    message = code_message("+84901234567", "012345", AT, ORIGIN)
    assert message.text == (
        "So Suc Khoe: 012345 la ma xac nhan gui luc 14:05, co hieu luc 10 phut. Khong cho ai biet ma nay.\n"
        "@hososuckhoe.tphcm.example #012345"
    )
    assert fits_one_segment(message.text)
    assert "://" not in message.text


@given(host=HOSTS, code=st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_the_first_run_of_six_digits_is_the_code_and_the_last_line_is_for_webotp(host: str, code: str) -> None:
    text = code_message("+84901234567", code, AT, f"https://{host}:8443").text
    found = re.search(r"\d{6}", text)
    assert found
    assert found[0] == code
    assert text.splitlines()[-1] == f"@{host} #{code}"
    assert fits_one_segment(text)


def test_both_messages_fit_with_the_longest_domain_that_a_province_may_have() -> None:
    from infrastructure.config.settings import LONGEST_DOMAIN

    at, to = datetime(2026, 12, 23, 22, 58, tzinfo=UTC), "+84901234567"
    longest = [
        emergency_message(to, at, f"https://{'a' * length}").text for length in (LONGEST_DOMAIN, LONGEST_DOMAIN + 1)
    ]
    assert [fits_one_segment(text) for text in longest] == [True, False]
    assert fits_one_segment(code_message(to, "123456", AT, f"https://{'a' * LONGEST_DOMAIN}").text)


MISREAD = ("mo", "cua so", "gan voi", "doc", "co so", "ma so", "dung")  # see docs/operations.md


def test_no_message_has_a_word_that_reads_as_another_one_without_its_accents() -> None:
    to = "+84901234567"
    told = [credential_message(to, change, AT) for change in CREDENTIAL_CHANGES]
    for message in (code_message(to, "123456", AT, ORIGIN), emergency_message(to, AT, ORIGIN), *told):
        assert fits_one_segment(message.text)
        assert [word for word in MISREAD if re.search(rf"\b{word}\b", message.text)] == []


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a" * 160, True), ("a" * 161, False), ("Mã", False), ("à", True), ("[", False), ("€", False), ("\n@x #1", True)],
)
def test_a_segment_is_160_characters_of_the_basic_alphabet(text: str, fits: bool) -> None:
    assert fits_one_segment(text) is fits


def test_sns_gets_the_provinces_sender_and_the_transactional_kind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[dict[str, Any]] = []

    class Sns:
        @staticmethod
        def publish(**request: Any) -> None:
            published.append(request)

    monkeypatch.setattr(sns_channel, "client", lambda service, attempts: Sns)
    delivery.send(code_message("+84901234567", "123456", AT, ORIGIN))
    (request,) = published
    assert request["PhoneNumber"] == "+84901234567"
    assert {name: value["StringValue"] for name, value in request["MessageAttributes"].items()} == {
        "AWS.SNS.SMS.SenderID": "SSK-TPHCM",
        "AWS.SNS.SMS.SMSType": "Transactional",
    }


class TemplateGateway:
    """A gateway that sends registered templates: it answers 200 with an error code in the body, as Vietnam's do."""

    def __init__(self, code: int = 0) -> None:
        self.code = code
        self.sent: list[dict[str, Any]] = []

    def __call__(self, message: Message, config: SmsSettings) -> None:
        self.sent.append(
            {"phone": message.to.removeprefix("+"), "template": message.template, "data": dict(message.values)}
        )
        if self.code:
            raise SmsRefusedError


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, world: World) -> TemplateGateway:
    gateway = TemplateGateway()
    monkeypatch.setitem(delivery.CHANNELS, "templates", gateway)
    monkeypatch.setenv("SSK_SMS_CHANNELS", "templates")
    return gateway


def test_a_template_gateway_takes_the_place_of_sns_without_touching_the_challenge(
    gateway: TemplateGateway, world: World, call: Callable[..., Answer]
) -> None:
    asked = call(handler, "POST", "/v1/otp", body={"phone": "0901234567"})
    assert (asked.status, world.sms()) == (202, [])
    (sent,) = gateway.sent
    assert (sent["phone"], sent["template"], set(sent["data"])) == ("84901234567", "one-time-code", {"code", "at"})
    body = {"challenge_id": asked.json["challenge_id"], "code": sent["data"]["code"]}
    assert call(handler, "POST", "/v1/otp/verify", body=body).status == 200


def test_a_gateway_that_refuses_is_the_same_503_as_sns(gateway: TemplateGateway, call: Callable[..., Answer]) -> None:
    gateway.code = -124
    answer = call(handler, "POST", "/v1/otp", body={"phone": "0901234567"})
    assert (answer.status, answer.json["type"]) == (503, "/problems/sms-refused")


def test_a_message_does_not_show_itself() -> None:
    shown = repr(code_message("+84901234567", "123456", AT, ORIGIN))
    assert shown == "Message(template='one-time-code')"
