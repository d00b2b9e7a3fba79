"""Whether the totals of a published table give a hidden figure away.

A table with its totals is a flow: people pass from their row through a cell to their column. Every published figure
bounds one edge of that flow (0 is exact, `*` is 1-7, 10 is 8-12), and the true table is one flow inside the bounds.
What a reader with all the figures can learn of a hidden cell is how far the flow through it can be moved while it stays
inside all bounds. That is a maximum-flow question, so the answer is exact, as linear programming would give it.
"""

from collections import deque
from collections.abc import Sequence

HIDDEN_AT_MOST = 7
MIN_WIDTH = 1  # a reader must be left with at least two possible values of a hidden figure
ENDLESS = 10**9

Arc = tuple[int, int]


def published_bounds(people: int) -> tuple[int, int]:
    """What a reader knows of a published count: 0 -> (0, 0), 3 -> (1, 7), 9 -> (8, 12), 14 -> (13, 17)."""
    if people == 0:
        return 0, 0
    if people <= HIDDEN_AT_MOST:
        return 1, HIDDEN_AT_MOST
    shown = (people + 2) // 5 * 5
    return max(shown - 2, HIDDEN_AT_MOST + 1), shown + 2


def find_disclosed(
    cells: Sequence[Sequence[int]], *, total_row: bool, total_column: bool, least_width: int = MIN_WIDTH
) -> list[tuple[int, int]]:
    """The hidden cells of the exact table `cells` that its published totals pin down, as (row, column)."""
    if not (total_row or total_column):
        return []
    network = _Network(cells, total_row=total_row, total_column=total_column)
    hidden = [
        (row, column)
        for row, line in enumerate(cells)
        for column, people in enumerate(line)
        if 1 <= people <= HIDDEN_AT_MOST
    ]
    return [cell for cell in hidden if network.width(cell, least_width) < least_width]


class _Network:
    """The residual graph of the true table: how much each arc could still carry."""

    def __init__(self, cells: Sequence[Sequence[int]], *, total_row: bool, total_column: bool) -> None:
        height, across = len(cells), len(cells[0]) if cells else 0
        self._height = height
        self._start, self._end = height + across, height + across + 1
        self._room: list[dict[int, int]] = [{} for _ in range(height + across + 2)]
        for row, line in enumerate(cells):
            self._arc(self._start, row, sum(line), known=total_column)
            for column, people in enumerate(line):
                self._arc(row, height + column, people, known=True)
        for column in range(across):
            self._arc(height + column, self._end, sum(line[column] for line in cells), known=total_row)
        self._arc(self._end, self._start, sum(map(sum, cells)), known=total_row and total_column)

    def _arc(self, tail: int, head: int, people: int, *, known: bool) -> None:
        low, high = published_bounds(people) if known else (0, ENDLESS)
        self._room[tail][head] = high - people
        self._room[head][tail] = people - low

    def width(self, cell: tuple[int, int], enough: int) -> int:
        """How many steps the cell can be moved in all, up or down, counted no further than `enough`."""
        tail, head = cell[0], self._height + cell[1]
        up, down = self._room[tail].pop(head), self._room[head].pop(tail)
        raised = self._push(head, tail, min(up, enough))
        lowered = self._push(tail, head, min(down, enough - raised))
        self._room[tail][head], self._room[head][tail] = up, down
        return raised + lowered

    def _push(self, source: int, sink: int, wanted: int) -> int:
        """How many people could go round another way from `source` to `sink`; everything is put back after."""
        paths: list[list[Arc]] = []
        while len(paths) < wanted and (path := self._path(source, sink)):
            self._move(path, 1)
            paths.append(path)
        for path in paths:
            self._move(path, -1)
        return len(paths)

    def _move(self, path: list[Arc], people: int) -> None:
        for tail, head in path:
            self._room[tail][head] -= people
            self._room[head][tail] += people

    def _path(self, source: int, sink: int) -> list[Arc]:
        came: dict[int, int] = {source: source}
        queue = deque([source])
        while queue and sink not in came:
            tail = queue.popleft()
            for head, room in self._room[tail].items():
                if room > 0 and head not in came:
                    came[head] = tail
                    queue.append(head)
        if sink not in came:
            return []
        path = []
        while sink != source:
            path.append((came[sink], sink))
            sink = came[sink]
        return path
