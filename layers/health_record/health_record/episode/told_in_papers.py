"""What the papers of an episode tell that must not be missed: an allergy, a refusal, what an anaesthetist must know,
and a history that changes the first minutes and that no diagnosis of the episode names.

A summary shows no paper, and a hospital's file has no other place for these. So the sentences that tell of one stand
with the diagnoses, as a remark does. They are found in the whole episode and kept in its extract. All else that papers
say is not read: decision 0074.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum

from health_record.clinical_words import grave_history
from health_record.clinical_words.agreed_treatments import (
    Treatment,
    agreed_in,
    treatments_of,
    with_agreement,
    withdraws,
)
from health_record.clinical_words.quoted import part_around
from health_record.clinical_words.refused_in_advance import places_of
from health_record.clinical_words.told_allergies import telling_part
from health_record.clinical_words.told_texts import Told
from health_record.clinical_words.urgent_diseases import OF_ANAESTHESIA
from health_record.episode.source import KeptEpisode, diagnosis_codes

type Agreement = tuple[str, frozenset[Treatment], str]  # when it was written, to what, and the sentence
MEMBER = "told_allergies"  # of an extract; its name is of the time when allergies alone were looked for
ALSO = "cũng ghi (also)"
SAID = "giấy tờ của đợt ghi (the episode's papers say)"
_SENTENCES = re.compile(r"[.;\n\r]+\s*")
FIELDS = {
    "XML1": ("CHAN_DOAN_VAO", "PP_DIEU_TRI"),
    "XML7": ("GHI_CHU", "PP_DIEUTRI", "CHAN_DOAN_RV"),
    "XML8": ("GHI_CHU", "QT_BENHLY", "TOMTAT_KQ", "PP_DIEUTRI", "CHAN_DOAN_VAO", "CHAN_DOAN_RV"),
    "XML13": ("DAU_HIEU_LS", "QT_BENHLY", "TOMTAT_KQ", "PP_DIEUTRI", "PP_DIEU_TRI", "HUONG_DIEU_TRI", "TINH_TRANG_CT"),
    "XML5": ("DIEN_BIEN_LS", "HOI_CHAN", "PHAU_THUAT", "GIAI_DOAN_BENH"),
}
OF_DIAGNOSES = ("CHAN_DOAN_RV", "GHI_CHU")  # of XML1, whose words stand with the diagnoses already
MOST = 5  # of an episode and of each kind, so that none pushes out another; its papers have all


class Kind(Enum):
    """What a part is told for."""

    ALLERGY = "allergy"
    REFUSAL = "refusal"
    AGREEMENT = "agreement"  # to what another file may say was refused
    ANAESTHESIA = "anaesthesia"
    HISTORY = "history"


def of_papers(episode: KeptEpisode) -> list[str]:
    """The parts of its texts that tell of such a thing, each once."""
    if MEMBER in episode.content:
        return [str(each) for each in episode.content[MEMBER]]
    texts = [(when, unicodedata.normalize("NFC", text)) for when, text in _texts(episode)]
    found = {
        " ".join(part.casefold().split()): (kind, part, when)
        for when, text in texts
        for kind, part in _telling_parts(text)
    }
    refused = sorted(
        (each for each in found.values() if each[0] is Kind.REFUSAL), key=lambda each: each[2], reverse=True
    )
    agreed = _agreements(texts)
    told = {
        Kind.REFUSAL: [_with_other_agreement(part, when, agreed) for _, part, when in refused],  # the newest first
        Kind.AGREEMENT: [] if refused else list(_newest_of_each(agreed)),
    }
    for kind, part, _ in found.values():
        if kind is not Kind.REFUSAL:
            told.setdefault(kind, []).append(part)
    told[Kind.HISTORY] = _history(episode, texts, [part for parts in told.values() for part in parts])
    return [part for each in Kind for part in dict.fromkeys(told.get(each, ())[:MOST])]


def _newest_of_each(agreed: list[Agreement]) -> Iterator[str]:
    """Whatever takes a refusal back, and of each treatment the newest agreement."""
    treatments: set[Treatment] = set()
    for _, of, said in reversed(agreed):
        if withdraws(said) or not of <= treatments:
            yield part_around(said, 0)
        treatments |= of


def _history(episode: KeptEpisode, texts: list[tuple[str, str]], told: list[str]) -> list[str]:
    """For each kind of a grave history that no diagnosis names the newest sentence that tells of it, each once."""
    known = grave_history.kinds_of_codes(diagnosis_codes(episode))
    for text in (*(episode.summary.get(name, "") for name in OF_DIAGNOSES), *told):
        known |= grave_history.kinds_in(text)
    newest: dict[str, str] = {}
    for _, text in sorted(texts, key=lambda each: each[0]):
        for kind, _, sentence in grave_history.found_in(text):
            newest[kind] = part_around(sentence, grave_history.place_in(sentence, kind))
    return list(dict.fromkeys(newest[kind] for kind in grave_history.KINDS if kind in newest and kind not in known))


def _agreements(texts: list[tuple[str, str]]) -> list[Agreement]:
    """The sentences that agree to a treatment, or take a refusal of it back, as they were written after each other."""
    sentences = ((when, sentence) for when, text in texts for _, sentence in _sentences_of(text))
    agreed = [(when, treatments, said) for when, said in sentences if (treatments := agreed_in(said))]
    return sorted(agreed, key=lambda each: each[0])


def _with_other_agreement(part: str, when: str, agreed: list[Agreement]) -> str:
    """A refusal with the last agreement to the same that another paper has, unless it was surely written before."""
    refused = treatments_of(part)
    said = [
        part_around(sentence, 0)
        for moment, treatments, sentence in agreed
        if treatments & refused and not (when and moment and moment < when)
    ]
    return f"{part} … {ALSO}: {said[-1]}" if said and said[-1] not in part else part


def _telling_parts(text: str) -> Iterator[tuple[Kind, str]]:
    allergy = telling_part(Told(text))
    if allergy:
        yield Kind.ALLERGY, allergy
    refused = list(places_of(text))
    if not refused and not OF_ANAESTHESIA.says(text):
        return
    for begin, sentence in _sentences_of(text):
        if not sentence or sentence in allergy:
            continue
        at = next((place - begin for place, _ in refused if begin <= place < begin + len(sentence)), None)
        if at is not None:
            yield Kind.REFUSAL, with_agreement(part_around(sentence, at), text, refused)
        elif OF_ANAESTHESIA.says(sentence):
            yield Kind.ANAESTHESIA, part_around(sentence, _place_of_anaesthesia(sentence))


def _sentences_of(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence and where it begins."""
    begin = 0
    for end in _SENTENCES.finditer(text):
        yield begin, text[begin : end.start()]
        begin = end.end()
    yield begin, text[begin:]


def _place_of_anaesthesia(sentence: str) -> int:
    """Where the clause begins that says it; the sentence's begin where no clause says it alone."""
    clauses = re.finditer(r"[^,:]+", sentence)
    return next((clause.start() for clause in clauses if OF_ANAESTHESIA.says(clause[0])), 0)


def _texts(episode: KeptEpisode) -> Iterator[tuple[str, str]]:
    """Each text with the moment at which it was written, as the file has it; no moment where it has none."""
    own = {episode.summary.get(name) for name in OF_DIAGNOSES}
    for table, names in FIELDS.items():
        for row in episode.rows(table):
            when = row.get("THOI_DIEM_DBLS", "")
            yield from ((when, row[name]) for name in names if name in row and row[name] not in own)
