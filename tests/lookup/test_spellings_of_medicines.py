"""A substance is one thing in Vietnamese and in international spelling, and by its brand."""

import pytest

from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.lookup.doctor import allergy, medicine, read, write

ALLERGIES, MEDICINES = "48765-2", "10160-0"
DIFFERS = "MỤC KHÁC NÓI KHÁC (ANOTHER ENTRY DIFFERS)"
ONE = [
    ("Amlodipin", "Amlodipine"),
    ("Amoxicilin", "Amoxicillin"),
    ("Cefalexin", "Cephalexine"),
    ("Lidocain", "Lidocaine"),
    ("Aciclovir", "Acyclovir"),
    ("Theophylin", "Theophylline"),
    ("Furosemid", "Furosemide"),
    ("Ampicilin", "AMPICILLIN"),
    ("Xarelto", "Rivaroxaban"),
    ("Plavix", "clopidogrel"),
    ("Augmentin", "Amoxicilin"),
    ("Tylenol", "Paracetamol"),
]
TWO = [
    ("Prednison", "Prednisolon"),
    ("Hydralazin", "Hydroxyzin"),
    ("Clonidin", "Clonazepam"),
    ("Cefixim", "Cefepim"),
    ("Morphin", "Apomorphin"),
    ("Sintrom", "Warfarin"),
    ("Medrol", "Prednisolon"),
    ("Lantus", "Novorapid"),
    ("Augmentin", "Unasyn"),
]


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


@pytest.fixture
def desks(world: World) -> tuple[Desk, Desk]:
    return register(world), register(world, "79002", name="Bệnh viện B")


@pytest.mark.parametrize(("one", "other"), [*ONE, *TWO])
def test_a_stop_and_a_refutation_meet_the_other_spelling_and_no_other_substance(
    person: str, desks: tuple[Desk, Desk], one: str, other: str
) -> None:
    write(desks[0], person, medicine(f"{one} 5 mg"), allergy(f"Dị ứng {one}"))
    write(desks[1], person, medicine(other, "stopped"), allergy(other, "refuted"))
    found = read(desks[0], person)
    for section in (MEDICINES, ALLERGIES):
        (row,) = found[section]
        assert (DIFFERS in row) is ((one, other) in ONE)


def test_an_allergy_with_a_strength_in_its_name_is_to_the_same_substance(person: str, desks: tuple[Desk, Desk]) -> None:
    write(desks[0], person, allergy("Paracetamol"))
    write(desks[1], person, allergy("paracetamol 500mg", "refuted"))
    (row,) = read(desks[0], person)[ALLERGIES]
    assert DIFFERS in row
