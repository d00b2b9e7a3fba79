"""Headers of signed calls as strangers may send them: refused with a reason, at both functions, and nothing is kept."""

import string
from collections.abc import Iterator

import pytest
import time_machine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from so_suc_khoe_client import FacilityAnswer
from tests.conftest import World, province_world
from tests.facility_desk import call_through
from tests.kept import list_audited, list_stored
from tests.lookup import signed_calls
from tests.lookup.signed_calls import NOW, TARGETS, Signing

SETTINGS = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
SPELLED = ("Signature-Input", "Signature", "Content-Digest")
COVERED = ("Practitioner", "Purpose-Of-Use", "Content-Type")
STRUCTURED = st.text('()";=,:?*@-. \tsig1209axZ\\/+%\x7f\xff', max_size=60)
SENT = Signing().of(TARGETS[0]).headers


@st.composite
def edited(draw: st.DrawFn, value: str) -> str:
    """The value with a piece taken out, put in, doubled or exchanged."""
    start = draw(st.integers(0, len(value)))
    end = draw(st.integers(start, min(len(value), start + 8)))
    piece = draw(st.just(value[start:end] * 2) | STRUCTURED | st.text(string.printable, max_size=4))
    return value[:start] + piece + value[end:]


@st.composite
def headers(draw: st.DrawFn) -> tuple[str, str | None]:
    """A header of the call, and what arrives instead of it."""
    name = draw(st.sampled_from([*SPELLED, *COVERED]))
    value = draw(st.none() | edited(SENT[name]) | edited(SENT[name]) | STRUCTURED | st.text(max_size=90))
    return name, value


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    with time_machine.travel(NOW, tick=False), province_world() as world:
        signed_calls.registered(world)
        yield world


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.action)
@given(changed=headers())
@example(changed=("Signature-Input", "sig1=()" + ";a" * 4000))
@example(changed=("Signature", "sig1=:" + "A" * 9000 + ":"))
@example(changed=("Content-Digest", "sha-256=:*:"))
@SETTINGS
def test_a_header_that_arrives_otherwise_is_refused_or_only_spelled_otherwise(
    shared: World, target: signed_calls.Target, changed: tuple[str, str | None]
) -> None:
    name, value = changed
    message = Signing().of(target)
    sent = message.headers.pop(name)
    if value is not None:
        message.headers[name] = value
    before, trail = list_stored(), list_audited()
    answer = call_through(message)
    if answer.status == 200:
        assert value is not None
        assert name in SPELLED or value.strip() == sent
        return
    assert_refused(answer)
    assert list_stored() == before
    (line,) = [item for key, item in list_audited().items() if key not in trail]
    assert (line["outcome"], line["action"]) == ("denied", target.action)


def assert_refused(answer: FacilityAnswer) -> None:
    assert answer.status in (400, 401), answer.body
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert answer.json["resourceType"] == "OperationOutcome"
    assert len(answer.body) < 2000
