"""Who said a resource, in words: its facility or the person, whoever says otherwise, and that the person disputes it.

All of it stands in `meta.tag`, so that software sees what a reader sees.
"""

from collections.abc import Iterable
from typing import Any

from health_record.language import Translated
from health_record.rendering.phrases import Phrase, joined, labelled

Resource = dict[str, Any]

SOURCE_SYSTEM = "urn:x-so-suc-khoe:source"
FACILITY_SYSTEM = "urn:x-so-suc-khoe:facility"
DISPUTE_SYSTEM, DISPUTED = "urn:x-so-suc-khoe:dispute", "disputed"
DIFFERENCE_SYSTEM, DIFFERS = "urn:x-so-suc-khoe:difference", "differs"
NAMES_SOMETHING = "names-something"  # of DIFFERENCE_SYSTEM: its own words differ from its code
CONTRADICTS_ITSELF = "contradicts-itself"  # of DIFFERENCE_SYSTEM: its codes, words or parts say two things
PREGNANCY_ENDED = "pregnancy-ended"  # of DIFFERENCE_SYSTEM: a delivery or a loss is told after it
PERIOD_SYSTEM, ENDED, ENDED_YET_ACTIVE = "urn:x-so-suc-khoe:period", "ended", "ended-yet-active"
NOT_BEGUN, DIED, TO_COME = "not-begun", "died", "to-come"  # of PERIOD_SYSTEM
STOPPED_IN_WORDS = "stopped-in-words"  # of PERIOD_SYSTEM: a medicine's words say so, and its status does not
NOT_TAKEN_NOW = (ENDED, NOT_BEGUN, DIED)
LONG_PREGNANT, UNDATED_PREGNANCY = "long-pregnant", "undated-pregnancy"  # of PERIOD_SYSTEM
AGAINST = (DISPUTE_SYSTEM, DIFFERENCE_SYSTEM, PERIOD_SYSTEM)
OURS = (SOURCE_SYSTEM, FACILITY_SYSTEM, *AGAINST)
SELF_DECLARED, CONFIRMED = "self-declared", "facility"
BY_THEMSELVES = "Người dân tự khai"
DECLARED = Translated("Tự khai", "self-declared")
DISPUTE = Translated("NGƯỜI CÓ HỒ SƠ CHO RẰNG MỤC NÀY SAI", "THE PERSON SAYS THIS IS WRONG")
WORDS_OF = {
    DIFFERS: Translated("MỤC KHÁC NÓI KHÁC", "ANOTHER ENTRY DIFFERS"),
    NAMES_SOMETHING: Translated("MÃ GHI LÀ KHÔNG CÓ, NHƯNG CHỮ NÊU", "CODED AS NONE, BUT ITS WORDS NAME"),
    CONTRADICTS_ITSELF: Translated("MỤC NÀY TỰ MÂU THUẪN", "THIS ENTRY CONTRADICTS ITSELF"),
    PREGNANCY_ENDED: Translated("SAU ĐÓ CÓ GHI SINH HOẶC HẾT THAI", "A DELIVERY OR LOSS IS TOLD AFTER IT"),
    LONG_PREGNANT: Translated("ĐÃ QUÁ 300 NGÀY, CÒN MANG THAI KHÔNG", "OVER 300 DAYS AGO, STILL PREGNANT"),
    UNDATED_PREGNANCY: Translated("KHÔNG RÕ TỪ NGÀY NÀO, CÒN MANG THAI KHÔNG", "NO DAY IS GIVEN, STILL PREGNANT"),
    TO_COME: Translated("NGÀY Ở TƯƠNG LAI", "THE DAY IS TO COME"),
    NOT_BEGUN: Translated("CHƯA BẮT ĐẦU", "PLANNED"),
    ENDED: Translated("HẾT NGÀY DÙNG", "ENDED ON"),
    DIED: Translated("CƠ SỞ Y TẾ GHI ĐÃ TỬ VONG NGÀY", "A FACILITY RECORDED DEATH ON"),
    STOPPED_IN_WORDS: Translated(
        "TRẠNG THÁI LÀ ĐANG DÙNG, NHƯNG CHỮ GHI ĐÃ NGỪNG HOẶC KHÔNG DÙNG",
        "TAKEN BY STATUS; ITS WORDS SAY STOPPED OR NOT TAKEN",
    ),
    ENDED_YET_ACTIVE: Translated(
        "TRẠNG THÁI LÀ ĐANG DÙNG, NHƯNG ĐÃ HẾT NGÀY DÙNG", "ACTIVE BY STATUS; PERIOD ENDED ON"
    ),
}
RESTRICTION = Translated("BẢO MẬT", "CONFIDENTIAL")  # "hạn chế" before a medicine would be read as advice
CONFIDENTIALITY, RESTRICTED = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", ("R", "V")


def source_of(resource: Resource) -> Phrase:
    """Who said so: the facility's name, or the person or who declares for them."""
    facility: Resource | None = None
    display = BY_THEMSELVES
    for tag in tags_of(resource):
        system = tag.get("system")
        if system == FACILITY_SYSTEM:
            facility = tag
        elif system == SOURCE_SYSTEM:
            display = str(tag.get("display", BY_THEMSELVES))
    if facility is not None:
        return (str(facility["display"] if "display" in facility else facility["code"]),)
    return (DECLARED,) if display == BY_THEMSELVES else (display,)


def objections(resource: Resource) -> Phrase:
    """What speaks against it: the person's dispute, another source's different statement, its own words or period."""
    against = [tag for tag in tags_of(resource) if tag.get("system") in AGAINST]
    return joined(map(_objection, against), "; ") if against else ()


def is_self_declared(resource: Resource) -> bool:
    """Whether the person, or who declares for them, said so."""
    return has_tag(resource, SOURCE_SYSTEM, SELF_DECLARED)


def is_confirmed(resource: Resource) -> bool:
    """Whether a facility said so."""
    return has_tag(resource, SOURCE_SYSTEM, CONFIRMED)


def is_restricted(resource: Resource) -> bool:
    """Whether `meta.security` says that it must not be passed on (HL7's `R` and `V`)."""
    labels = resource.get("meta", {}).get("security", ())
    return bool(labels) and any(
        label.get("system") == CONFIDENTIALITY and label.get("code") in RESTRICTED for label in labels
    )


def has_tag(resource: Resource, system: str, code: str) -> bool:
    """Whether `meta.tag` has this one."""
    for tag in tags_of(resource):  # noqa: SIM110 - in half the time, and every resource is asked several times
        if tag.get("code") == code and tag.get("system") == system:
            return True
    return False


def tags_of(resource: Resource) -> list[Resource]:
    """`meta.tag`."""
    tags: list[Resource] = resource.get("meta", {}).get("tag", [])
    return tags


def with_tags(resource: Resource, tags: Iterable[Resource]) -> Resource:
    """The resource with tags added."""
    meta = resource.get("meta", {})
    return {**resource, "meta": {**meta, "tag": [*meta.get("tag", []), *tags]}}


def _objection(tag: Resource) -> Phrase:
    if tag["system"] == DISPUTE_SYSTEM:
        return labelled(DISPUTE, (str(tag["display"]),)) if tag.get("display") else (DISPUTE,)
    words = WORDS_OF.get(tag.get("code", ""), WORDS_OF[DIFFERS])
    return labelled(words, (str(tag["display"]),)) if tag.get("display") else (words,)
