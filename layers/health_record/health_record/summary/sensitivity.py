"""What must not be seen by chance: HIV, tuberculosis, the mind, addiction, violence, sexual health and pregnancy.

Codes are those of ICD-10 and ATC; words are matched as people and hospitals write them, without accents where a text
has none. What is found here is left out of a copy that its person wants without what is sensitive: too much rather than
too little, but for allergies, where a medicine's name gives nothing away and may save a life.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from health_record.fhir import code_names
from health_record.rendering.source_words import is_restricted
from health_record.summary_sources.sources import ICD_10, Resource

SENSITIVITY = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ATC = "http://www.whocc.no/atc"
KINDS = {
    "HIV": re.compile(r"B2[0-4]|Z21|R75|F02\.4|O98\.7|Z20\.6|Z71\.7"),
    "STD": re.compile(r"A5[0-9]|A6[0-4]|Z20\.2|O98\.[1-3]"),
    "ETH": re.compile(r"F1[0-9]|Z50\.[2-3]|Z71\.[4-5]|Z72\.2|T40"),
    "PSY": re.compile(r"F[0-9]{2}|X[67][0-9]|X8[0-4]|Z91\.5|Z81|T43"),
    "SEX": re.compile(r"O0[0-8]|Z30\.[2-3]|Z64\.0|F52|F64|F65|N97|Z97\.5"),
    "SDV": re.compile(r"T74|Y0[5-7]|X8[5-9]|X9[0-9]|Y0[0-4]|Y0[8-9]|Z04\.[4-5]"),
}
TUBERCULOSIS = re.compile(r"A1[5-9]|B90|Z20\.1|R76\.1")
PREGNANCY = re.compile(r"O[0-9]|Z3[0-9]")
MEDICINE_CODES = re.compile(r"J04A|J05A[EFGJR]|N05[ABC]|N06A|N07B|G02|G03A|G03X")
WORDS = (
    r"\bhiv\b|\baids\b|\barv\b|suy giảm miễn dịch|giang mai|bệnh lậu|lậu cầu|sùi mào gà|hoa liễu|tình dục"
    r"|syphilis|gonorrh|chlamydia|\blao\b(?! động| công| lực)|tubercul|tâm thần|trầm cảm|tự kỷ|rối loạn lo âu"
    r"|hoang tưởng|loạn thần|lưỡng cực|tự sát|tự tử|tự hại|schizo|depress|psych|bipolar|autis|suicid|ma túy|nghiện"
    r"|heroin|opioid|\bcai (?:rượu|thuốc)|addict|\bthai\b|sảy|triệt sản|vô sinh|pregnan|abortion|contracep|bạo lực"
    r"|bạo hành|xâm hại|hiếp dâm|violen|\brape\b"
)
MEDICINE_WORDS = (
    r"efavirenz|nevirapin|(?:dolute|ralte|bicte)gravir|(?:lopi|rito|daru|ataza)navir|abacavir|(?:zido|sta|lami)vudin"
    r"|emtricitabin|tenofovir|entecavir|isoniazid|rifampicin|rifapentin|pyrazinamid|ethambutol|bedaquilin|cycloserin|methadon"
    r"|buprenorphin|naltrexon|disulfiram|acamprosat|varenicline|c(?:h)?lorpromazin|levomepromazin|haloperidol|clozapin"
    r"|olanzapin|quetiapin|risperidon|paliperidon|aripiprazol|(?:ami)?sulpirid|amisulprid|\blithi(?:um)?\b|amitriptylin"
    r"|imipramin|clomipramin|(?:flu|par)oxetin|sertralin|citalopram|venlafaxin|duloxetin|mirtazapin|levonorgestrel"
    r"|mifepriston|misoprostol|(?:rilpi|dora|etra)virin|cabotegravir|trazodon|fluvoxamin|bupropion|desogestrel|drospirenon"
    r"|ulipristal|medroxyprogesteron|ethinyl ?estradiol|(?:di|brom|lor|clon)azepam|alprazolam"
    # Brands that are known in Vietnam, and what the national programmes call their tablets.
    # and how its clinics write what somebody takes: TDF/3TC/DTG.
    r"|\b(?:tdf|taf|3tc|ftc|azt|zdv|nvp|efv|dtg|lpv|ltv|abc/3tc|rpv|drv|atv)\b"
    r"|acriptega|truvada|descovy|biktarvy|kaletra|aluvia|\btld\b|rimifon|turbezid|rifater|\binh\b|suboxone|subutex"
    r"|zyprexa|risperdal|seroquel|haldol|zoloft|prozac|lexapro|remeron|seduxen|lexomil|xanax|rivotril|champix"
    r"|postinor|rigevidon|marvelon|mercilon|\byasmin\b|mifestad|depo-?provera"
)
UNREAD = frozenset(
    {"resourceType", "id", "system", "code", "reference", "url", "fullUrl", "lastUpdated", "contentType"}
)


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


_NAMED = (re.compile(WORDS), re.compile(_without_accents(WORDS)))
_MEDICINES = re.compile(MEDICINE_WORDS)


def is_sensitive(resource: Resource) -> bool:
    """Whether a resource says something that must not be seen by chance, by its labels, its codes or its words."""
    if is_restricted(resource) or any(
        label.get("system") == SENSITIVITY for label in resource.get("meta", {}).get("security", ())
    ):
        return True
    is_allergy = resource["resourceType"] == "AllergyIntolerance"
    return any(_is_code(coding, is_allergy) for coding in _codings(resource)) or any(
        _is_named(text, is_allergy) for text in _texts(resource)
    )


def leave_out(resources: Iterable[Resource]) -> list[Resource]:
    """The resources that are not sensitive and refer to none that is, at any remove."""
    kept = list(resources)
    hidden = {_name(each) for each in kept if is_sensitive(each)}
    while True:
        found = hidden | {_name(each) for each in kept if hidden & set(_references(each))}
        if found == hidden:
            return [each for each in kept if _name(each) not in hidden]
        hidden = found


def _is_code(coding: Resource, is_allergy: bool) -> bool:
    code = str(coding.get("code", ""))
    if coding.get("system") == ICD_10 and any(
        pattern.match(code) for pattern in (*KINDS.values(), TUBERCULOSIS, PREGNANCY)
    ):
        return True
    name = code_names.name_of(coding.get("system"), code)  # as it is told where the code has no words
    if name is not None and (_is_named(name.vi, is_allergy) or _is_named(name.en, is_allergy)):
        return True
    return coding.get("system") == ATC and not is_allergy and MEDICINE_CODES.match(code) is not None


def _is_named(text: str, is_allergy: bool) -> bool:
    plain = unicodedata.normalize("NFC", text).casefold()
    named = _NAMED[plain.isascii()].search(plain)
    return named is not None or (not is_allergy and _MEDICINES.search(plain) is not None)


def _name(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def _walk(element: Any) -> Iterator[tuple[str, Any]]:
    """Every member inside the element, by its name."""
    if isinstance(element, dict):
        for name, value in element.items():
            yield name, value
            yield from _walk(value)
    elif isinstance(element, list):
        for each in element:
            yield from (("", each), *_walk(each))


def _codings(resource: Resource) -> Iterator[Resource]:
    return (value for _, value in _walk(resource) if isinstance(value, dict) and "code" in value)


def _texts(resource: Resource) -> Iterator[str]:
    return (value for name, value in _walk(resource) if isinstance(value, str) and name not in UNREAD)


def _references(resource: Resource) -> Iterator[str]:
    return (value for name, value in _walk(resource) if name == "reference" and isinstance(value, str))
