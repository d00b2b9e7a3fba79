"""The three example files, and ways to change what stands inside their base64."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

from health_record.hospital_file import envelope, episode
from health_record.hospital_file.episode import Episode
from health_record.hospital_file.faults import FileFault

FOLDER = Path(__file__).parent / "examples"
OUTPATIENT, INPATIENT, TWO = (path.read_bytes() for path in sorted(FOLDER.glob("0*.xml")))
TODAY = "2026-11-29"
CONTENT = re.compile(r"(<LOAIHOSO>(\w+)</LOAIHOSO>\s*<NOIDUNGFILE>)([^<]*)(</NOIDUNGFILE>)")


def inside(file: bytes, change: Callable[[str], str], table: str | None = None) -> bytes:
    """The file with `change` made to the XML of each of its tables, or of `table` alone."""

    def changed(found: re.Match[str]) -> str:
        if table not in (None, found[2]):
            return found[0]
        text = change(base64.b64decode(found[3]).decode())
        return f"{found[1]}{base64.b64encode(text.encode()).decode()}{found[4]}"

    return CONTENT.sub(changed, file.decode()).encode()


def contents(file: bytes, change: Callable[[bytes], str]) -> bytes:
    """The file with each NOIDUNGFILE written as `change` makes it from the bytes of its table."""
    return CONTENT.sub(
        lambda found: f"{found[1]}{change(base64.b64decode(found[3]))}{found[4]}", file.decode()
    ).encode()


def replaced(file: bytes, table: str, field: str, value: str, row: int = 1) -> bytes:
    """The file with the field of the `row`-th row of `table` set to `value` (XML)."""

    def change(text: str) -> str:
        places = list(re.finditer(rf"<{field}>[^<]*</{field}>|<{field}/>", text))
        place = places[row - 1]
        return f"{text[: place.start()]}<{field}>{value}</{field}>{text[place.end() :]}"

    return inside(file, change, table)


def episode_file(number: str, birth_date: str, name: str, phone: str = "") -> bytes:
    """The outpatient example for an invented person with a number and a whole birth date, under a key of its own."""
    file = inside(OUTPATIENT, lambda text: text.replace("799992026100500001", f"LK{number}"))
    file = replaced(file, "XML1", "SO_CCCD", number)
    file = replaced(file, "XML1", "NGAY_SINH", birth_date.replace("-", "") + "0000")
    file = replaced(file, "XML1", "DIEN_THOAI", phone)
    return replaced(replaced(file, "XML1", "HO_TEN", name), "XML1", "MA_THE_BHYT", "")


def read(file: bytes) -> list[Episode | list[FileFault]]:
    """Every episode of a file, or its faults."""
    opened = envelope.read(file)
    return [episode.read(each, opened.allowance, TODAY) for each in opened.episodes]


def sound(file: bytes) -> list[Episode]:
    """The episodes of a file that has no fault."""
    found = read(file)
    assert all(isinstance(each, Episode) for each in found), found
    return [each for each in found if isinstance(each, Episode)]


def places(file: bytes) -> list[str]:
    """Where the first episode of a file is wrong, with the names of the faults."""
    found = read(file)[0]
    assert isinstance(found, list), found
    return [f"{fault.place} {fault.code}" for fault in found]
