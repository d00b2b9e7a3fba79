"""DuckDB: facts in batches of files -> the statistics, one SQL file for each table.

Every statistic is a sum of counts, so batches are counted one after the other and added up at the end.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from functions.aggregate.count import age_bands, code_catalogue, population

SQL = Path(__file__).parent / "sql"
PREPARE = ("facts", "people", "answers")
MEMORY = "1200MB"
THREADS = 2

# Table -> its columns that are added up; every other column says what is counted.
TABLES: Mapping[str, tuple[str, ...]] = {
    "coverage": ("residents", "synthetic"),
    "conditions": ("yes", "no", "unknown"),
    "risks": ("residents",),
    "immunizations": ("yes", "no", "unknown"),
    "weekly_diagnoses": ("diagnoses",),
    "funnel": ("visits", "codes", "submissions"),
}
DERIVED = ("prevalence",)  # made of the tables above and of the population when these are finished


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
    kinds = [(entry.key, entry.kind) for entry in code_catalogue.entries().values() if entry.kind != "answer"]
    create_table(connection, "kinds", {"key": "VARCHAR", "kind": "VARCHAR"}, kinds)
    create_table(connection, "standard", {"age_band": "VARCHAR", "weight": "DOUBLE"}, age_bands.WORLD_STANDARD.items())


def load_population(connection: Any, rows: Iterable[population.Row]) -> None:
    """The reference population as a table beside the statistics."""
    columns = {"ward": "VARCHAR", "sex": "VARCHAR", "age_band": "VARCHAR", "population": "BIGINT", "year": "INTEGER"}
    create_table(connection, "population", columns | {"source": "VARCHAR"}, map(dataclasses.astuple, rows))


def count_table(connection: Any, files: list[Path], day: dt.date) -> None:
    """Count one batch of data files into the tables `<name>_parts`."""
    for name in PREPARE:
        connection.execute(_sql(name), _parameters(name, files, day))
    for name in TABLES:
        if _exists(connection, f"{name}_parts"):
            connection.execute(f"INSERT INTO {name}_parts {_sql(name)}")
        else:
            connection.execute(f"CREATE TABLE {name}_parts AS {_sql(name)}")


def count_derived(connection: Any) -> None:
    """Add the batches up into one table for each statistic, in a fixed order of rows, then make what is derived."""
    for name, measures in TABLES.items():
        columns = [row[0] for row in connection.execute(f"DESCRIBE {name}_parts").fetchall()]
        keys = [column for column in columns if column not in measures]
        sums = [f"CAST(sum({column}) AS BIGINT) AS {column}" for column in measures]
        connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT {', '.join(keys + sums)} FROM {name}_parts"  # noqa: S608 - names of this module
            f" GROUP BY {', '.join(keys)} ORDER BY {', '.join(keys)}"
        )
    for name in DERIVED:
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS {_sql(name)}")


def write_parquet(connection: Any, name: str, path: Path) -> int:
    """Write one table; how many rows it has."""
    connection.execute(f"COPY (FROM {name}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    return int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])  # noqa: S608 - names of this module


def read_parquet(connection: Any, name: str, path: Path) -> None:
    """Load a statistics file that an earlier step wrote."""
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM read_parquet('{path}')")


def _parameters(name: str, files: list[Path], day: dt.date) -> dict[str, Any]:
    return {"files": [str(path) for path in files], "year": day.year} if name == "facts" else {}


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
