"""What hospitals send beside the rule (README of the facts, section 1.7), made from the clean examples."""

import base64
import html
import re
from collections.abc import Callable

from tests.hospital_file.files import CONTENT, contents, inside

Deviation = Callable[[bytes], bytes]
NAMESPACE = 'xmlns="urn:anything"'


def _plain(data: bytes) -> str:
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", data.decode())


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _shuffled(text: str) -> str:
    """Every row's fields in the opposite order."""

    def turn(found: re.Match[str]) -> str:
        cells = re.findall(r"<\w+>[^<]*</\w+>|<\w+/>", found[0])
        return "".join(reversed(cells))

    return re.sub(r"<MA_LK>.*?<DU_PHONG/>", turn, text, flags=re.DOTALL)


def _as_attributes(text: str) -> str:
    """A flat table whose values are attributes."""
    cells = re.findall(r"<(\w+)>([^<]*)</\1>", text.partition("<TONG_HOP>")[2])
    return "<TONG_HOP " + " ".join(f'{name}="{value}"' for name, value in cells) + "/>"


def _files_reversed(file: bytes) -> bytes:
    """FILEHOSO in the opposite order within the first HOSO."""
    text = file.decode()
    begin, end = text.index("<FILEHOSO>"), text.index("</HOSO>")
    parts = re.findall(r"<FILEHOSO>.*?</FILEHOSO>", text[begin:end], re.DOTALL)
    return (text[:begin] + "\n".join(reversed(parts)) + text[end:]).encode()


def _one_decimal_comma(text: str) -> str:
    return re.sub(
        r"(<SO_LUONG>\d+)(</SO_LUONG>)", r"\1,00\2", re.sub(r"<CAN_NANG>(\d+)\.(\d+)<", r"<CAN_NANG>\1,\2<", text)
    )


# Each leads to the same episodes as the clean file.
SAME: dict[str, Deviation] = {
    "base64 of the envelope": lambda file: base64.b64encode(file),
    "base64 twice": lambda file: base64.b64encode(base64.b64encode(file)),
    "base64 in lines": lambda file: base64.encodebytes(file),
    "elements in place": lambda file: contents(file, _plain),
    "escaped text": lambda file: contents(file, lambda data: html.escape(data.decode())),
    "CDATA": lambda file: contents(file, lambda data: f"<![CDATA[{data.decode()}]]>"),
    "byte order mark inside": lambda file: contents(file, lambda data: _b64(b"\xef\xbb\xbf" + data)),
    "byte order mark at the start": lambda file: b"\xef\xbb\xbf" + file,
    "byte order mark inside tags": lambda file: inside(
        file, lambda text: text.replace("<MA_BENH_CHINH>", "<MA_BENH_CHINH>\ufeff")
    ),
    "line breaks inside": lambda file: contents(file, lambda data: "\r\n  " + base64.encodebytes(data).decode()),
    "no padding": lambda file: contents(file, lambda data: _b64(data).rstrip("=")),
    "LOAIHOSO in small letters": lambda file: file.replace(b"<LOAIHOSO>XML", b"<LOAIHOSO> xMl").replace(
        b"</LOAIHOSO>", b" </LOAIHOSO>"
    ),
    "no inner declaration": lambda file: inside(file, lambda text: _plain(text.encode())),
    "UTF-16 inside": lambda file: contents(
        file, lambda data: _b64(data.decode().replace("utf-8", "utf-16").encode("utf-16"))
    ),
    "UTF-16 of the envelope": lambda file: file.decode().replace("utf-8", "utf-16").encode("utf-16"),
    "another encoding is declared": lambda file: inside(file, lambda text: text.replace("utf-8", "iso-8859-1")),
    "control characters": lambda file: inside(
        file, lambda text: text.replace("<DU_PHONG/>", "<DU_PHONG>\0\x01&#0;&#x1F;</DU_PHONG>")
    ),
    "default namespace": lambda file: inside(file, lambda text: re.sub(r"(<\w+)>", rf"\1 {NAMESPACE}>", text, count=1)),
    "prefix": lambda file: inside(
        file,
        lambda text: re.sub(r"(</?)(\w)", r"\1a:\2", text.partition("?>")[2]).replace(">", ' xmlns:a="urn:a">', 1),
    ),
    "namespace of the envelope": lambda file: file.replace(b"<GIAMDINHHS ", b'<GIAMDINHHS xmlns="urn:gateway" '),
    "an extra wrapper": lambda file: file.replace(b"<GIAMDINHHS", b"<root><GIAMDINHHS").replace(
        b"</GIAMDINHHS>", b"</GIAMDINHHS></root>"
    ),
    "order of fields": lambda file: inside(file, _shuffled),
    "order of tables": _files_reversed,
    "no CHUKYDONVI": lambda file: re.sub(rb"<CHUKYDONVI\s*/>|<CHUKYDONVI></CHUKYDONVI>", b"", file),
    "CHUKYDONVI in small letters": lambda file: file.replace(b"CHUKYDONVI", b"chukydonvi"),
    "a long signature": lambda file: re.sub(
        rb"<CHUKYDONVI\s*/>|<CHUKYDONVI></CHUKYDONVI>", b"<CHUKYDONVI>" + b"QUJD" * 2000 + b"</CHUKYDONVI>", file
    ),
    "values as attributes": lambda file: inside(file, _as_attributes, "XML1"),
    "comments": lambda file: inside(
        file, lambda text: text.replace("<DU_PHONG/>", "<!-- made by a HIS --><DU_PHONG/>")
    ),
    "empty elements written out": lambda file: inside(file, lambda text: re.sub(r"<(\w+)/>", r"<\1></\1>", text)),
    "blanks around values": lambda file: inside(
        file, lambda text: re.sub(r"<(\w+)>([^<\s][^<]*)</", r"<\1> \2 </", text)
    ),
    "fields nobody knows": lambda file: inside(
        file, lambda text: text.replace("<DU_PHONG/>", "<TRUONG_MOI>x</TRUONG_MOI>")
    ),
    "more episodes than declared": lambda file: re.sub(rb"<SOLUONGHOSO>\d+<", b"<SOLUONGHOSO>0<", file),
    "no number of episodes": lambda file: re.sub(rb"<SOLUONGHOSO>\d+<", b"<SOLUONGHOSO><", file),
    "a table nobody knows": lambda file: file.replace(
        b"</FILEHOSO>",
        b"</FILEHOSO><FILEHOSO><LOAIHOSO>XML16</LOAIHOSO><NOIDUNGFILE>????</NOIDUNGFILE></FILEHOSO>",
        1,
    ),
    "the HIV table": lambda file: file.replace(
        b"</FILEHOSO>",
        b"</FILEHOSO><FILEHOSO><LOAIHOSO>XML6</LOAIHOSO><NOIDUNGFILE>broken and secret</NOIDUNGFILE></FILEHOSO>",
        1,
    ),
    "leading zero of the form of care lost": lambda file: inside(
        file, lambda text: re.sub(r"<MA_LOAI_KCB>0", "<MA_LOAI_KCB>", text)
    ),
    "money with a comma or nonsense": lambda file: inside(
        file, lambda text: re.sub(r"<(T_\w+|DON_GIA\w*|THANH_TIEN_\w+)>[^<]*<", r"<\1>1.234,5 đồng<", text)
    ),
    "white space around the tables": lambda file: CONTENT.sub(
        lambda found: f"{found[1]}\n\t {found[3]}\n{found[4]}", file.decode()
    ).encode(),
}
