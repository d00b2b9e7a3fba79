"""`ssk posters`: what is printed is read in bad light, is signed, and misses nothing that protects people."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]

from health_record import posters as ids
from health_record import wards
from health_record.aws.keyed_hash import KeyedHash
from ops import ssk
from ops.deployment import Deployment, find_in_aws_or_local
from ops.posters import page, reading
from tests.conftest import World, aws, province_world
from tests.posters import poster

ORIGIN = "https://hososuckhoe.tphcm.example"
LONGEST_WARD = max((name for code in ("79", "40", "66") for name in wards.list_wards(code).values()), key=len)


@pytest.fixture(scope="module")
def module_world() -> Iterator[World]:
    with province_world() as made:
        yield made


@pytest.fixture(scope="module")
def deployed(module_world: World) -> Deployment:
    outputs = {"PhoneMacKeyId": module_world.phone_mac_key_id, "PublicOrigin": ORIGIN, "Hotline": "1022"}
    return Deployment(outputs, aws, is_local=False)


@pytest.fixture
def command(deployed: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setattr("ops.posters.find_in_aws_or_local", lambda province: deployed)

    def run(*words: str) -> int:
        return ssk.main(["posters", "--province", "79", "--out", str(tmp_path / "out"), *words])

    return run


def drawn(tmp_path: Path, **changes: Any) -> Path:
    values = {
        "poster_id": "26911-01-k7w2m9qd",
        "ward": "Phường Bình Quới",
        "province": "Thành phố Hồ Chí Minh",
        "station": "",
        "url": f"{ORIGIN}/?p=26911-01-k7w2m9qd",
        "address": "hososuckhoe.tphcm.example",
        "hotline": "1022",
        "sample": False,
    }
    file = tmp_path / "poster.pdf"
    page.draw_poster(page.Poster(**{**values, **changes}), file, "A5")
    return file


def words_of(file: Path) -> str:
    from pypdfium2 import PdfDocument

    with PdfDocument(file) as document:
        text: str = document[0].get_textpage().get_text_bounded()
    return " ".join(text.split())


def test_a_ward_gets_two_sizes_that_a_phone_reads_blurred_turned_and_dimmed(
    command: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--ward", "26911", "--stations", "2", "--check", "--json") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])["posters"]
    assert told == [
        {
            "ward": "26911",
            "ward_name": "Phường Bình Quới",
            "station": station,
            "name": "",
            "poster": poster(station),
            "url": f"{ORIGIN}/?p={poster(station)}",
            "a4": f"26911-{station}-A4.pdf",
            "a5": f"26911-{station}-A5.pdf",
        }
        for station in ("01", "02")
    ]
    with (tmp_path / "out" / "posters.csv").open(encoding="utf-8-sig") as lines:
        assert list(csv.DictReader(lines)) == told
    files = {file.name for file in (tmp_path / "out").iterdir()}
    assert files == {"posters.csv", *(one[size] for one in told for size in ("a4", "a5"))}


def test_every_ward_of_the_city_has_a_code_that_is_read_in_bad_light(module_world: World) -> None:
    """The squares alone, without the sheet, which is the same for all: five pixels each, blurred, turned and dim."""
    codes = sorted(wards.list_wards("79"))
    assert len(codes) == 168
    for code in codes:
        url = f"{ORIGIN}/?p={poster('01', code)}"
        squares = page.qr_modules(url)
        picture = Image.new("L", (len(squares), len(squares)), 255)
        picture.putdata([0 if dark else 255 for line in squares for dark in line])
        sheet = Image.new("L", (5 * len(squares) + 60,) * 2, 255)
        sheet.paste(picture.resize((5 * len(squares),) * 2, Image.Resampling.NEAREST), (30, 30))
        assert reading.read_texts(reading.read_all_codes(sheet)) == [url], code
        assert ids.is_genuine(
            url.partition("?p=")[2], KeyedHash("79", phones=os.environ["SSK_PHONE_MAC_KEY_ID"]).compute
        )
        assert len(url) <= 60


def test_codes_are_of_level_q_and_large_enough() -> None:
    code = page.qrcode.QRCode(error_correction=page.ERROR_CORRECT_Q, border=0)
    code.add_data(f"{ORIGIN}/?p=26911-01-k7w2m9qd")
    code.make(fit=True)
    assert page.qr_modules(f"{ORIGIN}/?p=26911-01-k7w2m9qd") == code.get_matrix()
    assert min(page.QR_SIDE * scale for scale in page.SIZES.values()) >= 40


def test_the_sheet_says_what_to_do_and_what_never_to_do(tmp_path: Path) -> None:
    words = words_of(drawn(tmp_path, station="Trạm y tế điểm 2"))
    for wanted in (
        *("SỔ SỨC KHỎE", "Phường Bình Quới · Thành phố Hồ Chí Minh", "Trạm y tế điểm 2", "hososuckhoe.tphcm.example"),
        *("Quét mã QR", "Gõ số điện thoại", "Trả lời câu hỏi", "Không ai được đòi tiền", "Mã QR bị dán đè"),
        *("Không nói mã 6 chữ số cho bất kỳ ai", "Gọi 1022", "never pay, never tell anyone the code"),
        "26911-01-k7w2m9qd",
    ):
        assert wanted in words
    assert "SAMPLE" not in words


def test_a_local_stacks_posters_say_that_they_are_samples(tmp_path: Path) -> None:
    assert "BẢN THỬ, KHÔNG DÁN" in words_of(drawn(tmp_path, sample=True))


def test_every_letter_of_every_ward_and_province_is_in_the_fonts() -> None:
    page._register_fonts()
    letters = {letter for code in wards._provinces() for name in wards.list_wards(code).values() for letter in name}
    letters |= {letter for code in wards._provinces() for letter in wards.province_name(code)}
    for font in (page.REGULAR, page.BOLD):
        assert letters <= {chr(code) for code in pdfmetrics.getFont(font).face.charToGlyph}


@pytest.mark.parametrize(
    "changes",
    [{"ward": LONGEST_WARD}, {"station": "Điểm trạm y tế số 12, nhà văn hóa khu phố 7 đường Nguyễn Xiển " * 3}],
    ids=["ward", "station"],
)
def test_a_long_name_grows_smaller_and_hides_nothing(tmp_path: Path, changes: dict[str, str]) -> None:
    file = drawn(tmp_path, **changes)
    sheet = reading.render_sheet(file)
    edge = round(sheet.width * 9 / page.WIDTH)
    assert sheet.crop((0, 0, edge, sheet.height)).getextrema() == (255, 255)
    assert sheet.crop((sheet.width - edge, 0, sheet.width, sheet.height)).getextrema() == (255, 255)
    assert reading.read_texts(sheet) == [f"{ORIGIN}/?p=26911-01-k7w2m9qd"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--ward", "00001"), "00001 is no ward of province 79."),
        (("--stations", "0"), "--stations must be 1 to 99."),
        (("--stations", "100"), "--stations must be 1 to 99."),
        (("--province", "74"), "74 is not the code of a province since July 2025."),
        (("--places", "none.csv"), "none.csv is no readable UTF-8 file."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    command: Any, words: tuple[str, ...], reason: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command(*words) == 1
    assert capsys.readouterr().err == f"ssk: {reason}\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "The first line must name the columns ward, station, name."),
        ("ward,name\n26911,x\n", "The first line must name the columns ward, station, name."),
        ("ward,station,name\n26911,01,A\n99999,01,B\n", "Line 3: 99999 is no ward of province 79."),
        ("ward,station,name\n26911,A1,A\n", "Line 2: a station is 1 to 8 digits and small letters, not 'A1'."),
        ("ward,station,name\n26911,01,A\n26911,01,B\n", "Line 3: station 01 of ward 26911 stands on line 2 already."),
        ("ward,station,name\n27007,01,A\n", "places.csv names no station of ward 26911."),
    ],
)
def test_a_fault_in_the_file_of_places_is_told_with_its_line(
    command: Any, content: str, reason: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "places.csv").write_text(content)
    assert command("--places", str(tmp_path / "places.csv"), "--ward", "26911") == 1
    assert capsys.readouterr().err.replace(f"{tmp_path}/", "") == f"ssk: {reason}\n"


def test_stations_have_the_names_that_the_department_gives(command: Any, tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("ward,station,name\n26911,01,Trạm y tế Bình Quới\n26905,cho,Chợ Bình Lợi\n")
    assert command("--places", str(tmp_path / "places.csv")) == 0
    assert "Chợ Bình Lợi" in words_of(tmp_path / "out" / "26905-cho-A4.pdf")


def test_a_stack_of_an_older_version_is_told_so(
    command: Any, deployed: Deployment, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(deployed.outputs, "Hotline")
    assert command("--ward", "26911") == 1
    assert capsys.readouterr().err == "ssk: The deployed stack has no output Hotline: deploy this version first.\n"


def test_with_credentials_the_province_is_that_of_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("ops.deployment._find_in_aws", asked.append)
    find_in_aws_or_local("40")
    assert asked == ["40"]


def test_without_credentials_and_without_a_stack_there_is_nothing_to_sign_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ops.deployment.boto3.session.Session.get_credentials", lambda _: None)
    monkeypatch.setenv("SSK_LOCAL_DIR", str(tmp_path))
    assert ssk.main(["posters", "--province", "40", "--out", str(tmp_path)]) == 1
    assert "There are no AWS credentials here, and no local stack of province 40 runs" in capsys.readouterr().err
