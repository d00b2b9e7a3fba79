"""FHIR's concepts, periods and references in words. Whatever is there is said; nothing becomes empty."""

from collections.abc import Callable, Iterator
from typing import Any

from health_record.fhir import code_names, icd10
from health_record.language import Translated
from health_record.rendering import moments, plain_words, quantities
from health_record.rendering.phrases import Phrase, bilingual, in_language, joined, labelled
from health_record.rendering.statuses import NOT_STATED, absent_of, statuses_of

Element = dict[str, Any]
Resolve = Callable[[str], Element | None]

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
THE_CODE_SAYS = Translated("mã ghi", "the code says")
YES, NO = Translated("có", "yes"), Translated("không", "no")


def concept(element: Any) -> Phrase:
    """A CodeableConcept. The source's own text always stands; English beside it where the source gave it as such.

    Of several displays each stands that says something new, beside a text as the code's: only a translation that is
    marked as one is told as one, for text and display may say two things. An ICD-10 code without a display gets its
    title beside the text as well. A text that only repeats a code of a public system is none.
    """
    if not isinstance(element, dict):
        return ()
    codings = [each for each in element.get("coding") or () if isinstance(each, dict)]
    text = element.get("text")
    if not text or _is_public_code(text, codings):
        named = _differing(tuple(coding(each) for each in codings if "display" in each or _name_of(each)))
        return joined(named, "; ") or next(
            (found for each in codings if (found := coding(each))), absent_of(element) or (NOT_STATED,)
        )
    said = _texted(element, str(text), codings)
    bare = [each for each in codings if not each.get("display") and each.get("system") in icd10.SPELLINGS]
    return (*said, *_titles(bare, str(text))) if bare else said


def _is_public_code(text: str, codings: list[Element]) -> bool:
    for each in codings:  # noqa: SIM110 - in half the time, and every resource has such a text
        if text == each.get("code") and code_names.is_public(each.get("system")):
            return True
    return False


def coding(element: Element) -> Phrase:
    """A Coding: its display, else what the code means, of ICD-10 with the code; else the code, told as one."""
    display = element.get("display")
    if display:
        known = code_names.translated(element.get("system"), str(element.get("code")), display)
        return (known or Translated(display, _english(element, "_display") or display),)
    if "code" not in element:
        return absent_of(element)
    code = str(element["code"])
    if (name := _name_of(element)) is None:
        return (code_names.told_as_code(element.get("system"), code),)
    return (f"{code}: ", name) if element.get("system") in icd10.SPELLINGS else (name,)


def is_named(element: Any) -> bool:
    """Whether a CodeableConcept has words, or a code whose meaning is known."""
    if not isinstance(element, dict):
        return False
    codings = element.get("coding") or ()
    return bool(element.get("text")) or any(each.get("display") or _name_of(each) for each in codings)


def _name_of(element: Element) -> Translated | None:
    """What a Coding without a display means, where that is known."""
    code = str(element.get("code"))
    if element.get("system") in icd10.SPELLINGS:
        return icd10.title(code)
    return code_names.name_of(element.get("system"), code)


def _is_name_of(coding_: Element, text: str) -> bool:
    """Whether the text is the Vietnamese name of a code whose display is its English one: `uống`, `Oral route`."""
    known = code_names.translated(coding_.get("system"), str(coding_.get("code")), coding_["display"])
    if known is None:
        return False
    named = plain_words.plain(known.vi)
    return plain_words.plain(text) in (named, named.removeprefix("đường "))


def _texted(element: Element, text: str, codings: list[Element]) -> Phrase:
    if english := _english(element, "_text"):
        return (Translated(text, english),)
    if text.isascii():
        for each in codings:
            if known := code_names.translated(each.get("system"), str(each.get("code")), text):
                return (known,)
    shown = [each for each in codings if each.get("display")]
    if not shown:
        return (text,)
    if all(each["display"] == text for each in shown):  # as of most
        return (Translated(text, _english(shown[0], "_display") or text),)
    if (translated := next((each["display"] for each in shown if _is_name_of(each, text)), None)) is not None:
        said_by = [each for each in shown if each["display"] != translated]
        return (Translated(text, translated), *(_texted({}, text, said_by)[1:] if said_by else ()))
    same = next((each for each in shown if each["display"] == text), None)
    said = _begun_by(text, shown) if same is None else Translated(text, _english(same, "_display") or text)
    beside = _differing(((text,), *((each["display"],) for each in shown if each is not same)))[1:]
    numbers = {each["display"]: _number(each) for each in reversed(shown)}
    named = [(numbers[str(words)], words) for (words,) in beside]
    return (said, " [", THE_CODE_SAYS, ": ", *joined(named, "; "), "]") if named else (said,)


def _begun_by(text: str, shown: list[Element]) -> str | Translated:
    """A text that goes on where a display ends, with the display's English: `Ung thư: vú trái (Cancer: vú trái)`."""
    for each in shown:
        if (english := _english(each, "_display")) and text.startswith(f"{each['display']}: "):
            return Translated(text, english + text[len(each["display"]) :])
    return text


def _number(element: Element) -> str:
    """`ICD-10 E11.9: ` of a code of ICD-10: by it a doctor sees whether words and code are of one thing."""
    if element.get("system") not in icd10.SPELLINGS or not element.get("code"):
        return ""
    return f"ICD-10 {element['code']}: "


def _differing(phrases: tuple[Phrase, ...]) -> list[Phrase]:
    """Those that say what none before them says: a class and a product are two things, `Tôm` and `tôm` are one."""
    if len(phrases) < 2:
        return list(phrases)
    found: list[Phrase] = []
    said = ""
    for phrase in phrases:
        if plain_words.plain(in_language(phrase, "vi")) not in said:
            found.append(phrase)
            said += f" {plain_words.plain(bilingual(phrase))}"
    return found


def _titles(codings: list[Element], text: str) -> Phrase:
    """` [ICD-10 E11.9: nhóm E11 đái tháo đường típ 2]`, without what the text says already."""
    found: list[Phrase] = []
    for each in codings:
        code = str(each.get("code", ""))
        title = icd10.title(code)
        unsaid: list[Phrase] = [(f"ICD-10 {code}",)] if code and code not in text else []
        if title and title.vi.casefold() not in text.casefold():
            unsaid.append((title,))
        if unsaid:
            found.append(joined(unsaid, ": "))
    return (" [", *joined(found, ", "), "]") if found else ()


def concepts(elements: Any) -> Phrase:
    """A list of CodeableConcepts."""
    return joined((concept(each) for each in elements or ()), ", ")


def period(element: Element, zone: str) -> Phrase:
    """`từ 20/11/2026 đến 23/11/2026`; of one day, month or year that alone."""
    start, end = element.get("start"), element.get("end")
    if not start and not end:
        return absent_of(element) or (NOT_STATED,)
    if start == end:
        return (moments.moment(str(start), zone),)
    found: list[Phrase] = []
    if start:
        found.append((Translated("từ", "from"), " ", moments.moment(start, zone)))
    if end:
        found.append((Translated("đến", "to"), " ", moments.moment(end, zone)))
    return joined(found, " ")


def reference(element: Any, resolve: Resolve) -> Phrase:
    """Who or what is meant: the reference's own display, else the name of what it leads to, with where that stands.

    What has no entry of its own (a product, a device, a specimen) is described whole.
    """
    if not isinstance(element, dict):
        return ()
    display: Phrase = (str(element["display"]),) if element.get("display") else ()
    found = resolve(str(element.get("reference", "")))
    if not found:
        return display
    marks = joined(((status.words,) for status in statuses_of(found) if status.words is not None), ", ")
    if (describe := _DESCRIBED.get(found["resourceType"])) is None:
        return joined([marks, display or name_of(found)], ": ")
    parts = [each for each in describe(found, resolve) if each]
    said = joined(dict.fromkeys([display, *parts] if display else parts), ", ") or (NOT_STATED,)
    # After the name: before it, a product's status would be read as that of the whole statement.
    return (*said, " [", *marks, "]") if marks else said


def references(elements: Any, resolve: Resolve) -> Phrase:
    """A list of References."""
    return joined((reference(each, resolve) for each in elements or ()), ", ")


def name_of(resource: Element) -> Phrase:
    """The name of a person, place, product or of what a resource is about."""
    name = resource.get("name")
    if isinstance(name, str):
        return (name,)
    if isinstance(name, list) and name:
        return (human_name(name[0]),)
    if describe := _DESCRIBED.get(resource["resourceType"]):
        return joined(describe(resource, lambda _: None), ", ") or (NOT_STATED,)
    if isinstance(resource.get("description"), str):
        return (str(resource["description"]),)
    named = resource.get("code") or resource.get("type")
    return concepts(named) if isinstance(named, list) else concept(named)


def plain(element: Element, member: str) -> Phrase:
    """A text or a number as it stands."""
    return (str(element[member]),) if element.get(member) not in (None, "") else ()


def notes(resource: Element) -> Iterator[Phrase]:
    """The notes of a resource that is described in another."""
    for each in resource.get("note") or ():
        yield labelled(Translated("ghi chú", "note"), plain(each, "text"))


def _medication(resource: Element, resolve: Resolve) -> Iterator[Phrase]:
    """A product: its code, form, ingredients with their strengths, package and batch."""
    yield concept(resource["code"]) if resource.get("code") else ()
    yield concept(resource.get("form"))
    yield joined((_ingredient(each, resolve) for each in resource.get("ingredient") or ()), " + ")
    if resource.get("amount"):
        yield labelled(Translated("gói", "package"), quantities.ratio(resource["amount"]))
    yield labelled(_MAKER, reference(resource.get("manufacturer"), resolve))
    yield from _batch(resource.get("batch") or {})


def _ingredient(element: Element, resolve: Resolve) -> Phrase:
    named = concept(element.get("itemCodeableConcept")) or reference(element.get("itemReference"), resolve)
    strength = quantities.ratio(element["strength"]) if element.get("strength") else ()
    said = joined([named or (NOT_STATED,), strength], " ")
    return (
        (*said, " (", Translated("tá dược", "not an active ingredient"), ")")
        if element.get("isActive") is False
        else said
    )


def _batch(element: Element) -> Iterator[Phrase]:
    yield labelled(Translated("số lô", "lot"), plain(element, "lotNumber"))
    if element.get("expirationDate"):
        yield labelled(Translated("hạn dùng", "expires"), (moments.day(element["expirationDate"], moments.HOME),))


def _device(resource: Element, _resolve: Resolve) -> Iterator[Phrase]:
    """A device: every name of it, what it is, whose, and what is said of its safety (an implant and a magnet)."""
    for each in resource.get("deviceName") or ():
        yield plain(each, "name")
    yield concept(resource.get("type"))
    yield labelled(Translated("an toàn", "safety"), concepts(resource.get("safety")))
    for each in resource.get("property") or ():
        amounts = [quantities.quantity(one) for one in each.get("valueQuantity") or ()]
        yield joined([concept(each.get("type")), joined([*amounts, concepts(each.get("valueCode"))], ", ")], ": ")
    yield labelled(_MAKER, plain(resource, "manufacturer"))
    yield labelled(Translated("mẫu máy", "model"), plain(resource, "modelNumber"))
    yield labelled(Translated("số máy", "serial number"), plain(resource, "serialNumber"))
    yield from _batch(resource)
    yield labelled(Translated("lý do", "reason"), concepts(resource.get("statusReason")))
    yield from notes(resource)


def _specimen(resource: Element, _resolve: Resolve) -> Iterator[Phrase]:
    """A specimen: what it is, where and how it was taken, and in which state it was."""
    collection = resource.get("collection") or {}
    yield concept(resource.get("type"))
    yield concepts(resource.get("condition"))
    yield labelled(Translated("vị trí", "body site"), concept(collection.get("bodySite")))
    yield labelled(Translated("cách lấy", "collected by"), concept(collection.get("method")))
    fasting = concept(collection.get("fastingStatusCodeableConcept"))
    if collection.get("fastingStatusDuration"):
        fasting = quantities.duration(collection["fastingStatusDuration"])
    yield labelled(Translated("nhịn ăn", "fasting"), fasting)
    if collection.get("collectedDateTime"):
        yield labelled(_TAKEN, (moments.moment(collection["collectedDateTime"], moments.HOME),))
    if collection.get("collectedPeriod"):
        yield labelled(_TAKEN, period(collection["collectedPeriod"], moments.HOME))
    for each in resource.get("processing") or ():
        yield labelled(
            Translated("xử lý", "processed"), joined([concept(each.get("procedure")), plain(each, "description")], ", ")
        )
    yield from notes(resource)


def human_name(element: Element) -> str:
    """A name as it is written in full."""
    if element.get("text"):
        return str(element["text"])
    return " ".join([*element.get("prefix", []), str(element.get("family", "")), *element.get("given", [])]).strip()


def _english(element: Element, member: str) -> str | None:
    beside = element.get(member)
    for extension in beside.get("extension", ()) if isinstance(beside, dict) else ():
        if extension.get("url") == TRANSLATION:
            parts = {part.get("url"): part for part in extension.get("extension", ())}
            if parts.get("lang", {}).get("valueCode") == "en":
                content: str | None = parts.get("content", {}).get("valueString")
                return content
    return None


_MAKER = Translated("hãng", "made by")
_TAKEN = Translated("lấy lúc", "taken at")
_DESCRIBED: dict[str, Callable[[Element, Resolve], Iterator[Phrase]]] = {
    "Device": _device,
    "Medication": _medication,
    "Specimen": _specimen,
}
