"""The page's proof of work: a true SHA-256, and nonces that the server's own rule accepts."""

import hashlib
from pathlib import Path

import pytest

from functions.otp.abuse.proof_of_work import count_leading_zero_bits
from functions.otp.limits import Limits
from tests.campaign.people import HASHES_A_SECOND
from tests.web.modules import run

LENGTHS = [*range(54, 66), 0, 1, 119, 120, 1000]  # around the padding's edges


def test_the_digest_is_sha_256_at_every_length_of_padding() -> None:
    messages = [bytes(at % 256 for at in range(length)) for length in LENGTHS]
    digests = run("account/sha256", [("sha256", [list(message)]) for message in messages])
    for message, words in zip(messages, digests, strict=True):
        packed = b"".join((word & 0xFFFFFFFF).to_bytes(4, "big") for word in words)
        assert packed == hashlib.sha256(message).digest()


@pytest.mark.parametrize("bits", [0, 1, 8, 12])
def test_the_nonce_does_the_work_that_was_asked_for(bits: int) -> None:
    nonce = run("account/proof-of-work", [("solve", ["29345678.4f1c.hạt", bits])])[0]
    assert count_leading_zero_bits(hashlib.sha256(f"29345678.4f1c.hạt:{nonce}".encode()).digest()) >= bits


@pytest.mark.parametrize(
    ("words", "bits"), [([-1], 0), ([1], 31), ([0, -1], 32), ([0, 0x0FFFFFFF], 36), ([0] * 8, 256)]
)
def test_leading_zero_bits_are_counted_over_words(words: list[int], bits: int) -> None:
    assert run("account/proof-of-work", [("zeroBits", [words])]) == [bits]


LONGEST_SECONDS = 25
MEASURED_BITS = 14
MOST_TIMES_BUILT_IN = 12


def test_the_work_of_a_proven_network_takes_a_cheap_phone_seconds() -> None:
    """Of a thousand people 999 find the nonce within 6.9 times the hashes that are needed on average."""
    limits = Limits()
    assert 2**limits.work_bits * 6.9 / HASHES_A_SECOND < LONGEST_SECONDS
    assert 2**limits.work_bits_most / HASHES_A_SECOND < LONGEST_SECONDS


def test_the_page_s_hash_is_no_multiple_slower_than_it_has_to_be() -> None:
    """A ratio in one process, the least of several: a busy machine slows both."""
    assert min(run("work-speed", [("measure", [MEASURED_BITS])] * 5, Path(__file__).parent)) < MOST_TIMES_BUILT_IN
