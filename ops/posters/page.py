"""One poster as a PDF page: drawn for A4 in millimetres, and scaled for A5, since both have the same shape.

Print-ready: vectors and CMYK, the QR in pure black, the fonts inside, nothing within nine millimetres of the edge, so
that an office printer and a print shop make the same sheet and no bleed is needed.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from reportlab.lib.colors import CMYKColor  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import Paragraph  # type: ignore[import-untyped]

from ops.local.stack_location import ROOT

FONTS = ROOT / "functions" / "declare" / "view" / "fonts"
REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
WIDTH, HEIGHT = 210, 297
MARGIN = 14
QR_SIDE = 88  # without its quiet zone; 62 on A5
SIZES = {"A4": 1.0, "A5": 148 / 210}

BLACK = CMYKColor(0, 0, 0, 1)
GREY = CMYKColor(0, 0, 0, 0.65)
GREEN = CMYKColor(0.9, 0.3, 0.75, 0.4)
PALE = CMYKColor(0.08, 0, 0.06, 0)
AMBER = CMYKColor(0, 0.12, 0.45, 0)
RED = CMYKColor(0, 0.95, 0.9, 0.15)
WHITE = CMYKColor(0, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Poster:
    """What stands on one poster. `url` is in the QR, `address` what people type; `sample` says so in red."""

    poster_id: str
    ward: str
    province: str
    station: str
    url: str
    address: str
    hotline: str
    sample: bool

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The three steps, each with a line that says more."""
        return (
            ("Quét mã QR", "bằng máy ảnh của điện thoại, hoặc bằng Zalo."),
            ("Gõ số điện thoại", "Mã 6 chữ số sẽ đến bằng tin nhắn. Gõ mã vào trang."),
            ("Trả lời câu hỏi", "về sức khỏe của bạn và của người nhà, rồi bấm gửi."),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What protects from swindlers, the most important first."""
        return (
            "<b>Miễn phí. Không ai được đòi tiền của bạn.</b>",
            "<b>Không nói mã 6 chữ số cho bất kỳ ai</b>, kể cả người xưng là cán bộ y tế, công an hay ngân hàng.",
            f"Mã QR bị dán đè, hoặc mở ra địa chỉ khác <b>{self.address}</b>? Đừng khai, hãy gọi {self.hotline}.",
        )


def draw_poster(poster: Poster, file: Path | Any, size: str) -> None:
    """Write the poster as a PDF of `size` (`A4` or `A5`) to a path or a file object."""
    _register_fonts()
    scale = SIZES[size]
    sheet = (WIDTH * scale * mm, HEIGHT * scale * mm)
    canvas = Canvas(str(file) if isinstance(file, Path) else file, pagesize=sheet, lang="vi-VN", invariant=1)
    canvas.setTitle(f"Sổ sức khỏe, {poster.ward}, {poster.poster_id}")
    canvas.setAuthor("Sổ sức khỏe")
    canvas.setTrimBox((0, 0, *sheet))
    canvas.scale(scale * mm, scale * mm)
    for part in (_heading, _place, _qr, _steps, _address, _warnings, _foot):
        part(canvas, poster)
    canvas.showPage()
    canvas.save()


@functools.lru_cache(maxsize=1)  # the same on A4 and A5
def qr_modules(url: str) -> list[list[bool]]:
    """The QR code's squares, level Q, without a quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(url)
    code.make(fit=True)
    squares: list[list[bool]] = code.get_matrix()
    return squares


def _heading(canvas: Canvas, poster: Poster) -> None:
    canvas.setFillColor(GREEN)
    canvas.roundRect(MARGIN, 244, WIDTH - 2 * MARGIN, 39, 4, stroke=0, fill=1)
    _line(canvas, "SỔ SỨC KHỎE", 261.5, 17, BOLD, WHITE)
    _line(canvas, "Khai hồ sơ sức khỏe cho bạn và gia đình", 250.5, 7, REGULAR, WHITE)
    if poster.sample:
        _line(canvas, "BẢN THỬ, KHÔNG DÁN · SAMPLE, NOT FOR USE", 287, 5, BOLD, RED)


def _place(canvas: Canvas, poster: Poster) -> None:
    _line(canvas, f"{poster.ward} · {poster.province}", 232, 7.5, BOLD, BLACK)
    if poster.station:
        _line(canvas, poster.station, 224, 5.5, REGULAR, GREY)


def _qr(canvas: Canvas, poster: Poster) -> None:
    squares = qr_modules(poster.url)
    side = QR_SIDE / len(squares)
    left, top = MARGIN + 4 * side, 218 - 4 * side
    path = canvas.beginPath()
    for row, line in enumerate(squares):
        for start, length in _runs(line):
            path.rect(left + start * side, top - (row + 1) * side, length * side, side)
    canvas.setFillColor(BLACK)
    canvas.drawPath(path, stroke=0, fill=1)


def _steps(canvas: Canvas, poster: Poster) -> None:
    left, top = 121, 212
    for number, (title, text) in enumerate(poster.steps, start=1):
        canvas.setFillColor(GREEN)
        canvas.circle(left + 6, top - 4, 6, stroke=0, fill=1)
        canvas.setFillColor(WHITE)
        canvas.setFont(BOLD, 8)
        canvas.drawCentredString(left + 6, top - 6.9, str(number))
        heading = f'<font name="{BOLD}" size="5.7">{title}</font><br/>{text}'
        _paragraph(canvas, heading, left + 15, top + 1.5, WIDTH - MARGIN - left - 15, 4.6)
        top -= 36


def _address(canvas: Canvas, poster: Poster) -> None:
    _line(canvas, "Không quét được? Gõ địa chỉ này vào trình duyệt:", 96, 5, REGULAR, BLACK)
    _line(canvas, poster.address, 85, 10, BOLD, GREEN)


def _warnings(canvas: Canvas, poster: Poster) -> None:
    canvas.setFillColor(AMBER)
    canvas.roundRect(MARGIN, 35, WIDTH - 2 * MARGIN, 43, 4, stroke=0, fill=1)
    top = 74.0
    for text in poster.warnings:
        canvas.setFillColor(RED)
        canvas.circle(MARGIN + 7, top - 3.4, 1.3, stroke=0, fill=1)
        top -= _paragraph(canvas, text, MARGIN + 11, top, WIDTH - 2 * MARGIN - 17, 5) + 1.6


def _foot(canvas: Canvas, poster: Poster) -> None:
    _line(canvas, f"Cần giúp? Gọi {poster.hotline} hoặc hỏi trạm y tế.", 24, 7, BOLD, BLACK)
    english = f"Your health record by phone. Free: never pay, never tell anyone the code. Hotline {poster.hotline}."
    _line(canvas, english, 17.5, 4, REGULAR, GREY)
    _line(canvas, poster.poster_id, 12, 3, REGULAR, GREY)


def _line(canvas: Canvas, text: str, height: float, size: float, font: str, colour: CMYKColor) -> None:
    """One centred line, smaller where it would not fit."""
    room = WIDTH - 2 * MARGIN - 8
    size = min(size, room / pdfmetrics.stringWidth(text, font, 1))
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    canvas.drawCentredString(WIDTH / 2, height, text)


def _paragraph(canvas: Canvas, text: str, left: float, top: float, width: float, size: float) -> float:
    """A wrapped paragraph that hangs from `top`; its height."""
    style = ParagraphStyle("text", fontName=REGULAR, fontSize=size, leading=size * 1.32, textColor=BLACK)
    paragraph = Paragraph(text, style)
    _, height = paragraph.wrap(width, HEIGHT)
    paragraph.drawOn(canvas, left, top - height)
    return float(height)


def _runs(line: Sequence[bool]) -> list[tuple[int, int]]:
    """Start and length of each run of dark squares: fewer shapes, and no hairlines between neighbours."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(line):
        if dark and found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((place, 1))
    return found


@functools.cache
def _register_fonts() -> None:
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD)
