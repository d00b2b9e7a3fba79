"""The search for a ward: new and former names, with or without accents; a divided ward leaves the choice."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.modules import run
from web.build import HERE
from web.wards import WARDS, search_data

DATA = search_data("79")
PROVINCES = list(json.loads(WARDS.read_text("utf-8"))["provinces"])


def searched(*queries: str, data: dict[str, Any] = DATA) -> list[dict[str, Any]]:
    return run("lists/ward-search", [("index", [data]), *(("search", [{"result": 0}, query]) for query in queries)])[1:]


def names(result: dict[str, Any]) -> list[str]:
    return [ward["name"] for ward in result["found"]]


def test_former_wards_by_number_and_district_lead_to_the_new_ward() -> None:
    queries = [
        "Phường 27 Bình Thạnh",
        "phuong 27 binh thanh",
        "p27 binh thanh",
        "P.27, Q. Bình Thạnh",
        "27 Bình Thạnh",
        "PHƯỜNG 27, QUẬN BÌNH THẠNH, TP HỒ CHÍ MINH".removesuffix(", TP HỒ CHÍ MINH"),
    ]
    for query, result in zip(queries, searched(*queries), strict=True):
        assert result["found"] == [
            {"code": "26911", "name": "Phường Bình Quới", "former": ["Phường 27 (Quận Bình Thạnh)"]}
        ], query


def test_accents_and_case_are_forgiven() -> None:
    for result in searched("binh quoi", "Bình Quới", "BÌNH QUỚI", "phường bình quới", "Binh Quoi"):
        assert names(result)[0] == "Phường Bình Quới"


def test_decomposed_letters_as_some_phones_send_them_are_found() -> None:
    assert names(searched("Bi\u0300nh Quo\u031b\u0301i")[0])[0] == "Phường Bình Quới"


def test_a_former_district_offers_every_ward_that_came_of_it() -> None:
    found = names(searched("Quận Bình Thạnh")[0])
    assert found[0] == "Phường Bình Thạnh"
    assert set(found) == {
        "Phường Bình Lợi Trung",
        "Phường Bình Quới",
        "Phường Bình Thạnh",
        "Phường Gia Định",
        "Phường Thạnh Mỹ Tây",
    }


def test_ward_and_district_numbers_are_not_confused() -> None:
    one, other = searched("phường 1 quận 3", "phường 3 quận 11")
    assert one["found"][0]["former"] == ["Phường 1 (Quận 3)"]
    assert all("(Quận 11)" in former for ward in other["found"] for former in ward["former"])
    assert len(other["found"]) == 1


def test_a_divided_ward_offers_all_its_parts_and_says_so() -> None:
    divided = next(
        (province, district, name, parts)
        for province, districts in DATA["former"]
        for district, wards in districts
        for name, *parts in wards
        if len(parts) > 1 and not any(letter.isdigit() for letter in name)
    )
    _, district, name, parts = divided
    result = searched(f"{name} {district}")[0]
    assert {DATA["wards"][part][1] for part in parts} <= set(names(result))
    assert result["divided"] == [f"{name} ({district})"]


def test_nothing_is_found_for_nonsense_and_for_nothing() -> None:
    for result in searched("", "   ", "xyzzy", "phường"):
        assert result == {"found": [], "divided": [], "more": False}


def test_many_matches_are_cut_and_say_so() -> None:
    result = searched("binh")[0]
    assert (len(result["found"]), result["more"]) == (12, True)


def test_every_ward_of_the_country_is_found_by_its_own_name_and_every_former_one_by_its_name() -> None:
    calls: list[tuple[str, list[Any]]] = []
    expected: list[set[str] | None] = []
    for code in PROVINCES:
        data, place = search_data(code), len(calls)
        calls.append(("index", [data]))
        expected.append(None)
        for query, codes in everything(data):
            calls.append(("search", [{"result": place}, query]))
            expected.append(codes)
    results = run("lists/ward-search", calls)
    assert len(expected) == 34 + 3321 + 10035
    for call, wanted, result in zip(calls, expected, results, strict=True):
        assert wanted is None or wanted & {ward["code"] for ward in result["found"]}, call


def everything(data: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """What a person may type, and the wards of which one must be found."""
    for ward, name in data["wards"]:
        yield name, {ward}
    for _, districts in data["former"]:
        for district, names_of in districts:
            for name, *parts in names_of:
                yield f"{name} {district}", {data["wards"][part][0] for part in parts}


@pytest.mark.parametrize("code", ["00", "79x"])
def test_an_unknown_province_has_no_wards(code: str) -> None:
    with pytest.raises(KeyError, match=code):
        search_data(code)


def test_the_data_of_every_province_are_light() -> None:
    sizes = {code: len(json.dumps(search_data(code), ensure_ascii=False).encode()) for code in PROVINCES}
    assert max(sizes.values()) < 64 * 1024
    assert (HERE / "data/former_wards.json").stat().st_size < 512 * 1024


@pytest.mark.parametrize(
    ("typed", "ward"),
    [
        ("ấp 3, xã Hóc Môn", "Xã Hóc Môn"),
        ("12/3 đường số 5, phường 27, Bình Thạnh", "Phường Bình Quới"),
        ("khu phố 2 bình quới", "Phường Bình Quới"),
        ("Bình Quới, TP HCM", "Phường Bình Quới"),
        ("phuong 27 binh thanh tphcm", "Phường Bình Quới"),
    ],
)
def test_words_around_a_name_are_passed_over(typed: str, ward: str) -> None:
    assert names(searched(typed)[0])[0] == ward


def test_words_that_name_nothing_find_nothing() -> None:
    assert names(searched("xyzw qqq")[0]) == []
