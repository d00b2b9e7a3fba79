"""What an Observation says of the person's blood group, however it is coded or written: ABO and Rh apart."""

import re
from typing import Any

from health_record.rendering.plain_words import plain

Resource = dict[str, Any]
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
ABO, RH = "abo", "rh"
# ABO group, Rh group, both in one (http://loinc.org).
CODES = frozenset({"883-9", "10331-7", "882-1"})
RH_ALONE = frozenset({"10331-7"})
OF_SNOMED = {
    "112144000": ("A", None),
    "112149005": ("B", None),
    "165743006": ("AB", None),
    "58460004": ("O", None),
    "165747007": (None, "+"),
    "165746003": (None, "-"),
    "278149003": ("A", "+"),
    "278152006": ("A", "-"),
    "278150003": ("B", "+"),
    "278153001": ("B", "-"),
    "278151004": ("AB", "+"),
    "278154007": ("AB", "-"),
    "278147001": ("O", "+"),
    "278148006": ("O", "-"),
}
# Answers of LOINC's list for 883-9.
OF_LOINC = {"LA19710-5": "A", "LA19709-7": "B", "LA28449-9": "AB", "LA19708-9": "O"}
_TITLE = re.compile(
    r"^(?:xét nghiệm |định |kết quả )*(?:nhóm máu|blood (?:group|type)|abo\b|hệ abo|rh\b|rhd\b|yếu tố rh|hệ rh)"
)
_OF_OTHERS = re.compile(r"kháng thể|antibod|anti-|người cho|donor|túi máu|thai nhi|con\b")
_RH_TITLE = re.compile(r"^(?:xét nghiệm |định |kết quả )*(?:nhóm máu )?(?:hệ |yếu tố )?rh")
_GROUP = re.compile(r"(?<!\w)(a[12]?b|a[12]?|b|o|0)(?!\w)")
_SIGN = r"\s*[:=]?\s*\(?\s*(\+|-|−|–|dương|âm|pos|neg)"
_AFTER_RH = re.compile(r"\brh(?:esus)?\s*(?:\(\s*d\s*\)|d)?(?:\s*factor)?" + _SIGN)
_AFTER_GROUP = re.compile(r"(?<!\w)(?:a[12]?b|a[12]?|b|o|0)" + _SIGN)
_ALONE = re.compile(r"^" + _SIGN)


def blood_group(observation: Resource) -> dict[str, str]:
    """`{"abo": "O", "rh": "+"}`, as far as the observation says; empty for what is about anything or anyone else."""
    if "focus" in observation or not (named := _is_named(observation.get("code", {}))):
        return {}
    group, rh = _of_codes(observation.get("valueCodeableConcept", {}))
    if group is None and rh is None:
        group, rh = _of_words(_words(observation), rh_alone=named == RH)
    return {name: said for name, said in ((ABO, group), (RH, rh)) if said is not None}


def _is_named(concept: Resource) -> str | None:
    codes = {coding.get("code") for coding in concept.get("coding", ()) if coding.get("system") == LOINC}
    if found := codes & CODES:
        return RH if found <= RH_ALONE else ABO
    if codes:
        return None
    title = plain(str(concept.get("text") or next((c.get("display") for c in concept.get("coding", ())), "") or ""))
    if not _TITLE.match(title) or _OF_OTHERS.search(title):
        return None
    return RH if _RH_TITLE.match(title) else ABO


def _of_codes(concept: Resource) -> tuple[str | None, str | None]:
    for coding in concept.get("coding", ()):
        if coding.get("system") == SNOMED and coding.get("code") in OF_SNOMED:
            return OF_SNOMED[coding["code"]]
        if coding.get("system") == LOINC and coding.get("code") in OF_LOINC:
            return OF_LOINC[coding["code"]], None
    return None, None


def _words(observation: Resource) -> str:
    concept = observation.get("valueCodeableConcept", {})
    said = observation.get("valueString") or concept.get("text")
    return plain(str(said or next((c.get("display") for c in concept.get("coding", ())), "") or ""))


def _of_words(words: str, *, rh_alone: bool) -> tuple[str | None, str | None]:
    signs = {_sign(found) for pattern in (_AFTER_RH, _AFTER_GROUP) for found in pattern.findall(words)}
    if rh_alone:
        signs |= {_sign(found) for found in _ALONE.findall(words)}
    groups = (
        set() if rh_alone else {re.sub(r"[12]", "", each).upper().replace("0", "O") for each in _GROUP.findall(words)}
    )
    return _only(groups), _only(signs)


def _only(found: set[str]) -> str | None:
    """What is said, where one thing is said."""
    return next(iter(found)) if len(found) == 1 else None


def _sign(word: str) -> str:
    return "+" if word in ("+", "dương", "pos") else "-"
