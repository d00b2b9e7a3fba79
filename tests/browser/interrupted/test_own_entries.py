"""What a person does with what facilities recorded: say it is wrong, print an emergency card, keep an appointment."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.interrupted.server import RECORD, Server
from tests.browser.journey import Journey

ENTRY = "22222222-2222-4333-8444-555555555555"
SUMMARY = "GET /v1/records/*/summary"
WRONG = {"system": "urn:x-so-suc-khoe:dispute", "code": "disputed", "display": "Tôi không dị ứng"}


def bundle(*tags: dict[str, str]) -> dict[str, Any]:
    """The own summary: an allergy that a facility recorded, one that the person declared, and no medicine known."""
    facility = [{"system": "urn:x-so-suc-khoe:source", "code": "facility"}, *tags]
    row = "<tr><td>{}</td><td>11/2026</td><td>Bệnh viện Thử</td></tr>"
    rows = row.format('<span lang="vi">Penicilin</span><span lang="en"> (Penicillin)</span>') + row.format("Tôm")
    sections = [
        {
            "title": "Dị ứng (Allergies)",
            "code": {"coding": [{"code": "48765-2"}]},
            "text": {"div": f"<div><table><tbody>{rows}</tbody></table></div>"},
            "entry": [{"reference": f"AllergyIntolerance/{ENTRY}"}, {"reference": "AllergyIntolerance/declared"}],
        },
        {
            "title": "Thuốc (Medicines)",
            "code": {"coding": [{"code": "10160-0"}]},
            "emptyReason": {"text": "Không dùng thuốc nào (No medicines)"},
        },
    ]
    patient = {
        "resourceType": "Patient",
        "id": RECORD,
        "name": [{"text": "Nguyễn Thị Thử Nghiệm"}],
        "birthDate": "1958-05-27",
        "contact": [{"name": {"text": "Trần Văn Con"}, "telecom": [{"value": "0912345678"}]}],
    }
    resources: list[dict[str, Any]] = [
        {"resourceType": "Composition", "id": "c", "section": sections},
        patient,
        {"resourceType": "AllergyIntolerance", "id": ENTRY, "meta": {"tag": facility}},
        {"resourceType": "AllergyIntolerance", "id": "declared", "meta": {"tag": [{"code": "self-declared"}]}},
    ]
    return {"timestamp": "2026-11-30T04:00:00Z", "entry": [{"resource": resource} for resource in resources]}


@pytest.fixture
def own(journey: Journey, server: Server) -> Journey:
    """The person at level 2."""
    server.level, server.pin_set = 2, True
    server.says[SUMMARY] = {"json": bundle()}
    return journey


def test_each_entry_of_a_facility_can_be_said_to_be_wrong_and_that_be_taken_back(own: Journey, server: Server) -> None:
    page = own.page
    own.opens(f"/records.html#summary/{RECORD}")
    own.has_come("summary")
    expect(page.get_by_role("button", name="Báo chỗ sai")).to_have_count(
        1
    )  # what the person declared is theirs to correct
    expect(page.locator("article.person")).to_contain_text("Gọi cho: Trần Văn Con, 0912345678")
    page.get_by_role("button", name="Báo chỗ sai Penicilin").click()
    expect(page.get_by_label("Sai chỗ nào?")).to_be_focused()
    own.is_accessible()
    page.get_by_role("button", name="Gửi").click()
    own.sees_the_error("Hãy ghi sai chỗ nào")
    page.get_by_role("button", name="Thôi, không báo Penicilin").click()
    expect(page.get_by_role("button", name="Báo chỗ sai Penicilin")).to_be_focused()
    expect(page.locator("#errors")).to_be_hidden()
    expect(page.get_by_label("Sai chỗ nào?")).to_be_hidden()
    page.keyboard.press("Enter")
    page.get_by_label("Sai chỗ nào?").fill("  Tôi không dị ứng ")
    server.says[SUMMARY] = {"json": bundle(WRONG)}
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Gửi Penicilin").click()
    assert sent.value.post_data_json == {"resource": f"AllergyIntolerance/{ENTRY}", "reason": "Tôi không dị ứng"}
    expect(page.locator("#status")).to_contain_text("Đã ghi lời bạn")
    expect(page.get_by_role("button", name="Rút lại lời báo Penicilin")).to_be_focused()
    own.is_accessible()
    server.says[SUMMARY] = {"json": bundle()}
    with page.expect_request(lambda request: request.method == "DELETE") as taken:
        page.get_by_role("button", name="Rút lại lời báo").click()
    assert taken.value.url.endswith(f"/v1/records/{RECORD}/disputes/AllergyIntolerance/{ENTRY}")
    expect(page.locator("#status")).to_contain_text("Đã rút lại lời báo")
    expect(page.get_by_role("button", name="Báo chỗ sai Penicilin")).to_be_focused()


def test_what_the_server_refuses_of_it_is_said(own: Journey, server: Server) -> None:
    own.opens(f"/records.html#summary/{RECORD}")
    own.page.get_by_role("button", name="Báo chỗ sai").click()
    own.page.get_by_label("Sai chỗ nào?").fill("Sai")
    server.says["POST /v1/records/*/disputes"] = {"status": 404, "json": {"detail": "Hồ sơ không có mục này."}}
    own.page.get_by_role("button", name="Gửi").click()
    own.sees_the_error("Hồ sơ không có mục này.")


def test_the_emergency_card_is_of_wallet_size_and_says_what_counts(own: Journey) -> None:
    page = own.page
    own.opens(f"/records.html#record/{RECORD}")
    page.get_by_role("link", name="Thẻ cấp cứu để in").click()
    own.has_come("card")
    card = page.locator(".card")
    for words in (
        "Nguyễn Thị Thử Nghiệm",
        "27/05/1958",
        "• Penicilin • Tôm",
        "Không dùng thuốc nào",
        "Trần Văn Con, 0912345678",
    ):
        expect(card).to_contain_text(words)
    own.is_accessible()
    page.emulate_media(media="print")
    box = card.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (
        pytest.approx(85.6 / 25.4 * 96, abs=1),
        pytest.approx(54 / 25.4 * 96, abs=1),
    )
    expect(page.get_by_role("button", name="In trang này")).to_be_hidden()
    expect(page.locator(".bar")).to_be_hidden()
    page.emulate_media(media="screen")


def test_the_emergency_card_says_what_is_doubtful_and_what_is_told_elsewhere(own: Journey, server: Server) -> None:
    told = bundle()
    allergies, medicines = told["entry"][0]["resource"]["section"]
    elsewhere = "Có dị ứng ghi ở phần khác: sốc phản vệ penicillin (An allergy is told elsewhere)"
    allergies["extension"] = [{"valueAnnotation": {"text": elsewhere}}]
    rows = "".join(f"<tr><td>{words}</td><td></td><td></td></tr>" for words in ("Warfarin 5 mg", "Suy tim", "Aspirin"))
    differing = {
        "title": "Các nguồn nói khác nhau, cần hỏi lại (Statements that differ, ask again)",
        "code": {"coding": [{"code": "differing"}]},
        "text": {"div": f"<div><table><tbody>{rows}</tbody></table></div>"},
        "entry": [{"reference": each} for each in ("MedicationStatement/w", "Condition/h", "AllergyIntolerance/a")],
    }
    told["entry"][0]["resource"]["section"] = [allergies, medicines, differing]
    server.says[SUMMARY] = {"json": told}
    own.opens(f"/records.html#card/{RECORD}")
    own.has_come("card")
    card = own.page.locator(".card")
    expect(card).to_contain_text(
        "• Penicilin • Tôm • Có dị ứng ghi ở phần khác: sốc phản vệ penicillin • hỏi lại: Aspirin"
    )
    expect(card).to_contain_text("• Không dùng thuốc nào • hỏi lại: Warfarin 5 mg")
    expect(card).not_to_contain_text("Suy tim")
    own.is_accessible()


REFUSAL = "NGƯỜI BỆNH CÓ ĐIỀU TỪ CHỐI HOẶC DẶN TRƯỚC: Không nhận máu [đạo]"
DEAD = {"system": "urn:x-so-suc-khoe:record", "code": "told-dead", "display": "ĐÃ TỬ VONG (DIED)"}


@pytest.mark.parametrize("refuses", [False, True])
def test_the_emergency_card_says_what_the_person_refuses_in_advance(
    own: Journey, server: Server, *, refuses: bool
) -> None:
    told = bundle()
    display = f"{REFUSAL} (THE PERSON REFUSED SOMETHING IN ADVANCE: Không nhận máu [đạo])"
    tag = {"system": "urn:x-so-suc-khoe:record", "code": "refuses", "display": display}
    told["entry"][1]["resource"]["meta"] = {"tag": [tag, DEAD] if refuses else [DEAD]}
    server.says[SUMMARY] = {"json": told}
    own.opens(f"/records.html#card/{RECORD}")
    own.has_come("card")
    card = own.page.locator(".card")
    expect(card.get_by_text(REFUSAL, exact=True)).to_have_count(int(refuses))
    expect(card).not_to_contain_text("TỬ VONG")
    own.is_accessible()


@pytest.mark.parametrize("has_others", [False, True])
def test_the_emergency_card_says_which_allergies_are_over_where_it_names_none(
    own: Journey, server: Server, *, has_others: bool
) -> None:
    told = bundle()
    allergies, medicines = told["entry"][0]["resource"]["section"]
    if not has_others:
        del allergies["entry"], allergies["text"]
        words = "Chưa hỏi hiện nay có hay không. Xem phần “Dị ứng đã hết”."
        allergies["emptyReason"] = {"text": f"{words} (Not asked whether there is any now. See “Past allergies”.)"}
    row = "<tr><td>{}</td><td></td><td></td></tr>"
    past = {
        "title": "Dị ứng đã hết (Past allergies)",
        "code": {"coding": [{"code": "past-allergies"}]},
        "text": {"div": f"<div><table><tbody>{row.format('đã hết dị ứng: Sữa')}</tbody></table></div>"},
        "entry": [{"reference": "AllergyIntolerance/p"}],
    }
    ruled_out = ("ĐÃ LOẠI TRỪ DỊ ỨNG: Cua", "Lao")
    not_so = {
        "title": "Đã loại trừ (Ruled out)",
        "code": {"coding": [{"code": "not-so"}]},
        "text": {"div": f"<div><table><tbody>{''.join(map(row.format, ruled_out))}</tbody></table></div>"},
        "entry": [{"reference": "AllergyIntolerance/n"}, {"reference": "Condition/l"}],
    }
    told["entry"][0]["resource"]["section"] = [allergies, medicines, past, not_so]
    server.says[SUMMARY] = {"json": told}
    own.opens(f"/records.html#card/{RECORD}")
    own.has_come("card")
    card = own.page.locator(".card")
    expect(card).to_contain_text("Penicilin" if has_others else "• Chưa hỏi hiện nay có hay không.")
    for words in ("• đã hết dị ứng: Sữa", "• ĐÃ LOẠI TRỪ DỊ ỨNG: Cua"):
        expect(card.get_by_text(words)).to_have_count(int(not has_others))
    expect(card).not_to_contain_text("Lao")


def test_a_re_examination_becomes_a_calendar_file(own: Journey, server: Server) -> None:
    visit = {
        "id": "a" * 32,
        "resource": f"Encounter/{ENTRY}",
        "facility": "Bệnh viện Thử Nghiệm",
        "begin": "2026-10-05",
        "care": {"vi": "Khám bệnh", "en": "Examination"},
        "diagnoses": [],
        "medicines": [],
        "appointment": "2026-11-02",
    }
    server.says["GET /v1/records/*/episodes"] = {"json": {"episodes": [visit]}}
    own.opens(f"/records.html#visits/{RECORD}")
    own.has_come("visits")
    own.is_accessible()
    with own.page.expect_download() as saved:
        own.page.get_by_role("button", name="Thêm ngày hẹn vào lịch").click()
    assert saved.value.suggested_filename == "hen-kham-lai.ics"
    text = saved.value.path().read_text("utf-8")
    assert "DTSTART;VALUE=DATE:20261102" in text
    assert "Khám lại: Bệnh viện" in text
