"""The diagnoses of an episode as Conditions: each code with the words that are its own, and how the episode ended."""

import re
from collections.abc import Iterator

from health_record.episode import told_in_papers
from health_record.episode.plain_words import names_one_thing
from health_record.episode.source import CHRONIC_CARE, OWN, KeptEpisode, diagnosis_codes, is_inpatient
from health_record.hospital_file import values
from health_record.remembered import remembered
from health_record.summary_sources import coded
from health_record.summary_sources.sources import ICD_10, Resource

# KET_QUA_DTRI (Decision 4750 annex; 8 since 3176).
OUTCOMES = {
    "1": ("Khỏi", "Cured"),
    "2": ("Đỡ", "Better"),
    "3": ("Không thay đổi", "Unchanged"),
    "4": ("Nặng hơn", "Worse"),
    "5": ("Tử vong", "Died"),
    "6": ("Tiên lượng nặng, xin về", "Poor prognosis, taken home"),
    "7": ("Chưa xác định", "Not determined"),
    "8": ("Tử vong ngoài cơ sở", "Died outside the facility"),
}
DIED = frozenset({"5", "8"})
TAKEN_HOME_TO_DIE = "6"
# MA_LOAI_RV: to another hospital, which goes on by its own orders.
REFERRED = {
    "2": ("Chuyển viện theo chuyên môn", "Referred"),
    "5": ("Chuyển viện theo yêu cầu", "Referred at own request"),
}
CURED = "1"
UNDETERMINED = "7"
GRAVE = frozenset({"4", "5", "6", "8"})
REMARK = "ghi chú của cơ sở (the facility's remark)"
OUTCOME = "kết quả của đợt điều trị (outcome of the episode)"
REASON = "lý do đến khám (reason for the visit)"
ENCOUNTER_DIAGNOSIS = coded.status_concept("condition-category", "encounter-diagnosis")
# "I10 - Tăng huyết áp; E11.9 - Đái tháo đường": a text that gives each code its own words.
OWN_WORDS = re.compile(r"[;\n]?\s*([A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?[*+†‡]?)\s*[-–:]\s*", re.IGNORECASE)


def conditions(episode: KeptEpisode) -> Iterator[Resource]:
    """One Condition a code, the main one first, and the preliminary diagnosis in words.

    Of the clinical status the file says one thing only: that a stay ended with its main disease cured. Whether a
    disease is acute or for life it does not say, so that all others have none; nor whether a diagnosis is confirmed.
    """
    row = episode.summary
    codes = diagnosis_codes(episode)
    words = words_of(row.get("CHAN_DOAN_RV", ""), codes)
    traditional = [
        {"system": f"{OWN}ma-benh-yhct", "code": code} for code in values.split_list(row.get("MA_BENH_YHCT", ""))
    ]
    bearer = bearer_of_all(episode)
    for place, code in enumerate(codes):
        coding = [{"system": ICD_10, "code": code}, *(traditional if place == 0 else [])]
        made = _condition(episode, code, {"coding": coding, "text": words.get(code, code)})
        if place == 0:
            made |= _cured(episode)
        of_all = said_of_all(episode) if code == bearer else ()
        if notes := [*(_of_main(episode, codes, words) if place == 0 else ()), *of_all]:
            made["note"] = [{"text": note} for note in notes]
        yield made
    if preliminary := row.get("CHAN_DOAN_VAO"):
        provisional = coded.status_concept("condition-ver-status", "provisional")
        yield _condition(episode, "CHAN_DOAN_VAO", {"text": preliminary}) | {"verificationStatus": provisional}


def named(episode: KeptEpisode) -> list[tuple[str, str]]:
    """(code, text) of each Condition of `conditions`; what has no code is named by its text."""
    codes = diagnosis_codes(episode)
    words = words_of(episode.summary.get("CHAN_DOAN_RV", ""), codes)
    found = [(code, words.get(code, code)) for code in codes]
    preliminary = episode.summary.get("CHAN_DOAN_VAO")
    return [*found, (preliminary, preliminary)] if preliminary else found


def words_of(text: str, codes: list[str]) -> dict[str, str]:
    """CHAN_DOAN_RV by code, where it names the codes itself; else the whole of it with the main code.

    Nothing is guessed: the text is parted only where it begins with a code and all codes in it are the episode's.
    """
    return dict(_words(text, tuple(codes)))


@remembered(256)
def _words(text: str, codes: tuple[str, ...]) -> dict[str, str]:
    if not text.strip():
        return {}
    parts = OWN_WORDS.split(text)
    named = [values.icd_10(re.sub(r"[*+†‡]$", "", each)) for each in parts[1::2]]
    bodies = [each.strip(" ;\n") for each in parts[2::2]]
    if parts[0].strip() or not named or len(set(named)) < len(named) or not set(named) <= set(codes) or not all(bodies):
        return {codes[0]: text}
    return {str(code): body for code, body in zip(named, bodies, strict=True)}


def outcome(code: str) -> Resource | None:
    """KET_QUA_DTRI in words."""
    if code not in OUTCOMES:
        return None
    return coded.make_concept(f"{OWN}ket-qua-dtri", code, *OUTCOMES[code])


def is_death(episode: KeptEpisode) -> bool:
    """Whether the file says that the person died."""
    return episode.summary.get("KET_QUA_DTRI") in DIED


def breaks_off(episode: KeptEpisode) -> str | None:
    """Why what was ordered need not go on: death, or who else treats now; None where the file says no such end."""
    result, left = episode.summary.get("KET_QUA_DTRI", ""), episode.summary.get("MA_LOAI_RV", "")
    ended = OUTCOMES[result] if result in {*DIED, TAKEN_HOME_TO_DIE} else REFERRED.get(left)
    return f"{ended[0]} ({ended[1]})" if ended else None


def is_cured(episode: KeptEpisode) -> bool:
    """Whether the file says that the main disease is over, and nothing else would go with it.

    A stay that ended, cured. A text for several codes, one that names more than one thing, or a remark that no other
    diagnosis can bear may say what a person has for life: what has it is not told as cured.
    """
    if not is_inpatient(episode) or episode.end is None or episode.summary.get("KET_QUA_DTRI") != CURED:
        return False
    codes = diagnosis_codes(episode)
    if "GHI_CHU" in episode.summary and len(codes) == 1:
        return False
    words = words_of(episode.summary.get("CHAN_DOAN_RV", ""), codes)
    return not _is_shared(episode, codes, words) and names_one_thing(words.get(codes[0], ""))


def bearer_of_all(episode: KeptEpisode) -> str:
    """The code whose Condition has what is said of all: the main one, or where that is over the next."""
    codes = diagnosis_codes(episode)
    return codes[1] if len(codes) > 1 and is_cured(episode) else codes[0]


def said_of_all(episode: KeptEpisode) -> Iterator[str]:
    """What the file says once for the whole episode, and a newer episode does not take back."""
    result = episode.summary.get("KET_QUA_DTRI", "")
    if result in GRAVE:
        yield _outcome(result)
    if remark := episode.summary.get("GHI_CHU"):
        yield f"{REMARK}: {remark}"
    for part in told_in_papers.of_papers(episode):
        yield f"{told_in_papers.SAID}: {part}"


def reasons_of(episode: KeptEpisode) -> Iterator[str]:
    """Why somebody came, for an episode whose Encounter is not shown."""
    for name in ("LY_DO_VV", "LY_DO_VNT"):
        if reason := episode.summary.get(name):
            yield f"{REASON}: {reason}"


def is_chronic_care(episode: KeptEpisode) -> bool:
    """Whether the form of care says that the disease goes on."""
    return episode.care in CHRONIC_CARE


def told_as_going_on(condition: Resource) -> Resource:
    """The Condition without a clinical status, for a code that another episode treats as chronic."""
    return {name: value for name, value in condition.items() if name not in ("clinicalStatus", "abatementDateTime")}


def _of_main(episode: KeptEpisode, codes: list[str], words: dict[str, str]) -> list[str]:
    notes = []
    if _is_shared(episode, codes, words):
        notes.append(f"lời chẩn đoán này là chung cho các mã (one text for all of these codes): {', '.join(codes)}")
    result = episode.summary.get("KET_QUA_DTRI", "")
    if result in OUTCOMES and result not in {*GRAVE, UNDETERMINED}:
        notes.append(_outcome(result))
    return notes


def _cured(episode: KeptEpisode) -> Resource:
    if not (is_cured(episode) and episode.end):
        return {}
    resolved = coded.status_concept("condition-clinical", "resolved")
    return {"clinicalStatus": resolved, "abatementDateTime": episode.end.fhir}


def _is_shared(episode: KeptEpisode, codes: list[str], words: dict[str, str]) -> bool:
    """Whether one text is for all codes."""
    return len(codes) > 1 and list(words) == codes[:1] and words[codes[0]] == episode.summary.get("CHAN_DOAN_RV")


def _outcome(code: str) -> str:
    vi, en = OUTCOMES[code]
    return f"{OUTCOME}: {vi} ({en})"


def _condition(episode: KeptEpisode, part: str, code: Resource) -> Resource:
    return {
        "resourceType": "Condition",
        "id": episode.id_of("Condition", part),
        "category": [ENCOUNTER_DIAGNOSIS],
        "code": code,
        "subject": episode.subject,
        "encounter": episode.encounter,
        "recordedDate": episode.begin.fhir,
    }
