"""An adversary with every release: the best guess there is, by the likelihood ratio of the true noise.

She knows all other people's data and her own records exactly, so that in each published cell she knows both counts that
are possible, one for each world. What she does not know is the cell key.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from functions.aggregate.protect import perturbation, promise
from functions.aggregate.protect.cells import LEAST_ACCOUNTS
from functions.aggregate.protect.perturbation import Cell
from functions.aggregate.publish import suppression

KEYS = 4000
CERTAIN = 60.0  # the logarithm of a likelihood ratio that leaves no doubt

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
type Sums = tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], Floats]  # places on a grid, and their chances


@dataclass(frozen=True)
class Look:
    """One published count: its label, and who is in it in either world.

    `open`: the noisy count itself is reckoned with (forecasts, signals, late reports), without threshold or rounding,
    and is there even when nobody is counted.
    """

    label: str
    worlds: tuple[Cell, Cell]
    capped: bool = True
    open: bool = False

    @property
    def spread(self) -> float:
        return promise.NARROW if self.capped else promise.WIDE

    def show(self, cell: Cell, added: int) -> str:
        """What is published of a cell when this noise is added, by the rule's own functions."""
        nobody = not cell.people and not self.open
        hidden = nobody or (self.capped and cell.accounts + added < LEAST_ACCOUNTS)
        noisy = 0 if hidden else max(cell.people + added, 0)
        if self.open:
            return str(noisy)
        return (suppression.condition if self.capped else suppression.wide)(noisy)


def secrets(number: int = KEYS) -> list[bytes]:
    return [hashlib.sha256(f"cell key {place}".encode()).digest() for place in range(number)]


@cache
def chances(spread: float) -> tuple[float, ...]:
    """The chance of each value of the noise, from the least to the largest."""
    edges = [0, *perturbation.steps(spread), perturbation.SUMS]
    return tuple((high - low) / perturbation.SUMS for low, high in zip(edges[:-1], edges[1:], strict=True))


def outcomes(look: Look, cell: Cell) -> dict[str, float]:
    """The chance of every figure that may be published of a cell."""
    found: dict[str, float] = {}
    for added, chance in enumerate(chances(look.spread), start=-perturbation.least(look.spread)):
        shown = look.show(cell, added)
        found[shown] = found.get(shown, 0.0) + chance
    return found


def evidence(look: Look) -> Callable[[str], float]:
    """The logarithm of the likelihood ratio of a figure, first world over second."""
    first, second = (outcomes(look, cell) for cell in look.worlds)

    def weigh(shown: str) -> float:
        one, other = first.get(shown, 0.0), second.get(shown, 0.0)
        if one and other:
            return float(np.clip(np.log(one / other), -CERTAIN, CERTAIN))
        return CERTAIN if one else -CERTAIN

    return weigh


def published(look: Look, cell: Cell, keys: Sequence[bytes]) -> list[str]:
    """What every cell key publishes of the cell, by the function that the pipeline calls."""
    if look.capped:
        noisy = [perturbation.narrow(key, look.label, cell, least_accounts=LEAST_ACCOUNTS) for key in keys]
        return [suppression.condition(people) for people in noisy]
    return [suppression.wide(perturbation.wide(key, look.label, cell)) for key in keys]


def advantage(looks: Sequence[Look], keys: Sequence[bytes]) -> float:
    """Twice the chance of naming the right world, less one, measured over the keys."""
    weights: list[Floats] = [np.zeros(len(keys)), np.zeros(len(keys))]
    for look in looks:
        weigh = evidence(look)
        for world, cell in enumerate(look.worlds):
            weights[world] = weights[world] + np.array([weigh(shown) for shown in published(look, cell, keys)])
    first, second = ((weight > 0).mean() + (weight == 0).mean() / 2 for weight in weights)
    return float(first - second)


def exact(looks: Sequence[Look], *, grid: float = 0.002) -> float:
    """The same advantage over all keys: the distribution of the summed evidence in both worlds, by convolution."""
    sums: list[Sums] = [(np.zeros(1, dtype=np.int64), np.ones(1)) for _ in range(2)]
    for look in looks:
        weigh = evidence(look)
        for world, cell in enumerate(look.worlds):
            figures = outcomes(look, cell)
            places = np.array([round(weigh(shown) / grid) for shown in figures], dtype=np.int64)
            sums[world] = _convolved(sums[world], (places, np.array([*figures.values()])))
    first, second = (float(weights[places > 0].sum() + weights[places == 0].sum() / 2) for places, weights in sums)
    return first - second


def _convolved(one: Sums, other: Sums) -> Sums:
    """The sums of two, each with its chance."""
    places = np.add.outer(one[0], other[0]).ravel()
    low = int(places.min())
    total = np.bincount(places - low, weights=np.multiply.outer(one[1], other[1]).ravel())
    kept = np.flatnonzero(total)
    return kept + low, total[kept]
