"""What else matters of a resource, after its name: severity, reactions, dosage, reasons, results, notes."""

from collections.abc import Callable, Iterator
from typing import Any

from health_record.language import Translated
from health_record.rendering import datatypes, moments, times
from health_record.rendering.datatypes import Element, Resolve
from health_record.rendering.phrases import Phrase, joined, labelled

LONGEST_TEXT = 1000  # of one free text in a list; the whole stands in the entry itself
CONTINUED = Translated("… (còn nữa trong mục gốc)", "… (continued in the entry)")

# What no detail is made of (`category` is, in an allergy): a resource with nothing else has none to look for.
_PLAIN = """
category clinicalStatus code component context dateAsserted effectiveDateTime effectiveInstant
effectivePeriod encounter id issued medicationCodeableConcept meta note occurrenceDateTime
onsetDateTime patient performedDateTime performer recordedDate resourceType status subject
vaccineCode valueCodeableConcept valueQuantity valueString verificationStatus
"""
PLAIN = frozenset(_PLAIN.split())

# `value[x]` of an Observation and of its components, and what holds the extensions of those that are primitive.
_TYPES = "Quantity CodeableConcept String Boolean Integer Range Ratio SampledData Time DateTime Period"
VALUES = frozenset(f"value{name}" for name in _TYPES.split())
VALUES_BESIDE = frozenset(f"_{name}" for name in VALUES)

CRITICALITY = {
    "low": Translated("ít nguy hiểm", "low risk"),
    "high": Translated("NGUY HIỂM, có thể đe dọa tính mạng", "HIGH RISK, may be life-threatening"),
    "unable-to-assess": Translated("chưa đánh giá được mức nguy hiểm", "risk cannot be assessed"),
}
SEVERITY = {
    "mild": Translated("nhẹ", "mild"),
    "moderate": Translated("vừa", "moderate"),
    "severe": Translated("NẶNG", "SEVERE"),
}
CATEGORY = {
    "food": Translated("thực phẩm", "food"),
    "medication": Translated("thuốc", "medication"),
    "environment": Translated("môi trường", "environment"),
    "biologic": Translated("sinh phẩm", "biologic"),
}
# http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
ABOUT = Translated("KHÔNG PHẢI CỦA NGƯỜI NÀY MÀ CỦA", "NOT OF THIS PERSON BUT OF")
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


def of(resource: Element, zone: str, resolve: Resolve) -> Iterator[Phrase]:
    """The details of a resource in their order; empty ones are left to the reader of the list to skip."""
    kind = resource["resourceType"]
    say = _DETAILS.get(kind)
    if say is not None and (kind == "AllergyIntolerance" or not resource.keys() <= PLAIN):
        yield from say(resource, zone, resolve)
    for note in resource.get("note") or ():
        yield labelled(Translated("ghi chú", "note"), clipped(str(note.get("text", ""))))


def clipped(text: str) -> Phrase:
    """A free text, cut where it would fill pages, and said so."""
    if len(text) <= LONGEST_TEXT:
        return (text,) if text.strip() else ()
    return (text[:LONGEST_TEXT], CONTINUED)


def measured(element: Element, zone: str) -> Phrase:
    """`value[x]` of an Observation or of a component, or why there is none; its components where it has them."""
    said = _value(element, zone)
    if "component" not in element:
        return said
    parts = joined((_component(each, zone) for each in element.get("component") or ()), ", ")
    return joined([said, parts], ", ")


def _value(element: Element, zone: str) -> Phrase:
    for name in VALUES.intersection(element):
        return _said(name, element[name], zone)
    for name in VALUES_BESIDE.intersection(element):
        return datatypes.absent_of(element[name]) or (datatypes.NOT_STATED,)
    return _absent(element["dataAbsentReason"]) if "dataAbsentReason" in element else ()


def _said(name: str, value: Any, zone: str) -> Phrase:
    if isinstance(value, bool):
        return (datatypes.YES if value else datatypes.NO,)
    if isinstance(value, str):
        return (moments.moment(value, zone),) if name == "valueDateTime" else clipped(value)
    if not isinstance(value, dict):
        return (str(value),)
    if name == "valuePeriod":
        return datatypes.period(value, zone)
    say = _VALUES.get(name)
    return say(value) if say else datatypes.concept(value)


def _absent(reason: Any) -> Phrase:
    for code in reason.get("coding") or () if isinstance(reason, dict) else ():
        if code.get("code") in datatypes.ABSENT_REASONS:
            said: Phrase = (datatypes.ABSENT_REASONS[code["code"]],)
            return (*said, f" ({reason['text']})") if reason.get("text") else said
    return datatypes.concept(reason)


def _component(element: Element, zone: str) -> Phrase:
    return joined(
        [datatypes.concept(element.get("code")), joined([_value(element, zone), *_judged(element)], ", ")], " "
    )


def _judged(element: Element) -> Iterator[Phrase]:
    """How a value is judged, and against what."""
    for each in element.get("interpretation") or ():
        yield _interpretation(each)
    for each in element.get("referenceRange") or ():
        bounds: Phrase = (str(each["text"]),) if each.get("text") else ()
        if not bounds and ("low" in each or "high" in each):
            bounds = datatypes.range_(each)
        whom = [datatypes.concepts(each.get("appliesTo")), _aged(each.get("age"))]
        said = joined([datatypes.concept(each.get("type")), bounds], " ")
        yield labelled(
            Translated("bình thường", "reference range"),
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
    return joined((joined([(word,), datatypes.age(bounds[end])], " ") for end, word in ends if end in bounds), " ")


def _allergy(resource: Element, zone: str, _resolve: Resolve) -> Iterator[Phrase]:
    if resource.get("type") == "intolerance":
        yield (Translated("không dung nạp", "intolerance"),)
    yield joined(((CATEGORY[each],) for each in resource.get("category") or () if each in CATEGORY), ", ")
    if (criticality := resource.get("criticality")) in CRITICALITY:
        yield (CRITICALITY[criticality],)
    for reaction in resource.get("reaction") or ():
        yield labelled(Translated("phản ứng", "reaction"), _reaction(reaction, zone))
    if last := resource.get("lastOccurrence"):
        yield labelled(Translated("lần cuối", "last time"), (moments.moment(last, zone),))


def _reaction(element: Element, zone: str) -> Phrase:
    parts = [datatypes.concepts(element.get("manifestation"))]
    if (severity := element.get("severity")) in SEVERITY:
        parts.append((SEVERITY[severity],))
    parts.append(labelled(Translated("với", "to"), datatypes.concept(element.get("substance"))))
    parts.append(labelled(Translated("đường", "route"), datatypes.concept(element.get("exposureRoute"))))
    if element.get("onset"):
        parts.append((moments.moment(element["onset"], zone),))
    parts.append(clipped(str(element.get("description", ""))))
    parts += [clipped(str(note.get("text", ""))) for note in element.get("note") or ()]
    return joined(parts, ", ")


def _condition(resource: Element, zone: str, _resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(Translated("mức độ", "severity"), datatypes.concept(resource.get("severity")))
    yield labelled(Translated("vị trí", "body site"), datatypes.concepts(resource.get("bodySite")))
    for stage in resource.get("stage") or ():
        yield labelled(Translated("giai đoạn", "stage"), datatypes.concept(stage.get("summary")))
    for evidence in resource.get("evidence") or ():
        yield labelled(Translated("biểu hiện", "evidence"), datatypes.concepts(evidence.get("code")))
    yield labelled(Translated("hết", "ended"), times.choice(resource, "abatement", zone))


def _report(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(Translated("kết luận", "conclusion"), clipped(str(resource.get("conclusion", ""))))
    yield labelled(Translated("chẩn đoán", "diagnosis"), datatypes.concepts(resource.get("conclusionCode")))
    yield labelled(Translated("gồm", "results"), _names(resource.get("result"), resolve))
    yield labelled(Translated("bản in", "report"), _attachments(resource.get("presentedForm") or ()))


def _document(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    yield _attachments([each.get("attachment") or {} for each in resource.get("content") or ()])
    yield labelled(Translated("tác giả", "author"), _names(resource.get("author"), resolve))


def _attachments(attachments: Any) -> Phrase:
    named = (str(each.get("title") or each.get("contentType") or "") for each in attachments)
    return joined(((name,) for name in named if name), ", ")


def _encounter(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    if resource.get("type"):
        yield datatypes.concept(resource.get("serviceType"))
    yield labelled(Translated("tại", "at"), datatypes.reference(resource.get("serviceProvider"), resolve))
    places = ({"location": each.get("location")} for each in resource.get("location") or ())
    yield labelled(
        Translated("nơi", "location"), joined((datatypes.reference(p["location"], resolve) for p in places), ", ")
    )
    yield from _reasons(resource, resolve)
    found = [each.get("condition") for each in resource.get("diagnosis") or ()]
    yield labelled(Translated("chẩn đoán", "diagnosis"), _names(found, resolve))
    stay = resource.get("hospitalization") or {}
    yield labelled(Translated("ra viện", "discharge"), datatypes.concept(stay.get("dischargeDisposition")))


def _imaging(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    sites = [datatypes.coding(each["bodySite"]) for each in resource.get("series") or () if each.get("bodySite")]
    yield labelled(Translated("vị trí", "body site"), joined(dict.fromkeys(sites), ", "))
    yield from _reasons(resource, resolve)


def _immunization(resource: Element, zone: str, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(Translated("lý do", "reason"), datatypes.concept(resource.get("statusReason")))
    for each in resource.get("protocolApplied") or ():
        yield _dose(each)
        yield labelled(Translated("phòng bệnh", "against"), datatypes.concepts(each.get("targetDisease")))
    if resource.get("isSubpotent") is True:
        reason = datatypes.concepts(resource.get("subpotentReason"))
        yield joined([(Translated("LIỀU KHÔNG ĐẠT", "SUBPOTENT DOSE"),), reason], ": ")
    if resource.get("doseQuantity"):
        yield labelled(Translated("liều", "dose quantity"), datatypes.quantity(resource["doseQuantity"]))
    yield datatypes.concept(resource.get("route"))
    yield datatypes.concept(resource.get("site"))
    yield labelled(Translated("số lô", "lot"), (str(resource["lotNumber"]),) if resource.get("lotNumber") else ())
    for each in resource.get("reaction") or ():
        told = [
            datatypes.reference(each.get("detail"), resolve),
            (moments.moment(each["date"], zone),) if each.get("date") else (),
        ]
        yield joined([(Translated("có phản ứng sau tiêm", "reaction after the dose"),), joined(told, ", ")], ": ")
    yield from _reasons(resource, resolve)


def _dose(element: Element) -> Phrase:
    number = element.get("doseNumberPositiveInt") or element.get("doseNumberString")
    most = element.get("seriesDosesPositiveInt") or element.get("seriesDosesString")
    if not number:
        return ()
    shown = f"{number}/{most}" if most else f"{number}"
    return (Translated(f"mũi {shown}", f"dose {shown}"),)


def _medication(resource: Element, zone: str, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(Translated("lý do", "reason"), datatypes.concepts(resource.get("statusReason")))
    for each in resource.get("dosage") or ():
        yield labelled(Translated("cách dùng", "dosage"), datatypes.dosage(each, zone))
    yield from _reasons(resource, resolve)


def _observation(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    if resource.get("focus"):
        yield labelled(ABOUT, _names(resource["focus"], resolve) or (datatypes.NOT_STATED,))
    yield from _judged(resource)
    yield labelled(Translated("vị trí", "body site"), datatypes.concept(resource.get("bodySite")))
    yield labelled(Translated("cách đo", "method"), datatypes.concept(resource.get("method")))
    yield labelled(Translated("mẫu", "specimen"), datatypes.reference(resource.get("specimen"), resolve))
    yield labelled(Translated("thiết bị", "device"), datatypes.reference(resource.get("device"), resolve))
    yield labelled(Translated("gồm", "members"), _names(resource.get("hasMember"), resolve))


def _procedure(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(Translated("lý do", "reason"), datatypes.concept(resource.get("statusReason")))
    yield labelled(Translated("vị trí", "body site"), datatypes.concepts(resource.get("bodySite")))
    yield from _reasons(resource, resolve)
    yield labelled(Translated("kết quả", "outcome"), datatypes.concept(resource.get("outcome")))
    yield labelled(Translated("BIẾN CHỨNG", "COMPLICATION"), datatypes.concepts(resource.get("complication")))
    yield labelled(Translated("BIẾN CHỨNG", "COMPLICATION"), _names(resource.get("complicationDetail"), resolve))
    yield labelled(Translated("dùng", "used"), datatypes.concepts(resource.get("usedCode")))
    yield labelled(Translated("theo dõi", "follow-up"), datatypes.concepts(resource.get("followUp")))


def _reasons(resource: Element, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(Translated("vì", "because of"), datatypes.concepts(resource.get("reasonCode")))
    yield labelled(Translated("vì", "because of"), _names(resource.get("reasonReference"), resolve))


def _names(references: Any, resolve: Resolve) -> Phrase:
    return joined((datatypes.reference(each, resolve) for each in references or ()), ", ")


_VALUES: dict[str, Callable[[Element], Phrase]] = {
    "valueQuantity": datatypes.quantity,
    "valueRange": datatypes.range_,
    "valueRatio": datatypes.ratio,
    "valueSampledData": datatypes.sampled_data,
}
_DETAILS: dict[str, Callable[[Element, str, Resolve], Iterator[Phrase]]] = {
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
    "DiagnosticReport": _report,
    "DocumentReference": _document,
    "Encounter": _encounter,
    "ImagingStudy": _imaging,
    "Immunization": _immunization,
    "MedicationStatement": _medication,
    "Observation": _observation,
    "Procedure": _procedure,
}
