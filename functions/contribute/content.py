"""What a facility's resource may say here beyond FHIR's structure: diagnoses that are codes, labels that are kept."""

from collections.abc import Iterator
from typing import Any

from health_record.fhir import icd10
from health_record.fhir.validator import Issue
from health_record.language import Translated
from health_record.record.contributions import CONTAINED
from health_record.rendering.source_words import OURS

Resource = dict[str, Any]
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
OPEN_LABELS = frozenset({"U", "L", "M", "N"})  # unrestricted to normal
KEPT_META = ("profile", "security", "tag")
RESTRICTED = Translated(
    "hệ thống này chưa giữ kín được nội dung có nhãn bảo mật; xin không gửi mục này",
    "content with such a security label cannot be kept apart here; do not send this entry",
)
NO_ICD_10 = Translated("không phải là mã ICD-10 đang dùng", "is no code of the ICD-10 in use")
OTHER_EDITION = Translated(
    "là ICD-10-CM của Hoa Kỳ; hãy gửi mã ICD-10 của WHO bên cạnh", "is the US edition; send WHO's ICD-10 code beside it"
)


# Where what hospitals have in types that are not taken goes.
_INSIDE = Translated(
    "hãy gửi bên trong (contained) resource cần đến nó", "send it inside (contained) the resource that needs it"
)
INSTEAD = {
    "MedicationRequest": Translated(
        "hãy gửi MedicationStatement: intended khi chưa dùng, active khi đang dùng",
        "send a MedicationStatement: intended until the person takes it, active then",
    ),
    "Composition": Translated(
        "hãy gửi DocumentReference với bản PDF, và các mục của nó là resource riêng",
        "send a DocumentReference with its PDF, and its entries as resources of their own",
    ),
    "ServiceRequest": Translated(
        "hãy gửi việc đã làm: Procedure, DiagnosticReport hoặc ImagingStudy",
        "send what was done: a Procedure, DiagnosticReport or ImagingStudy",
    ),
    "Appointment": Translated(
        "hãy gửi Encounter có status planned và ngày hẹn ở period.start",
        "send an Encounter with status planned and its day in period.start",
    ),
    **dict.fromkeys(CONTAINED, _INSIDE),
}


def faults(resource: Resource, path: str) -> Iterator[Issue]:
    """What is wrong with the content of a sound resource."""
    yield from _labels(resource, path)
    if resource["resourceType"] == "Condition":
        yield from _diagnosis(resource.get("code", {}).get("coding", []), f"{path}.code")


def normalised(resource: Resource) -> Resource:
    """The resource as it is kept: labels of its sender's, ICD-10 by its one system and spelling, no tag of ours."""
    made = {name: value for name, value in resource.items() if name != "meta"}
    if meta := kept_meta(resource):
        made["meta"] = meta
    if made["resourceType"] == "Condition" and "code" in made:
        codings = [_coding(each) for each in made["code"].get("coding", ())]
        made["code"] = {**made["code"], **({"coding": codings} if codings else {})}
    return made


def kept_meta(resource: Resource) -> Resource:
    """What of `meta` is its sender's to say: profiles, security labels, and tags that are not ours."""
    meta = resource.get("meta", {})
    tags = [tag for tag in meta.get("tag", ()) if tag.get("system") not in OURS]
    return {name: meta[name] for name in KEPT_META if name != "tag" and name in meta} | ({"tag": tags} if tags else {})


def _labels(resource: Resource, path: str) -> Iterator[Issue]:
    labels = [(f"{path}.meta.security[{place}]", each) for place, each in enumerate(_security(resource))]
    for place, concept in enumerate(resource.get("securityLabel", ())):
        labels += [(f"{path}.securityLabel[{place}]", each) for each in concept.get("coding", ())]
    for where, label in labels:
        if label.get("system") != CONFIDENTIALITY or label.get("code") not in OPEN_LABELS:
            yield Issue(where, RESTRICTED)


def _security(resource: Resource) -> list[Resource]:
    found: list[Resource] = resource.get("meta", {}).get("security", [])
    return found


def _diagnosis(codings: list[Resource], path: str) -> Iterator[Issue]:
    systems = {coding.get("system") for coding in codings}
    for place, coding in enumerate(codings):
        if coding.get("system") in icd10.SPELLINGS and icd10.canonical(str(coding.get("code", ""))) is None:
            yield Issue(f"{path}.coding[{place}].code", NO_ICD_10)
        elif coding.get("system") in icd10.OTHER_EDITIONS and not systems & icd10.SPELLINGS:
            yield Issue(f"{path}.coding[{place}].system", OTHER_EDITION)


def _coding(coding: Resource) -> Resource:
    if coding.get("system") not in icd10.SPELLINGS:
        return coding
    code = icd10.canonical(str(coding.get("code", "")))
    return {**coding, "system": icd10.ICD_10, "code": code}
