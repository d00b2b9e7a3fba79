"""The printed summary: A4 with its fonts inside, bilingual, self-declared and confirmed told apart."""

import base64
import datetime
import re
import subprocess
import sys
from typing import Any

import time_machine

from functions.declare.view import summary_lines, summary_pdf
from tests.conftest import World
from tests.declare.people import BOB, INSURANCE, NAME, NATIONAL_ID, call, put, sign_in
from tests.declare.test_summary import ALLERGY, SUMMARY, contribute

PDF = f"{SUMMARY}.pdf"
NOW = datetime.datetime(2026, 11, 23, 18, 0, tzinfo=datetime.UTC)


def said(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line.kind, line.text) for line in summary_lines.build_lines(document, "Asia/Ho_Chi_Minh")]


@time_machine.travel(NOW, tick=False)
def test_the_pdf_is_a4_with_its_fonts_inside(world: World) -> None:
    put(sign_in())
    answer = call("GET", PDF, sign_in(level=2))
    content = base64.b64decode(answer.body, validate=True)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="suc-khoe-2026-11-24.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert content.startswith(b"%PDF-1.")
    assert re.search(rb"/MediaBox \[ 0 0 595\.\d+ 841\.\d+ \]", content)
    assert len(re.findall(rb"/FontFile2 ", content)) >= 2
    assert b"/Lang (vi-VN)" in content
    assert len(content) < 60_000
    assert [one["action"] for one in world.items("audit")].count("summary") == 1


@time_machine.travel(NOW, tick=False)
def test_it_says_what_the_document_says_and_who_said_it(world: World) -> None:
    put(sign_in())
    contribute(world)
    lines = said(call("GET", SUMMARY, sign_in(level=2)).json)
    assert lines[:6] == [
        ("title", "Tóm tắt hồ sơ sức khỏe (Patient summary)"),
        ("person", NAME),
        ("note", "Cơ sở y tế đã xem giấy tờ (a facility has seen the card)"),
        ("detail", "Sinh (born): 17/05/1960 · Nữ (female) · Phường Bình Quới, Thành phố Hồ Chí Minh"),
        ("detail", "Giấy tờ, bốn ký tự cuối (documents, last four characters): ••• 2345, ••• 6789"),
        ("note", "Lập lúc (made at) 01:00 24/11/2026"),
    ]
    start = lines.index(("section", "Dị ứng (Allergies and intolerances)"))
    assert lines[start + 1 : start + 4] == [
        ("source", summary_lines.BY_FACILITY),
        ("entry", "Penicillin"),
        ("detail", "Trạm Y tế Thử"),
    ]
    start = lines.index(("section", "Bệnh đang mắc (Problem list)"))
    assert lines[start + 1] == ("source", summary_lines.BY_SELF)
    assert lines[start + 2][0] == "entry"
    start = lines.index(("section", "Thuốc đang dùng (Medication summary)"))
    assert lines[start + 1] == ("detail", "Chưa hỏi, chưa có thông tin. (Not asked, no information.)")
    assert not [text for _, text in lines if NATIONAL_ID in text or INSURANCE in text]


def test_hostile_and_endless_texts_are_printed_as_text(world: World) -> None:
    put(sign_in())
    text = "<b>&amp; <img src='file:///etc/passwd'/> \u0000\u202e " + "x" * 100_000
    contribute(world, ALLERGY | {"code": {"text": text}})
    document = call("GET", SUMMARY, sign_in(level=2)).json
    entry = next(text for kind, text in said(document) if kind == "entry" and text.startswith("<b>"))
    assert abs(len(entry) - summary_lines.LONGEST_TEXT) < 200
    assert entry.endswith("x")
    assert "\u202e" not in entry
    answer = call("GET", PDF, sign_in(level=2))
    assert answer.status == 200
    assert base64.b64decode(answer.body).startswith(b"%PDF-1.")


def test_the_fonts_hold_every_vietnamese_letter() -> None:
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped,import-not-found]

    summary_pdf._styles()
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
    tones = "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
    needed = {ord(one) for one in letters + tones + (letters + tones).upper() + "·…•–—“”°µ²≤≥×"}
    for name in (summary_pdf.REGULAR, summary_pdf.BOLD):
        assert sorted(needed - set(pdfmetrics.getFont(name).face.charToGlyph)) == []


def test_who_may_not_see_the_record_gets_no_pdf(world: World) -> None:
    creator = sign_in()
    put(creator)
    assert call("GET", PDF, creator).status == 200
    assert call("GET", PDF, sign_in()).status == 403
    assert call("GET", PDF, sign_in(BOB, level=2)).status == 404
    assert call("GET", PDF).status == 401


def test_a_pdf_makes_the_calls_of_a_summary(world: World, counted: list[str]) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    counted.clear()
    call("GET", PDF, cookies)
    assert counted == ["UpdateItem", "BatchGetItem", "Decrypt", "Query", "PutItem"]


def test_other_calls_do_not_wait_for_the_printer() -> None:
    program = (
        "import functions.declare.handler, sys; print([m for m in ('reportlab', 'PIL', 'qrcode') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
