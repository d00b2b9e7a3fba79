"""The number of a receipt: signs that nobody confuses, and every way in which one was ever written is read."""

import base64

import pytest

from health_record.record import receipts
from tests.conftest import World

RECORD = "0b8f5a52-6d3e-4c0f-9c7e-2f4f1f0e6a11"
CONFUSED = ("0OQD", "1IL", "2Z", "5S", "6G", "8B", "UV", "MN")  # by eye, by hand, and M with N by ear


def test_no_two_of_the_signs_are_confused() -> None:
    for alike in CONFUSED:
        assert len(set(alike) & set(receipts.SIGNS)) <= 1, alike
    assert len({sign.translate(receipts.READ_ALIKE) for sign in receipts.SIGNS}) == len(receipts.SIGNS) == 20


def test_a_number_is_the_same_each_time_and_another_one_for_each_version(world: World) -> None:
    made = [receipts.make_receipt(world.macs(), "79", RECORD, version) for version in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def former(world: World, version: int, *, translated: bool) -> str:
    """The number as it was given before: base 32, in its last form without I and O."""
    digest = bytes.fromhex(world.macs().compute("receipt", RECORD, str(version)))
    letters = base64.b32encode(digest[:5]).decode()
    letters = letters.translate(str.maketrans("IO", "89")) if translated else letters
    return f"79-{letters[:4]}-{letters[4:]}"


def test_every_number_that_was_ever_given_is_read_as_people_write_it(world: World) -> None:
    for version in range(1, 60):
        new = receipts.make_receipt(world.macs(), "79", RECORD, version)
        for given in (new, former(world, version, translated=True), former(world, version, translated=False)):
            ways = (given, given.lower(), f" {given} ".replace("-", " "), given[3:], given.replace("-", ""))
            alike = given.translate(str.maketrans("OILZSBGU", "0112586V"))
            for written in (*ways, alike):
                read = receipts.read_receipt(written)
                assert read is not None, written
                assert receipts.matcher(world.macs(), read[1])(RECORD, version), (given, written)
                assert not receipts.matcher(world.macs(), read[1])(RECORD, version + 1)


@pytest.mark.parametrize(
    "text", ["", "79", "79-K3C7", "79-K3C7-TM4A-1", "079158001234", "79-K3C7-TM4Ä", "ab-K3C7-TM4A"]
)
def test_what_is_no_number_of_a_receipt_is_not_read(text: str) -> None:
    assert receipts.read_receipt(text) is None
