"""XML of strangers as a tree: no document type, no entities, bounded in depth and number of elements.

Text is in one form of Unicode (NFC): a letter with its marks apart is the same letter, wherever it came from.
"""

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from health_record.language import Translated

if TYPE_CHECKING:
    from xml.etree.ElementTree import ParseError

DEEPEST = 16
RAW_CHARACTERS = (4, 11)  # XML_ERROR_INVALID_TOKEN and XML_ERROR_UNDEFINED_ENTITY of expat
RAW = Translated(": trong chữ, & viết là &amp; và < viết là &lt;", ": within text, & is written &amp; and < is &lt;")
MOST_ELEMENTS = 250_000  # of a whole file; one of 4 MB has about 120,000


class XmlBrokenError(Exception):
    """The text is not XML that is read here; `reason` says where, `row` and `field` name what was open there."""

    def __init__(self, reason: Translated, row: int | None = None, field: str | None = None) -> None:
        super().__init__(reason.en)
        self.reason, self.row, self.field = reason, row, field


@dataclass(slots=True)
class Node:
    """An element by its local name in capitals; `text` is what stands before its first child."""

    name: str
    children: list["Node"] = field(default_factory=list)
    attributes: dict[str, str] | None = None
    text: str = ""

    def find_all(self, *names: str) -> list["Node"]:
        """The outermost elements of these names, the node itself included, in their order."""
        if self.name in names:
            return [self]
        return [found for child in self.children for found in child.find_all(*names)]

    def first(self, name: str) -> "Node | None":
        """The first such element below or at the node."""
        return next(iter(self.find_all(name)), None)


class Allowance:
    """How many more elements a file may have, all its tables together."""

    def __init__(self, elements: int = MOST_ELEMENTS) -> None:
        self.elements = elements


class _Builder:
    """The target of the parser: builds nodes, and stops at the bounds."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._open = [Node("")]
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._allowance.elements -= 1
        if self._allowance.elements < 0:
            raise XmlBrokenError(Translated("có quá nhiều phần tử", "has too many elements"))
        if len(self._open) > DEEPEST:
            raise XmlBrokenError(Translated("lồng nhau quá sâu", "is nested too deeply"))
        self._keep_text()
        node = Node(_local(tag))
        if attributes:
            node.attributes = {_local(name): _one_form(value) for name, value in attributes.items()}
        self._open[-1].children.append(node)
        self._open.append(node)

    def end(self, _tag: str) -> None:
        self._keep_text()
        self._open.pop()

    def data(self, text: str) -> None:
        self._text.append(text)

    def comment(self, _text: str) -> None:
        """A comment says nothing."""

    def pi(self, _target: str, _data: str | None = None) -> None:
        """Nor does a processing instruction."""

    def close(self) -> Node:
        return self._open[0].children[0]

    def place(self) -> tuple[int | None, str | None]:
        """Which element is open, and which child of its parent's parent it stands in: the row and field of a table."""
        *_, above, row, field_ = [None, None, *self._open]
        if above is None or row is None or field_ is None or field_.children:
            return None, None
        return len(above.children), field_.name[:64]

    def _keep_text(self) -> None:
        node = self._open[-1]
        if not node.text:
            node.text = _one_form("".join(self._text)).strip()
        elif "".join(self._text).strip():
            raise XmlBrokenError(
                Translated(f"{node.name[:64]} có cả chữ lẫn phần tử", f"{node.name[:64]} mixes text and elements")
            )
        self._text.clear()


def parse(text: str, allowance: Allowance) -> Node:
    """The root element. Raises XmlBrokenError."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    builder = _Builder(allowance)
    parser = DefusedXMLParser(target=builder, encoding="utf-8", forbid_dtd=True)
    try:
        parser.feed(text.encode())
        root: Node = parser.close()
    except DefusedXmlException as error:
        reason = Translated("không được có DOCTYPE hay thực thể", "must have no DOCTYPE and no entities")
        raise XmlBrokenError(reason) from error
    except ParseError as error:
        raise XmlBrokenError(_not_well_formed(error), *builder.place()) from error
    return root


def _not_well_formed(error: "ParseError") -> Translated:
    line, column = error.position
    vi, en = f"dòng {line}, cột {column + 1}", f"line {line}, column {column + 1}"
    is_raw = error.code in RAW_CHARACTERS
    return Translated(
        f"không phải XML đúng cú pháp ({vi})" + (RAW.vi if is_raw else ""),
        f"is not well-formed XML ({en})" + (RAW.en if is_raw else ""),
    )


def _one_form(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].strip().upper()
