"""Every mutant of the examples is read or refused by named faults: no other exception, whatever was changed."""

import base64
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from health_record.hospital_file import envelope, episode
from health_record.hospital_file.episode import Episode
from health_record.hospital_file.faults import FileFault, FileRefusedError
from tests.hospital_file.files import CONTENT, INPATIENT, OUTPATIENT, TODAY, TWO, inside

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
            json.dumps(found.content)
            assert found.key
            [check(fault) for fault in found.warnings]
        else:
            assert found
            [check(fault) for fault in found]


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
        value = VALUES[place % len(VALUES)]
        judge(
            inside(
                file,
                lambda text, n=name, v=value: re.sub(rf"<{n}>[^<]*</{n}>|<{n}/>", lambda _: f"<{n}>{v}</{n}>", text),
                table,
            )
        )
        judge(inside(file, lambda text, n=name: re.sub(rf"<{n}>[^<]*</{n}>|<{n}/>", "", text, count=1), table))


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
