"""What an Observation says of the person's blood group, however it is coded or written: ABO and Rh apart."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

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
_BEFORE = r"^(?:xét nghiệm |xn |định |kết quả |huyết học[:,] )*"
_TITLE = re.compile(
    _BEFORE + r"(?:nhóm máu|blood (?:group|type)|abo\b|hệ abo|rh\b|rhd\b|yếu tố rh|hệ rh|rhesus\b|group (?:&|and) rh\b)"
)
# One of these is in every such title, with its marks or without.
_MAY_BE_TITLE = re.compile(r"m[áa]u|blood|abo|rh|group", re.IGNORECASE)
# Of the price list's own titles the purpose: "Định nhóm máu ... để truyền máu toàn phần, khối hồng cầu".
_PURPOSE = re.compile(r"\b(?:để|de) truyền .*")
_OF_OTHERS = re.compile(
    r"kháng thể|antibod|anti-|người (?:cho|hiến)|donor|(?:túi|đơn vị|bịch) máu|chế phẩm"
    r"|khối hồng cầu|huyết tương tươi|máu truyền"
    r"|thai nhi|sơ sinh|cuống rốn|newborn|cord\b|mother|father"
    r"|maternal|paternal|\b(?:thai|con|bé|be|mẹ|me|bố|bo|cha|vợ|vo|chồng|chong|baby|unit)\b"
    r"|\brh ?\(?[ce]\b|phenotyp|kiểu hình"  # and not the group, but its other antigens
)
_RH_TITLE = re.compile(_BEFORE + r"(?:nhóm máu )?(?:hệ |yếu tố )?rh")
_GROUP = re.compile(r"(?<!\w)(a[12]?b|a[12]?|b|o|0)(?!\w)")
_SIGN = r"\s*[:=]?\s*\(?\s*(\+|-|−|–|dương|âm|pos|neg)"
_AFTER_RH = re.compile(r"\brh(?:esus)?\s*(?:\(\s*d\s*\)|d)?(?:\s*factor)?" + _SIGN)
_AFTER_GROUP = re.compile(r"(?<!\w)(?:a[12]?b|a[12]?|b|o|0)" + _SIGN)
_ALONE = re.compile(r"^" + _SIGN)
# In words of anything else: `nhóm máu O Rh+`, and what may stand between.
_IN_WORDS = re.compile(r"\b(?:nhóm máu|blood (?:group|type))\b([^.;\n]{0,40})")
_NAMED_NEXT = re.compile(r"^\s*(?:hệ )?(?:abo)?\s*(?:là|is)?\s*[:=,(]?\s*[\"'(]?\s*(?=(?:a[12]?b|a[12]?|b|o)(?!\w)|rh)")
BESIDE = ("conclusion", "description")
LONGEST_TOLD = 80  # letters of words that tell of a group


class BloodGroup(NamedTuple):
    """`{"abo": "O", "rh": "+"}`, as far as it is said, and the parts of which one observation says two things."""

    parts: dict[str, str]
    conflicts: frozenset[str]


def blood_group(observation: Resource) -> BloodGroup:
    """What the observation says, whichever code it has; nothing where it is about anything or anyone else."""
    said: dict[str, set[str]] = {ABO: set(), RH: set()}
    for element, named in _elements(observation):
        for group, rh in _values(element, rh_alone=named == RH):
            said[ABO] |= {group} if group else set()
            said[RH] |= {rh} if rh else set()
    return BloodGroup(
        {part: next(iter(values)) for part, values in said.items() if len(values) == 1},
        frozenset(part for part, values in said.items() if len(values) > 1),
    )


def written_group(resource: Resource) -> tuple[dict[str, str], bool]:
    """What the words of anything but a result say, by part, and whether that is what the resource is about.

    A report of the group and a disease `Nhóm máu O+` are about it; a note on anaemia tells of it beside.
    """
    if "focus" in resource:
        return {}, False
    texts = _written(resource)
    if not texts and resource["resourceType"] != "Condition":
        return {}, False  # as most results are
    title = _title(resource.get("code", {}))
    about = _is_named(resource.get("code", {})) is not None
    found: list[tuple[str | None, str | None]] = []
    for text in [title, *texts] if resource["resourceType"] == "Condition" else texts:
        if _MAY_BE_TITLE.search(text):
            found += _named_in(plain(text))
    if about and not found:
        found = [_of_words(plain(text), rh_alone=False) for text in texts]
    groups, signs = ({each[place] for each in found} - {None} for place in (0, 1))
    said = {ABO: _only(groups), RH: _only(signs)}  # type: ignore[arg-type]
    return {part: value for part, value in said.items() if value}, about


def words_of_group(resource: Resource) -> str:
    """The words of a report, a disease or a note that tell of a group, where its name does not; else nothing."""
    if resource["resourceType"] == "Observation" and may_be_blood_group(resource):
        return ""
    about = _is_named(resource.get("code", {})) is not None
    for text in _written(resource):
        if not _MAY_BE_TITLE.search(text) and not about:
            continue
        whole = " ".join(text.split())
        if about or any(True for _ in _named_in(plain(whole))):
            begin = max(0, plain(whole).find("nhóm máu"))
            return whole[begin : begin + LONGEST_TOLD]
    return ""


def _written(resource: Resource) -> list[str]:
    texts = [str(resource[name]) for name in BESIDE if name in resource and isinstance(resource[name], str)]
    if "note" in resource:
        texts += [str(each["text"]) for each in resource["note"] if each.get("text")]
    return texts


def _named_in(words: str) -> Iterator[tuple[str | None, str | None]]:
    """What stands after each `nhóm máu`, where it is the person's and said at once."""
    for found in _IN_WORDS.finditer(words):
        rest = found[1]
        if (next_ := _NAMED_NEXT.match(rest)) and not _OF_OTHERS.search(rest):
            yield _of_words(rest[next_.end() :].partition(",")[0] + _after_comma(rest), rh_alone=False)


def _after_comma(rest: str) -> str:
    """What of the words after a comma speaks of Rh still: `nhóm máu B, Rh(D): âm tính`."""
    after = rest.partition(",")[2]
    return f" {after}" if after.strip().startswith("rh") else ""


def _elements(observation: Resource) -> Iterator[tuple[Resource, str]]:
    """The observation and its components, as far as each is of a group: ABO, or RH alone."""
    if "focus" in observation or _OF_OTHERS.search(_plain_title(observation.get("code", {}))):
        return
    for element in (observation, *observation.get("component", ())):
        if named := _is_named(element.get("code", {})):
            yield element, named


def may_be_blood_group(observation: Resource) -> bool:
    """Whether its name or that of a component may be that of a blood group: a look that costs little."""
    if _MAY_BE_TITLE.search(_title(observation.get("code", {}))):
        return True
    return any(_MAY_BE_TITLE.search(_title(each.get("code", {}))) for each in observation.get("component", ()))


def _is_named(concept: Resource) -> str | None:
    codes = {coding.get("code") for coding in concept.get("coding", ()) if coding.get("system") == LOINC}
    if found := codes & CODES:
        return RH if found <= RH_ALONE else ABO
    title = _plain_title(concept)
    if not _TITLE.match(title) or _OF_OTHERS.search(title):
        return None
    return RH if _RH_TITLE.match(title) else ABO


def _plain_title(concept: Resource) -> str:
    """Its title as it is compared, without what the blood is for."""
    return _PURPOSE.sub("", plain(_title(concept)))


def _title(concept: Resource) -> str:
    return str(concept.get("text") or next((c.get("display") for c in concept.get("coding", ())), "") or "")


def _values(element: Resource, *, rh_alone: bool) -> Iterator[tuple[str | None, str | None]]:
    """What each code and each text of a value says: they may say two things."""
    concept = element.get("valueCodeableConcept", {})
    for coding in concept.get("coding", ()):
        if coding.get("system") == SNOMED and coding.get("code") in OF_SNOMED:
            yield OF_SNOMED[coding["code"]]
        if coding.get("system") == LOINC and coding.get("code") in OF_LOINC:
            yield OF_LOINC[coding["code"]], None
    words = [element.get("valueString"), concept.get("text"), *(c.get("display") for c in concept.get("coding", ()))]
    yield from (_of_words(plain(str(each)), rh_alone=rh_alone) for each in words if each)


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
