"""The mutants: one file for each area, each entry a text of the product and what it is broken into."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
AREAS = ("adversaries", "clinical", "codes", "limits", "operators", "policy", "statistics")


class CatalogueError(ValueError):
    """An entry that breaks nothing, or not what it names."""


@dataclass(frozen=True)
class Mutant:
    """One way to break the product.

    `old` stands exactly once in `file` and becomes `new`; one of `tests` has to fail then. `by` says who thought of
    it: "us", or "fresh eyes" who had not read the tests.
    """

    area: str
    name: str
    file: str
    old: str
    new: str
    tests: list[str]
    by: str

    def break_source(self, source: str) -> str:
        """The file's text, broken. Raises CatalogueError where `old` does not stand in it exactly once."""
        if source.count(self.old) != 1:
            raise CatalogueError(f"{self.name}: its text stands {source.count(self.old)} times in {self.file}")
        if self.old == self.new:
            raise CatalogueError(f"{self.name}: breaks nothing")
        return source.replace(self.old, self.new)


def read_mutants(area: str) -> list[Mutant]:
    """The mutants of one area, in the order of its file."""
    entries = tomllib.loads((Path(__file__).parent / f"{area}.toml").read_text(encoding="utf-8"))["mutant"]
    return [Mutant(area=area, **entry) for entry in entries]


def read_all() -> list[Mutant]:
    """The mutants of all areas."""
    return [mutant for area in AREAS for mutant in read_mutants(area)]
