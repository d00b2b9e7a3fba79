"""A brand is the medicine that it is of, one of several substances is none of them alone, and like is not the same."""

from typing import Any

import pytest

from health_record.reconciliation.same_things import Names, names_of

ATC = "http://www.whocc.no/atc"
ONE = [
    ("Xarelto 20mg", "Rivaroxaban 15 mg"),
    ("XARELTO (rivaroxaban) 20mg", "rivaroxaban"),
    ("Coumadin", "Warfarine 5mg"),
    ("Sintrom 4mg", "Acenocoumarol"),
    ("Metformin Stada 850mg", "Glucophage XR 500"),
    ("Medrol 16mg", "Methylprednisolone 16"),
    ("Lovenox 40mg/0,4ml", "Enoxaparin natri"),
    ("Depakine Chrono 500", "Valproat natri"),
    ("Lantus Solostar 100UI/ml", "Insulin glargine"),
    ("Insulin Lantus 20 UI", "Insulin"),
    ("Hapacol 650", "Acetaminophen 500mg"),
    ("Augmentin 1g", "Amoxicilin 500mg"),
    ("Augmentin 1g", "Klamentin 625"),
    ("Duoplavin", "Aspirin 81mg"),
    ("Betaloc ZOK 25", "Metoprolol succinat"),
]
TWO = [
    ("Sintrom", "Warfarin"),
    ("Xarelto", "Eliquis"),
    ("Lovenox", "Fraxiparine"),
    ("Medrol", "Prednisolon 5mg"),
    ("Lantus", "Novorapid"),
    ("Augmentin", "Unasyn"),
    ("Duoplavin", "Ultracet"),
    ("Bisoprolol", "Metoprolol"),
    ("Aspirin (đã thay bằng clopidogrel)", "Clopidogrel 75mg"),
    ("Vitamin C", "Vitamin B1"),
    ("Panadol", "Ibuprofen"),
]


def names(text: str, *coding: dict[str, str]) -> Names:
    concept: dict[str, Any] = {"text": text, "coding": [*coding]}
    return names_of({"resourceType": "MedicationStatement", "medicationCodeableConcept": concept}, lambda _: None)


@pytest.mark.parametrize(("one", "other"), ONE)
def test_a_brand_is_the_substance_that_it_is_of(one: str, other: str) -> None:
    assert names(one).meet(names(other))
    assert names(other).meet(names(one))


@pytest.mark.parametrize(("one", "other"), TWO)
def test_what_acts_alike_is_not_the_same(one: str, other: str) -> None:
    assert not names(one).meet(names(other))


def test_a_code_is_its_substance() -> None:
    coded = names("Thuốc 1", {"system": ATC, "code": "B01AF01"})
    assert coded.meet(names("Xarelto 20"))
    assert not coded.meet(names("Eliquis"))
    assert not names("Thuốc 1", {"system": "urn:x", "code": "B01AF01"}).meet(names("Xarelto 20"))
