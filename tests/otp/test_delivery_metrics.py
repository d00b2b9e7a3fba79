"""Delivery by carrier, measured without any number: codes sent, and those that were used within five minutes."""

import json
from collections.abc import Callable

import pytest
import time_machine
from botocore.exceptions import ReadTimeoutError

from tests.conftest import World
from tests.otp.conftest import Aws, Browser, throttled


def counted(written: str) -> list[tuple[str, str]]:
    """(metric, carrier) of each metric by carrier that was written."""
    found = []
    for line in written.splitlines():
        if line.startswith('{"carrier"') or '"carrier":' in line:
            blob = json.loads(line)
            found += [(name, blob["carrier"]) for name in ("CarrierCodesSent", "CarrierCodesProven") if name in blob]
    return found


@pytest.mark.parametrize(("seconds", "is_in_time"), [(0, True), (300, True), (301, False)])
def test_a_code_that_is_used_within_five_minutes_of_its_message_counts_for_its_carrier(
    browser: Browser,
    clock: time_machine.Traveller,
    written: Callable[[], str],
    seconds: int,
    is_in_time: bool,
) -> None:
    challenge = browser.ask("0912345678").json["challenge_id"]
    clock.shift(seconds)
    assert browser.verify(challenge, browser.code()).status == 200
    proven = [("CarrierCodesProven", "vinaphone")] if is_in_time else []
    assert counted(written()) == [("CarrierCodesSent", "vinaphone"), *proven]


def test_a_known_devices_codes_count_as_well(browser: Browser, written: Callable[[], str]) -> None:
    browser.sign_in("0961234567")
    browser.sign_in("0961234567")
    assert counted(written()) == [("CarrierCodesSent", "viettel"), ("CarrierCodesProven", "viettel")] * 2


def test_a_message_that_may_have_arrived_is_one_that_was_sent(
    world: World, browser: Browser, aws: Aws, written: Callable[[], str]
) -> None:
    """So a channel that takes messages in silence and delivers none rings too."""
    aws.fail("Publish", ReadTimeoutError(endpoint_url="https://sns"))
    assert browser.ask().status == 202
    assert counted(written()) == [("CarrierCodesSent", "mobifone")]


def test_a_message_that_the_channel_refused_is_not_one_that_was_sent(
    world: World, browser: Browser, aws: Aws, written: Callable[[], str]
) -> None:
    aws.fail("Publish", throttled("Publish"))
    browser.ask()
    assert counted(written()) == []
