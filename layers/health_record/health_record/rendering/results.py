"""What was measured or seen: values, how they are judged, reports, images, documents."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from health_record.fhir.code_names import DICOM
from health_record.language import Translated
from health_record.remembered import remembered
from health_record.rendering import critical_values, datatypes, moments, quantities, reference_ranges
from health_record.rendering.datatypes import NO, YES, Element, Resolve, plain, references
from health_record.rendering.phrases import Phrase, joined, keep_ends, labelled
from health_record.rendering.statuses import ABSENT_REASONS, NOT_STATED, absent_of

LONGEST_TEXT = 1000  # of one free text in a list; the whole stands in the entry itself
LONGEST_CONCLUSION = 20_000  # seven pages: no report's conclusion is cut

# `value[x]` of an Observation and of its components, and what holds the extensions of those that are primitive.
_TYPES = "Quantity CodeableConcept String Boolean Integer Range Ratio SampledData Time DateTime Period"
VALUES = frozenset(f"value{name}" for name in _TYPES.split())
VALUES_BESIDE = frozenset(f"_{name}" for name in VALUES)

# http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
ABOUT = Translated("KHÔNG PHẢI CỦA NGƯỜI NÀY MÀ CỦA", "NOT OF THIS PERSON BUT OF")
MAYBE_ABOUT = Translated("CÓ THỂ LÀ CỦA NGƯỜI KHÁC", "MAY BE ANOTHER PERSON'S")
ASK_AGAIN = Translated("hỏi lại", "ask again")
OTHERS = (
    "mẹ",
    "bố",
    "cha",
    "vợ",
    "chồng",
    "người cho",
    "người hiến",
    "túi máu",
    "đơn vị máu",
    "chế phẩm",
    "khối hồng cầu",
)
_CHILDREN = ("con", "bé", "trẻ", "thai nhi", "sơ sinh")
_PEOPLE = (*OTHERS, *_CHILDREN)
# Of whom a result's name says that it is: `HIV mẹ`, `HBsAg (mẹ)`, `Mẹ: nhóm máu`, `Nhóm máu con`, and no breast milk.
_WHOSE = re.compile(
    rf"(?:\((?:của )?|\bcủa (?:người )?|^|\bxét nghiệm )({'|'.join((*OTHERS, *_CHILDREN))})(?=\)| ?[:\-–]|$)"
    rf"|\b(?:của|xét nghiệm) ({'|'.join(OTHERS)})\b"
    rf"|(?<!sữa )(?<!bú )(?<!phân )\b({'|'.join(OTHERS[:7])})$"
    rf"|\bnhóm máu (?:abo |hệ abo |của )?({'|'.join((*OTHERS, *_CHILDREN))})\b"
    r"|\bhla (người (?:cho|hiến))\b"
)
INTERPRETATIONS = {
    "A": Translated("bất thường", "abnormal"),
    "AA": Translated("BẤT THƯỜNG NGUY KỊCH", "CRITICAL, ABNORMAL"),
    "H": Translated("cao", "high"),
    "HH": Translated("CAO NGUY KỊCH", "CRITICALLY HIGH"),
    "HU": Translated("cao rõ rệt", "significantly high"),
    "L": Translated("thấp", "low"),
    "LL": Translated("THẤP NGUY KỊCH", "CRITICALLY LOW"),
    "LU": Translated("thấp rõ rệt", "significantly low"),
    "N": Translated("bình thường", "normal"),
    "B": Translated("khá hơn", "better"),
    "D": Translated("giảm rõ", "significant change down"),
    "U": Translated("tăng rõ", "significant change up"),
    "W": Translated("xấu hơn", "worse"),
    "<": Translated("dưới ngưỡng đo", "off scale low"),
    ">": Translated("trên ngưỡng đo", "off scale high"),
    "POS": Translated("dương tính", "positive"),
    "NEG": Translated("âm tính", "negative"),
    "IND": Translated("không xác định", "indeterminate"),
    "E": Translated("không rõ ràng", "equivocal"),
    "DET": Translated("phát hiện", "detected"),
    "ND": Translated("không phát hiện", "not detected"),
    "RR": Translated("có phản ứng", "reactive"),
    "WR": Translated("phản ứng yếu", "weakly reactive"),
    "NR": Translated("không phản ứng", "non-reactive"),
    "R": Translated("kháng", "resistant"),
    "S": Translated("nhạy", "susceptible"),
    "I": Translated("trung gian", "intermediate"),
}


def of_another(resource: Element) -> Phrase:
    """Whose a result may be by its name, `HIV mẹ`: a mother's own is named so too, in her own record."""
    title = (resource.get("code") or {}).get("text")
    whose = _whose(str(title)) if title else None
    return (MAYBE_ABOUT, f" ({whose}), ", ASK_AGAIN) if whose else ()


@remembered(1024)
def _whose(title: str) -> str | None:
    small = title.casefold()
    found = _WHOSE.search(small) if any(map(small.__contains__, _PEOPLE)) else None
    return next(filter(None, found.groups())) if found else None


def measured(element: Element, zone: str) -> Phrase:
    """`value[x]` of an Observation or of a component, or why there is none; its components where it has them."""
    said = _value(element, zone, element)
    if "component" not in element:
        return said
    parts = joined((_component(each, zone, element) for each in element.get("component") or ()), ", ")
    return joined([said, parts], ", ")


def _value(element: Element, zone: str, whole: Element) -> Phrase:
    """The value of an Observation, or of its component in `whole`, and that it is critical by the programme's list."""
    if isinstance(amount := element.get("valueQuantity"), dict):  # as of most
        said = quantities.quantity(amount)
        beyond = critical_values.beyond(element, whole)
        return joined([said, (beyond,)], ", ") if beyond else said
    for name in VALUES.intersection(element):
        return _said(name, element[name], zone)
    for name in VALUES_BESIDE.intersection(element):
        return absent_of(element[name]) or (NOT_STATED,)
    return _absent(element["dataAbsentReason"]) if "dataAbsentReason" in element else ()


def _said(name: str, value: Any, zone: str) -> Phrase:
    if isinstance(value, bool):
        return (YES if value else NO,)
    if isinstance(value, str):
        return (moments.moment(value, zone),) if name == "valueDateTime" else keep_ends(value, LONGEST_TEXT)
    if not isinstance(value, dict):
        return (str(value),)
    if name == "valuePeriod":
        return datatypes.period(value, zone)
    say = _VALUES.get(name)
    return say(value) if say else datatypes.concept(value)


def _absent(reason: Any) -> Phrase:
    for code in reason.get("coding") or () if isinstance(reason, dict) else ():
        if code.get("code") in ABSENT_REASONS:
            said: Phrase = (ABSENT_REASONS[code["code"]],)
            return (*said, f" ({reason['text']})") if reason.get("text") else said
    return datatypes.concept(reason)


def _component(element: Element, zone: str, whole: Element) -> Phrase:
    return joined(
        [datatypes.concept(element.get("code")), joined([_value(element, zone, whole), *_judged(element)], ", ")], " "
    )


def _judged(element: Element) -> Iterator[Phrase]:
    """How a value is judged, and against what."""
    for each in element.get("interpretation") or ():
        yield _interpretation(each)
    if (against := reference_ranges.judged(element)) is not None:
        yield (against,)
    for each in element.get("referenceRange") or ():
        whom = [datatypes.concepts(each.get("appliesTo")), _aged(each.get("age"))]
        said = joined([datatypes.concept(each.get("type")), reference_ranges.bounds(each)], " ")
        yield labelled(
            Translated("khoảng tham chiếu", "reference range"),
            joined([said, labelled(Translated("cho", "for"), joined(whom, ", "))], ", "),
        )


def _interpretation(element: Element) -> Phrase:
    """HL7's code in words, with what the sender wrote beside it; another system's code is not HL7's."""
    codes = [
        coding.get("code")
        for coding in element.get("coding") or ()
        if isinstance(coding, dict) and coding.get("system", INTERPRETATION) == INTERPRETATION
    ]
    known = next((INTERPRETATIONS[code] for code in codes if code in INTERPRETATIONS), None)
    if known is None:
        return datatypes.concept(element)
    text = str(element.get("text") or "")
    is_new = text and text not in codes and text.casefold() not in (known.vi.casefold(), known.en.casefold())
    return (known, f", {text}") if is_new else (known,)


def _aged(bounds: Any) -> Phrase:
    """`từ 15 tuổi (from 15 years)`: for whom a reference range is."""
    if not isinstance(bounds, dict):
        return ()
    ends = (("low", Translated("từ", "from")), ("high", Translated("đến", "to")))
    return joined((joined([(word,), quantities.age(bounds[end])], " ") for end, word in ends if end in bounds), " ")


def observation(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    """Of whom it is where not of the person, how it is judged, and how it was measured."""
    if resource.get("focus"):
        yield labelled(ABOUT, references(resource["focus"], resolve) or (NOT_STATED,))
    yield from _judged(resource)
    yield labelled(_SITE, datatypes.concept(resource.get("bodySite")))
    yield labelled(Translated("cách đo", "method"), datatypes.concept(resource.get("method")))
    yield labelled(_SPECIMEN, datatypes.reference(resource.get("specimen"), resolve))
    yield labelled(Translated("thiết bị", "device"), datatypes.reference(resource.get("device"), resolve))
    yield labelled(Translated("gồm", "members"), references(resource.get("hasMember"), resolve))


def report(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    """The conclusion first and whole, then what it rests on."""
    yield labelled(
        Translated("kết luận", "conclusion"), keep_ends(str(resource.get("conclusion", "")), LONGEST_CONCLUSION)
    )
    yield labelled(Translated("chẩn đoán", "diagnosis"), datatypes.concepts(resource.get("conclusionCode")))
    yield labelled(_SPECIMEN, references(resource.get("specimen"), resolve))
    yield labelled(Translated("gồm", "results"), references(resource.get("result"), resolve))
    yield labelled(_IMAGES, references(resource.get("imagingStudy"), resolve))
    for each in resource.get("media") or ():
        yield labelled(_IMAGES, joined([plain(each, "comment"), datatypes.reference(each.get("link"), resolve)], ": "))
    yield labelled(Translated("bản in", "report"), _attachments(resource.get("presentedForm") or ()))


def document(resource: Element, zone: str, resolve: Resolve) -> Iterator[Phrase]:
    """What the document is, what it takes the place of, and who wrote it."""
    yield _attachments([each.get("attachment") or {} for each in resource.get("content") or ()])
    for each in resource.get("relatesTo") or ():
        word = RELATIONS.get(str(each.get("code")), Translated("liên quan", "relates to"))
        yield labelled(word, datatypes.reference(each.get("target"), resolve) or (NOT_STATED,))
    context = resource.get("context") or {}
    yield labelled(Translated("về", "about"), datatypes.concepts(context.get("event")))
    if context.get("period"):
        yield labelled(Translated("thời gian", "time"), datatypes.period(context["period"], zone))
    places = [datatypes.concept(context.get(name)) for name in ("facilityType", "practiceSetting")]
    yield labelled(Translated("nơi", "setting"), joined(places, ", "))
    yield labelled(Translated("nhãn bảo mật", "security label"), datatypes.concepts(resource.get("securityLabel")))
    yield labelled(Translated("tác giả", "author"), references(resource.get("author"), resolve))


def imaging(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    """Each series: what was looked at, and on which side."""
    series = [_series(each, resolve) for each in resource.get("series") or ()]
    yield labelled(Translated("loạt ảnh", "series"), joined(dict.fromkeys(series), "; "))
    yield labelled(
        Translated("thủ thuật", "procedure"), datatypes.reference(resource.get("procedureReference"), resolve)
    )


def modality(element: Element) -> Phrase:
    """`cắt lớp vi tính (CT)`: whose codes are DICOM's, also where nobody says so."""
    return datatypes.coding({"system": DICOM, **element})


def _series(element: Element, resolve: Resolve) -> Phrase:
    named = [modality(element["modality"])] if element.get("modality") else []
    named += [datatypes.coding(element[name]) for name in ("bodySite", "laterality") if element.get(name)]
    return joined(
        [*named, plain(element, "description"), labelled(_SPECIMEN, references(element.get("specimen"), resolve))], ", "
    )


def _attachments(attachments: Any) -> Phrase:
    named = (str(each.get("title") or each.get("contentType") or "") for each in attachments)
    return joined(((name,) for name in named if name), ", ")


_SITE, _SPECIMEN = Translated("vị trí", "body site"), Translated("mẫu", "specimen")
_IMAGES = Translated("hình ảnh", "images")
# http://hl7.org/fhir/document-relationship-type
RELATIONS = {
    "replaces": Translated("thay cho", "replaces"),
    "transforms": Translated("chuyển dạng từ", "transforms"),
    "signs": Translated("ký cho", "signs"),
    "appends": Translated("bổ sung cho", "appends"),
}
_VALUES: dict[str, Callable[[Element], Phrase]] = {
    "valueQuantity": quantities.quantity,
    "valueRange": quantities.range_,
    "valueRatio": quantities.ratio,
    "valueSampledData": quantities.sampled_data,
}
