"""Ids of posters: `26911-01-k7w2m9qd` is a ward, a station in it and a short MAC, so that nobody can invent one.

What is no genuine id counts as no poster, everywhere and without a word: who scans a forged poster did nothing wrong.
"""

import hmac
import re
from collections.abc import Callable

PURPOSE = "poster"
MAC_LETTERS = 8  # 40 bits: a forger has to ask us for each guess
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter that looks like a digit
_STATION = re.compile(r"[0-9a-z]{1,8}")
_ID = re.compile(rf"([0-9]{{5}})-({_STATION.pattern})-([{ALPHABET}]{{{MAC_LETTERS}}})")

# `KeyedHash.compute`: a purpose and parts to 64 hex digits.
type Mac = Callable[..., str]


def is_station(text: str) -> bool:
    """Whether `text` can be the name of a station: 1 to 8 digits and small letters."""
    return _STATION.fullmatch(text) is not None


def make_poster_id(mac: Mac, ward: str, station: str) -> str:
    """The id of the poster of one station. `ward` is its five-digit code."""
    return f"{ward}-{station}-{_letters(mac, ward, station)}"


def is_genuine(text: object, mac: Mac) -> bool:
    """Whether `text` is an id that this province made; of what has another form no MAC is made."""
    found = _ID.fullmatch(text) if isinstance(text, str) else None
    return found is not None and hmac.compare_digest(found[3], _letters(mac, found[1], found[2]))


def _letters(mac: Mac, ward: str, station: str) -> str:
    number = int(mac(PURPOSE, ward, station), 16) & (32**MAC_LETTERS - 1)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(MAC_LETTERS)))
