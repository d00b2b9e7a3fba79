"""What the papers of an episode tell of an allergy: progress notes, discharge papers, referrals, treatment.

A summary shows no paper, and a hospital's file has no place for an allergy. So the sentences that tell of one stand
with the diagnoses, as a remark does. They are found in the whole episode and kept in its extract.
"""

from collections.abc import Iterator

from health_record.clinical_words.told_allergies import telling_part
from health_record.clinical_words.told_texts import Told
from health_record.episode.source import KeptEpisode

MEMBER = "told_allergies"  # of an extract
SAID = "giấy tờ của đợt ghi (the episode's papers say)"
FIELDS = {
    "XML1": ("CHAN_DOAN_VAO", "PP_DIEU_TRI"),
    "XML7": ("GHI_CHU", "PP_DIEUTRI", "CHAN_DOAN_RV"),
    "XML8": ("GHI_CHU", "QT_BENHLY", "TOMTAT_KQ", "PP_DIEUTRI", "CHAN_DOAN_VAO", "CHAN_DOAN_RV"),
    "XML13": ("DAU_HIEU_LS", "QT_BENHLY", "TOMTAT_KQ", "PP_DIEUTRI", "PP_DIEU_TRI", "HUONG_DIEU_TRI", "TINH_TRANG_CT"),
    "XML5": ("DIEN_BIEN_LS", "HOI_CHAN", "PHAU_THUAT", "GIAI_DOAN_BENH"),
}
MOST = 5  # of an episode; its papers have all


def of_papers(episode: KeptEpisode) -> list[str]:
    """The parts of its texts that tell of an allergy, each once."""
    if MEMBER in episode.content:
        return [str(each) for each in episode.content[MEMBER]]
    found = {" ".join(part.casefold().split()): part for text in _texts(episode) if (part := telling_part(Told(text)))}
    return list(found.values())[:MOST]


def _texts(episode: KeptEpisode) -> Iterator[str]:
    own = {episode.summary.get(name) for name in ("CHAN_DOAN_RV", "GHI_CHU")}  # which the diagnoses have already
    for table, names in FIELDS.items():
        for row in episode.rows(table):
            yield from (row[name] for name in names if name in row and row[name] not in own)
