"""Plain numbers of blood beyond limits at which laboratories call the ward: told as such where no laboratory did.

The limits, adult or not, are those of published lists that ring least (decision 0076). A number without a unit that it
needs, of another sample than blood, or of a name that is not surely one of these, is not judged.
"""

import re
from decimal import Decimal
from typing import Any, NamedTuple

from health_record.language import Translated
from health_record.remembered import remembered
from health_record.rendering.plain_words import plain, without_marks

Resource = dict[str, Any]
BEYOND = {
    "low": Translated(
        "THẤP NGUY HIỂM theo danh mục của chương trình, không phải lời của phòng xét nghiệm",
        "DANGEROUSLY LOW by the programme's list, not in the laboratory's words",
    ),
    "high": Translated(
        "CAO NGUY HIỂM theo danh mục của chương trình, không phải lời của phòng xét nghiệm",
        "DANGEROUSLY HIGH by the programme's list, not in the laboratory's words",
    ),
}
LONGEST_NAME = 60  # letters
LOINC = "http://loinc.org"
JUDGED_CRITICAL = frozenset({"HH", "LL", "AA"})  # HL7: then the laboratory itself says so


class _Limits(NamedTuple):
    """At or beyond which a number in a unit is critical; None where no number on that side is."""

    low: Decimal | None
    high: Decimal | None


# Name, LOINC codes, other names without marks, blanks and what `_AROUND` has.
_NAMED = """
kali|2823-3 6298-4 77142-8|k k+ potassium kali+
natri|2951-2 2947-0 77139-4|na na+ sodium natri+
glucose|2345-7 15074-8 2339-0 14749-6 32016-8 41653-7 2340-8|glucoz duong dhmm glu bloodsugar sugar
calci|17861-6 2000-8|ca ca++ ca2+ canxi calcium catp
calci ion|1995-0 12180-6 17864-0|ca++ionhoa ca2+ionhoa canxiion ca++ion ca2+ion ionizedcalcium calciionhoa canxiionhoa
magie|2601-3 19123-9|mg mg++ mg2+ magnesium magnesi
phospho|2777-1 14879-1|phosphat phosphate phosphor
hemoglobin|718-7 30350-3 20509-6 59260-0|hb hgb sacto hemoglobine haemoglobin
tiểu cầu|777-3 26515-7 49497-1|plt platelet platelets slttieucau sltc
neutrophil|751-8 26499-4|neu neut neu# neut# neutrophil# bachcautrungtinh bachcauhattrungtinh bachcaudanhantrungtinh
bạch cầu|6690-2 26464-8|wbc leukocytes slbc
inr|6301-6 34714-6 46418-0|pt-inr ptinr
ph|2744-1 11558-4 2746-6|
lactat|2524-7 32693-4 2518-9 14118-4|lactate axitlactic acidlactic
bicarbonat|1963-8 2028-9 1959-6 1960-4|hco3 hco3- bicarbonate
fibrinogen|3255-7|
lithi|14334-7 3719-2|lithium li+
"""
# Of each by unit its low and its high limit; `1` stands for no unit at all.
_LIMITED = """
kali|mmol/l 2.5 6.5|meq/l 2.5 6.5
natri|mmol/l 120 160|meq/l 120 160
glucose|mmol/l 2.5 25|mg/dl 45 450
calci|mmol/l 1.8 3.5|mg/dl 7 14
calci ion|mmol/l 0.8 1.6
magie|mmol/l 0.4 -
phospho|mmol/l 0.3 -
hemoglobin|g/l 69 -|g/dl 6.9 -
tiểu cầu|10*9/l 29 -|g/l 29 -|k/ul 29 -|10*3/ul 29 -
neutrophil|10*9/l 0.4 -|g/l 0.4 -|k/ul 0.4 -|10*3/ul 0.4 -
bạch cầu|10*9/l 0.9 -|g/l 0.9 -|k/ul 0.9 -|10*3/ul 0.9 -
inr|1 - 5
ph|1 7.2 7.6
lactat|mmol/l - 5
bicarbonat|mmol/l 10 -|meq/l 10 -
fibrinogen|g/l 0.9 -|mg/dl 90 -
lithi|mmol/l - 2
"""
# What says no more than that it was measured, and in blood; without marks.
_WORDS_AROUND = """
dinh luong xet nghiem nong do chi so mau huyet thanh tuong toan phan trong serum blood plasma dien giai luc doi bat ky
mao mach tinh dong nhanh tai giuong khi
"""
_AROUND = frozenset(_WORDS_AROUND.split())
OF_ANYTHING = "ph"  # whose name says by itself nothing of the sample
_SAYS_BLOOD = re.compile(r"\b(?:khi mau|ph mau|mau dong mach|mau tinh mach|arterial|venous|blood gas|dong mach)\b")
_OTHER_SAMPLE = re.compile(
    r"\b(?:nieu|nuoc tieu|dich(?! vu)|dnt|csf|urine|urin|(?<!toan )(?<!thanh )phan(?! tich| tu)|stool|fluid|ascit"
    r"|pleural|mang (?:bung|phoi|tim)|nao tuy|hong cau|reticulocyte|di truyen|hba1c|cuong ron|nhau|tui mau"
    r"|don vi mau)\b"
)
_CAPS = re.compile(r"[\[\](){},:;/]|(?<=\w)-(?=\s)")


def _read() -> tuple[dict[str, str], dict[str, str]]:
    """What is measured by LOINC code, and by name."""
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for line in _NAMED.strip().split("\n"):
        name, loinc, others = line.split("|")
        codes |= dict.fromkeys(loinc.split(), name)
        own = [] if name == OF_ANYTHING else ["".join(without_marks(name).split())]
        names |= dict.fromkeys([*own, *others.split()], name)
    return codes, names


def _read_limits() -> dict[str, dict[str, _Limits]]:
    """By what is measured and unit."""
    found = {}
    for line in _LIMITED.strip().split("\n"):
        name, *units = line.split("|")
        found[name] = {unit: _Limits(*map(_limit, ends)) for unit, *ends in map(str.split, units)}
    return found


def _limit(text: str) -> Decimal | None:
    return None if text == "-" else Decimal(text)


_CODES, _NAMES = _read()
_LIMITS = _read_limits()


def beyond(element: Resource, whole: Resource | None = None) -> Translated | None:
    """What is said of the number of an Observation or of its component in `whole`; None where it is not critical."""
    amount = element.get("valueQuantity")
    if not isinstance(amount, dict) or "value" not in amount or "focus" in (whole or element):
        return None
    name = _measured(element, whole or element)
    if name is None or _is_judged_critical(element):
        return None
    limits = _LIMITS[name].get(_unit(amount))
    return _judge(amount, limits) if limits else None


def _judge(amount: Resource, limits: _Limits) -> Translated | None:
    value, comparator = Decimal(str(amount["value"])), str(amount.get("comparator", ""))
    if limits.low is not None and value <= limits.low and not comparator.startswith(">"):
        return BEYOND["low"]
    if limits.high is not None and value >= limits.high and not comparator.startswith("<"):
        return BEYOND["high"]
    return None


def _measured(element: Resource, whole: Resource) -> str | None:
    """Which of the table's lines it is: by LOINC, or by its name where nothing says another sample than blood."""
    code = element.get("code", {})
    for coding in code.get("coding", ()):
        if coding.get("system") == LOINC:
            return _CODES.get(str(coding.get("code")))
    text = str(
        code.get("text") or next((each["display"] for each in code.get("coding", ()) if each.get("display")), "")
    )
    if not text or len(text) > LONGEST_NAME:
        return None
    return _named(text, _sample(whole))


@remembered(1024)  # the same few results come back from person to person
def _named(text: str, sample: str) -> str | None:
    told = without_marks(plain(text))
    words = [word for word in _CAPS.sub(" ", told).split() if word not in _AROUND]
    beside = f"{told} {without_marks(plain(sample))}"
    name = _NAMES.get("".join(words)) or _NAMES.get("".join(told.split()))
    if words == [OF_ANYTHING] and _SAYS_BLOOD.search(beside):
        name = OF_ANYTHING
    return None if name is None or _OTHER_SAMPLE.search(beside) else name


def _sample(observation: Resource) -> str:
    """What says of which sample it is: the service, the specimen, the site and the method."""
    concepts = [*observation.get("category", ()), observation.get("bodySite", {}), observation.get("method", {})]
    said = [str(each.get("text") or "") for each in concepts]
    said.append(str(observation.get("specimen", {}).get("display") or ""))
    return " ".join(filter(None, said))


def _unit(amount: Resource) -> str:
    unit = str(amount.get("code") or amount.get("unit") or "").casefold().replace(" ", "")
    unit = unit.replace("µ", "u").replace("μ", "u").replace("^", "*").removeprefix("x")
    return {"": "1", "inr": "1", "{inr}": "1", "[ph]": "1", "giga/l": "10*9/l", "1": "1"}.get(unit, unit)


def _is_judged_critical(element: Resource) -> bool:
    return any(
        coding.get("code") in JUDGED_CRITICAL
        for each in element.get("interpretation", ())
        for coding in each.get("coding", ())
    )
