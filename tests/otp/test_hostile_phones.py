"""Phones as strangers may send them: a mobile number in any writing gets its code, all else a refusal and no SMS."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from health_record.identity import phones
from tests.conftest import World, province_world
from tests.health_record.generated import JSON
from tests.otp.conftest import ACCEPTED, START, Browser

SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PROBLEM = "application/problem+json; charset=utf-8"
STARTS = ("0", "+84", "84", "0084", "+84 (0)", "84 0", "")
ZEROS = "0\u0660\u06f0\u0966\uff10"
BETWEEN = ("", "", "", " ", ".", "-", "/", "\u00a0", "\u2009", "\u2013", "\u200e")
NEAR = st.text("0123456789+-. ()\u0660\uff19\u200eaO", min_size=1, max_size=45)


@st.composite
def writings(draw: st.DrawFn) -> tuple[str, str]:
    """A Vietnamese mobile number in E.164, and a writing of it."""
    national = draw(st.from_regex(phones.MOBILE, fullmatch=True))[1:]
    zero = ord(draw(st.sampled_from(ZEROS)))
    start = draw(st.sampled_from(STARTS))
    gaps = draw(st.lists(st.sampled_from(BETWEEN), min_size=9, max_size=9))
    written = start + "".join(gap + chr(zero + int(digit)) for digit, gap in zip(national, gaps, strict=True))
    return f"+84{national}", written


def judged(written: str) -> tuple[str, phones.NotAMobileError | None]:
    """The number, or why it is none."""
    try:
        return phones.normalise(written), None
    except phones.NotAMobileError as error:
        return "", error


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    with time_machine.travel(START, tick=False), province_world() as world:
        yield world


@pytest.fixture(scope="module")
def strangers(shared: World) -> Iterator[Browser]:
    """Browsers without end, each at an address of its own."""
    addresses = itertools.product((18, 19), range(256), range(1, 255))
    return (Browser(shared, client=f"198.{net}.{place}.{host}") for net, place, host in addresses)


@given(pair=writings())
@settings(SETTINGS, max_examples=100)
def test_every_writing_of_a_mobile_number_is_that_number(pair: tuple[str, str]) -> None:
    number, written = pair
    assert phones.normalise(written) == number
    assert phones.normalise(number) == number


@given(written=st.text(max_size=45) | NEAR)
@settings(SETTINGS, max_examples=100)
def test_any_text_is_a_mobile_number_or_refused_with_a_reason(written: str) -> None:
    number, refused = judged(written)
    if refused is None:
        assert phones.MOBILE.fullmatch(f"0{number.removeprefix('+84')}")
    else:
        assert refused.reason
        assert refused.suggestion is None or judged(refused.suggestion) == (f"+84{refused.suggestion[1:]}", None)


@given(pair=writings())
@settings(SETTINGS, max_examples=10)
def test_whatever_the_writing_the_code_goes_to_the_number(
    shared: World, strangers: Iterator[Browser], pair: tuple[str, str]
) -> None:
    number, written = pair
    before = len(shared.sms())
    answer = next(strangers).ask(written)
    assert (answer.status, set(answer.json)) == (202, ACCEPTED)
    assert [to for to, _ in shared.sms()[before:]] in ([number], [])  # nobody gets two within a minute
    assert number in {to for to, _ in shared.sms()}


@given(phone=JSON | NEAR | st.text())
@settings(SETTINGS, max_examples=30)
def test_whatever_else_is_sent_is_refused_without_an_echo_or_a_message(
    shared: World, strangers: Iterator[Browser], phone: Any
) -> None:
    assume(not isinstance(phone, str) or judged(phone)[1] is not None)
    before = len(shared.sms())
    answer = next(strangers).ask(phone)
    assert (answer.status, answer.headers["content-type"]) == (400, PROBLEM), answer.body
    assert len(shared.sms()) == before
    if isinstance(phone, str) and sum(map(str.isdigit, phone)) >= 6:
        assert phone not in answer.body
