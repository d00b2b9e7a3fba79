"""DuckDB: facts in batches of files -> the statistics, one SQL file for each table.

Almost every statistic is a sum of counts, so batches are counted one after the other and added up at the end. Two
things need all rows of a person or an account together and are kept beside the counts until then: reports of diagnoses,
which are joined to episodes, and people with a condition, of whom an account may add two to a published cell.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from functions.aggregate.count import age_bands, code_catalogue, episodes, population
from functions.aggregate.protect import perturbation

SQL = Path(__file__).parent / "sql"
PREPARE = ("facts", "people", "answers")
MEMORY = "1200MB"
THREADS = 2
PART_ROWS = 1_500_000  # people with a condition whose accounts are looked at together

# Table -> its columns that are added up; every other column says what is counted. Those that end in `keys` are sums of
# keys of people: they draw the noise of what is published and are written nowhere.
TABLES: Mapping[str, tuple[str, ...]] = {
    "coverage": ("residents", "synthetic", "resident_keys"),
    "conditions": ("yes", "no", "unknown", "yes_keys"),
    "risks": ("residents", "resident_keys"),
    "immunizations": ("yes", "no", "unknown", "yes_keys"),
    "answered": ("people", "people_keys"),
    "funnel": ("visits", "codes", "submissions"),
}
NOISY_ONLY = ("answered",)  # under what is published; the private tables say it by code
ROWS = ("reports",)  # kept row by row until all batches are read
FROM_ROWS = ("episodes", "weekly_diagnoses", "timeliness")
DERIVED = ("prevalence",)  # made of the tables above and of the population when these are finished
WRITTEN = (*(name for name in TABLES if name not in NOISY_ONLY), "weekly_diagnoses", "timeliness", *DERIVED)


def connect(folder: Path) -> Any:
    """A DuckDB of its own that spills into `folder`, reaches no network and loads no extension."""
    import duckdb

    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "threads": THREADS,
            "temp_directory": str(folder / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": True,
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def prepare(connection: Any, wards: Mapping[str, str]) -> None:
    """The small tables that facts are read against: `wards` (a code ever used -> today's) and the form's codes."""
    create_table(connection, "wards", {"code": "VARCHAR", "ward": "VARCHAR"}, wards.items())
    asked = [entry for entry in code_catalogue.entries().values() if entry.kind != "answer"]
    create_table(
        connection, "kinds", {"key": "VARCHAR", "kind": "VARCHAR"}, [(entry.key, entry.kind) for entry in asked]
    )
    lists = [
        (entry.question, entry.kind, entry.key) for entry in asked if entry.kind in ("conditions", "immunizations")
    ]
    create_table(connection, "questions", {"question": "VARCHAR", "kind": "VARCHAR", "key": "VARCHAR"}, lists)
    create_table(connection, "standard", {"age_band": "VARCHAR", "weight": "DOUBLE"}, age_bands.WORLD_STANDARD.items())
    wide = [(band, age_bands.to_wide_band(band)) for band in age_bands.FIVE_YEAR_BANDS]
    create_table(connection, "wide_bands", {"age_band": "VARCHAR", "wide": "VARCHAR"}, wide)
    create_table(connection, "episode_days", {"category": "VARCHAR", "days": "INTEGER"}, episodes.DAYS.items())


def load_population(connection: Any, rows: Iterable[population.Row]) -> None:
    """The reference population as a table beside the statistics."""
    columns = {"ward": "VARCHAR", "sex": "VARCHAR", "age_band": "VARCHAR", "population": "BIGINT", "year": "INTEGER"}
    create_table(connection, "population", columns | {"source": "VARCHAR"}, map(dataclasses.astuple, rows))


def count_table(connection: Any, files: list[Path], day: dt.date, cell_key: bytes, folder: Path) -> None:
    """Count one batch of data files into the tables `<name>_parts`; people with a condition go to files in `folder`."""
    for name in PREPARE:
        connection.execute(_sql(name), _parameters(name, files, day, cell_key))
    for name in (*TABLES, *ROWS):
        if _exists(connection, f"{name}_parts"):
            connection.execute(f"INSERT INTO {name}_parts {_sql(name)}")
        else:
            connection.execute(f"CREATE TABLE {name}_parts AS {_sql(name)}")
    path = folder / f"ill-{len(ill_files(folder)):05d}.parquet"
    connection.execute(f"COPY ({_sql('ill')}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def ill_files(folder: Path) -> list[Path]:
    """The files of people with a condition, one a batch."""
    return sorted(folder.glob("ill-*.parquet"))


def count_derived(connection: Any, day: dt.date, folder: Path) -> None:
    """Add the batches up into one table for each statistic, in a fixed order of rows, then make what is derived.

    `<name>_keyed` has the sums of keys beside the counts.
    """
    for name, measures in TABLES.items():
        columns = [row[0] for row in connection.execute(f"DESCRIBE {name}_parts").fetchall()]
        keys = [column for column in columns if column not in measures]
        sums = [f"{_sum(column)} AS {column}" for column in measures]
        connection.execute(
            f"CREATE OR REPLACE TABLE {name}_keyed AS SELECT {', '.join(keys + sums)} FROM {name}_parts"  # noqa: S608 - names of this module
            f" GROUP BY {', '.join(keys)} ORDER BY {', '.join(keys)}"
        )
        shown = [column for column in (*keys, *measures) if not column.endswith("keys")]
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {', '.join(shown)} FROM {name}_keyed")  # noqa: S608
    connection.execute("ALTER TABLE reports_parts RENAME TO reports")
    parameters = {"episodes": {"days": episodes.USUAL_DAYS}, "recent": {"day": day}}
    for name in (*FROM_ROWS, "recent", *DERIVED):
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS {_sql(name)}", parameters.get(name, {}))
    _cap(connection, folder)


def count_weeks(connection: Any, rising: Mapping[str, str]) -> None:
    """People ill by week in all, and without those whom the `rising` facility of their category alone reported."""
    create_table(connection, "rising", {"category": "VARCHAR", "facility": "VARCHAR"}, rising.items())
    connection.execute(f"CREATE OR REPLACE TABLE capped_weeks AS {_sql('capped_weeks')}")


def _sum(column: str) -> str:
    if column.endswith("keys"):
        return f"sum({column}) % {perturbation.SUMS}"
    return f"CAST(sum({column}) AS BIGINT)"


def _cap(connection: Any, folder: Path) -> None:
    """What published counts of conditions leave out of large accounts, a share of the accounts at a time."""
    files = [str(path) for path in ill_files(folder)]
    people = connection.execute("SELECT count(*) FROM read_parquet($files)", {"files": files}).fetchone()[0]
    parts = people // PART_ROWS + 1
    for part in range(parts):
        made = "INSERT INTO capped_parts" if part else "CREATE OR REPLACE TABLE capped_parts AS"
        parameters = {"files": files, "parts": parts, "part": part}
        connection.execute(f"{made} {_sql('capped_conditions')}", parameters)
    connection.execute(
        "CREATE OR REPLACE TABLE capped AS SELECT key, kind, place, sum(excess) AS excess, "  # noqa: S608
        f"{_sum('excess_keys')} AS excess_keys, sum(repeated) AS repeated FROM capped_parts GROUP BY ALL"
    )


def write_parquet(connection: Any, name: str, path: Path) -> int:
    """Write one table; how many rows it has."""
    connection.execute(f"COPY (FROM {name}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    return int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])  # noqa: S608 - names of this module


def read_parquet(connection: Any, name: str, path: Path) -> None:
    """Load a statistics file that an earlier step wrote."""
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM read_parquet('{path}')")


def _parameters(name: str, files: list[Path], day: dt.date, cell_key: bytes) -> dict[str, Any]:
    if name != "facts":
        return {}
    inner, outer = perturbation.pads(cell_key)
    return {"files": [str(path) for path in files], "year": day.year, "inner": inner, "outer": outer}


def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _exists(connection: Any, table: str) -> bool:
    found = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [table]).fetchone()
    return found is not None


def create_table(connection: Any, name: str, columns: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
    """A small table from Python's rows, each column handed over as one list (row by row takes 2 ms a row)."""
    lists = list(zip(*rows, strict=True)) or [() for _ in columns]
    picked = ", ".join(
        f"unnest(CAST(${place} AS {kind}[])) AS {column}"
        for place, (column, kind) in enumerate(columns.items(), start=1)
    )
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {picked}", [list(values) for values in lists])
