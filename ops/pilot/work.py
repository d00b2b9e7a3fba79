"""The proof of work that a page computes where the service asks for it, as a real page would."""

import hashlib
import itertools
from typing import Any


def solve_challenge(asked: dict[str, Any]) -> dict[str, str]:
    """`{seed, bits}` -> `{seed, nonce}`: SHA-256 of `seed:nonce` begins with `bits` zero bits."""
    seed, bits = str(asked["seed"]), int(asked["bits"])
    for nonce in itertools.count():
        digest = hashlib.sha256(f"{seed}:{nonce}".encode()).digest()
        if int.from_bytes(digest) >> (256 - bits) == 0:
            return {"seed": seed, "nonce": str(nonce)}
    raise AssertionError("counting never ends")
