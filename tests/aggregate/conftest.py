"""A province with facts: put rows, run the day, look at what was written."""

import csv
import io
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks import facts
from functions.aggregate.count import population
from functions.aggregate.protect import cell_key
from ops.synthetic_population import build_population
from tests.conftest import aws, province_world

DAY = "2026-12-21"  # a Monday, week 2026-W52, in which all tables are released
CELL_KEY = bytes(range(32))
LATEST = "published/province=79/latest"
Table = list[dict[str, Any]]


@dataclass
class Province:
    """The aggregation's surroundings."""

    world: Any

    def __post_init__(self) -> None:
        self.s3 = aws("s3")

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

    def count(self, date: str = DAY) -> dict[str, Any]:
        """The statistics alone, without a release."""
        return self.run(**self.run(date, step="snapshot"), step="aggregate")

    def keys(self, prefix: str = "", bucket: str = "insights") -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def read(self, key: str, bucket: str = "insights") -> bytes:
        content: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def everything(self, prefix: str = "", bucket: str = "insights") -> dict[str, bytes]:
        return {key: self.read(key, bucket) for key in self.keys(prefix, bucket)}

    def state(self, prefix: str) -> dict[str, str]:
        """Key -> the hash that S3 keeps of its content."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket="insights", Prefix=prefix)
        return {found["Key"]: found["ETag"] for page in pages for found in page.get("Contents", [])}

    def statistic(self, name: str, date: str = DAY) -> Table:
        return read_parquet(self.read(f"statistics/province=79/date={date}/{name}.parquet"))

    def published(self, name: str, folder: str = "latest") -> dict[str, dict[str, str]]:
        """A published table: code of the row -> code of the column -> text."""
        return read_table(self.read(f"published/province=79/{folder}/{name}.csv"))

    def page(self) -> str:
        return self.read(f"{LATEST}/index.html").decode()


@dataclass
class Town:
    """What runs for one town wrote, as bytes: made once, for every test that only looks."""

    people: list[dict[str, Any]]
    reported: list[dict[str, Any]]
    posters: list[dict[str, Any]]
    answers: list[dict[str, Any]] = field(default_factory=list)
    writings: list[dict[str, bytes]] = field(default_factory=list, repr=False)
    site: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def written(self) -> dict[str, bytes]:
        return self.writings[0]

    @property
    def latest(self) -> dict[str, bytes]:
        """File name -> content of the newest release."""
        return self.under(LATEST)

    def under(self, prefix: str) -> dict[str, bytes]:
        found = {key: body for key, body in self.written.items() if key.startswith(f"{prefix}/")}
        return {key.removeprefix(f"{prefix}/"): body for key, body in found.items()}

    @property
    def page(self) -> str:
        return self.latest["index.html"].decode()

    def published(self, name: str) -> dict[str, dict[str, str]]:
        return read_table(self.latest[f"{name}.csv"])

    def statistic(self, name: str) -> Table:
        return read_parquet(self.written[f"statistics/province=79/date={DAY}/{name}.parquet"])


def read_parquet(content: bytes) -> Table:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        path.write_bytes(content)
        found = duckdb.connect().execute("FROM read_parquet(?)", [str(path)])
        columns = [column[0] for column in found.description]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def read_table(content: bytes) -> dict[str, dict[str, str]]:
    head, *lines = list(csv.reader(io.StringIO(content.decode())))
    columns = [name.split(" ")[0] for name in head[1:]]
    return {line[0].split(" ")[0]: dict(zip(columns, line[1:], strict=True)) for line in lines}


@pytest.fixture(scope="session", autouse=True)
def noise() -> Iterator[None]:
    """The same noise at every run of the tests; KMS is asked as ever."""
    real = cell_key.of_province

    def fixed(key_id: str, province: str) -> bytes:
        assert len(real(key_id, province)) == len(CELL_KEY)
        return CELL_KEY

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cell_key, "of_province", fixed)
        yield


@pytest.fixture
def province(world: Any) -> Province:
    return Province(world)


@pytest.fixture
def mailbox(province: Province, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A province with an outbreak of dengue in its closed weeks; what the department is sent of it."""
    from tests.aggregate.signal_mail import open_mailbox

    return open_mailbox(province, monkeypatch)


@pytest.fixture
def word(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The department's `ssk signals`."""
    from tests.aggregate.signal_mail import give_word

    return give_word(monkeypatch)


@pytest.fixture(scope="session")
def town(noise: None) -> Town:
    """A town of every kind of row: counted by scan and, all over again, by an export, for the same day."""
    from tests.aggregate.exporter import exporting

    people = list(facts.residents(400, seed=7))
    made = Town(
        people=[*people, *odd_ones()],
        reported=[*facts.diagnoses(80, seed=7), *reported_again(), *outbreak(people)],
        posters=list(facts.posters()),
    )
    with province_world() as world, pytest.MonkeyPatch.context() as patch:
        province = Province(world)
        province.refer("population.csv", build_population("79"))
        province.refer("series/dengue.csv", DENGUE.read_bytes())
        province.put(*made.people, *made.reported, *made.posters)
        for way in ("scan", "export"):
            if way == "export":
                exporting(province, patch, "COMPLETED")
                for key in (*province.keys("statistics/"), *province.keys("forecasts/"), *province.keys("published/")):
                    province.s3.delete_object(Bucket="insights", Key=key)
            made.answers.append(province.run())
            made.writings.append(province.everything())
        made.site = province.everything("insights/", "site")
    return made


DENGUE = Path(__file__).parent / "data" / "dengue_79_monthly.csv"
CVX = "http://hl7.org/fhir/sid/cvx"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
WARDS = ("26911", "26929", "26905", "26944", "26956", "25747", "25750")
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


def population_csv(people: Mapping[tuple[str, str, str], int], *, year: int = 2026) -> str:
    """A complete reference population: nobody lives where `people` (ward, sex, age band) does not say."""
    groups = [*population.groups("79")]
    lines = [f"{','.join(group)},{people.get(group, 0)},{year},office" for group in groups]
    return "\n".join(["ward,sex,age_band,population,year,source", *lines]) + "\n"


def reported_again() -> list[dict[str, Any]]:
    """Diagnoses that are not people: one patient again and again, by several facilities, and what begins anew."""
    odd = [diagnosis("far", ward="00004"), diagnosis("odd", code="b08.4"), diagnosis("undated", onset="soon")]
    odd += [diagnosis("nine", number, code=f"A91.{number}") for number in range(9)]
    odd += [diagnosis("two", place, facility=f"7900{place}", ward=WARDS[place]) for place in (2, 1)]
    odd += [diagnosis("chain", place, onset=f"2026-10-{day:02d}") for place, day in enumerate((1, 14, 28, 29))]
    odd += [diagnosis("anew", place, onset=f"2026-{day}") for place, day in enumerate(("10-01", "10-15", "10-30"))]
    odd += [diagnosis("both", place, code=code) for place, code in enumerate(("A91", "J10.0", "B20"))]
    return odd


def outbreak(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Forty people ill in one week, of accounts as they are."""
    return [
        diagnosis(person["pk"].removeprefix("resident#"), onset="2026-11-03")
        | {name: person[name] for name in ("account", "card_seen")}
        for person in people[:40]
    ]


def odd_ones() -> list[dict[str, Any]]:
    """Rows at the edges: other provinces, absurd years, missing members, unknown codes, every class of a measure."""
    draw = random.Random(5)
    odd = [
        resident("far", ward="00004"),
        *(resident(f"household {place}", account="one-phone", card_seen=place > 8) for place in range(12)),
        resident("no-ward", ward="99999"),
        resident("young", birth_year=2026),
        resident("eighteen", birth_year=2008),
        resident("seventeen", birth_year=2009),
        resident("old", birth_year=1896),
        resident("older", birth_year=1895),
        resident("unborn", birth_year=2027),
        resident("eighty-four", birth_year=1942),
        resident("eighty-five", birth_year=1941),
        resident("new-code", yes=[f"{ICD_10}|U99.9", f"{CVX}|999", "urn:odd|x"], no=[], unknown=[]),
        resident("smoker", choices={}, unknown=[SMOKING]),
        resident("says-yes", choices={}, yes=[SMOKING, f"{ICD_10}|I10"]),
        resident("new-answer", choices={"urn:new|question": "urn:new|answer"}),
        resident("nothing", yes=[], no=[], unknown=[], choices={}, measures={}),
        resident("giant", measures={"29463-7": 60, "8302-2": 0}),
        resident("feather", measures={"29463-7": 3, "8302-2": 180}),
        resident("sex", sex="x"),
        resident("undated", declared_on="soon"),
        resident("made-up", synthetic=True),
        resident("year-end", declared_on="2027-01-03"),
        {"pk": "resident#bare", "sk": "resident"},
    ]
    for weight in (47, 47.36, 47.4, 58.8, 58.88, 58.9, 63.9, 64, 64.1):
        pressure = {"8480-6": draw.choice([129, 130, 139, 140]), "8462-4": draw.choice([84, 85, 89, 90])}
        odd.append(resident(f"w{weight}", measures={"29463-7": weight, "8302-2": 160, **pressure}))
    return odd
