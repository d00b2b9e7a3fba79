"""From NOIDUNGFILE to the rows of a table: elements in place, escaped text, or base64, whoever made them."""

from collections.abc import Iterator

from health_record.hospital_file import encodings
from health_record.hospital_file.faults import FileFault
from health_record.hospital_file.fields import CLOSED, ROWS, fields_of
from health_record.hospital_file.safe_xml import Allowance, Node, XmlBrokenError, parse
from health_record.language import Translated

type Row = dict[str, str]


class TableBrokenError(Exception):
    """A table that cannot be read as what it is said to be."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def root_of(table: str, content: Node, allowance: Allowance) -> tuple[Node | None, list[FileFault]]:
    """The table's XML and warnings; None where nothing was sent. Raises TableBrokenError."""
    if content.children:
        return content, []
    if not content.text:
        return None, []
    warnings: list[FileFault] = []
    text = content.text.replace("\ufeff", "").strip()
    try:
        if not text.startswith("<"):
            data = encodings.from_base64(text)
            if data is None:
                raise _broken(table, "base64", Translated("NOIDUNGFILE không phải base64", "NOIDUNGFILE is not base64"))
            text, warnings = encodings.to_text(data)
        else:
            text = encodings.DECLARATION.sub("", text, count=1)
        return parse(text, allowance), [FileFault(each.code, each.reason, table) for each in warnings]
    except encodings.NotTextError as error:
        reason = Translated("không phải UTF-8, UTF-16 hay windows-1258", "is not UTF-8, UTF-16 or windows-1258")
        raise _broken(table, "encoding", reason) from error
    except XmlBrokenError as error:
        place = (error.row, error.field) if error.field in fields_of(table) else ()
        raise TableBrokenError(FileFault("xml-broken", error.reason, table, *place)) from error


def rows_of(table: str, root: Node) -> list[Node]:
    """The elements of the table's rows, by their name or by the MA_LK in them. Raises TableBrokenError."""
    found = root.find_all(ROWS[table])
    if found:
        return found
    others = [name for name in ROWS.values() if name != ROWS[table]]
    if root.find_all(*others):
        raise _broken(
            table, "another-table", Translated("chứa nội dung của bảng khác", "holds the content of another table")
        )
    found = list(_with_key(root))
    if not found and _has_text(root):
        reason = Translated(f"không có {ROWS[table]}", f"has no {ROWS[table]}")
        raise _broken(table, "no-rows", reason)
    return found


def cells(node: Node) -> Iterator[tuple[str, str]]:
    """(field, text) of each field of a row. Raises XmlBrokenError for an element inside a value."""
    yield from (node.attributes or {}).items()
    for child in node.children:
        if child.children:
            name = child.name[:64]
            raise XmlBrokenError(Translated(f"{name} chứa phần tử khác", f"{name} holds other elements"))
        yield child.name, child.text


def table_name(sent: str, content: Node) -> str:
    """The LOAIHOSO, in capitals and without blanks; of a table sent without one, what its elements say."""
    name = "".join(sent.split()).upper()
    if name or not content.children:
        return name
    return next((table for table, row in ROWS.items() if content.find_all(row)), "")


def is_closed(table: str) -> bool:
    """Whether the table is left at the door unread."""
    return table in CLOSED


def _with_key(node: Node) -> Iterator[Node]:
    if any(child.name == "MA_LK" for child in node.children) or "MA_LK" in (node.attributes or {}):
        yield node
        return
    for child in node.children:
        yield from _with_key(child)


def _has_text(node: Node) -> bool:
    return bool(node.text) or any(_has_text(child) for child in node.children)


def _broken(table: str, code: str, reason: Translated) -> TableBrokenError:
    return TableBrokenError(FileFault(code, reason, table))
