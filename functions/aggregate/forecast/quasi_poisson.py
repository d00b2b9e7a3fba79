"""Quasi-Poisson regression with a log link by reweighted least squares, and its negative binomial quantile."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from functions.aggregate.forecast.model_members import solve

ROUNDS = 25
CLOSE = 1e-8

Sparse = Sequence[tuple[int, float]]  # the places of a row that are not zero: of eleven about three


@dataclass(frozen=True)
class Fit:
    """A fitted regression: its weights, the fitted means, each row's leverage and the dispersion (never under 1)."""

    weights: Sequence[float]
    means: Sequence[float]
    leverages: Sequence[float]
    dispersion: float

    def predict(self, row: Sequence[float]) -> float:
        """The linear predictor (log of the mean) for `row`."""
        return sum(weight * value for weight, value in zip(self.weights, row, strict=True))

    def anscombe(self, values: Sequence[float]) -> list[float]:
        """Standardised Anscombe residuals of a Poisson mean."""
        return [
            1.5 * (value ** (2 / 3) * mean ** (-1 / 6) - math.sqrt(mean))
            / math.sqrt(self.dispersion * max(1 - leverage, 1e-12))
            for value, mean, leverage in zip(values, self.means, self.leverages, strict=True)
        ]  # fmt: skip


def fit(rows: Sequence[Sequence[float]], values: Sequence[float], prior: Sequence[float]) -> Fit | None:
    """Fit by weighted rows; None where it does not converge or the rows do not determine it."""
    scale = [max(abs(row[place]) for row in rows) or 1.0 for place in range(len(rows[0]))]
    scaled = [[(place, value / scale[place]) for place, value in enumerate(row) if value] for row in rows]
    try:
        found = _iterate(scaled, len(scale), values, prior)
    except (ZeroDivisionError, OverflowError):
        return None
    if found is None:
        return None
    weights, means, inverse = found
    leverages = [mean * weight * _form(inverse, row) for mean, weight, row in zip(means, prior, scaled, strict=True)]
    pearson = sum(weight * (value - mean) ** 2 / mean for value, mean, weight in zip(values, means, prior, strict=True))
    dispersion = max(pearson / (len(values) - len(weights)), 1.0)
    return Fit([weight / size for weight, size in zip(weights, scale, strict=True)], means, leverages, dispersion)


def negative_binomial_quantile(share: float, mean: float, dispersion: float) -> int:
    """The smallest count whose cumulative probability reaches `share`; Poisson where the dispersion is 1."""
    if dispersion > 1:
        size, chance = mean / (dispersion - 1), 1 / dispersion
        log = size * math.log(chance)
    else:
        size, chance = 0.0, 1.0
        log = -mean
    count, reached = 0, math.exp(log)
    while reached < share and count < 10_000_000:
        count += 1
        step = (size + count - 1) * (1 - chance) / count if dispersion > 1 else mean / count
        log += math.log(step)
        reached += math.exp(log)
    return count


def _iterate(
    rows: Sequence[Sparse], width: int, values: Sequence[float], prior: Sequence[float]
) -> tuple[list[float], list[float], list[list[float]]] | None:
    links = [math.log(value + 0.1) for value in values]
    before = math.inf
    for _ in range(ROUNDS):
        means = [math.exp(min(link, 700.0)) for link in links]
        work = [weight * mean for weight, mean in zip(prior, means, strict=True)]
        aims = [link + (value - mean) / mean for link, value, mean in zip(links, values, means, strict=True)]
        matrix, goal = _normal_equations(rows, width, work, aims)
        weights = solve(matrix, goal)
        links = [sum(weights[place] * value for place, value in row) for row in rows]
        deviance = _deviance(values, links, prior)
        if abs(deviance - before) / (abs(deviance) + 0.1) < CLOSE:
            means = [math.exp(link) for link in links]
            return weights, means, _inverse(matrix)
        before = deviance
    return None


def _normal_equations(
    rows: Sequence[Sparse], width: int, work: Sequence[float], aims: Sequence[float]
) -> tuple[list[list[float]], list[float]]:
    matrix, goal = [[0.0] * width for _ in range(width)], [0.0] * width
    for row, weight, aim in zip(rows, work, aims, strict=True):
        for place, value in row:
            weighted = weight * value
            goal[place] += weighted * aim
            line = matrix[place]
            for other, entry in row:
                line[other] += weighted * entry
    return matrix, goal


def _deviance(values: Sequence[float], links: Sequence[float], prior: Sequence[float]) -> float:
    total = 0.0
    for value, link, weight in zip(values, links, prior, strict=True):
        mean = math.exp(link)
        total += 2 * weight * ((value * (math.log(value) - link) if value else 0.0) - (value - mean))
    return total


def _inverse(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    size = len(matrix)
    columns = [solve(matrix, [float(row == column) for row in range(size)]) for column in range(size)]
    return [[columns[column][row] for column in range(size)] for row in range(size)]


def _form(inverse: Sequence[Sequence[float]], row: Sparse) -> float:
    return sum(one * sum(inverse[place][other] * entry for other, entry in row) for place, one in row)
