"""The QR code of a link: the same squares as the library's, with error correction M, small enough to be scanned."""

import re

import qrcode

from health_record import shlink

BOX = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def test_the_svg_has_the_librarys_squares() -> None:
    link = shlink.link(
        "https://sosuckhoe.example/v1/shares/" + "t" * 43, b"k" * 32, expires_at=1, label=None, passcode=True
    )
    text = f"https://sosuckhoe.example/share.html#{link}"
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    svg = shlink.qr_svg(text)
    path = svg.partition(' d="M0 0h')[2].partition('<path d="')[2].partition('"')[0]
    boxes = [[int(one) for one in found] for found in BOX.findall(path)]
    assert "".join(f"M{x} {y}h{wide}v1h-{back}z" for x, y, wide, back in boxes) == path
    dark = {(x + step, y) for x, y, wide, _ in boxes for step in range(wide)}
    expected = {(x, y) for y, row in enumerate(code.get_matrix()) for x, filled in enumerate(row) if filled}
    assert dark == expected
    assert code.version <= 13
    assert len(svg) < 40_000
