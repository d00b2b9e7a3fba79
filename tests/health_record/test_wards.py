"""Wards of July 2025 by code."""

import pytest

from health_record import wards
from health_record.wards import Ward


def test_a_ward_is_found_by_its_code() -> None:
    assert wards.find("26911") == Ward("26911", "Phường Bình Quới", "79")
    assert wards.find("00000") is None
    assert wards.find("") is None


@pytest.mark.parametrize(
    ("code", "province", "belongs"),
    [
        ("26911", "79", True),
        ("26911", "01", False),
        ("00004", "01", True),
        ("00004", "79", False),
        ("269", "79", False),
    ],
)
def test_a_ward_belongs_to_one_province(code: str, province: str, belongs: bool) -> None:
    assert (wards.find_in_province(code, province) is not None) == belongs


def test_all_wards_are_there_and_no_code_is_in_two_provinces() -> None:
    provinces = [code for code in (f"{number:02}" for number in range(100)) if _known(code)]
    codes = [code for province in provinces for code in wards.list_wards(province)]
    assert (len(provinces), len(codes), len(set(codes))) == (34, 3321, 3321)
    assert all(len(code) == 5 and code.isdigit() for code in codes)
    assert len(wards.list_wards("79")) == 168


def test_a_province_has_a_name_and_an_unknown_one_is_an_error() -> None:
    assert wards.province_name("79") == "Thành phố Hồ Chí Minh"
    with pytest.raises(KeyError):
        wards.list_wards("80" * 2)


def _known(province: str) -> bool:
    try:
        wards.list_wards(province)
    except KeyError:
        return False
    return True
