"""The link by which a station's browser takes the name that its key was registered under, and its QR code.

`https://HOST/tram/#enrol=79001.2,48213377,1764500000`: key id, the eight digits of the key, and the second after which
the page takes it no longer. Nothing of it is secret: the page takes it once, and only where its own key has these
digits. It stands behind the `#`, so that no server, log or proxy sees it.
"""

from datetime import datetime, timedelta
from pathlib import Path

import qrcode
from qrcode.constants import ERROR_CORRECT_H

from health_record.record import smart_health_link

LIFE = timedelta(hours=24)
QUIET = 2  # squares around the code; a terminal has little room
QUIET_PRINTED = 4
# The smallest that says its own size: a smaller one that leans away from the camera is not read by the page's decoder.
LEAST_VERSION = 7
BLACK_ON_WHITE, RESET = "\x1b[30;107m", "\x1b[0m"
HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def enrolment_link(origin: str, key_id: str, fingerprint: str, now: datetime) -> str:
    """What the station's browser opens; good for a day."""
    until = int((now + LIFE).timestamp())
    return f"{origin}/tram/#enrol={key_id},{fingerprint.replace(' ', '')},{until}"


def squares_of(link: str, quiet: int) -> list[list[bool]]:
    """The rows of the QR code with so many light squares around it; True is dark."""
    code = qrcode.QRCode(version=LEAST_VERSION, error_correction=ERROR_CORRECT_H, border=quiet)
    code.add_data(link)
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    return rows


def draw(link: str, *, coloured: bool) -> str:
    """The QR code in letters of half a line; `coloured` for terminals, where the background may be dark."""
    rows = squares_of(link, QUIET)
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lines = ("".join(HALVES[halves] for halves in zip(upper, lower, strict=True)) for upper, lower in pairs)
    return "\n".join(f"{BLACK_ON_WHITE}{line}{RESET}" if coloured else line for line in lines)


def write_svg(link: str, file: Path) -> str:
    """The QR code as a picture to be sent or printed; a sentence about it. Raises nothing: the device is registered."""
    try:
        file.write_text(smart_health_link.draw_svg(squares_of(link, QUIET_PRINTED)), encoding="utf-8")
    except OSError as error:
        return f"{file} cannot be written ({error.strerror}); the code below is the same."
    return f"The QR code is in {file}."
