"""A province with facts: put rows, run the day, look at what was written."""

import csv
import io
import json
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest

DAY = "2026-11-23"  # a Monday, week 2026-W48
LATEST = "published/province=79/latest"
Table = list[dict[str, Any]]


@dataclass
class Province:
    """The aggregation's surroundings."""

    world: Any

    def __post_init__(self) -> None:
        self.s3 = boto3.client("s3", region_name="ap-southeast-1")

    def put(self, *items: dict[str, Any]) -> None:
        with self.world.table("facts").batch_writer() as writer:
            for item in items:
                writer.put_item(Item=json.loads(json.dumps(item), parse_float=Decimal))

    def delete(self, pk: str, sk: str = "resident") -> None:
        self.world.table("facts").delete_item(Key={"pk": pk, "sk": sk})

    def refer(self, name: str, text: str | bytes) -> None:
        self.s3.put_object(Bucket="insights", Key=f"reference/{name}", Body=text)

    def run(self, date: str = DAY, **event: Any) -> dict[str, Any]:
        from functions.aggregate.handler import handler

        return handler({"date": date, **event}, None)

    def keys(self, prefix: str = "", bucket: str = "insights") -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def read(self, key: str, bucket: str = "insights") -> bytes:
        content: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def everything(self, prefix: str = "") -> dict[str, bytes]:
        return {key: self.read(key) for key in self.keys(prefix)}

    def statistic(self, name: str, date: str = DAY) -> Table:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.parquet"
            path.write_bytes(self.read(f"statistics/province=79/date={date}/{name}.parquet"))
            found = duckdb.connect().execute("FROM read_parquet(?)", [str(path)])
            columns = [column[0] for column in found.description]
            return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]

    def published(self, name: str, folder: str = "latest") -> dict[str, dict[str, str]]:
        """A published table: code of the row -> code of the column -> text."""
        return read_table(self.read(f"published/province=79/{folder}/{name}.csv"))

    def page(self) -> str:
        return self.read(f"{LATEST}/index.html").decode()


def read_table(content: bytes) -> dict[str, dict[str, str]]:
    head, *lines = list(csv.reader(io.StringIO(content.decode())))
    columns = [name.split(" ")[0] for name in head[1:]]
    return {line[0].split(" ")[0]: dict(zip(columns, line[1:], strict=True)) for line in lines}


@pytest.fixture
def province(world: Any) -> Province:
    return Province(world)


ICD_10 = "http://hl7.org/fhir/sid/icd-10"
SMOKING = "http://loinc.org|72166-2"
DAILY = "http://snomed.info/sct|449868002"


def resident(name: str, **changes: Any) -> dict[str, Any]:
    """A plausible row of the facts table."""
    return {
        "pk": f"resident#{name}",
        "sk": "resident",
        "ward": "26911",
        "sex": "female",
        "birth_year": 1980,
        "declared_on": "2026-11-16",
        "updated_on": "2026-11-16",
        "yes": [f"{ICD_10}|I10"],
        "no": [f"{ICD_10}|J45.9"],
        "unknown": [f"{ICD_10}|K31.9"],
        "choices": {SMOKING: DAILY},
        "measures": {"29463-7": 60, "8302-2": 160, "8480-6": 142, "8462-4": 80},
        **changes,
    }


def diagnosis(name: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    row = {
        "ward": "26911",
        "sex": "female",
        "birth_year": 1980,
        "code": "A91",
        "onset": "2026-11-17",
        "facility": "79001",
    }
    row |= changes
    return {"pk": f"resident#{name}", "sk": f"diagnosis#{row['onset']}#{number}", **row}
