"""Each language writes decimals as it does: a comma in Vietnamese, a point in English; in the narrative and printed."""

from decimal import Decimal
from typing import Any

import pytest

from health_record.rendering import quantities
from health_record.rendering.phrases import Phrase, bilingual, with_own_numbers, xhtml

UCUM = quantities.UCUM


def amount(value: str, unit: str = "mmol/L", **members: Any) -> dict[str, Any]:
    return {"value": Decimal(value), "unit": unit, **members}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (quantities.quantity(amount("7.10", "%")), "7,10 (7.10) %"),
        (quantities.quantity(amount("1.234", "g")), "1,234 (1.234) g"),
        (quantities.quantity(amount("0.5", comparator="<")), "<0,5 (<0.5) mmol/L"),
        (quantities.quantity({"value": Decimal("7.05")}), "7,05 (7.05)"),
        (quantities.quantity(amount("139")), "139 mmol/L"),
        (quantities.quantity(amount("90", "mL/min/1.73 m2")), "90 mL/min/1.73 m2"),
        (quantities.quantity(amount("2.5", "h", code="h", system=UCUM)), "2,5 giờ (2.5 h)"),
        (quantities.duration(amount("1.5", "d", code="d", system=UCUM)), "1,5 ngày (1.5 days)"),
        (quantities.age(amount("40", "a", code="a", system=UCUM)), "40 tuổi (40 years)"),
        (quantities.range_({"low": amount("3.5"), "high": amount("5.1")}), "3,5 (3.5) – 5,1 (5.1) mmol/L"),
        (quantities.range_({"high": amount("5.1")}), "≤ 5,1 (5.1) mmol/L"),
        (quantities.ratio({"numerator": amount("0.5", "mg"), "denominator": amount("1", "mL")}), "0,5 (0.5) mg / 1 mL"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_decimal_is_written_as_both_languages_do(said: Phrase, words: str) -> None:
    assert bilingual(with_own_numbers(said)) == words


def test_the_narrative_marks_each_so_that_a_page_can_leave_one_out() -> None:
    told = xhtml(quantities.quantity(amount("7.1", "%")))
    assert told == '<span lang="vi">7,1</span><span lang="en"> (7.1)</span> %'


def test_what_a_person_wrote_keeps_its_points() -> None:
    assert xhtml(("liều 1.000 đơn vị",)) == "liều 1.000 đơn vị"
