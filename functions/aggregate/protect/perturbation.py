"""The noise of a published count: a fixed function of who is counted, of the cell and its release, and of a secret key.

A person's key is the first 8 bytes of HMAC-SHA-256(cell key, pseudonym). The noise of a count is drawn by
HMAC-SHA-256(cell key, label of the cell and sum of the counted persons' keys modulo 2^64). The same people in the same
cell of the same release always get the same noise, so that a repair says nothing new; any other set of people gets
other noise, so that nobody finds the edge of the rounding by adding records of their own. The label keeps the noise of
cells and of releases apart: figures that would otherwise stay equal, because nobody joined a set, would tell just that.
"""

import bisect
import functools
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from functions.aggregate.protect.promise import NARROW, WIDE

KEY_BYTES = 32
SUMS = 1 << 64
REACH = 6  # noise beyond six spreads does not occur


@dataclass(frozen=True)
class Cell:
    """People in one cell: how many, of how many accounts, and the sum of their keys."""

    people: int
    keys: int
    accounts: int


def pads(cell_key: bytes) -> tuple[bytes, bytes]:
    """The inner and outer block of HMAC-SHA-256 for a key of at most 64 bytes (RFC 2104), for engines without HMAC."""
    block = cell_key.ljust(64, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def person_key(cell_key: bytes, pseudonym: str) -> int:
    """The person's share in the sums that draw noise."""
    return int.from_bytes(hmac.digest(cell_key, pseudonym.encode(), hashlib.sha256)[:8])


def draw(cell_key: bytes, label: str, keys: int) -> int:
    """A number from 0 to 2^64 - 1 that nobody without the key can tell from a random one."""
    message = f"{label}|".encode() + (keys % SUMS).to_bytes(8)
    return int.from_bytes(hmac.digest(cell_key, message, hashlib.sha256)[:8])


@functools.cache
def steps(spread: float) -> Sequence[int]:
    """Where in 0 ... 2^64 each next value of the noise begins: rounded normal noise, from `-REACH * spread` up."""
    normal, most = NormalDist(0, spread), least(spread)
    return [round(normal.cdf(value + 0.5) * SUMS) for value in range(-most, most)]


def least(spread: float) -> int:
    """How far the noise reaches to either side."""
    return round(REACH * spread)


def noise(number: int, spread: float) -> int:
    """The noise of this spread that a drawn number stands for."""
    return bisect.bisect_right(steps(spread), number) - least(spread)


def perturb(cell_key: bytes, label: str, cell: Cell, spread: float, *, least_accounts: int = 0) -> int:
    """The count with its noise, not below 0; below every threshold where too few accounts are counted.

    The number of accounts is held against its least number with the same noise, so that no sharp edge says whether one
    more account is there.
    """
    added = noise(draw(cell_key, label, cell.keys), spread)
    if least_accounts and cell.accounts + added < least_accounts:
        return 0
    return max(cell.people + added, 0)


def narrow(cell_key: bytes, label: str, cell: Cell, *, least_accounts: int) -> int:
    """A count of people with a condition, at most two of an account's declared-only records among them."""
    return perturb(cell_key, label, cell, NARROW, least_accounts=least_accounts)


def wide(cell_key: bytes, label: str, cell: Cell) -> int:
    """A count that is not capped."""
    return perturb(cell_key, label, cell, WIDE)
