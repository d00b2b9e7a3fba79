"""Whatever a limit leaves out of a summary is counted and said: in the narrative, for software and on paper."""

import datetime
import itertools
from typing import Any

import pytest

from functions.declare.view import summary_lines
from health_record.episode import extract
from health_record.episode.source import KeptEpisode
from health_record.reconciliation.statements import MOST_TOLD
from health_record.summary.sections import ENCOUNTERS, MEDICATIONS, PROCEDURES, RESULTS
from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.files import INPATIENT, OUTPATIENT, inside
from tests.hospital_file.kept import kept
from tests.hospital_file.test_extracts import extracted
from tests.lookup.doctor import allergy, read, write

TODAY = datetime.date(2026, 10, 20)
WORDS = "Còn {0} mục không hiện ở đây, xem $everything"
# By section: the limit, the file, its table, and what makes a row another one of its kind.
LIMITS: dict[str, tuple[str, str, bytes, str, dict[str, str]]] = {
    "results": (RESULTS, "MOST_RESULTS", OUTPATIENT, "XML4", {"GIA_TRI": "1", "MA_CHI_SO": "{0}", "MA_DICH_VU": "x"}),
    "reports": (RESULTS, "MOST_REPORTS", OUTPATIENT, "XML4", {"KET_LUAN": "{0}", "MA_DICH_VU": "x{0}"}),
    "medicines": (MEDICATIONS, "MOST_MEDICINES", OUTPATIENT, "XML2", {"MA_THUOC": "{0}", "TEN_THUOC": "T{0}"}),
    "procedures": (PROCEDURES, "MOST_PROCEDURES", INPATIENT, "XML3", {}),
}


def several(limit: str, count: int) -> KeptEpisode:
    """An episode with `count` entries of a kind, and no others of it."""
    _, _, file, table, members = LIMITS[limit]
    episode = kept(file)
    if limit == "procedures":
        ((_, row),) = itertools.islice(extract.procedures.procedure_lines(episode), 1)
    else:
        row = {
            name: text for name, text in episode.rows(table)[0].items() if name not in ("GIA_TRI", "KET_LUAN", "MO_TA")
        }
    rows = [
        {**row, "STT": f"{place}", **{name: text.format(place) for name, text in members.items()}}
        for place in range(count)
    ]
    tables = {**episode.content["tables"], table: rows}
    return KeptEpisode(**{**vars_of(episode), "content": {**episode.content, "tables": tables}})


def vars_of(episode: KeptEpisode) -> dict[str, Any]:
    return {name: getattr(episode, name) for name in episode.__dataclass_fields__}


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("beyond", [-1, 0, 1, 12])
def test_an_extract_counts_what_it_leaves_out(limit: str, beyond: int) -> None:
    section, name, *_ = LIMITS[limit]
    episode = extracted(several(limit, getattr(extract, name) + beyond))
    assert extract.left_out([episode], TODAY) == ({section: beyond} if beyond > 0 else {})


def test_visits_that_a_summary_does_not_list_are_counted() -> None:
    for count in (extract.MOST_VISITS, extract.MOST_VISITS + 1, extract.MOST_VISITS + 12):
        episodes = [extracted(kept(OUTPATIENT)) for _ in range(count)]
        beyond = count - extract.MOST_VISITS
        assert extract.left_out(episodes, TODAY) == ({ENCOUNTERS: beyond} if beyond else {})


def test_medicines_of_long_ago_are_no_longer_counted() -> None:
    episode = extracted(several("medicines", extract.MOST_MEDICINES + 1))
    assert extract.left_out([episode], TODAY)
    long_ago = episode.begin.day + extract.medicines.LONGEST_TOLD
    assert extract.left_out([episode], long_ago)
    assert not extract.left_out([episode], long_ago + datetime.timedelta(days=1))


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999")


@pytest.fixture
def person(world: World) -> str:
    woman = Resident(national_id="079156000123", full_name="Nguyễn Thị Thử", birth_date="1956", insurance_number=None)
    return store_resident(world, woman)


def test_the_summary_says_so_for_readers_software_and_on_paper(
    person: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "MOST_MEDICINES", 1)
    monkeypatch.setattr(extract, "MOST_RESULTS", 0)
    monkeypatch.setattr(extract, "MOST_REPORTS", 0)
    desk.hospital_file(inside(OUTPATIENT, lambda text: text.replace("20261005", "20261128")))
    document = desk.summary_by_id(person).json
    sections = {each["code"]["coding"][0]["code"]: each for each in document["entry"][0]["resource"]["section"]}
    notes = [line.text for line in summary_lines.build_lines(document, "Asia/Ho_Chi_Minh")]
    medicines, results = sections[MEDICATIONS], sections[RESULTS]
    (note,) = medicines["extension"]
    for said in (note["valueAnnotation"]["text"], medicines["text"]["div"], " ".join(notes)):
        assert WORDS.format(2) in said
        assert "2 more entries are not shown here" in said
    told = results["text"]["div"]
    assert "mục không hiện ở đây, xem $everything" in told
    assert told.partition("<p>")[2].partition("</p>")[0] in notes


def test_of_many_that_differ_the_rest_is_counted(person: str, world: World) -> None:
    desks = [register(world, f"7900{number}", name=f"Bệnh viện {number}") for number in range(MOST_TOLD + 2)]
    for desk in desks:
        write(desk, person, allergy("Penicillin"))
    write(desks[0], person, allergy("Penicillin", "refuted"))
    (beside,) = read(desks[0], person)["differing"]
    assert "; và 2 mục nữa (and 2 more)" in beside
