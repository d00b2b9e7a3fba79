"""What a stranger can learn of hidden figures: linear programming over everything that a table shows."""

from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped]
from scipy.sparse import lil_array  # type: ignore[import-untyped]

Table = dict[str, dict[str, str]]
Cell = tuple[str, str]


def possible_range(figure: str) -> tuple[int, int]:
    """The counts that a published figure may stand for."""
    if figure == "*":
        return 1, 7
    shown = int(figure)
    return (0, 0) if shown == 0 else (max(shown - 2, 8), shown + 2)


def find_undone(table: Table, floor: dict[Cell, int] | None = None) -> dict[Cell, tuple[int, int]]:
    """Hidden cells with one possible value left. `floor` holds what is known to be at least there."""
    rows = [name for name in table if name != "total"]
    columns = [name for name in next(iter(table.values()), {}) if name != "total"]
    places = {cell: number for number, cell in enumerate(product(rows, columns))}
    limits = [possible_range(table[row][column]) for row, column in places]
    limits = [(max(low, (floor or {}).get(cell, 0)), high) for cell, (low, high) in zip(places, limits, strict=True)]
    matrix, upper = _totals(table, rows, columns, places)
    # Every solution is a table that may be the true one: a cell that differs between two of them is not disclosed.
    solutions: Any = None
    found, still_open = {}, set()
    for cell, number in places.items():
        # Rows that show the same and have the same floor may change places, so what holds for one holds for all.
        alike = (cell[1], *((table[cell[0]][name], (floor or {}).get((cell[0], name), 0)) for name in table[cell[0]]))
        if table[cell[0]][cell[1]] != "*" or alike in still_open:
            continue
        for sign in (1, -1):
            if solutions is None or np.ptp(np.rint(solutions[:, number])) == 0:
                solution = _extreme(number, sign, matrix, upper, limits)
                solutions = solution if solutions is None else np.vstack([solutions, solution])
        ends = np.rint(solutions[:, number])
        if np.ptp(ends) == 0:
            found[cell] = (int(ends[0]), int(ends[0]))
        else:
            still_open.add(alike)
    return found


def _totals(
    table: Table, rows: list[str], columns: list[str], places: dict[Cell, int]
) -> tuple[lil_array | None, list[int]]:
    sums = [(table[row]["total"], [(row, column) for column in columns]) for row in rows if "total" in table[row]]
    if "total" in table:
        sums += [(table["total"][column], [(row, column) for row in rows]) for column in columns]
        if "total" in table["total"]:
            sums.append((table["total"]["total"], list(places)))
    if not sums:
        return None, []
    matrix = lil_array((2 * len(sums), len(places)))
    upper = []
    for line, (figure, cells) in enumerate(sums):
        low, high = possible_range(figure)
        for cell in cells:
            matrix[2 * line, places[cell]] = 1
            matrix[2 * line + 1, places[cell]] = -1
        upper += [high, -low]
    return matrix, upper


def _extreme(number: int, sign: int, matrix: lil_array | None, upper: list[int], limits: list[tuple[int, int]]) -> Any:
    """A table within all bounds in which the cell is as small (or with -1 as large) as it can be."""
    if matrix is None:
        return np.array([[low if sign == 1 else high for low, high in limits]])
    goal = np.zeros(len(limits))
    goal[number] = sign
    answer = linprog(goal, A_ub=matrix.tocsr(), b_ub=upper, bounds=limits, method="highs")
    assert answer.status == 0, "the published figures contradict each other"
    return answer.x.reshape(1, -1)
