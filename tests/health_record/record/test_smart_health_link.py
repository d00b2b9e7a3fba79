"""The QR code of a link: the same squares as the library's, with error correction M, small enough to be scanned."""

import base64
import random
import re

import numpy
import pytest
import qrcode
import zxingcpp

from health_record.record import smart_health_link

BOX = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def test_the_svg_has_the_librarys_squares() -> None:
    link = smart_health_link.build_link(
        "https://sosuckhoe.example/v1/shares/" + "t" * 43, b"k" * 32, expires_at=1, label=None, passcode=True
    )
    text = f"https://sosuckhoe.example/share.html#{link}"
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, mask_pattern=smart_health_link.MASK
    )
    code.add_data(text)
    code.make(fit=True)
    svg = smart_health_link.render_qr(text)
    path = svg.partition(' d="M0 0h')[2].partition('<path d="')[2].partition('"')[0]
    boxes = [[int(one) for one in found] for found in BOX.findall(path)]
    assert "".join(f"M{x} {y}h{wide}v1h-{back}z" for x, y, wide, back in boxes) == path
    dark = {(x + step, y) for x, y, wide, _ in boxes for step in range(wide)}
    expected = {(x, y) for y, row in enumerate(code.get_matrix()) for x, filled in enumerate(row) if filled}
    assert dark == expected
    assert code.version <= 13
    assert len(svg) < 40_000


@pytest.mark.parametrize("seed", range(4))
def test_the_code_is_read_back_from_few_pixels(seed: int) -> None:
    text = "shlink:/" + base64.urlsafe_b64encode(random.Random(seed).randbytes(300)).decode()
    svg = smart_health_link.render_qr(text)
    size = int(svg.partition('viewBox="0 0 ')[2].split()[0])
    squares = numpy.full((size, size), 255, dtype=numpy.uint8)
    for x, y, wide, _ in ([int(one) for one in found] for found in BOX.findall(svg.rpartition("<path d=")[2])):
        squares[y, x : x + wide] = 0
    (found,) = zxingcpp.read_barcodes(numpy.kron(squares, numpy.ones((3, 3), dtype=numpy.uint8)))
    assert found.text == text
