"""Notices go by the gateway as codes do; what one of unknown outcome took of a budget is spent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import World
from tests.contribute import cards
from tests.facility_desk import Resident, register, store_resident
from tests.lookup.test_emergencies import declared, emergency
from tests.sms_gateway import SmsGateway, province_of_gateway


@pytest.fixture
def gateway(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmsGateway]:
    declared(world)
    with province_of_gateway(tmp_path) as province:
        province.choose(monkeypatch, "gateway")
        yield province.gateway


def budgets(world: World, name: str) -> list[int]:
    """What each counter of this name holds."""
    counters = [item for item in world.items("access") if item["pk"].startswith(f"budget#{name}")]
    return [int(value) for item in counters for key, value in item.items() if key[0] == "n" and key[1:].isdigit()]


@pytest.mark.parametrize(("behaviours", "sent", "spent"), [((), 1, 1), (("500", "500"), 0, 1), (("refuse",), 0, 0)])
def test_an_emergency_is_told_by_the_gateway_and_counts_unless_it_was_refused(
    world: World, gateway: SmsGateway, behaviours: tuple[str, ...], sent: int, spent: int
) -> None:
    gateway.behave(*behaviours)
    assert emergency(register(world)).status == 200
    assert [message["template"] for message in gateway.sent] == ["emergency-access"] * sent
    assert budgets(world, "notice#") == [spent] * 2


@pytest.mark.parametrize(("behaviours", "sent", "spent"), [((), 1, 1), (("500", "500"), 0, 1), (("refuse",), 0, 0)])
def test_a_permitted_pin_is_told_by_the_gateway_and_counts_unless_it_was_refused(
    world: World, gateway: SmsGateway, behaviours: tuple[str, ...], sent: int, spent: int
) -> None:
    person = store_resident(world, Resident(account="owner", told_at="+84911222444"))
    gateway.behave(*behaviours)
    assert cards.verify(register(world), person).status == 200
    assert [message["template"] for message in gateway.sent] == ["pin-permitted"] * sent
    assert budgets(world, "credential-notices") == [spent] * 3
