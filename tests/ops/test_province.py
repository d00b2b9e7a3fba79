"""`ssk province new`: a file that reads without a fault, or none."""

import shutil
from pathlib import Path

import pytest

from infrastructure.config.settings import PROVINCES, read_provinces
from infrastructure.provinces import PROVINCES_SINCE_JULY_2025
from ops.ssk import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of settings with Ho Chi Minh City alone."""
    shutil.copy(PROVINCES / "79.toml", tmp_path)
    return tmp_path


def new(
    folder: Path, code: str, *words: str, domain: str = "hososuckhoe.other.example", sender: str = "OtherSK"
) -> int:
    command = ["province", "new", "--folder", str(folder), "--code", code, "--domain", domain, "--sender-id", sender]
    return main([*command, *words])


def test_a_new_province_reads_as_the_words_say(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(folder, "66", "--hotline", "18001080", "--daily-budget-vnd", "3000000") == 0

    made = read_provinces(folder)["66"]
    assert (made.name, made.predecessors, made.stack_name) == ("Tỉnh Đắk Lắk", ["54"], "ssk-66")
    assert (made.domain, made.hotline, made.languages) == ("hososuckhoe.other.example", "18001080", ["vi", "en"])
    assert (made.sms.sender_id, made.sms.daily_budget_vnd) == ("OtherSK", 3_000_000)
    assert made.alarms.receiver == "van-hanh@so-y-te-66.example"
    assert "66.toml is written." in capsys.readouterr().out


def test_what_nobody_said_is_nobody_s_and_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(folder, "66", domain="hososuckhoe.daklak.gov.vn") == 0
    told = capsys.readouterr().out
    assert "alarms.receiver is van-hanh@so-y-te-66.example, which is nobody's" in told
    assert "alarms.runbooks is https://van-hanh.so-y-te-66.example/operations, which is nobody's" in told
    assert "domain is" not in told

    said = ("--receiver", "truc@syt.daklak.gov.vn", "--runbooks", "https://syt.daklak.gov.vn/van-hanh")
    assert new(folder, "40", *said, domain="hososuckhoe.nghean.gov.vn", sender="NgheAnSK") == 0
    assert "nobody's" not in capsys.readouterr().out


def test_every_province_of_the_country_can_have_its_file(tmp_path: Path) -> None:
    for code in PROVINCES_SINCE_JULY_2025:
        assert new(tmp_path, code, domain=f"hososuckhoe.p{code}.example", sender=f"Tinh{code}") == 0

    made = read_provinces(tmp_path)
    assert set(made) == set(PROVINCES_SINCE_JULY_2025)
    assert made["75"].name == "Thành phố Đồng Nai"


@pytest.mark.parametrize(
    ("code", "words", "fault"),
    [
        ("79", {}, "79.toml is there already: change it by hand, or remove it first"),
        ("74", {}, "74 is not the code of a province since July 2025"),
        ("../40", {}, "../40 is not the code of a province since July 2025"),
        ("40", {"sender": "SoSucKhoe"}, "79.toml line 14: sms.sender_id is the same as that of province 40"),
        ("40", {"sender": "12345"}, "40.toml line 14: sms.sender_id must be 3 to 11 letters and digits"),
        ("40", {"domain": 'x"\nconcurrency = 1'}, "40.toml: "),
    ],
)
def test_a_faulty_wish_is_told_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], code: str, words: dict[str, str], fault: str
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    assert new(folder, code, **words) == 1

    assert f"ssk: nothing is written: {fault}" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_several_faults_are_told_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(folder, "40", "--hotline", "call us", "--daily-budget-vnd", "0", sender="a b") == 1

    told = capsys.readouterr().err
    assert "40.toml line 10: hotline must be 3 to 11 digits" in told
    assert "40.toml line 14: sms.sender_id must be" in told
    assert "40.toml line 16: sms.daily_budget_vnd must pay for one message at least" in told
