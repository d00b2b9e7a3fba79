"""FHIR narratives: well-formed XHTML of an allow-list, nothing that runs or loads (txt-1, txt-2)."""

import re
from xml.parsers import expat

from health_record.language import Translated

NAMESPACE = "http://www.w3.org/1999/xhtml"
_ELEMENTS = """
a abbr b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre q
samp small span strong sub sup table tbody td tfoot th thead tr tt ul var
"""
_ATTRIBUTES = """
abbr align alt axis border cellpadding cellspacing char charoff cite class colspan dir headers height href id lang name
rowspan rules scope span src start style summary title type valign width xml:lang xmlns
"""
ELEMENTS = frozenset(_ELEMENTS.split())
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
_STYLES = """
background background-color border border-bottom border-collapse border-color border-left border-radius border-right
border-spacing border-style border-top border-width clear color display empty-cells float font font-family font-size
font-style font-variant font-weight height line-height list-style list-style-type margin margin-bottom margin-left
margin-right margin-top max-width min-width padding padding-bottom padding-left padding-right padding-top table-layout
text-align text-decoration text-indent vertical-align white-space width word-break word-wrap
"""
STYLES = frozenset(_STYLES.split())
STYLE_VALUE = re.compile(r"[\w #.,%'\"!-]{1,100}")
SCHEME = re.compile(r"\s*[^/?#]*:")
SAFE_SCHEMES = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)


class _RefusedError(Exception):
    """The narrative holds something that is not allowed."""

    def __init__(self, why: Translated) -> None:
        super().__init__(why.en)
        self.why = why


def find_fault(text: str) -> Translated | None:
    """What is wrong with the `div` of a narrative, or None."""
    parser = expat.ParserCreate()
    content: list[bool] = []
    parser.StartElementHandler = lambda name, attributes: content.append(_element(name, attributes))
    parser.CharacterDataHandler = lambda text: content.append(bool(text.strip()))
    parser.StartDoctypeDeclHandler = _declaration
    parser.EntityDeclHandler = _declaration
    parser.ProcessingInstructionHandler = _declaration
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        return Translated("không phải là XHTML đúng cú pháp", "is not well-formed XHTML")
    except _RefusedError as refused:
        return refused.why
    if not text.startswith("<div") or f'xmlns="{NAMESPACE}"' not in text[:200]:
        return Translated("phải là một div XHTML", "must be one XHTML div")
    return None if any(content) else Translated("phải có nội dung (txt-2)", "must have some content (txt-2)")


def _element(name: str, attributes: dict[str, str]) -> bool:
    """Refuse what is not allowed; whether the element is content by itself."""
    if name not in ELEMENTS:
        raise _RefusedError(Translated(f"không được có phần tử {name[:20]}", f"must not hold the element {name[:20]}"))
    for attribute, value in attributes.items():
        if attribute not in ATTRIBUTES:
            raise _RefusedError(
                Translated(
                    f"không được có thuộc tính {attribute[:20]}", f"must not hold the attribute {attribute[:20]}"
                )
            )
        if attribute == "href" and SCHEME.match(value) and not SAFE_SCHEMES.match(value):
            raise _RefusedError(Translated("không được có liên kết như vậy", "must not hold such a link"))
        if attribute == "src" and not value.startswith("#"):
            raise _RefusedError(Translated("không được nạp nội dung từ nơi khác", "must not load anything"))
        if attribute == "style" and not all(_is_plain_style(each) for each in value.split(";")):
            raise _RefusedError(
                Translated(
                    "chỉ được có kiểu chữ, màu, viền và khoảng cách", "must hold styles of text, colour and space only"
                )
            )
    return name == "img"


def _is_plain_style(declaration: str) -> bool:
    """A property of text, colour or space with plain values: nothing that loads, moves or covers what is beside it."""
    name, _, value = declaration.strip().partition(":")
    return not name or (name.strip().lower() in STYLES and STYLE_VALUE.fullmatch(value.strip()) is not None)


def _declaration(*_: object) -> None:
    raise _RefusedError(
        Translated("không được có khai báo hay chỉ thị xử lý", "must not hold declarations or processing instructions")
    )
