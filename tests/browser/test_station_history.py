"""Visits and results over time on a station's page in Chromium: lists, drawings and tables, and whom they open to."""

import datetime
import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import expect

from ops.local.stack_location import StackLocation
from tests.browser.conftest import PIN
from tests.browser.station import Station
from tests.hospital_file.files import OUTPATIENT, inside
from tests.stack.test_journey import BORN, StackJourney

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7))).date()


def quantity(code: str, words: str, value: float, unit: str) -> dict[str, Any]:
    amount = {"value": value, "unit": unit.replace("[Hg]", "Hg"), "system": UCUM, "code": unit}
    return {"code": {"coding": [{"system": LOINC, "code": code}], "text": words}, "valueQuantity": amount}


def observation(record_id: str, days_ago: int, **content: Any) -> dict[str, Any]:
    day = (TODAY - datetime.timedelta(days_ago)).isoformat()
    category = [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}
    ]
    about = {
        "subject": {"reference": f"Patient/{record_id}"},
        "performer": [{"display": "BS. Thử"}],
        "category": category,
    }
    return {
        "resourceType": "Observation",
        "id": str(uuid.uuid4()),
        "status": "final",
        "effectiveDateTime": day,
        **about,
        **content,
    }


def measured(record_id: str) -> list[dict[str, Any]]:
    """Half a year of pressure and weight, as another facility's software wrote them."""
    found = []
    for days_ago, systolic, diastolic, weight in (
        (180, 152, 95, 56.5),
        (120, 146, 92, 56),
        (60, 138, 88, 55.2),
        (5, 131, 82, 54),
    ):
        parts = [
            quantity("8480-6", "Tâm thu", systolic, "mm[Hg]"),
            quantity("8462-4", "Tâm trương", diastolic, "mm[Hg]"),
        ]
        code = {"coding": [{"system": LOINC, "code": "85354-9"}], "text": "Huyết áp"}
        found.append(observation(record_id, days_ago, code=code, component=parts))
        found.append(observation(record_id, days_ago, **quantity("29463-7", "Cân nặng", weight, "kg")))
    return found


def has_a_history(person: StackJourney) -> None:
    """What facilities wrote before: measurements, and a hospital's file."""
    entries = [
        {
            "resource": each,
            "request": {"method": "PUT", "url": f"Observation/{each['id']}"},
            "fullUrl": f"urn:uuid:{each['id']}",
        }
        for each in measured(person.record_id)
    ]
    answer = person.facility.transaction({"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert answer.status == 200, answer.json

    def theirs(text: str) -> str:
        own = text.replace("079156000123", person.national_id).replace("195600000000", f"{BORN.replace('-', '')}0000")
        return own.replace("799992026100500001", "799992026100500077")  # the example's is the sandbox's

    file = inside(OUTPATIENT, theirs).replace(b"<NGAYLAP>20261005<", f"<NGAYLAP>{TODAY:%Y%m%d}<".encode())
    sent = person.facility.hospital_file(file)
    (entry,) = sent.json["entry"]
    assert entry["response"]["status"][:3] in ("200", "201"), sent.json  # 200 where an earlier test sent it for another


@pytest.fixture(scope="module")
def person(person: StackJourney) -> StackJourney:
    has_a_history(person)
    return person


def test_the_last_visits_are_listed_with_diagnoses_and_medicines(at_work: Station, person: StackJourney) -> None:
    at_work.opens(person, BORN)
    at_work.presses("Các lần khám")
    at_work.arrives("visits")
    visit = at_work.shown.locator(".entries > li").first
    for words in (
        "05/10/2026",
        "Khám bệnh",
        "Tái khám tăng huyết áp",
        "E11.9",
        "Amlodipin Thử 5mg",
        "Uống sau ăn sáng",
    ):
        expect(visit).to_contain_text(words)
    at_work.looks_right("visits")
    at_work.presses("Xem cả những năm trước")
    expect(at_work.shown).to_contain_text("Tất cả những gì đã ghi")
    expect(at_work.shown.locator("h1")).to_be_focused()
    at_work.goes_back()
    at_work.arrives("person")


def test_results_are_drawn_told_in_words_and_stand_in_tables(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    at_work.presses("Kết quả theo thời gian")
    at_work.arrives("results")
    charts = at_work.shown.get_by_role("img")
    expect(charts).to_have_count(2)  # one glucose makes no line
    first = (TODAY - datetime.timedelta(180)).strftime("%d/%m/%Y")
    expect(charts.first).to_have_attribute("aria-label", re_of("Huyết áp, mmHg: 4 lần", f"152/95 ({first})", "131/82"))
    tables = at_work.shown.locator("table")
    expect(tables).to_have_count(4)
    expect(tables.nth(0).locator("tbody tr").first).to_contain_text("Tâm thu 131 mmHg, Tâm trương 82 mmHg")
    expect(tables.nth(1)).to_contain_text("7,8 mmol/L")
    expect(tables.nth(2).locator("tbody tr")).to_have_count(5)  # four, and the hospital's
    expect(tables.nth(3)).to_contain_text("Creatinin")
    expect(tables.nth(3)).to_contain_text("Dày nhẹ vách liên thất")  # a report of words alone
    at_work.looks_right("results")
    page.set_viewport_size({"width": 360, "height": 640})
    place = tables.nth(3).locator("td", has_text="Cholesterol").first.bounding_box()
    assert place
    assert place["width"] > 90  # names of more than one syllable a line, beside long words of a report
    at_work.presses("In")
    page.evaluate("location.hash = '#measure'")
    at_work.arrives("measure")
    page.locator("#measure-pressure").fill("128/80")
    at_work.shown.locator("form button").click()
    at_work.arrives("write")
    expect(page.locator("#waiting")).to_be_hidden(timeout=90_000)  # a new device is not known everywhere at once
    page.evaluate("location.hash = '#results'")
    expect(tables.nth(0).locator("tbody tr")).to_have_count(5)
    expect(tables.nth(0).locator("tbody tr").first).to_contain_text("128")
    at_work.leaves_the_person()
    assert "Creatinin" not in page.content()


def test_without_consent_they_open_by_the_code_that_the_person_shows(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    page = at_work.page
    closed = StackJourney(stack, stack_place, shares=False)
    link = closed.go_and_share(PIN)
    at_work.opens(closed, BORN)
    at_work.presses("Kết quả theo thời gian")
    at_work.arrives("results")
    expect(at_work.shown).to_contain_text("chưa đồng ý")
    at_work.goes_back()
    at_work.presses("Xem tóm tắt")
    page.locator("#share-link").fill(link)
    page.get_by_role("button", name="Xem bằng mã QR").click()
    expect(page.locator("#summary-content")).to_contain_text("Tăng huyết áp")
    at_work.goes_back()
    at_work.presses("Kết quả theo thời gian")
    expect(at_work.shown).to_contain_text("Chưa có cơ sở nào ghi gì")


def re_of(*words: str) -> re.Pattern[str]:
    """A pattern in which these stand in this order."""
    return re.compile(".*".join(map(re.escape, words)))
