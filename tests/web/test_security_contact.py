"""Whoever finds a weakness learns from the site whom to tell (RFC 9116)."""

import datetime
from pathlib import Path

import pytest

from ops.local.site import content_type
from web.build import build_site

NAME = ".well-known/security.txt"


@pytest.mark.parametrize(
    ("today", "expires"),
    [("2026-11-30", "2027-10-01"), ("2027-01-31", "2027-12-01"), ("2027-02-01", "2028-01-01")],
)
def test_the_site_names_the_hotline_and_an_end_within_a_year(tmp_path: Path, today: str, expires: str) -> None:
    build_site("79", tmp_path, hotline="1022", languages=["vi"], today=datetime.date.fromisoformat(today))

    lines = (tmp_path / NAME).read_text("utf-8").splitlines()
    assert lines == [
        "Contact: tel:1022;phone-context=+84",
        f"Expires: {expires}T00:00:00Z",
        "Preferred-Languages: vi",
    ]


def test_it_is_served_as_plain_text_of_utf_8() -> None:
    assert content_type(NAME) == "text/plain; charset=utf-8"
