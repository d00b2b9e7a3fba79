"""What else matters of a resource, after its name: severity, reactions, dosage, reasons, notes.

`results` has those of what was measured or seen. What is never told, and why, stands in
`tests/health_record/rendering/members_not_told.py`, which a test holds against HL7's definitions.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from health_record.language import Translated
from health_record.rendering import datatypes, dosages, moments, quantities, results, times
from health_record.rendering.datatypes import Element, Resolve, plain, references
from health_record.rendering.phrases import Phrase, joined, keep_ends, labelled
from health_record.rendering.results import LONGEST_TEXT
from health_record.rendering.source_words import is_self_declared
from health_record.rendering.statuses import NOT_STATED

# What no detail is made of (`category` is, in an allergy): a resource with nothing else has none to look for.
_PLAIN = """
category clinicalStatus code component context dateAsserted effectiveDateTime effectiveInstant
effectivePeriod encounter id issued medicationCodeableConcept meta note occurrenceDateTime
onsetDateTime patient performedDateTime performer recordedDate resourceType status subject
vaccineCode valueCodeableConcept valueQuantity valueString verificationStatus
"""
PLAIN = frozenset(_PLAIN.split())

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
# Of http://terminology.hl7.org/CodeSystem/: categories that the section of the list says already.
SAID_BY_SECTION = (
    "http://terminology.hl7.org/CodeSystem/condition-category",
    "http://terminology.hl7.org/CodeSystem/observation-category",
    "http://terminology.hl7.org/CodeSystem/v2-0074",
)
# By type, the sections of a summary where it stands: their LOINC codes and titles say no more as its category.
SECTIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Condition": {
        "11450-4": ("bệnh đang mắc", "problem list"),
        "11348-0": ("bệnh đã mắc", "history of past problems"),
        "47420-5": ("tình trạng chức năng", "functional status"),
    },
    "DiagnosticReport": {"30954-2": ("kết quả xét nghiệm và tài liệu", "results")},
    "DocumentReference": {"30954-2": ("kết quả xét nghiệm và tài liệu", "results")},
    "MedicationStatement": {"10160-0": ("thuốc đang dùng", "medication summary")},
    "Observation": {
        "30954-2": ("kết quả xét nghiệm và tài liệu", "results"),
        "8716-3": ("chỉ số cơ thể", "vital signs"),
        "10162-6": ("thai sản", "history of pregnancies"),
        "29762-2": ("thói quen và lối sống", "social history"),
        "81338-6": ("thông tin khác", "patient story"),
    },
    "Procedure": {"47519-4": ("phẫu thuật và thủ thuật", "history of procedures")},
}
# http://terminology.hl7.org/CodeSystem/medication-statement-category
GIVEN: Mapping[str, Translated] = {
    "inpatient": Translated("dùng trong đợt nội trú", "while an inpatient"),
    "outpatient": Translated("dùng khi điều trị ngoại trú", "as an outpatient"),
    "community": Translated("dùng tại nhà", "at home"),
    "patientspecified": Translated("người bệnh tự ghi", "specified by the patient"),
}
# http://terminology.hl7.org/CodeSystem/diagnosis-role
ROLES: Mapping[str, Translated] = {
    "AD": Translated("lúc vào viện", "on admission"),
    "DD": Translated("lúc ra viện", "on discharge"),
    "CC": Translated("lý do chính", "chief complaint"),
    "CM": Translated("bệnh kèm theo", "comorbidity"),
    "pre-op": Translated("trước mổ", "pre-operative"),
    "post-op": Translated("sau mổ", "post-operative"),
    "billing": Translated("để thanh toán", "for billing"),
}
# http://terminology.hl7.org/CodeSystem/immunization-origin
ORIGINS: Mapping[str, Translated] = {
    "provider": Translated("nơi tiêm khác", "another provider"),
    "record": Translated("giấy tờ", "a written record"),
    "recall": Translated("trí nhớ", "recall"),
    "school": Translated("nhà trường", "a school"),
}
_REASON, _BECAUSE = Translated("lý do", "reason"), Translated("vì", "because of")
_SITE, _COMPLICATION = Translated("vị trí", "body site"), Translated("BIẾN CHỨNG", "COMPLICATION")
_DEVICE = Translated("thiết bị", "device")


def of(resource: Element, zone: str, resolve: Resolve) -> Phrase:
    """The details of a resource in their order, as one phrase."""
    kind = resource["resourceType"]
    is_plain = kind != "AllergyIntolerance" and resource.keys() <= PLAIN
    if is_plain and "note" not in resource and _is_said(resource.get("category")):
        return ()  # as most results
    return joined(_each(resource, zone, resolve, is_plain=is_plain), "; ")


def _is_said(categories: Any) -> bool:
    """Whether there is no category but what the section of the list says."""
    if type(categories) is not list:
        return categories is None
    for each in categories:
        codings: list[Element] = each.get("coding") or [] if "text" not in each else []
        if len(codings) != 1 or codings[0].get("system") not in SAID_BY_SECTION:
            return False
    return True


def _each(resource: Element, zone: str, resolve: Resolve, *, is_plain: bool) -> Iterator[Phrase]:
    kind = resource["resourceType"]
    say = _DETAILS.get(kind)
    if say is not None and not is_plain:
        yield from say(resource, zone, resolve)
    if "category" in resource and kind != "AllergyIntolerance":
        yield labelled(Translated("loại", "category"), _categories(resource["category"], kind))
    for note in resource.get("note") or ():
        yield labelled(Translated("ghi chú", "note"), keep_ends(str(note.get("text", "")), LONGEST_TEXT))


def _categories(elements: Any, kind: str) -> Phrase:
    sections = SECTIONS.get(kind, {})
    return joined(
        (_category(each, sections) for each in (elements if isinstance(elements, list) else [elements])), ", "
    )


def _category(element: Any, sections: Mapping[str, tuple[str, str]]) -> Phrase:
    """A category in the sender's words, or HL7's; nothing where the section of the list says the same."""
    if not isinstance(element, dict):
        return ()
    codings, text = element.get("coding") or (), element.get("text")
    is_said = any(each.get("system") in SAID_BY_SECTION or each.get("code") in sections for each in codings)
    if is_said and text in [None, *(each.get("display") for each in codings)]:
        return ()
    if text and any(text.casefold() in (vi, en, f"{vi} ({en})") for vi, en in sections.values()):
        return ()
    known = next((GIVEN[each.get("code")] for each in codings if each.get("code") in GIVEN), None)
    return (known,) if known and not text else datatypes.concept(element)


def _allergy(resource: Element, zone: str, resolve: Resolve) -> Iterator[Phrase]:
    if resource.get("type") == "intolerance":
        yield (Translated("không dung nạp", "intolerance"),)
    yield joined(((CATEGORY[each],) for each in resource.get("category") or () if each in CATEGORY), ", ")
    if (criticality := resource.get("criticality")) in CRITICALITY:
        yield (CRITICALITY[criticality],)
    for reaction in resource.get("reaction") or ():
        yield labelled(Translated("phản ứng", "reaction"), _reaction(reaction, zone))
    if last := resource.get("lastOccurrence"):
        yield labelled(Translated("lần cuối", "last time"), (moments.moment(last, zone),))
    yield _asserted(resource, "asserter", resolve)


def _reaction(element: Element, zone: str) -> Phrase:
    parts = [datatypes.concepts(element.get("manifestation"))]
    if (severity := element.get("severity")) in SEVERITY:
        parts.append((SEVERITY[severity],))
    parts.append(labelled(Translated("với", "to"), datatypes.concept(element.get("substance"))))
    parts.append(labelled(Translated("đường", "route"), datatypes.concept(element.get("exposureRoute"))))
    if element.get("onset"):
        parts.append((moments.moment(element["onset"], zone),))
    parts.append(keep_ends(str(element.get("description", "")), LONGEST_TEXT))
    parts += [keep_ends(str(note.get("text", "")), LONGEST_TEXT) for note in element.get("note") or ()]
    return joined(parts, ", ")


def _condition(resource: Element, zone: str, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(Translated("mức độ", "severity"), datatypes.concept(resource.get("severity")))
    yield labelled(_SITE, datatypes.concepts(resource.get("bodySite")))
    for stage in resource.get("stage") or ():
        said = [datatypes.concept(stage.get("type")), datatypes.concept(stage.get("summary"))]
        said.append(references(stage.get("assessment"), resolve))
        yield labelled(Translated("giai đoạn", "stage"), joined(said, ", "))
    for evidence in resource.get("evidence") or ():
        said = [datatypes.concepts(evidence.get("code")), references(evidence.get("detail"), resolve)]
        yield labelled(Translated("biểu hiện", "evidence"), joined(said, ", "))
    yield labelled(Translated("hết", "ended"), times.choice(resource, "abatement", zone))
    yield _asserted(resource, "asserter", resolve)


def _encounter(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    if resource.get("type"):
        yield datatypes.concept(resource.get("serviceType"))
    yield labelled(Translated("mức ưu tiên", "priority"), datatypes.concept(resource.get("priority")))
    yield labelled(Translated("tại", "at"), datatypes.reference(resource.get("serviceProvider"), resolve))
    places = [each.get("location") for each in resource.get("location") or ()]
    yield labelled(Translated("nơi", "location"), references(places, resolve))
    yield from _reasons(resource, resolve)
    diagnoses = [_diagnosis(each, resolve) for each in resource.get("diagnosis") or ()]
    yield labelled(Translated("chẩn đoán", "diagnosis"), joined(diagnoses, ", "))
    if resource.get("length"):
        yield labelled(Translated("trong", "for"), quantities.duration(resource["length"]))
    yield from _stay(resource.get("hospitalization") or {}, resolve)


def _diagnosis(element: Element, resolve: Resolve) -> Phrase:
    """`1. Viêm ruột thừa (lúc ra viện)`"""
    named = datatypes.reference(element.get("condition"), resolve)
    rank = (f"{element['rank']}. ",) if "rank" in element and named else ()
    codes = [each.get("code") for each in (element.get("use") or {}).get("coding") or ()]
    known = next((ROLES[code] for code in codes if code in ROLES), None)
    use: Phrase = (known,) if known else datatypes.concept(element.get("use"))
    return (*rank, *named, " (", *use, ")") if use and named else (*rank, *named)


def _stay(element: Element, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(Translated("từ nơi", "from"), datatypes.reference(element.get("origin"), resolve))
    yield labelled(Translated("vào viện từ", "admitted from"), datatypes.concept(element.get("admitSource")))
    yield labelled(Translated("vào lại", "readmission"), datatypes.concept(element.get("reAdmission")))
    yield labelled(Translated("chế độ ăn", "diet"), datatypes.concepts(element.get("dietPreference")))
    yield labelled(Translated("cần hỗ trợ", "arrangement"), datatypes.concepts(element.get("specialArrangement")))
    yield labelled(Translated("ra viện", "discharge"), datatypes.concept(element.get("dischargeDisposition")))
    yield labelled(Translated("chuyển đến", "to"), datatypes.reference(element.get("destination"), resolve))


def _imaging(resource: Element, zone: str, resolve: Resolve) -> Iterator[Phrase]:
    yield from results.imaging(resource, zone, resolve)
    yield from _reasons(resource, resolve)


def _immunization(resource: Element, zone: str, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(_REASON, datatypes.concept(resource.get("statusReason")))
    for each in resource.get("protocolApplied") or ():
        yield _dose(each)
        yield labelled(Translated("phòng bệnh", "against"), datatypes.concepts(each.get("targetDisease")))
        yield labelled(Translated("lịch tiêm", "series"), plain(each, "series"))
    reason = datatypes.concepts(resource.get("subpotentReason"))
    if resource.get("isSubpotent") is True or reason:
        yield joined([(Translated("LIỀU KHÔNG ĐẠT", "SUBPOTENT DOSE"),), reason], ": ")
    if resource.get("doseQuantity"):
        yield labelled(Translated("liều", "dose quantity"), quantities.quantity(resource["doseQuantity"]))
    yield datatypes.concept(resource.get("route"))
    yield datatypes.concept(resource.get("site"))
    yield labelled(Translated("số lô", "lot"), plain(resource, "lotNumber"))
    yield labelled(Translated("hãng", "made by"), datatypes.reference(resource.get("manufacturer"), resolve))
    if resource.get("expirationDate"):
        yield labelled(Translated("hạn dùng", "expires"), (moments.day(resource["expirationDate"], zone),))
    if not is_self_declared(resource):
        yield from _reported(resource)
    for each in resource.get("reaction") or ():
        told = [
            datatypes.reference(each.get("detail"), resolve),
            (moments.moment(each["date"], zone),) if each.get("date") else (),
            (Translated("người bệnh tự kể", "self-reported"),) if each.get("reported") is True else (),
        ]
        yield joined([(Translated("có phản ứng sau tiêm", "reaction after the dose"),), joined(told, ", ")], ": ")
    yield from _reasons(resource, resolve)


def _reported(resource: Element) -> Iterator[Phrase]:
    """That it was not written by who gave the dose, and where it was learned from."""
    if resource.get("primarySource") is False:
        yield (Translated("không do nơi tiêm ghi", "not recorded by who gave it"),)
    origin = resource.get("reportOrigin")
    codes = [each.get("code") for each in (origin or {}).get("coding") or ()]
    known = next((ORIGINS[code] for code in codes if code in ORIGINS), None)
    yield labelled(Translated("theo", "reported by"), (known,) if known else datatypes.concept(origin))


def _dose(element: Element) -> Phrase:
    number = element.get("doseNumberPositiveInt") or element.get("doseNumberString")
    most = element.get("seriesDosesPositiveInt") or element.get("seriesDosesString")
    if not number and not most:
        return ()
    shown = f"{number or '?'}/{most}" if most else f"{number}"
    return (Translated(f"mũi {shown}", f"dose {shown}"),)


def _medication(resource: Element, zone: str, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(_REASON, datatypes.concepts(resource.get("statusReason")))
    for label, each in dosages.in_order(resource.get("dosage") or []):
        yield labelled(label, dosages.dosage(each, zone))
    yield from _reasons(resource, resolve)
    yield _asserted(resource, "informationSource", resolve)


def _procedure(resource: Element, _zone: str, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(_REASON, datatypes.concept(resource.get("statusReason")))
    yield labelled(_SITE, datatypes.concepts(resource.get("bodySite")))
    for each in resource.get("focalDevice") or ():
        named = datatypes.reference(each.get("manipulated"), resolve) or (NOT_STATED,)
        yield labelled(_DEVICE, joined([named, datatypes.concept(each.get("action"))], ", "))
    yield from _reasons(resource, resolve)
    yield labelled(Translated("kết quả", "outcome"), datatypes.concept(resource.get("outcome")))
    yield labelled(_COMPLICATION, datatypes.concepts(resource.get("complication")))
    yield labelled(_COMPLICATION, references(resource.get("complicationDetail"), resolve))
    yield labelled(Translated("dùng", "used"), datatypes.concepts(resource.get("usedCode")))
    shown = [(each.get("manipulated") or {}).get("reference") for each in resource.get("focalDevice") or ()]
    used = [each for each in resource.get("usedReference") or () if each.get("reference", "") not in shown]
    yield labelled(Translated("dùng", "used"), references(used, resolve))
    yield labelled(Translated("báo cáo", "report"), references(resource.get("report"), resolve))
    yield labelled(Translated("theo dõi", "follow-up"), datatypes.concepts(resource.get("followUp")))
    yield _asserted(resource, "asserter", resolve)


def _reasons(resource: Element, resolve: Resolve) -> Iterator[Phrase]:
    yield labelled(_BECAUSE, datatypes.concepts(resource.get("reasonCode")))
    yield labelled(_BECAUSE, references(resource.get("reasonReference"), resolve))


def _asserted(resource: Element, member: str, resolve: Resolve) -> Phrase:
    """Who says so, where that is not whom the list names as its source."""
    who = resource.get(member)
    if not isinstance(who, dict) or is_self_declared(resource):
        return ()
    said: Phrase = datatypes.reference(who, resolve)
    if str(who.get("reference", "")).startswith("Patient/"):
        said = (Translated("người bệnh", "the patient"),)
    tags = resource.get("meta", {}).get("tag", ())
    if said and any(said == (tag.get("display"),) for tag in tags):
        return ()
    return labelled(Translated("theo lời", "according to"), said)


_DETAILS: dict[str, Callable[[Element, str, Resolve], Iterator[Phrase]]] = {
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
    "DiagnosticReport": results.report,
    "DocumentReference": results.document,
    "Encounter": _encounter,
    "ImagingStudy": _imaging,
    "Immunization": _immunization,
    "MedicationStatement": _medication,
    "Observation": results.observation,
    "Procedure": _procedure,
}
