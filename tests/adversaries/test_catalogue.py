"""Each adversary is there, is told of, and has a fault planted that its own tests must notice."""

import pytest

from ops.local.stack_location import ROOT
from tests.adversaries.catalogue import ADVERSARIES, Adversary
from tests.mutants.catalogue import read_all

README = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("adversary", ADVERSARIES, ids=lambda each: each.name)
def test_an_adversary_has_its_place_its_words_and_its_planted_fault(adversary: Adversary) -> None:
    (planted,) = [mutant for mutant in read_all() if mutant.name == adversary.planted]

    assert all((ROOT / path).is_file() for path in adversary.small)
    assert {test.split("::")[0] for test in planted.tests} & set(adversary.small)
    assert f"| `{adversary.name}` |" in README
