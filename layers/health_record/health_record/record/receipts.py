"""The number of a receipt, `79-K3C7-TM4A`: it names one version of one record, opens nothing, and is stored nowhere.

Its twenty signs are told apart by eye, by hand and by telephone: of 0 O Q D, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V and M N one
at most. Numbers of before had the signs of base 32, I and O as they are, or as 8 and 9: they still count.
"""

import base64
import re
from collections.abc import Callable

from health_record.aws.keyed_hash import KeyedHash

SIGNS = "34679ACDEFHJKMPRTWXY"
LETTERS = 8
BYTES = 5  # of the MAC: 40 bits, of which twenty signs carry 34
READ_ALIKE = str.maketrans("OQILZSGBU", "00112568V")
_FORMER = str.maketrans("IO", "89")
_TYPED = re.compile(r"(?:(\d\d))?([0-9A-Z]{8})")


def make_receipt(macs: KeyedHash, province: str, record_id: str, version: int) -> str:
    """The number that a person can write down."""
    return _grouped(province, _signs(_digest(macs, record_id, version)))


def read_receipt(text: str) -> tuple[str | None, str] | None:
    """The province, if it is told, and what `matcher` compares, of a number as people write it; None for no number."""
    found = _TYPED.fullmatch(re.sub(r"[\s.-]", "", text).upper())
    return (found[1], found[2].translate(READ_ALIKE)) if found else None


def matcher(macs: KeyedHash, read: str) -> Callable[[str, int], bool]:
    """Whether the number that was read is that of a record's version, in any way that numbers were ever written."""

    def matches(record_id: str, version: int) -> bool:
        digest = _digest(macs, record_id, version)
        base32 = base64.b32encode(digest).decode()
        ways = (_signs(digest), base32, base32.translate(_FORMER))
        return read in {way.translate(READ_ALIKE) for way in ways}

    return matches


def _digest(macs: KeyedHash, record_id: str, version: int) -> bytes:
    return bytes.fromhex(macs.compute("receipt", record_id, str(version)))[:BYTES]


def _signs(digest: bytes) -> str:
    number, signs = int.from_bytes(digest), ""
    for _ in range(LETTERS):
        number, place = divmod(number, len(SIGNS))
        signs += SIGNS[place]
    return signs


def _grouped(province: str, signs: str) -> str:
    return f"{province}-{signs[:4]}-{signs[4:]}"
