"""Figures for machines: the long form is valid CSV on the Web, and documented Athena queries run on the real files."""

import json
import re
from pathlib import Path

import csvw
import duckdb
import sqlglot

from tests.aggregate.conftest import DAY, Town

DOCS = Path(__file__).parents[2] / "docs" / "statistics.md"


def test_the_long_form_is_valid_by_its_description_and_has_every_figure(town: Town, tmp_path: Path) -> None:
    for name in ("data.csv", "data.csv-metadata.json"):
        (tmp_path / name).write_bytes(town.latest[name])

    described = csvw.CSVW(str(tmp_path / "data.csv-metadata.json"), validate=True)
    assert described.is_valid
    rows = list(described.tables[0])
    tables = json.loads(town.latest["summary.json"])["tables"]
    assert len(rows) == sum(table["rows"] * table["columns"] for table in tables.values())
    shown = {(row["table"], row["row"], row["column"]): row["value"] for row in rows}
    total = town.published("coverage_total")["total"]["residents"]
    assert shown["coverage_total", "total", "residents"] == int(total)
    assert {row["unit"] for row in rows} == {"people", "percent", "cases"}


def test_the_index_names_every_release_and_file(town: Town) -> None:
    index = json.loads(town.site["insights/releases.json"])

    (release,) = index["releases"]
    assert (release["week"], release["full"]) == ("2026-W52", True)
    assert {f"insights/{release['path']}{name}" for name in release["files"]} <= set(town.site)


def test_every_documented_query_of_athena_runs_on_the_real_files(town: Town, tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA ssk_79")
    for key, body in town.written.items():
        if key.startswith("athena/"):
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    for folder in (tmp_path / "athena").iterdir():
        files = f"{folder}/*/*/*.parquet"
        connection.execute(
            f"CREATE VIEW ssk_79.{folder.name} AS FROM read_parquet('{files}', hive_partitioning = true,"
            " hive_types_autocast = false)"
        )
    queries = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(queries) > 3
    rows = {}
    for query in queries:
        (statement,) = sqlglot.transpile(query, read="athena", write="duckdb")
        rows[query] = connection.execute(statement).fetchall()
    assert {str(row[0]) for found in rows.values() for row in found} == {DAY}
    assert [query for query, found in rows.items() if not found and "signals" not in query] == []  # no outbreak here
