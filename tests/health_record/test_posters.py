"""A poster's id is short, says where it hangs, and cannot be invented."""

import pytest

from health_record import posters
from health_record.aws.keyed_hash import compute_mac, derive_subkey


def mac_of(root: bytes) -> posters.Mac:
    return lambda purpose, *parts: compute_mac(derive_subkey(root, purpose), *parts)


OURS, THEIRS = mac_of(b"79"), mac_of(b"40")
KNOWN = "26911-01-" + posters.make_poster_id(OURS, "26911", "01")[-8:]


def test_an_id_says_ward_and_station_and_is_the_same_each_time() -> None:
    assert posters.make_poster_id(OURS, "26911", "01") == KNOWN
    assert len(KNOWN) == 17
    assert posters.is_genuine(KNOWN, OURS)


def test_another_province_did_not_make_it() -> None:
    assert not posters.is_genuine(KNOWN, THEIRS)


@pytest.mark.parametrize("place", range(17))
def test_a_changed_letter_is_seen(place: int) -> None:
    other = "0" if KNOWN[place] != "0" else "1"
    assert not posters.is_genuine(KNOWN[:place] + other + KNOWN[place + 1 :], OURS)


@pytest.mark.parametrize(
    "text",
    [None, 7, "", KNOWN.upper(), f" {KNOWN}", f"{KNOWN}\n", KNOWN[:-1], f"{KNOWN}0", KNOWN[6:], "٢٦٩١١" + KNOWN[5:]],
)
def test_what_has_another_form_is_none_and_no_mac_is_made(text: object) -> None:
    def never(*_: str) -> str:
        raise AssertionError("a MAC was made")

    assert not posters.is_genuine(text, never)


def test_ids_are_spread_over_all_letters() -> None:
    ids = {posters.make_poster_id(OURS, "26911", str(number)) for number in range(2000)}
    assert {letter for one in ids for letter in one[-8:]} == set(posters.ALPHABET)
    assert len({one[-8:] for one in ids}) == 2000


@pytest.mark.parametrize(
    ("station", "fits"), [("", 0), ("1", 1), ("12345678", 1), ("123456789", 0), ("A", 0), ("a-b", 0), ("²", 0)]
)
def test_a_station_is_one_to_eight_digits_and_small_letters(station: str, fits: bool) -> None:
    assert posters.is_station(station) == bool(fits)
