"""What the papers of an episode tell that must not be missed: an allergy, a refusal, what an anaesthetist must know.

A summary shows no paper, and a hospital's file has no other place for these. So the sentences that tell of one stand
with the diagnoses, as a remark does. They are found in the whole episode and kept in its extract.
"""

import re
from collections.abc import Iterator

from health_record.clinical_words.told_allergies import telling_part
from health_record.clinical_words.told_texts import Told
from health_record.clinical_words.urgent_diseases import OF_ANAESTHESIA
from health_record.episode.source import KeptEpisode
from health_record.summary.refusals import refuses

MEMBER = "told_allergies"  # of an extract; its name is of the time when allergies alone were looked for
SAID = "giấy tờ của đợt ghi (the episode's papers say)"
_SENTENCES = re.compile(r"[.;\n\r]+\s*")
LONGEST = 160
FIELDS = {
    "XML1": ("CHAN_DOAN_VAO", "PP_DIEU_TRI"),
    "XML7": ("GHI_CHU", "PP_DIEUTRI", "CHAN_DOAN_RV"),
    "XML8": ("GHI_CHU", "QT_BENHLY", "TOMTAT_KQ", "PP_DIEUTRI", "CHAN_DOAN_VAO", "CHAN_DOAN_RV"),
    "XML13": ("DAU_HIEU_LS", "QT_BENHLY", "TOMTAT_KQ", "PP_DIEUTRI", "PP_DIEU_TRI", "HUONG_DIEU_TRI", "TINH_TRANG_CT"),
    "XML5": ("DIEN_BIEN_LS", "HOI_CHAN", "PHAU_THUAT", "GIAI_DOAN_BENH"),
}
MOST = 5  # of an episode; its papers have all


def of_papers(episode: KeptEpisode) -> list[str]:
    """The parts of its texts that tell of such a thing, each once."""
    if MEMBER in episode.content:
        return [str(each) for each in episode.content[MEMBER]]
    found = {" ".join(part.casefold().split()): part for text in _texts(episode) for part in _telling_parts(text)}
    return list(found.values())[:MOST]


def _telling_parts(text: str) -> Iterator[str]:
    allergy = telling_part(Told(text))
    if allergy:
        yield allergy
    if refuses(text) or OF_ANAESTHESIA.says(text):
        for sentence in _SENTENCES.split(text):
            if sentence not in allergy and (refuses(sentence) or OF_ANAESTHESIA.says(sentence)):
                yield sentence[:LONGEST].strip()


def _texts(episode: KeptEpisode) -> Iterator[str]:
    own = {episode.summary.get(name) for name in ("CHAN_DOAN_RV", "GHI_CHU")}  # which the diagnoses have already
    for table, names in FIELDS.items():
        for row in episode.rows(table):
            yield from (row[name] for name in names if name in row and row[name] not in own)
