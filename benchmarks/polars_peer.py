"""A peer of the aggregation's reading: Polars reads every fact of the export files and writes them as Parquet.

Run by `benchmarks.aggregation` in an environment of its own, with the folder of the files; it imports nothing of ours,
counts nobody and protects nothing. Prints seconds, processor seconds and the peak of its memory in megabytes.
"""

import gzip
import json
import resource
import sys
import time
from pathlib import Path

import polars


def main() -> None:
    """`benchmarks.polars_peer FOLDER`"""
    folder = Path(sys.argv[1])
    root = folder / "insights"
    listed = map(json.loads, (root / "snapshots/bench/manifest-files.json").read_text(encoding="utf-8").splitlines())
    began, used = time.perf_counter(), time.process_time()
    for place, found in enumerate(listed):
        rows = polars.read_ndjson(
            gzip.decompress((root / found["dataFileS3Key"]).read_bytes()), infer_schema_length=None
        )
        rows.unnest("Item").write_parquet(folder / f"polars-{place}.parquet", compression="zstd")
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "processor": processor, "megabytes": peak}))


if __name__ == "__main__":
    main()
