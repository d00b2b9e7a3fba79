"""Data files of facts counted into the cells that may be published, before noise."""

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

from functions.aggregate.count import engine
from functions.aggregate.protect import cells, risen
from functions.aggregate.protect.perturbation import Cell
from health_record import wards
from tests.aggregate.conftest import CELL_KEY, DAY


def count_cells(
    folder: Path, files: Iterable[Path], usual: Mapping[tuple[str, str], float] | None = None
) -> dict[tuple[str, ...], Cell]:
    """Every cell by its name; each file is a batch.

    `folder` is for what is kept meanwhile, `usual` is what facilities report in nine weeks.
    """
    connection = engine.connect(folder)
    engine.prepare(connection, {code: code for code in wards.list_wards("79")})
    engine.load_population(connection, [])
    for stale in engine.ill_files(folder):
        stale.unlink()
    for path in files:
        engine.count_table(connection, [path], dt.date.fromisoformat(DAY), CELL_KEY, folder)
    day = dt.date.fromisoformat(DAY)
    engine.count_derived(connection, day, folder)
    engine.count_weeks(connection, risen.choose(connection, CELL_KEY, day, usual or {}))
    found: dict[tuple[str, ...], Cell] = {}
    weeks = [(measure, cells._weeks(measure)) for measure in cells.BY_WEEK]
    for measure, query in (*cells._WIDE.items(), ("conditions", cells._CONDITIONS), *weeks):
        found |= dict(cells._read(connection, measure, query))
    connection.close()
    return found
