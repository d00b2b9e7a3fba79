"""What the privacy notice says of the place of the data is true of every province."""

import tomllib
from pathlib import Path

import pytest

PROVINCES = sorted((Path(__file__).parents[2] / "infrastructure/provinces").glob("*.toml"))


@pytest.mark.parametrize(
    ("name", "place", "subjects"),
    [
        (
            "privacy.html",
            "ở Singapore",
            ("kiểm soát dữ liệu", "Giữ trong bao lâu", "Khiếu nại", "VNeID", "ở nước ngoài"),
        ),
        ("en/privacy.html", "in Singapore", ("controls the data", "For how long", "complain", "VNeID", "abroad")),
    ],
)
def test_the_notice_names_controller_purposes_periods_place_rights_and_vneid(
    site: Path, name: str, place: str, subjects: tuple[str, ...]
) -> None:
    text = (site / name).read_text("utf-8")
    assert place in text
    assert all(subject in text for subject in subjects)
    regions = {tomllib.loads(path.read_text("utf-8"))["region"] for path in PROVINCES}
    assert regions == {"ap-southeast-1"}  # AWS's name of Singapore
