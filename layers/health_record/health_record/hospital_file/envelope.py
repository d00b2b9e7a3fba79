"""The envelope: whose file it is, when it was made, and the tables of each episode, still as they were sent."""

import hashlib
import re
from dataclasses import dataclass, field

from health_record.hospital_file import checks, encodings, values
from health_record.hospital_file.faults import FileFault, FileRefusedError
from health_record.hospital_file.fields import ROWS, fields_of
from health_record.hospital_file.safe_xml import Allowance, Node, XmlBrokenError, parse
from health_record.language import Translated

LARGEST_FILE = 4 * 1024 * 1024
MOST_EPISODES = 50
MOST_LAYERS = 2  # the gateway's call wraps the envelope once, a careless copy of it twice
ROOT, EPISODE, TABLE = "GIAMDINHHS", "HOSO", "FILEHOSO"
OTHER_FILES = {
    "HSCHUNGTU": Translated(
        "là hồ sơ chứng từ (CT03-CT07), không nhận ở đây", "is a file of certificates (CT03-CT07), not taken here"
    ),
    "CHI_TIEU_TRANG_THAI_KCB": Translated(
        "là dữ liệu check-in (XML0), không nhận ở đây", "is a check-in (XML0), not taken here"
    ),
    "CHITIEUTONGHOPKCBBHYT": Translated("là tệp cũ theo QĐ 4210", "is an old file of Decision 4210"),
    "TONG_HOP": Translated(
        "là bảng XML1 không có GIAMDINHHS bao ngoài", "is table XML1 without its envelope GIAMDINHHS"
    ),
}
FIELDS = ("MACSKCB", "NGAYLAP", "SOLUONGHOSO", "LOAIHOSO", "NOIDUNGFILE")
PREPARED = re.compile(r"[0-9]{8}(?:[0-9]{4}|[0-9]{6})?")


@dataclass(frozen=True)
class SentEpisode:
    """One HOSO: (LOAIHOSO, NOIDUNGFILE) of each of its tables."""

    tables: list[tuple[str, Node]]


@dataclass(frozen=True)
class Envelope:
    """A file as it was opened.

    `prepared` is NGAYLAP filled with zeros to 14 digits, so that files can be put in their order; `sha256` is that of
    the XML bytes; `allowance` is what its tables may still have of elements.
    """

    provider_code: str
    prepared: str
    sha256: str
    episodes: list[SentEpisode]
    allowance: Allowance
    warnings: list[FileFault] = field(default_factory=list)


def read(sent: bytes) -> Envelope:
    """The envelope in `sent`: XML, or base64 of it once or twice. Raises FileRefusedError."""
    data = _unwrapped(sent)
    allowance = Allowance()
    try:
        text, warnings = encodings.to_text(data)
        root = parse(text, allowance)
    except encodings.NotTextError as error:
        reason = Translated("không phải UTF-8, UTF-16 hay windows-1258", "is not UTF-8, UTF-16 or windows-1258")
        raise _unreadable("encoding", reason) from error
    except XmlBrokenError as error:
        raise _unreadable("xml-broken", _near(error)) from error
    envelope = root.first(ROOT)
    if envelope is None:
        raise _unreadable("not-an-episode-file", _other_file(root))
    sent_episodes = [_episode(each) for each in envelope.find_all(EPISODE)]
    _check_number(envelope, sent_episodes, warnings)
    return Envelope(
        provider_code=_text(envelope, "MACSKCB"),
        prepared=_prepared(_text(envelope, "NGAYLAP")),
        sha256=hashlib.sha256(data).hexdigest(),
        episodes=sent_episodes,
        allowance=allowance,
        warnings=warnings,
    )


def _near(error: XmlBrokenError) -> Translated:
    """Why the file is no XML, with the field that was open there."""
    if error.field not in FIELDS and not any(error.field in fields_of(table) for table in ROWS):
        return error.reason
    return Translated(f"{error.reason.vi}, ở {error.field}", f"{error.reason.en}, at {error.field}")


def _unwrapped(sent: bytes) -> bytes:
    data = sent
    for _ in range(MOST_LAYERS + 1):
        if _is_xml(data):
            return data
        decoded = encodings.from_base64(data.decode("ascii")) if data.isascii() else None
        if not decoded:
            break
        data = decoded
    reason = Translated("không phải XML, cũng không phải base64 của XML", "is neither XML nor base64 of XML")
    raise _unreadable("not-xml", reason)


def _is_xml(data: bytes) -> bool:
    head = data[:256].removeprefix(encodings.UTF_8_MARK)
    return head[:2] in encodings.UTF_16_MARKS or head.replace(b"\0", b"").strip().startswith(b"<")


def _other_file(root: Node) -> Translated:
    for name, reason in OTHER_FILES.items():
        if root.first(name):
            return reason
    return Translated("không có GIAMDINHHS", "has no GIAMDINHHS")


def _episode(node: Node) -> SentEpisode:
    tables = []
    for each in node.find_all(TABLE):
        content = each.first("NOIDUNGFILE")
        tables.append((_text(each, "LOAIHOSO").upper(), content or Node("NOIDUNGFILE")))
    return SentEpisode(tables)


def _check_number(envelope: Node, episodes: list[SentEpisode], warnings: list[FileFault]) -> None:
    """A file with fewer episodes than it declares was cut; with more, the number was not kept up to date."""
    if not episodes:
        raise _unreadable("no-episode", Translated("không có HOSO nào", "has no HOSO"))
    if len(episodes) > MOST_EPISODES:
        reason = Translated(
            f"có hơn {MOST_EPISODES} HOSO; hãy chia nhỏ", f"has more than {MOST_EPISODES} HOSO; split it"
        )
        raise FileRefusedError("too-many-episodes", FileFault("too-many-episodes", reason, field="SOLUONGHOSO"))
    declared = _text(envelope, "SOLUONGHOSO")
    number = int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 10 else None
    if number is not None and number > len(episodes):
        reason = Translated(
            "khai nhiều HOSO hơn số có trong tệp: tệp bị cắt", "declares more HOSO than the file has: it was cut"
        )
        raise FileRefusedError("truncated", FileFault("truncated", reason, field="SOLUONGHOSO"))
    if number != len(episodes):
        reason = Translated("không đúng số HOSO trong tệp; đã đọc hết", "is not the number of HOSO; all were read")
        warnings.append(FileFault("number-of-episodes", reason, field="SOLUONGHOSO"))


def _prepared(text: str) -> str:
    if PREPARED.fullmatch(text) is None or values.moment(text) is None:
        form = Translated("phải là ngày yyyymmdd", "must be a day yyyymmdd")
        reason = checks.NO_SUCH_DAY if values.has_form_of_date(text) else form
        raise FileRefusedError("unreadable", FileFault("date", reason, field="NGAYLAP"))
    return text.ljust(14, "0")


def _text(node: Node, name: str) -> str:
    found = node.first(name)
    return found.text.strip() if found else ""


def _unreadable(code: str, reason: Translated) -> FileRefusedError:
    return FileRefusedError("unreadable", FileFault(code, reason, table="GIAMDINHHS"))
