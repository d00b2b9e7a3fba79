"""How fast facts become statistics: N resident rows as export files, against a bare DuckDB scan and write of the same.

Run: `python -m benchmarks.aggregation [rows] [files]`; prints one JSON object.
"""

import datetime as dt
import gzip
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import facts
from functions.aggregate import engine
from health_record import wards
from health_record.dynamo import to_wire

DAY = dt.date(2026, 11, 23)
BATCH_FILES = 6
DISTINCT = 20_000  # rows drawn one by one; the rest repeat their answers under other pseudonyms


def write_files(folder: Path, rows: int, files: int) -> list[Path]:
    """`rows` resident items in `files` gzip files, as DynamoDB exports them."""
    people = [
        json.dumps({"Item": to_wire(item)}, ensure_ascii=False) for item in facts.residents(min(rows, DISTINCT), seed=1)
    ]
    paths = []
    for number in range(files):
        path = folder / f"{number:04d}.json.gz"
        with gzip.open(path, "wt", compresslevel=4, encoding="utf-8") as file:
            for place in range(number, rows, files):
                file.write(people[place % len(people)].replace('"resident#', f'"resident#{place:x}-', 1) + "\n")
        paths.append(path)
    return paths


def bare(folder: Path, paths: list[Path]) -> tuple[float, float]:
    """(seconds, processor seconds) for DuckDB to read the same members of every row and write them as Parquet."""
    connection = engine.connect(folder)
    sql = (engine.SQL / "facts.sql").read_text(encoding="utf-8")
    select = sql[sql.index("SELECT json_extract_string") : sql.rindex("    )\n) AS fact")]
    select = select.replace("$files", str([str(path) for path in paths]))
    began = time.perf_counter(), time.process_time()
    connection.execute(f"COPY ({select}) TO '{folder / 'bare.parquet'}' (FORMAT parquet, COMPRESSION zstd)")
    return time.perf_counter() - began[0], time.process_time() - began[1]


def whole(folder: Path, paths: list[Path]) -> tuple[float, float]:
    """(seconds, processor seconds) from the files to every statistic in Parquet."""
    connection = engine.connect(folder)
    began = time.perf_counter(), time.process_time()
    engine.prepare(connection, {code: code for code in wards.of_province("79")})
    for start in range(0, len(paths), BATCH_FILES):
        engine.count(connection, paths[start : start + BATCH_FILES], DAY)
    engine.finish(connection)
    for name in engine.TABLES:
        engine.write_parquet(connection, name, folder / f"{name}.parquet")
    return time.perf_counter() - began[0], time.process_time() - began[1]


def measure(rows: int, files: int) -> dict[str, Any]:
    """Make the files, run both, compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write_files(folder, rows, files)
        size = sum(path.stat().st_size for path in paths)
        seconds, processor = whole(folder, paths)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        scan, scan_processor = bare(folder, paths)
    return {
        "rows": rows,
        "files": files,
        "megabytes": round(size / 1e6, 1),
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        "rows_per_second": round(rows / seconds),
        "peak_megabytes": peak,
        "bare_seconds": round(scan, 2),
        "bare_processor_seconds": round(scan_processor, 2),
        "ratio_to_bare": round(seconds / scan, 2),
        "processor_ratio_to_bare": round(processor / scan_processor, 2),
    }


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]]
    print(json.dumps(measure(*(arguments or [1_000_000, 16]))))
