"""Files as the software of hospitals that know no better writes them, and what must be read of each.

Made by somebody who had the public facts about such files and the page for hospital IT alone, and had not seen the
reader. The person is the invented one of the outpatient example.
"""

import base64
import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.hospital_file.files import OUTPATIENT, contents, inside, replaced

type Cell = tuple[str, int, str]
TONES = "\u0300\u0301\u0303\u0309\u0323"
TONES_IN_ORDER = "\u0301\u0300\u0309\u0303\u0323"
# What a font of TCVN3 shows as these letters.
TCVN3 = dict(
    zip(
        "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ",
        "\xb8\xb5\xb6\xb7\xb9\xa8\xbe\xbb\xbc\xbd\xc6\xa9\xca\xc7\xc8\xc9\xcb\xae\xd0\xcc\xce\xcf\xd1\xaa\xd5\xd2\xd3\xd4\xd6"
        "\xdd\xd7\xd8\xdc\xde\xe3\xdf\xe1\xe2\xe4\xab\xe8\xe5\xe6\xe7\xe9\xac\xed\xea\xeb\xec\xee\xf3\xef\xf1\xf2\xf4\xad\xf8"
        "\xf5\xf6\xf7\xf9\xfd\xfa\xfb\xfc\xfe",
        strict=True,
    )
)
# The marks that VNI writes behind a bare letter, in the order acute, grave, hook, tilde, dot.
VNI_TONES = {"": "ùøûõï", "\u0302": "áàåãä", "\u0306": "éèúüë", "\u031b": "ùøûõï"}
VNI_LETTERS = {"â": "aâ", "ê": "eâ", "ô": "oâ", "ă": "aê", "ơ": "ô", "ư": "ö", "đ": "ñ"}


@dataclass(frozen=True)
class Bad:
    """A file; `cells` are those in which it says something else than the example (None: nothing), rows from 1."""

    file: bytes
    cells: Mapping[Cell, str | None] = field(default_factory=dict)
    warnings: frozenset[str] = frozenset()


def _written(changes: Mapping[Cell, str], file: bytes = OUTPATIENT) -> bytes:
    """The file with these values, as they stand in the XML."""
    for (table, row, name), text in changes.items():
        file = replaced(file, table, name, text, row)
    return file


def windows_1258(text: str) -> bytes:
    """As Windows writes it: letters with circumflex, breve or horn, and the tone after them."""
    parts = []
    for letter in text:
        try:
            parts.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", letter)
            bare = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in TONES))
            parts.append((bare + "".join(mark for mark in apart if mark in TONES)).encode("cp1258"))
    return b"".join(parts)


def _plain(data: bytes) -> str:
    return data.decode().partition("?>")[2]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _in_lines(data: bytes) -> str:
    bare = _b64(b"\xef\xbb\xbf" + data).rstrip("=")
    return "\r\n   " + "\r\n   ".join(bare[place : place + 76] for place in range(0, len(bare), 76)) + "\r\n"


def _rows_turned(text: str) -> str:
    """Rows in the opposite order, with the numbers that they had."""
    rows = re.findall(r"<CHI_TIET_\w+>.*?</CHI_TIET_\w+>", text, re.DOTALL)
    turned = iter(reversed(rows))
    return re.sub(r"<CHI_TIET_\w+>.*?</CHI_TIET_\w+>", lambda _: next(turned), text, flags=re.DOTALL)


def _odd_envelope(file: bytes) -> bytes:
    text = file.decode()
    text = text.replace("<MACSKCB>79999<", "<MACSKCB> 79999 <")
    text = re.sub(r"<NGAYLAP>(\d+)<", r"<NGAYLAP> \g<1>0000 <", text)
    text = re.sub(r"<SOLUONGHOSO>\d+<", "<SOLUONGHOSO><", text)
    text = text.replace("<LOAIHOSO>XML1<", "<LOAIHOSO> xml1 <").replace("<LOAIHOSO>XML2<", "<LOAIHOSO>XMl2\n<")
    text = re.sub(r"<CHUKYDONVI\s*/>", "<ChuKyDonVi>abc</ChuKyDonVi>", text)
    return (
        text.replace("GIAMDINHHS", "a:GIAMDINHHS")
        .replace("xmlns:xsi", 'xmlns:a="urn:a" xmlns="urn:b" xmlns:xsi')
        .encode()
    )


def _small(text: str) -> str:
    return re.sub(r"</?\w+/?>", lambda tag: tag[0].lower(), text)


def _cdata(text: str) -> str:
    return re.sub(r"<(\w+)>([^<\s][^<]*)</", lambda v: f"<{v[1]}>\n  <![CDATA[\xa0{html.unescape(v[2])} ]]>\n</", text)


def tcvn3(text: str) -> str:
    """As the old font has it, which knows capitals by another font alone."""
    return "".join(TCVN3.get(letter.lower(), letter) for letter in unicodedata.normalize("NFC", text))


def vni(text: str) -> str:
    """As VNI's fonts have it: the mark is a letter of its own."""
    return "".join(_vni(letter.lower()) or letter for letter in unicodedata.normalize("NFC", text))


def _vni(letter: str) -> str | None:
    if letter in VNI_LETTERS:
        return VNI_LETTERS[letter]
    bare, *marks = unicodedata.normalize("NFD", letter)
    tone = next((TONES_IN_ORDER.index(mark) for mark in marks if mark in TONES_IN_ORDER), None)
    if tone is None:
        return None
    shape = next((mark for mark in marks if mark not in TONES_IN_ORDER), "")
    return {"\u031b": {"o": "ô", "u": "ö"}.get(bare, bare)}.get(shape, bare) + VNI_TONES[shape][tone]


def in_words(change: Callable[[str], str]) -> bytes:
    """The example with every text between its tags as `change` makes it."""
    return inside(OUTPATIENT, lambda text: re.sub(r"(?<=>)[^<]+(?=<)", lambda words: change(words[0]), text))


HIV_TABLE = (
    b"<FILEHOSO><LOAIHOSO>XML6</LOAIHOSO><NOIDUNGFILE>"
    + base64.b64encode(b"<a>SECRET</a>")
    + b"</NOIDUNGFILE></FILEHOSO>"
)

# By what the software does wrong. `cells` and `warnings` are what the reader has to find beside the example itself.
READ: dict[str, Bad] = {
    "windows-1258 with the tables in place": Bad(windows_1258(contents(OUTPATIENT, _plain).decode())),
    "windows-1258 inside the base64": Bad(
        contents(OUTPATIENT, lambda data: _b64(windows_1258(data.decode()))), warnings=frozenset({"not-utf-8"})
    ),
    "letters with their marks apart": Bad(inside(OUTPATIENT, lambda text: unicodedata.normalize("NFD", text))),
    "UTF-16 inside and out": Bad(
        contents(OUTPATIENT, lambda data: _b64(data.decode().encode("utf-16"))).decode().encode("utf-16")
    ),
    "marks, lines and no padding": Bad(b"\xef\xbb\xbf" + contents(OUTPATIENT, _in_lines)),
    "UTF-8 written twice": Bad(
        contents(OUTPATIENT, lambda data: _b64(data.decode("latin-1").encode())), warnings=frozenset({"twice-utf-8"})
    ),
    "UTF-8 written twice by Windows": Bad(
        contents(
            OUTPATIENT,
            lambda data: _b64(
                "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in data).encode()
            ),
        ),
        warnings=frozenset({"twice-utf-8"}),
    ),
    "base64 of base64 in lines": Bad(base64.b64encode(base64.encodebytes(OUTPATIENT))),
    "an odd envelope": Bad(_odd_envelope(OUTPATIENT), warnings=frozenset()),
    "small letters throughout": Bad(inside(OUTPATIENT, _small)),
    "CDATA, blanks and line breaks": Bad(inside(OUTPATIENT, _cdata)),
    "tables in CDATA": Bad(contents(OUTPATIENT, lambda data: f"<![CDATA[{_plain(data)}]]>")),
    "dates of 8 and 14 digits, of zeros, and none": Bad(
        _written(
            {
                ("XML2", 1, "NGAY_YL"): "20261005",
                ("XML2", 2, "NGAY_YL"): "20261005083015",
                ("XML4", 3, "NGAY_KQ"): "20261005",
                ("XML4", 4, "NGAY_KQ"): "",
                ("XML4", 5, "NGAY_KQ"): "000000000000",
                ("XML1", 1, "NGAY_TAI_KHAM"): "20261102, 20261215",
            }
        ),
        {
            ("XML2", 1, "NGAY_YL"): "20261005",
            ("XML2", 2, "NGAY_YL"): "20261005083015",
            ("XML4", 3, "NGAY_KQ"): "20261005",
            ("XML4", 4, "NGAY_KQ"): None,
            ("XML4", 5, "NGAY_KQ"): None,
            ("XML1", 1, "NGAY_TAI_KHAM"): "20261102;20261215",
        },
        frozenset({"date", "filler", "too-long"}),
    ),
    "fillers for nothing": Bad(
        _written(
            {
                ("XML1", 1, "GHI_CHU"): "NULL",
                ("XML1", 1, "NHOM_MAU"): "-",
                ("XML1", 1, "CAN_NANG"): "N/A",
                ("XML1", 1, "KET_QUA_DTRI"): "null",
                ("XML1", 1, "PP_DIEU_TRI"): "...",
                ("XML2", 1, "CACH_DUNG"): "NULL",
                ("XML4", 2, "GIA_TRI"): "NULL",
                ("XML4", 3, "GIA_TRI"): "(null)",
                ("XML4", 4, "GIA_TRI"): "N/A",
                ("XML4", 5, "GIA_TRI"): "...",
                ("XML4", 6, "GIA_TRI"): "-",
                ("XML4", 6, "DON_VI_DO"): "-",
                ("XML4", 7, "GIA_TRI"): "0",
            }
        ),
        {
            ("XML1", 1, "GHI_CHU"): None,
            ("XML1", 1, "NHOM_MAU"): None,
            ("XML1", 1, "CAN_NANG"): None,
            ("XML1", 1, "KET_QUA_DTRI"): None,
            ("XML1", 1, "PP_DIEU_TRI"): None,
            ("XML2", 1, "CACH_DUNG"): None,
            ("XML4", 2, "GIA_TRI"): None,
            ("XML4", 3, "GIA_TRI"): None,
            ("XML4", 4, "GIA_TRI"): None,
            ("XML4", 5, "GIA_TRI"): None,
            ("XML4", 6, "GIA_TRI"): "-",  # may be "negative"
            ("XML4", 6, "DON_VI_DO"): None,
            ("XML4", 7, "GIA_TRI"): "0",
        },
        frozenset({"filler", "missing"}),
    ),
    "decimal commas": Bad(
        _written(
            {
                ("XML1", 1, "CAN_NANG"): "58,5",
                ("XML2", 1, "SO_LUONG"): "14,000",
                ("XML2", 1, "LIEU_DUNG"): "0,5 viên/lần * 1 lần/ngày * 28 ngày [0,5 viên/ngày]",
                ("XML4", 2, "GIA_TRI"): "7,8",
                ("XML4", 3, "GIA_TRI"): "15,000",
            }
        ),
        {
            ("XML1", 1, "CAN_NANG"): "58.5",
            ("XML2", 1, "SO_LUONG"): "14.000",
            ("XML2", 1, "LIEU_DUNG"): "0,5 viên/lần * 1 lần/ngày * 28 ngày [0,5 viên/ngày]",
            ("XML4", 2, "GIA_TRI"): "7,8",
            ("XML4", 3, "GIA_TRI"): "15,000",
        },
        frozenset({"number"}),
    ),
    "value and unit in each other's place": Bad(
        _written(
            {
                ("XML4", 3, "GIA_TRI"): "µmol/L",
                ("XML4", 3, "DON_VI_DO"): "82",
                ("XML4", 5, "GIA_TRI"): "%",
                ("XML4", 5, "DON_VI_DO"): "7,1",
                ("XML4", 6, "GIA_TRI"): "",
                ("XML4", 6, "KET_LUAN"): "139",
            }
        ),
        {
            ("XML4", 3, "GIA_TRI"): "82",
            ("XML4", 3, "DON_VI_DO"): "µmol/L",
            ("XML4", 5, "GIA_TRI"): "7,1",
            ("XML4", 5, "DON_VI_DO"): "%",
            ("XML4", 6, "GIA_TRI"): "139",
        },
        frozenset({"swapped", "value-elsewhere"}),
    ),
    "the unit in the value": Bad(
        _written(
            {
                ("XML4", 2, "GIA_TRI"): "7.8 mmol/l",
                ("XML4", 3, "GIA_TRI"): "82 \u03bcmol/L",
                ("XML4", 3, "DON_VI_DO"): "umol/L",
                ("XML4", 4, "GIA_TRI"): "5.9 mmol/L",
                ("XML4", 4, "DON_VI_DO"): "",
                ("XML4", 5, "GIA_TRI"): "7.1%",
                ("XML4", 6, "GIA_TRI"): "(+++) g/L",
                ("XML4", 7, "GIA_TRI"): "12 con/VT",
                ("XML4", 7, "DON_VI_DO"): "con/vt",
                ("XML4", 8, "GIA_TRI"): "7.2 G/L",
                ("XML4", 8, "DON_VI_DO"): "g/L",
            }
        ),
        {
            ("XML4", 2, "GIA_TRI"): "7.8",
            ("XML4", 3, "GIA_TRI"): "82",
            ("XML4", 3, "DON_VI_DO"): "umol/L",
            ("XML4", 4, "GIA_TRI"): "5.9",
            ("XML4", 4, "DON_VI_DO"): "mmol/L",
            ("XML4", 5, "GIA_TRI"): "7.1",
            ("XML4", 6, "GIA_TRI"): "(+++) g/L",
            ("XML4", 7, "GIA_TRI"): "12",
            ("XML4", 7, "DON_VI_DO"): "con/vt",
            ("XML4", 8, "GIA_TRI"): "7.2 G/L",  # giga or gram: nobody guesses
            ("XML4", 8, "DON_VI_DO"): "g/L",
        },
        frozenset({"unit-in-value"}),
    ),
    "the HIV table and its hints": Bad(
        _written(
            {("XML1", 1, "MA_BENH_KT"): "B20.9;E78.5", ("XML1", 1, "MA_DOITUONG_KCB"): "1.9"},
            OUTPATIENT.replace(b"<FILEHOSO>", HIV_TABLE + b"<FILEHOSO>", 1),
        ),
        {("XML1", 1, "MA_BENH_KT"): "B20.9;E78.5"},
    ),
    "NGAY_RA to come": Bad(
        _written({("XML1", 1, "MA_LOAI_KCB"): "05", ("XML1", 1, "NGAY_RA"): "202701082359"}),
        {("XML1", 1, "MA_LOAI_KCB"): "05", ("XML1", 1, "NGAY_RA"): "202701082359"},
    ),
    "fields and tables nobody knows": Bad(
        inside(
            OUTPATIENT.replace(
                b"<FILEHOSO>",
                b"<FILEHOSO><LOAIHOSO>XML99</LOAIHOSO><NOIDUNGFILE>?</NOIDUNGFILE></FILEHOSO><FILEHOSO>",
                1,
            ),
            lambda text: text.replace("<DU_PHONG/>", "<CHI_SO_BINH_THUONG>3.9-6.4</CHI_SO_BINH_THUONG>"),
        ),
        warnings=frozenset({"fields-unknown", "table-unknown"}),
    ),
    "codes with zeros too many and too few": Bad(
        _written(
            {
                ("XML1", 1, "MA_LOAI_KCB"): "1",
                ("XML1", 1, "MA_BENH_CHINH"): "i10",
                ("XML1", 1, "MA_BENH_KT"): "E119, e78.5 ;J44†;",
                ("XML1", 1, "KET_QUA_DTRI"): "07",
                ("XML1", 1, "MA_LOAI_RV"): "1.0",
                ("XML1", 1, "GIOI_TINH"): "2.0",
                ("XML2", 1, "MA_NHOM"): "04",
                ("XML3", 2, "MA_NHOM"): "01",
                ("XML2", 1, "STT"): "1.0",
                ("XML4", 2, "STT"): "002",
            }
        ),
        {("XML1", 1, "MA_BENH_CHINH"): "i10", ("XML1", 1, "MA_BENH_KT"): "E119;e78.5;J44†"},
        frozenset({"leading-zero", "number"}),
    ),
    "control characters": Bad(
        inside(OUTPATIENT, lambda text: text.replace("Tái khám", "Tái\x0b\x00 khám").replace("Ăn nhạt", "Ăn&#0; nhạt")),
        warnings=frozenset({"control-characters"}),
    ),
    "values as attributes": Bad(
        inside(
            OUTPATIENT,
            lambda text: re.sub(
                r"<CHI_TIET_CLS>(.*?)</CHI_TIET_CLS>",
                lambda row: (
                    "<CHI_TIET_CLS "
                    + " ".join(f'{c[0]}="{c[1]}"' for c in re.findall(r"<(\w+)>([^<]*)<", row[1]))
                    + "/>"
                ),
                text,
                flags=re.DOTALL,
            ),
            "XML4",
        )
    ),
}

# By what the software does wrong: the file, and the places that have to be named.
WRONG: dict[str, tuple[bytes, set[str]]] = {
    "letters of TCVN3": (
        in_words(tcvn3),
        {"XML1 letters", "XML2 letters", "XML3 letters", "XML4 letters", "XML5 letters", "XML14 letters"},
    ),
    "letters of VNI": (in_words(vni), {"XML1 letters"}),
    "some letters written twice": (
        inside(
            OUTPATIENT, lambda text: text.replace("Tái khám tăng huyết áp", "TÃ¡i khÃ¡m tÄ\x83ng huyáº¿t Ã¡p"), "XML1"
        ),
        {"XML1 letters"},
    ),
    "a result of a month": (_written({("XML4", 2, "NGAY_KQ"): "202610000000"}), {"XML4[2].NGAY_KQ date"}),
    "days in words": (_written({("XML1", 1, "NGAY_VAO"): "05/10/2026 08:00"}), {"XML1[1].NGAY_VAO date"}),
    "beginning and end swapped": (
        _written({("XML1", 1, "NGAY_VAO"): "202610051010", ("XML1", 1, "NGAY_RA"): "202610050800"}),
        {"XML1[1].NGAY_RA order"},
    ),
    "number and card swapped": (_written({("XML1", 1, "SO_CCCD"): "GD4797999000123"}), {"XML1[1].SO_CCCD number"}),
    "no number of the line": (_written({("XML5", 1, "STT"): ""}), {"XML5[1].STT missing"}),
    "a filler where something is needed": (_written({("XML2", 1, "TEN_THUOC"): "NULL"}), {"XML2[1].TEN_THUOC missing"}),
    "no table XML1": (
        re.sub(rb"<FILEHOSO>\s*<LOAIHOSO>XML1<.*?</FILEHOSO>", b"", OUTPATIENT, count=1, flags=re.DOTALL),
        {"XML1 missing"},
    ),
}


def without_services(file: bytes = OUTPATIENT) -> bytes:
    """Only XML1 and XML4."""
    return re.sub(rb"<FILEHOSO>\s*<LOAIHOSO>XML(?:2|3|5|14)<.*?</FILEHOSO>", b"", file, flags=re.DOTALL)


def turned() -> bytes:
    """Tables and lines in the opposite order."""
    turned_rows = inside(OUTPATIENT, _rows_turned)
    parts = re.findall(rb"<FILEHOSO>.*?</FILEHOSO>", turned_rows, re.DOTALL)
    files = iter(reversed(parts))
    return re.sub(rb"<FILEHOSO>.*?</FILEHOSO>", lambda _: next(files), turned_rows, flags=re.DOTALL)
