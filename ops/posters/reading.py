"""Reads a made poster back as a phone would in bad light: rendered, blurred, turned and dimmed (`ssk posters --check`).

The renderer and the decoder belong to the tools of development, so they are imported here and only when asked for.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter

PIXELS = 640  # of the sheet's width: a phone held far away
DEGREES = 17
BLUR = 1.6  # pixels, of a square that is about 7 wide
BRIGHTNESS = 0.3
CONTRAST = 0.5

# What a bad photograph does, by name.
PHOTOGRAPHS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as printed": lambda sheet: sheet,
    "blurred": lambda sheet: sheet.filter(ImageFilter.GaussianBlur(BLUR)),
    "turned": lambda sheet: sheet.rotate(DEGREES, expand=True, fillcolor=200, resample=Image.Resampling.BILINEAR),
    "upside down": lambda sheet: sheet.rotate(180),
    "dim": lambda sheet: ImageEnhance.Brightness(ImageEnhance.Contrast(sheet).enhance(CONTRAST)).enhance(BRIGHTNESS),
}


def read_all_codes(sheet: Image.Image) -> Image.Image:
    """Blurred, turned and dim together."""
    for name in ("blurred", "turned", "dim"):
        sheet = PHOTOGRAPHS[name](sheet)
    return sheet


def render_sheet(file: Path) -> Image.Image:
    """The one page of a PDF in grey."""
    with pypdfium2.PdfDocument(file) as document:
        (page,) = document
        bitmap = page.render(scale=PIXELS / page.get_width(), grayscale=True)
        sheet: Image.Image = bitmap.to_pil().convert("L")
    return sheet


def read_texts(sheet: Image.Image) -> list[str]:
    """The texts of all QR codes in a picture."""
    found = zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [code.text for code in found]


def find_unreadable(file: Path, url: str) -> Iterator[str]:
    """The photographs in which a made poster does not read as `url`, and nothing else."""
    sheet = render_sheet(file)
    for name, spoil in {**PHOTOGRAPHS, "all at once": read_all_codes}.items():
        if read_texts(spoil(sheet)) != [url]:
            yield name
