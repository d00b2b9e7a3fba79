"""Every mutant of the examples is read or refused by named faults: no other exception, whatever was changed."""

import base64
import json
import re
from collections.abc import Callable

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from health_record import exact_json, fhir
from health_record.episode import derive
from health_record.episode.source import KeptEpisode
from health_record.hospital_file import envelope, episode
from health_record.hospital_file.episode import Episode
from health_record.hospital_file.faults import FileFault, FileRefusedError
from health_record.hospital_file.fields import fields_of
from health_record.record.contributions import TYPES
from tests.hospital_file.files import CONTENT, INPATIENT, OUTPATIENT, TODAY, TWO, inside
from tests.hospital_file.kept import RECORD_ID, RECORDED

VALUES = (
    "",
    "0",
    "-1",
    "x",
    "99999999999999",
    "1,5",
    ";;",
    "000000000000",
    "\u0301é ؀",
    "A" * 5000,
    "202610050800",
    "&lt;",
    "<b/>",
)
CELL = re.compile(r"<(\w+)>([^<]*)</\1>|<(\w+)/>")


def judge(sent: bytes) -> None:
    """Read it; whatever is wrong has a place and a reason in both languages, and quotes nothing."""
    try:
        opened = envelope.read(sent)
    except FileRefusedError as refused:
        check(refused.fault)
        return
    for each in opened.episodes:
        found = episode.read(each, opened.allowance, TODAY)
        if isinstance(found, Episode):
            derive_all(found)
            [check(fault) for fault in found.warnings]
        else:
            assert found
            [check(fault) for fault in found]


def derive_all(found: Episode) -> None:
    """Whatever is let in becomes sound resources."""
    content = json.loads(json.dumps(found.content))
    episode_ = KeptEpisode(RECORD_ID, "79999", "79001", "Bệnh viện", "20261130000000", RECORDED, "0" * 64, content)
    made = derive.resources(episode_)
    names = [(each["resourceType"], each["id"]) for each in made]
    assert len(set(names)) == len(names)
    for each in made:
        if each["resourceType"] in TYPES:
            assert fhir.validate(each, each["resourceType"], TYPES) == []
        else:
            get_fhir_model_class(each["resourceType"]).model_validate_json(exact_json.dumps(each))


def check(fault: FileFault) -> None:
    assert fault.code
    assert fault.reason.vi
    assert fault.reason.en
    assert re.fullmatch(r"[A-Z0-9]+(\[\d+\])?(\.\w+)?", fault.place), fault.place


def cells(file: bytes) -> list[tuple[str, str]]:
    """(table, field) of every field in a file."""
    found = []
    for match in CONTENT.finditer(file.decode()):
        text = base64.b64decode(match[3]).decode()
        found += [(match[2], cell[1] or cell[3]) for cell in CELL.finditer(text)]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("file", [OUTPATIENT, INPATIENT], ids=["outpatient", "inpatient"])
def test_every_field_with_every_kind_of_nonsense(file: bytes) -> None:
    for place, (table, name) in enumerate(cells(file)):
        if not in_use(table, name):
            continue
        for value in VALUES if table in ("XML1", "XML14") else (VALUES[place % len(VALUES)], ";;", None):
            judge(inside(file, changed(name, value), table))


def in_use(table: str, name: str) -> bool:
    """Whether the field is read at all; for those left at the door one kind of nonsense is enough."""
    return fields_of(table)[name].use in ("kept", "match", "emergency") or name in ("T_BHTT", "DU_PHONG")


def changed(name: str, value: str | None) -> Callable[[str], str]:
    """All such fields of a table with another value, or the first one lost."""
    cell = rf"<{name}>[^<]*</{name}>|<{name}/>"
    if value is None:
        return lambda text: re.sub(cell, "", text, count=1)
    return lambda text: re.sub(cell, f"<{name}>{value}</{name}>", text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    file=st.sampled_from([OUTPATIENT, INPATIENT, TWO]),
    place=st.floats(0, 1),
    length=st.integers(0, 3000),
    patch=st.binary(max_size=40),
)
def test_bytes_of_the_envelope_lost_and_put_in(file: bytes, place: float, length: int, patch: bytes) -> None:
    begin = int(place * len(file))
    judge(file[:begin] + patch + file[begin + length :])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    file=st.sampled_from([OUTPATIENT, INPATIENT, TWO]),
    table=st.sampled_from(["XML1", "XML2", "XML3", "XML4", "XML5", "XML7", "XML8", "XML14"]),
    place=st.floats(0, 1),
    length=st.integers(0, 400),
    patch=st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
)
def test_text_of_a_table_lost_and_put_in(file: bytes, table: str, place: float, length: int, patch: str) -> None:
    def change(text: str) -> str:
        begin = int(place * len(text))
        return text[:begin] + patch + text[begin + length :]

    judge(inside(file, change, table))


@settings(max_examples=100, deadline=None)
@given(sent=st.binary(max_size=300))
def test_any_bytes(sent: bytes) -> None:
    judge(sent)
    judge(base64.b64encode(sent))
