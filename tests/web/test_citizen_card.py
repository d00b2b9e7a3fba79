"""The text of a citizen card's QR code: old and new cards, what detectors do to it, and what is no card."""

from typing import Any

import pytest

from tests.card_pictures import CARD
from tests.web.modules import run
from web.wards import search_data

ADDRESS = "12/3 Đường số 5, Khu phố 4, Phường 27, Bình Thạnh, TP. Hồ Chí Minh"
READ = {
    "number": "079158001234",
    "name": "Nguyễn Thị Thử Nghiệm",
    "birthDate": {"day": "27", "month": "05", "year": "1958"},
    "sex": "female",
    "address": ADDRESS,
}


def read_card(text: str) -> Any:
    return run("scan/citizen-card", [("readCard", [text])])[0]


def with_part(place: int, said: str) -> str:
    parts = CARD.split("|")
    parts[place] = said
    return "|".join(parts)


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        CARD + "||Nguyễn Văn Cha|Trần Thị Mẹ||",  # a card of 2024 says more
        CARD.rpartition("|")[0],  # without the day of issue
        with_part(1, ""),  # who never had an older card
        "\ufeff" + CARD + "\r\n",
        CARD.replace("|", " | "),
        CARD.encode().decode("latin-1"),  # a detector that takes each byte for a letter
        with_part(2, "Nguyê\u0303n Thi\u0323 Thử Nghiê\u0323m"),
        with_part(3, "27/05/1958"),
        with_part(4, "NỮ"),
    ],
)
def test_a_card_is_read_whatever_its_age_and_its_detector(text: str) -> None:
    assert read_card(text) == READ | {"unread": []}


@pytest.mark.parametrize(
    ("place", "said", "left"),
    [
        (2, "", "name"),
        (2, "0123", "name"),
        (3, "", "birthDate"),
        (3, "31021958", "birthDate"),
        (3, "27051858", "birthDate"),
        (3, "27052958", "birthDate"),
        (3, "19580527", "birthDate"),
        (4, "X", "sex"),
        (5, "", "address"),
        (5, "-", "address"),
    ],
)
def test_what_is_not_understood_is_named_and_the_rest_is_read(place: int, said: str, left: str) -> None:
    rest = {name: value for name, value in READ.items() if name != left}
    assert read_card(with_part(place, said)) == rest | {"unread": [left]}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("00001958", {"day": "", "month": "", "year": "1958"}),
        ("00051958", {"day": "", "month": "05", "year": "1958"}),
    ],
)
def test_a_day_that_nobody_knows_stays_unknown(said: str, read: dict[str, str]) -> None:
    assert read_card(with_part(3, said))["birthDate"] == read


def test_a_man_s_card_and_one_that_ends_early() -> None:
    assert read_card(with_part(4, "Nam"))["sex"] == "male"
    assert read_card("079158001234||Nguyễn Văn Thử|27051958") == {
        "number": "079158001234",
        "name": "Nguyễn Văn Thử",
        "birthDate": READ["birthDate"],
        "unread": ["sex", "address"],
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://hososuckhoe.tphcm.example/?p=79-26911-07",
        "shlink:/eyJ1cmwiOiJodHRwcyJ9",
        "079158001234",
        "07915800123|1|A|27051958|Nam|B|10052021",
        "0791580012345|1|A|27051958|Nam|B|10052021",
        "a|b|c|d|e|f|g",
        "|||||||",
    ],
)
def test_another_code_is_no_card(text: str) -> None:
    assert read_card(text) is None


def proposed(*addresses: str, province: str = "79") -> list[tuple[list[str], str]]:
    calls = [("index", [search_data(province)])]
    ready = run("lists/ward-search", calls)[0]
    results = run("lists/ward-proposal", [("proposeWards", [ready, address]) for address in addresses])
    return [([ward["name"] for ward in result["wards"]], result["street"]) for result in results]


def test_the_ward_of_an_address_is_proposed_by_its_name_of_before_or_of_today() -> None:
    street = "12/3 Đường số 5, Khu phố 4"
    addresses = (
        ADDRESS,
        f"{street}, Phường 27, Quận Bình Thạnh, Thành phố Hồ Chí Minh",
        f"{street}, P.27, Q. Bình Thạnh, TP.Hồ Chí Minh",
        f"{street}, Phường Bình Quới, Thành phố Hồ Chí Minh",
    )
    assert proposed(*addresses) == [(["Phường Bình Quới"], street)] * len(addresses)


def test_an_address_in_a_province_that_was_joined_is_found_too() -> None:
    ((wards, street),) = proposed("Tổ 3, Phú Cường, Thủ Dầu Một, Bình Dương")
    assert (wards[:1], street) == (["Phường Thủ Dầu Một"], "Tổ 3")


@pytest.mark.parametrize(
    "address",
    [
        "Tổ 3, Phường 27, Bình Thạnh, Hà Nội",
        "Tổ 3, Xã Không Có, Huyện Không Có, TP. Hồ Chí Minh",
        "TP. Hồ Chí Minh",
        "Hoa Kỳ",
        ",,,",
    ],
)
def test_no_ward_is_proposed_for_an_address_elsewhere_or_of_no_known_place(address: str) -> None:
    assert proposed(address) == [([], address)]


def test_every_former_ward_is_proposed_by_an_address_as_a_card_writes_it() -> None:
    data = search_data("79")
    wanted, addresses = [], []
    for province, districts in data["former"]:
        for district, names in districts:
            for name, *places in names:
                addresses.append(f"Số 1, {name}, {district}, {province}")
                wanted.append({data["wards"][place][1] for place in places})
    found = proposed(*addresses)
    assert len(found) > 400
    missed = [
        address for address, (wards, _), names in zip(addresses, found, wanted, strict=True) if not names & set(wards)
    ]
    assert missed == []
