"""The summary as a PDF: A4, the fonts inside it, made with ReportLab, which is imported by the first such call only."""

import functools
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from functions.declare.settings import config
from functions.declare.view import summary_lines
from health_record.summary_sources.sources import Resource

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped,import-not-found]

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
MARGIN = 51  # points: 18 mm
PADDING = 6  # of ReportLab's frame
# Size, space before and after in points, indent, colour.
STYLES: dict[summary_lines.Kind, tuple[str, int, int, int, int, str]] = {
    "title": (BOLD, 16, 0, 8, 0, "#0b5c46"),
    "person": (BOLD, 13, 0, 2, 0, "#0b0c0c"),
    "note": (REGULAR, 9, 4, 4, 0, "#505a5f"),
    "section": (BOLD, 12, 12, 3, 0, "#0b5c46"),
    "source": (BOLD, 9, 4, 2, 0, "#505a5f"),
    "entry": (REGULAR, 10, 2, 0, 10, "#0b0c0c"),
    "detail": (REGULAR, 9, 0, 2, 10, "#505a5f"),
    "objection": (BOLD, 9, 0, 2, 10, "#942514"),
}


def render_pdf(document: Resource) -> bytes:
    """The printed form of a summary's document."""
    from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped,import-not-found]
    from reportlab.platypus import Paragraph, SimpleDocTemplate  # type: ignore[import-untyped,import-not-found]

    styles = _styles()
    target = io.BytesIO()
    template = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=summary_lines.TITLE,
        author="Sổ sức khỏe",
        lang="vi-VN",
    )
    template.build(
        [
            Paragraph(escape(line.text), styles[line.kind])
            for line in summary_lines.build_lines(document, config().time_zone)
        ],
        onFirstPage=_foot,
        onLaterPages=_foot,
    )
    return target.getvalue()


@functools.cache
def _styles() -> "dict[summary_lines.Kind, ParagraphStyle]":
    from reportlab.lib.colors import HexColor  # type: ignore[import-untyped,import-not-found]
    from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped,import-not-found]
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped,import-not-found]
    from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped,import-not-found]

    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
    return {
        kind: ParagraphStyle(
            kind,
            fontName=font,
            fontSize=size,
            leading=round(size * 1.4),
            spaceBefore=before,
            spaceAfter=after,
            leftIndent=indent,
            textColor=HexColor(colour),
            keepWithNext=kind in ("section", "source"),
            splitLongWords=1,
        )
        for kind, (font, size, before, after, indent, colour) in STYLES.items()
    }


def _foot(canvas: Any, template: Any) -> None:
    canvas.setFont(REGULAR, 8)
    canvas.drawString(MARGIN + PADDING, MARGIN / 2, f"Sổ sức khỏe · {config().public_origin.partition('://')[2]}")
    canvas.drawRightString(template.pagesize[0] - MARGIN - PADDING, MARGIN / 2, f"Trang (page) {template.page}")
