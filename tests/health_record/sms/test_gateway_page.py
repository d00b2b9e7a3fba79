"""The page for companies that run a gateway says what the code does."""

import re
from datetime import UTC, datetime
from pathlib import Path

from health_record.identity import message_texts
from health_record.sms.gateway_channel import CONNECT_SECONDS, REASONS, REFUSED_STATUSES, WHOLE_SECONDS
from health_record.sms.gateway_signature import GatewayKey, sign
from health_record.sms.https_exchange import MAX_ANSWER_BYTES

PAGE = (Path(__file__).parents[3] / "docs" / "sms-gateway.md").read_text(encoding="utf-8")
AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def test_the_page_has_the_statuses_that_are_refusals() -> None:
    (listed,) = re.findall(r"`refused` by status: ([0-9, ]+)", PAGE)
    assert {int(status) for status in listed.split(",")} == REFUSED_STATUSES


def test_the_page_has_the_reasons_that_are_logged() -> None:
    (listed,) = re.findall(r"and a `reason`: (.+?) \(another", PAGE, re.DOTALL)
    assert set(re.findall(r"`([a-z-]+)`", listed)) == REASONS


def test_the_pages_example_has_the_signature_that_the_code_makes() -> None:
    message_id = "6d7c2b0e-0f6c-4b7e-9a53-5f0a1f6f3c11"
    signed = sign(
        GatewayKey("first", "secret-of-the-first-key"),
        target="sms.gateway.example/v1/messages",
        message_id=message_id,
        timestamp=1795399200,
        body=b"{}",
    )
    assert f"`{signed['X-SSK-Signature']}`" in PAGE
    assert all(name in PAGE for name in signed)


def test_the_page_names_every_template_with_its_values() -> None:
    messages = [
        message_texts.code_message("+84901234567", "012345", AT, "https://x.vn"),
        message_texts.emergency_message("+84901234567", AT, "https://x.vn"),
        *(message_texts.credential_message("+84901234567", change, AT) for change in message_texts.CREDENTIAL_CHANGES),
    ]
    (row,) = re.findall(r"^\| `template`, `values` \| (.+) \|$", PAGE, re.MULTILINE)
    assert set(re.findall(r"`([a-z-]+)`", row)) == {message.template for message in messages} | {"code", "at"}
    assert {name for message in messages for name in message.values} == {"code", "at"}


def test_the_page_has_the_bounds() -> None:
    assert (CONNECT_SECONDS, WHOLE_SECONDS, MAX_ANSWER_BYTES) == (1, 3, 16 * 1024)
    for said in ("longer than a second", "a second of the three is left", "one over 16 KB"):
        assert said in PAGE


def test_a_key_does_not_show_its_secret() -> None:
    assert "secret-of-" not in repr(GatewayKey("first", "secret-of-the-first-key"))
