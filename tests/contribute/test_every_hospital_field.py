"""Each kept field of XML1 to XML5 is sent once and found where `fields_told` says, at the real routes."""

import datetime
import html
import json
import re

import pytest

from functions.declare.view import summary_lines
from health_record.hospital_file.fields import fields_of
from tests.conftest import World
from tests.contribute.test_hospital_words import WOMAN, ZONE, of_day, with_fields
from tests.facility_desk import register, store_resident
from tests.hospital_file.fields_told import FIELDS, Told
from tests.hospital_file.files import OUTPATIENT

DAY = datetime.date(2026, 11, 20)


def sent_and_found(table: str, name: str, told: Told) -> tuple[str, str]:
    """What is sent in the field, and what must be found of it."""
    return (told.sent, told.found) if told.sent else (f"Của {table} {name}", f"Của {table} {name}")


def file() -> bytes:
    """The outpatient example as a visit of November in which every field has something of its own."""
    made = with_fields(of_day(OUTPATIENT, DAY, "LK1"), "XML3", 1, MA_NHOM="8")
    for table, fields in FIELDS.items():
        for name, told in fields.items():
            if told.where in ("summary", "papers", "data"):
                made = with_fields(made, table, told.row, **{name: sent_and_found(table, name, told)[0]})
    return made


@pytest.fixture(scope="module")
def read() -> dict[str, str]:
    """What a facility reads of it: the words of the summary, of the papers, and the data."""
    from tests.conftest import province_world

    with province_world() as world:
        return words_of(world)


def words_of(world: World) -> dict[str, str]:
    desk = register(world, provider_code="79999", daily_patients=10)
    record = store_resident(world, WOMAN)
    answer = desk.hospital_file(file())
    assert answer.json["entry"][0]["response"]["status"].startswith("201"), answer.body
    document = desk.call("GET", f"Patient/{record}/$summary").json
    found = [entry["resource"] for entry in desk.call("GET", f"Patient/{record}/$everything").json["entry"]]
    papers = json.dumps([each for each in found if each["resourceType"] == "Composition"], ensure_ascii=False)
    return {
        "summary": "\n".join(line.text for line in summary_lines.build_lines(document, ZONE)),
        "papers": html.unescape(re.sub("<[^>]+>", " ", papers)),
        "data": json.dumps(found, ensure_ascii=False),
    }


def asked() -> list[tuple[str, str]]:
    return [
        (table, name)
        for table, fields in FIELDS.items()
        for name, told in fields.items()
        if told.where in ("summary", "papers", "data")
    ]


def test_the_list_has_every_kept_field() -> None:
    kept = {table: {name for name, field in fields_of(table).items() if field.use == "kept"} for table in FIELDS}
    assert {table: set(fields) for table, fields in FIELDS.items()} == kept


@pytest.mark.parametrize(("table", "name"), asked())
def test_the_field_is_read_where_the_list_says(read: dict[str, str], table: str, name: str) -> None:
    told = FIELDS[table][name]
    assert sent_and_found(table, name, told)[1] in read[told.where]


@pytest.mark.parametrize("name", ["MO_TA", "KET_LUAN", "TEN_CHI_SO", "GIA_TRI", "DON_VI_DO"])
def test_no_text_of_a_result_stays_out_of_the_summary(name: str) -> None:
    assert FIELDS["XML4"][name].where == "summary"
