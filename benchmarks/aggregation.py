"""How fast facts become everything that is written of them: N facts as export files, against DuckDB and Polars
that only read and write them.

Run: `python -m benchmarks.aggregation [facts] [files] [times]`; prints one JSON object. With `times` the files are
listed so many times in the manifest, as a table so many times as large. The steps are the function's own, with folders
instead of buckets; each measurement is a process of its own, so that its peak of memory is nobody else's.
"""

import base64
import datetime as dt
import gzip
import hashlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import facts
from benchmarks.measure import Row
from functions.aggregate import buckets, day_statistics
from functions.aggregate.count import engine
from functions.aggregate.publish import weekly_publication
from functions.aggregate.settings import AggregateSettings
from health_record.aws.dynamo import to_wire
from ops.synthetic_population import build_population

DAY = dt.date(2026, 11, 23)
SNAPSHOT = "snapshots/bench/manifest-summary.json"
DISTINCT = 20_000  # rows drawn one by one; the rest repeat their answers under other pseudonyms
DIAGNOSES = 20  # every twentieth fact is a diagnosis
DENGUE = Path(__file__).parent / "data" / "dengue_monthly.csv"
UV, PEER, POLARS = Path(sys.executable).with_name("uv"), Path(__file__).with_name("polars_peer.py"), "polars==1.35.2"
UNITS = {"seconds": "s", "processor": "s", "megabytes": "MB"}
SETTINGS = AggregateSettings(province="79", table_facts="facts", insights_bucket="insights", site_bucket="site")


def write(folder: Path, number: int, files: int, times: int) -> int:
    """`number` facts in `files` gzip files with their manifest, as DynamoDB exports them; bytes of all files."""
    people = [_line(item) for item in facts.residents(min(number, DISTINCT), seed=1)]
    ill = [_line(item) for item in facts.diagnoses(min(number, DISTINCT), seed=1)]
    data = folder / "insights" / "snapshots" / "bench" / "data"
    data.mkdir(parents=True)
    listed = []
    for file in range(files):
        places = range(file, number, files)
        lines = (_fact(people, ill, place) for place in places)
        body = gzip.compress("".join(lines).encode(), compresslevel=4)
        (data / f"{file:04d}.json.gz").write_bytes(body)
        digest = base64.b64encode(hashlib.md5(body).digest()).decode()
        key = f"snapshots/bench/data/{file:04d}.json.gz"
        listed.append({"itemCount": len(places), "md5Checksum": digest, "dataFileS3Key": key})
    listed *= times
    manifest = {"manifestFilesS3Key": "snapshots/bench/manifest-files.json", "itemCount": number * times}
    (data.parent / "manifest-files.json").write_text("\n".join(map(json.dumps, listed)))
    (data.parent / "manifest-summary.json").write_text(json.dumps(manifest))
    reference = folder / "insights" / "reference"
    (reference / "series").mkdir(parents=True)
    (reference / "population.csv").write_bytes(build_population("79"))
    counts = [line.split(",")[1:] for line in DENGUE.read_text().splitlines() if line.startswith("79,")]
    series = "".join(f"{period},{cases}\n" for period, cases in counts)
    (reference / "series" / "dengue.csv").write_text(f"period,cases\n{series}")
    return sum(path.stat().st_size for path in data.iterdir()) * times


def _line(item: dict[str, Any]) -> str:
    return json.dumps({"Item": to_wire(item)}, ensure_ascii=False)


def _fact(people: list[str], ill: list[str], place: int) -> str:
    lines = ill if place % DIAGNOSES == 0 else people
    return lines[place % len(lines)].replace('"resident#', f'"resident#{place:x}-', 1) + "\n"


def whole(folder: Path) -> None:
    """From the export files to statistics, forecasts and everything published."""
    buckets.use(buckets.Folders({"insights": folder / "insights", "site": folder / "site"}))
    day_statistics.write_statistics(SETTINGS, DAY, day_statistics.of_snapshot("insights", SNAPSHOT), bytes(32))
    weekly_publication.publish_week(SETTINGS, DAY, full=True)


def bare(folder: Path) -> None:
    """DuckDB alone reads the same members of every row of the same files and writes them as Parquet."""
    root = folder / "insights"
    listed = map(json.loads, (root / "snapshots/bench/manifest-files.json").read_text().splitlines())
    paths = [str(root / found["dataFileS3Key"]) for found in listed]
    connection = engine.connect(folder)
    sql = (engine.SQL / "facts.sql").read_text(encoding="utf-8")
    select = sql[sql.index("SELECT json_extract_string") : sql.rindex("    )\n) AS fact")]
    select = select.replace("$files", str(paths))
    connection.execute(f"COPY ({select}) TO '{folder / 'bare.parquet'}' (FORMAT parquet, COMPRESSION zstd)")


def _timed(name: str, folder: Path) -> dict[str, float]:
    """Seconds, processor seconds and peak megabytes of a process that only does this."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.aggregation", name, str(folder)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def polars(folder: Path) -> dict[str, float]:
    """The same of Polars; empty where it cannot be had (no network)."""
    command = [str(UV), "run", "--quiet", "--no-project", "--python", sys.executable, "--with", POLARS, str(PEER)]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def _measure_here(name: str, folder: Path) -> None:
    began, used = time.perf_counter(), time.process_time()
    {"whole": whole, "bare": bare}[name](folder)
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "processor": processor, "megabytes": peak}))


def measure(number: int, files: int = 16, *, times: int = 1, rounds: int = 3) -> dict[str, Any]:
    """Make the files, run both in turn, compare the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = write(folder, number, files, times)
        peer = polars(folder)
        turns = [(_timed("whole", folder), _timed("bare", folder)) for _ in range(rounds)]
    middle = {
        who: {what: statistics.median(turn[place][what] for turn in turns) for what in turns[0][0]}
        for place, who in enumerate(("whole", "bare"))
    }
    ratios = {
        what: round(statistics.median(turn[0][what] / turn[1][what] for turn in turns), 2)
        for what in ("seconds", "processor")
    }
    return {
        "facts": number * times,
        "gzip_megabytes": round(size / 1e6),
        "facts_per_second": round(number * times / middle["whole"]["seconds"]),
        **{who: {what: round(value, 1) for what, value in found.items()} for who, found in middle.items()},
        "ratio_to_bare": ratios,
        "polars": {what: round(value, 1) for what, value in peer.items()},
    }


def rows() -> list[Row]:
    """The lines of the benchmark table: a million facts."""
    found, section = measure(1_000_000), "a million facts to all outputs"
    against = "a bare DuckDB scan and write"
    ratios = found["ratio_to_bare"]
    return [
        Row(section, "wall clock", found["whole"]["seconds"], "s", ratio=ratios["seconds"], against=against),
        Row(section, "processor", found["whole"]["processor"], "s", ratio=ratios["processor"], against=against),
        Row(section, "facts a second", found["facts_per_second"], "1/s"),
        Row(section, "peak memory", found["whole"]["megabytes"], "MB"),
        *(
            Row(section, f"{what}, a bare scan and write by {who}", figures[what], unit)
            for who, figures in (("DuckDB", found["bare"]), (POLARS, found["polars"]))
            for what, unit in UNITS.items()
            if what in figures
        ),
    ]


if __name__ == "__main__":
    match sys.argv[1:]:
        case [("whole" | "bare") as which, where]:
            _measure_here(which, Path(where))
        case arguments:
            number, files, times = (*map(int, arguments), *(1_000_000, 16, 1)[len(arguments) :])
            print(json.dumps(measure(number, files, times=times, rounds=1 if times > 1 else 3)))
