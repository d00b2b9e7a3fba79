"""The mutants are there, still break what they name, and one of each area is noticed."""

from collections import Counter

import pytest

from tests.mutants.broken_copy import BrokenCopy
from tests.mutants.catalogue import AREAS, ROOT, CatalogueError, Mutant, read_all, read_mutants

MUTANTS = read_all()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> BrokenCopy:
    return BrokenCopy(tmp_path_factory.mktemp("copy"))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_breaks_what_it_names(mutant: Mutant) -> None:
    broken = mutant.break_source((ROOT / mutant.file).read_text(encoding="utf-8"))

    if mutant.file.endswith(".py"):
        compile(broken, mutant.file, "exec")
    assert mutant.tests
    assert all((ROOT / test.split("::")[0]).exists() for test in mutant.tests)


def test_each_area_has_mutants_with_names_of_their_own() -> None:
    counted = Counter(mutant.area for mutant in MUTANTS)

    assert {area: counted[area] >= 5 for area in AREAS} == dict.fromkeys(AREAS, True)
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("area", AREAS)
def test_the_first_of_each_area_is_noticed(area: str, copy: BrokenCopy) -> None:
    assert copy.try_mutant(read_mutants(area)[0])[0] == "caught"


def test_a_mutant_that_no_test_looks_at_survives(copy: BrokenCopy) -> None:
    harmless = Mutant(
        "limits", "a word", "README.md", "next to nothing", "almost nothing", ["tests/test_links.py"], "us"
    )

    assert copy.try_mutant(harmless)[0] == "survived"


@pytest.mark.parametrize(("old", "new"), [("no such text", "x"), ("e", "x"), ("only once", "only once")])
def test_a_mutant_that_breaks_nothing_is_refused(old: str, new: str) -> None:
    with pytest.raises(CatalogueError):
        Mutant("limits", "none", "x.py", old, new, [], "us").break_source("here e and e, and only once")
