"""The exact statistics as the deployed aggregation wrote them: run it, download the newest tables, read the counts."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from ops.aggregation import run_aggregation
from ops.deployment import Deployment
from ops.local import aws
from ops.pilot.checking.expected import Counts, ExpectedStatistics
from ops.pilot.target import PilotTarget

# How each table's rows become (ward, sex, age band[, system|code, answer]) and a number.
QUERIES = {
    "coverage": "SELECT ward, sex, age_band, sum(residents) FROM table_file GROUP BY ALL",
    "conditions": """
        SELECT ward, sex, age_band, system || '|' || code, said, sum(people)
        FROM (UNPIVOT table_file ON yes, no, unknown INTO NAME said VALUE people)
        WHERE people > 0
        GROUP BY ALL""",
    "risks": """
        SELECT ward, sex, age_band, system || '|' || code, answer, sum(residents)
        FROM table_file
        GROUP BY ALL""",
}


def aggregate_and_read(target: PilotTarget) -> tuple[ExpectedStatistics, int]:
    """Run the aggregation, as `ssk aggregate` does; its counts, and the year that it counted in."""
    answer = run_aggregation(Deployment(aws.read_outputs(target.place), target.aws))
    day = str(answer["date"])
    return list_written(target.aws("s3"), target.insights_bucket, target.province, day), int(day[:4])


def list_written(store: Any, bucket: str, province: str, day: str) -> ExpectedStatistics:
    """The counts of the exact statistics of one day. `store` is a client of S3."""
    with tempfile.TemporaryDirectory() as folder:
        tables = {}
        for name in QUERIES:
            file = Path(folder) / f"{name}.parquet"
            key = f"statistics/province={province}/date={day}/{name}.parquet"
            store.download_file(bucket, key, str(file))
            tables[name] = read_statistics(name, file)
    return ExpectedStatistics(**tables)


def read_statistics(name: str, file: Path) -> Counts:
    """The counts of one exact table (`coverage`, `conditions` or `risks`) in a Parquet file."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"CREATE VIEW table_file AS FROM read_parquet('{file}')")
    rows: list[tuple[Any, ...]] = connection.execute(QUERIES[name]).fetchall()
    return Counter({tuple(map(str, row[:-1])): int(row[-1]) for row in rows})
