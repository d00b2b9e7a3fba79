"""From real declarations and cards, through the files of a snapshot, to the cells that may be published."""

from pathlib import Path

import pytest
import time_machine

from functions.aggregate.protect.cells import RESIDENTS
from functions.aggregate.protect.perturbation import Cell
from tests.aggregate.cell_counts import count_cells
from tests.aggregate.conftest import ICD_10, Province
from tests.aggregate.exporter import exporting
from tests.contribute.bundles import visit
from tests.contribute.cards import verify
from tests.declare import people
from tests.facility_desk import register

BORN = "1960-05-17"
HYPERTENSION = f"{ICD_10}|I10"
HOUSEHOLD = {f"5f0c1a52-9d5e-4c7b-8a3e-2f6b7c8d9e0{place}": f"07916001234{place}" for place in range(6)}
NEIGHBOUR = "7c1e2b9a-93d4-4a5e-8a57-0b6f6f0c2d22"


def cells(province: Province, folder: Path, snapshot: str) -> dict[tuple[str, ...], Cell]:
    """Counted from the data files of the snapshot, as they lie in the bucket."""
    root = snapshot.rpartition("/")[0]
    paths = []
    for place, name in enumerate(key for key in province.keys(f"{root}/data/")):
        paths.append(folder / f"{place}.json.gz")
        paths[-1].write_bytes(province.read(name))
    return count_cells(folder, paths)


def declare(account: str, record_id: str, number: str | None) -> None:
    answer = {"valueString": number} if number else None
    body = people.declaration(identity_national_id=answer, identity_insurance_number=None)
    assert people.put(people.sign_in(account), body, record_id=record_id).status == 201


@pytest.mark.parametrize("way", ["scan", "export"])
@time_machine.travel("2026-11-20T03:00:00Z", tick=False)
def test_two_records_of_a_phone_count_in_a_cell_until_their_cards_are_seen(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    if way == "export":
        exporting(province, monkeypatch, "COMPLETED")
    for record_id, number in HOUSEHOLD.items():
        declare(people.ALICE, record_id, number)
    declare(people.BOB, NEIGHBOUR, None)
    desk = register(province.world)
    for person in HOUSEHOLD:
        assert desk.transaction(visit(person)).status == 200

    before = cells(province, tmp_path, snapshot_of(province, "2026-11-20"))
    assert before[RESIDENTS, RESIDENTS, "total", "total"].people == 7, "coverage is not capped"
    assert before["conditions", HYPERTENSION, "total", "total"].people == 3
    assert before["conditions", HYPERTENSION, "total", "total"].accounts == 2
    (dengue,) = (name for name in before if name[0] == "diagnoses")
    assert (before[dengue].people, before[dengue].accounts) == (2, 1)

    for person in list(HOUSEHOLD)[:4]:
        assert verify(desk, person, HOUSEHOLD[person], BORN).status == 200
    after = cells(province, tmp_path, snapshot_of(province, "2026-11-21"))
    assert after["conditions", HYPERTENSION, "total", "total"].people == 7, "four in full, two of the phone, another"
    assert after["conditions", HYPERTENSION, "total", "total"].accounts == 2
    assert (after[dengue].people, after[dengue].accounts) == (6, 1)


def snapshot_of(province: Province, day: str) -> str:
    answer = province.run(day, step="snapshot")
    if answer["status"] == "IN_PROGRESS":
        answer = province.run(**answer, step="snapshot")
    snapshot: str = answer["snapshot"]
    return snapshot
