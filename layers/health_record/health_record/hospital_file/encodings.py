"""From bytes to text: base64, byte order marks, the three encodings that hospitals use, characters XML forbids."""

import base64
import binascii
import re

from health_record.hospital_file import letters
from health_record.hospital_file.faults import FileFault
from health_record.language import Translated

UTF_8_MARK, UTF_16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
# https://www.w3.org/TR/xml/#charsets; U+FEFF is allowed there, but is a byte order mark that went astray.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CHARACTER_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}));")
MANY_BYTES = re.compile(rb"[\xc3-\xc6\xe1][\x80-\xbf]")
BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class NotTextError(Exception):
    """The bytes are text in none of the encodings."""


def from_base64(text: str) -> bytes | None:
    """What the base64 holds, with line breaks inside and padding missing or not; None for what is no base64."""
    bare = "".join(text.split())
    if BASE64.fullmatch(bare) is None:
        return None
    bare = bare.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        return None


def to_text(data: bytes) -> tuple[str, list[FileFault]]:
    """The text without declaration and forbidden characters, and warnings. Raises NotTextError."""
    text, warnings = _decoded(data)
    text = DECLARATION.sub("", text.replace("\ufeff", ""), count=1).lstrip()
    if (once := letters.read_once_more(text)) is not None:
        text = once
        reason = Translated("đã ghi UTF-8 hai lần, đọc lại một lần nữa", "was written in UTF-8 twice, read once more")
        warnings.append(FileFault("twice-utf-8", reason))
    legal = CHARACTER_REFERENCE.sub(_legal_reference, FORBIDDEN.sub("", text))
    if legal != text:
        reason = Translated("đã bỏ ký tự điều khiển", "control characters were removed")
        warnings.append(FileFault("control-characters", reason))
    return legal, warnings


def _decoded(data: bytes) -> tuple[str, list[FileFault]]:
    if data[:2] in UTF_16_MARKS or data[:4:2] in (b"<?", b"<G", b"<T", b"<C"):
        try:
            return data.decode("utf-16" if data[:2] in UTF_16_MARKS else "utf-16-le"), []
        except UnicodeDecodeError as error:
            raise NotTextError from error
    try:
        return data.removeprefix(UTF_8_MARK).decode(), []
    except UnicodeDecodeError as error:
        return _windows_1258(data), [_not_utf_8(error)]


def _windows_1258(data: bytes) -> str:
    """Text of an old Vietnamese system. UTF-8 with a few broken bytes is not: it would be read as other letters."""
    if len(MANY_BYTES.findall(data)) > len(data.decode(errors="ignore")) // 200 + 2:
        raise NotTextError
    try:
        return data.decode("cp1258")
    except UnicodeDecodeError as error:
        raise NotTextError from error


def _not_utf_8(_error: UnicodeDecodeError) -> FileFault:
    return FileFault(
        "not-utf-8", Translated("không phải UTF-8, đọc như windows-1258", "not UTF-8, read as windows-1258")
    )


def _legal_reference(found: re.Match[str]) -> str:
    point = int(found[1], 16) if found[1] else int(found[2])
    is_legal = (
        point in (9, 10, 13) or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or 0x10000 <= point <= 0x10FFFF
    )
    return found[0] if is_legal and point != 0xFEFF else ""
