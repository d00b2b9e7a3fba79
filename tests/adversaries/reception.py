"""A grammar of what is dangerous in a hospital's episode file, chosen by a seed: the same kinds as in `clinic.py`."""

import base64
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.adversaries.clinic import PHRASES
from tests.hospital_file.files import CONTENT, inside, replaced
from tests.hospital_file.visits import rows_set, stay, visit

# Fields that people read, by table.
WORDS = {
    "XML1": (
        "LY_DO_VV",
        "CHAN_DOAN_RV",
        "GHI_CHU",
        "CHAN_DOAN_VAO",
    ),  # PP_DIEU_TRI is told of the discharge paper, where there is one
    "XML2": ("TEN_THUOC", "LIEU_DUNG", "CACH_DUNG"),
    "XML4": ("KET_LUAN", "MO_TA", "GIA_TRI"),
    "XML5": ("DIEN_BIEN_LS", "GIAI_DOAN_BENH"),
}
SENSITIVE = ("B20", "F20.0", "Z21", "O03", "A15.0")
HOSO = re.compile(rb"<HOSO>.*?</HOSO>", re.DOTALL)


@dataclass(frozen=True)
class Written:
    """A thing that a file names, in a phrase that must stay whole."""

    name: str
    phrase: str
    field: str
    is_sensitive: bool


class FileGrammar:
    """Files of one seed, each of an episode of its own; all of one woman (`visits.BORN`)."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.made = 0
        self.spoils: list[str] = []

    def file(self) -> tuple[bytes, str, list[Written]]:
        """A file, the key of its first episode, and what it names. About half are spoiled somewhere."""
        self.made += 1
        key, day = f"K{self.made:04}", f"202611{1 + self.made % 20:02}"
        made = self.chance.choice((visit, stay))
        file = made(day, key, **({"NGAY_RA": f"{day}1500"} if made is stay else {}))
        sensitive = self.chance.random() < 0.3
        if sensitive:
            file = rows_set(file, "XML1", 1, MA_BENH_CHINH=self.chance.choice(SENSITIVE))
        written = []
        for _ in range(self.chance.randint(1, 3)):
            file, word = self._named(file, sensitive)
            written.append(word)
        if self.chance.random() < 0.5:
            spoil = self.chance.choice([*SPOILS])
            file = SPOILS[spoil](file, self.chance)
            self.spoils.append(spoil)
        return file, key, [word for word in written if word.name in _texts(file)]  # a field may be written over

    def _named(self, file: bytes, sensitive: bool) -> tuple[bytes, Written]:
        table = self.chance.choice([table for table in WORDS if f"<LOAIHOSO>{table}<".encode() in file])
        name = f"Zq{self.chance.getrandbits(48):012x}"
        phrase = self.chance.choice(PHRASES).format(name)
        field = self.chance.choice(WORDS[table])
        return replaced(file, table, field, phrase), Written(name, phrase, field, sensitive)


def _texts(file: bytes) -> str:
    """What stands in the tables of a file."""
    return "".join(base64.b64decode(found[3]).decode() for found in CONTENT.finditer(file.decode(errors="ignore")))


def _twice(file: bytes, _: random.Random) -> bytes:
    found = HOSO.search(file)
    assert found
    return file.replace(found[0], found[0] * 2, 1)


def _many(file: bytes, chance: random.Random) -> bytes:
    found = HOSO.search(file)
    assert found
    return file.replace(found[0], found[0] * chance.choice((30, 200)), 1)


def _rows_twice(file: bytes, _: random.Random) -> bytes:
    """Every line of the results under the same number again."""
    row = re.compile(r"<CHI_TIET_CLS>.*?</CHI_TIET_CLS>", re.DOTALL)
    return inside(file, lambda text: row.sub(lambda found: found[0] * 2, text), "XML4")


def _many_rows(file: bytes, _: random.Random) -> bytes:
    row = re.compile(r"<CHI_TIET_DVKT>.*?</CHI_TIET_DVKT>", re.DOTALL)
    return inside(file, lambda text: row.sub(lambda found: found[0] * 400, text, count=1), "XML3")


def _of_another(file: bytes, _: random.Random) -> bytes:
    """Lines of another episode among its own."""
    return inside(file, lambda text: re.sub(r"<MA_LK>[^<]*<", "<MA_LK>K9999<", text), "XML4")


def _long(file: bytes, chance: random.Random) -> bytes:
    return replaced(file, "XML1", chance.choice(("GHI_CHU", "PP_DIEU_TRI")), "và " * chance.choice((2_000, 300_000)))


def _entities(file: bytes, _: random.Random) -> bytes:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + "a" * 1000 + '"><!ENTITY b "' + "&a;" * 1000 + '">]>'
    content = base64.b64encode((bomb + "<TONG_HOP><GHI_CHU>&b;</GHI_CHU></TONG_HOP>").encode()).decode()
    return CONTENT.sub(lambda found: f"{found[1]}{content}{found[4]}", file.decode(), count=1).encode()


def _torn(file: bytes, chance: random.Random) -> bytes:
    return file[: int(chance.random() * len(file))]


def _lost_table(file: bytes, _: random.Random) -> bytes:
    part = re.compile(rb"<FILEHOSO>\s*<LOAIHOSO>XML1</LOAIHOSO>.*?</FILEHOSO>", re.DOTALL)
    return part.sub(b"", file, count=1)


def _wrong_day(file: bytes, chance: random.Random) -> bytes:
    day = chance.choice(("000000000000", "209911010000", "202613450800", "không rõ"))
    return replaced(file, "XML1", chance.choice(("NGAY_VAO", "NGAY_RA", "NGAY_SINH")), day)


SPOILS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "the same episode twice": _twice,
    "many episodes": _many,
    "lines twice": _rows_twice,
    "many lines": _many_rows,
    "lines of another": _of_another,
    "a long text": _long,
    "a bomb of entities": _entities,
    "torn": _torn,
    "without its main table": _lost_table,
    "a day that is none": _wrong_day,
}
