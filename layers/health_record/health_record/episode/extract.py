"""The small part of an episode that a summary needs, kept beside it: the same fields, most of them left out.

The functions that derive resources from a whole episode derive the same ones, with the same ids, from its extract.
Its results lie apart (`APART`), and are unpacked of those episodes alone that have a kind of result which no newer
one has: month by month the same ones come back.
"""

import datetime
import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

from health_record import exact_json
from health_record.clinical_words.blood_groups import blood_group
from health_record.episode import (
    derive,
    diagnoses,
    encounter,
    medicines,
    papers,
    procedures,
    results,
    security_labels,
    told_in_papers,
)
from health_record.episode.earlier_diagnoses import EarlierDiagnoses
from health_record.episode.source import TO_COME, KeptEpisode
from health_record.hospital_file import units
from health_record.hospital_file.rows import Row
from health_record.rendering import moments
from health_record.rendering.phrases import bilingual, keep_ends
from health_record.summary.sections import ENCOUNTERS, MEDICATIONS, PROCEDURES, RESULTS
from health_record.summary_sources.sources import Contribution, Resource

SUMMARY_FIELDS = (
    "MA_BENH_CHINH", "MA_BENH_KT", "MA_BENH_YHCT", "CHAN_DOAN_RV", "LY_DO_VV", "MA_PTTT_QT", "NGAY_VAO", "NGAY_RA",
    "NHOM_MAU", "MA_LOAI_KCB", "CAN_NANG", "NGAY_TAI_KHAM", "LY_DO_VNT", "MA_KHOA", "MA_HSBA", "MA_NOI_DI",
    "MA_NOI_DEN", "MA_TAI_NAN", "KET_QUA_DTRI", "MA_LOAI_RV", "GHI_CHU",
)  # fmt: skip
MEDICINE_FIELDS = (
    "STT", "MA_NHOM", "MA_THUOC", "TEN_THUOC", "HAM_LUONG", "DUONG_DUNG", "DANG_BAO_CHE", "LIEU_DUNG", "CACH_DUNG",
    "SO_DANG_KY", "SO_LUONG", "DON_VI_TINH", "NGAY_YL",
)  # fmt: skip
SERVICE_FIELDS = (
    "STT", "MA_NHOM", "MA_DICH_VU", "MA_PTTT_QT", "TEN_DICH_VU", "NGUOI_THUC_HIEN", "MA_BENH", "NGAY_YL", "NGAY_TH_YL",
    "NGAY_KQ", "PP_VO_CAM", "VI_TRI_TH_DVKT",
)  # fmt: skip
RESULT_FIELDS = (
    "STT", "MA_DICH_VU", "MA_CHI_SO", "TEN_CHI_SO", "GIA_TRI", "DON_VI_DO", "MO_TA", "KET_LUAN", "NGAY_KQ",
    "MA_BS_DOC_KQ", *results.OF_SERVICE,
)  # fmt: skip
APPOINTMENT_FIELDS = ("SO_GIAYHEN_KL", "NGAY_HEN_KL", "MA_BAC_SI", "NGAY_CT", "MA_BENH_CHINH")
LONGEST_TEXT = 400
# What a doctor concluded is kept as long as any page has it, and beyond that by its two ends.
LONGEST = {"KET_LUAN": 8000, "CHAN_DOAN_RV": 4000, "MO_TA": 2000, "LIEU_DUNG": 1024, "CACH_DUNG": 1024, "GHI_CHU": 1500}
MOST_BYTES = 300 * 1024  # of an extract before it is packed: it is one item, and an item ends at 400 KB
# How long a text may be and one in how many rows is kept, tried in turn until it fits.
SMALLER = ((LONGEST["KET_LUAN"], 1), (LONGEST_TEXT, 1), (LONGEST_TEXT, 2), (100, 4))
MOST_VISITS = 10  # of a summary; `$everything` and the own page have all
MEASURED = ("CAN_NANG", "NHOM_MAU")
# Of an extract: its results, packed or as tables, and of each row of them what kind of result it is.
APART, KINDS = "results", "kinds"
MAY_BE_BLOOD = re.compile("máu|blood|abo|rh", re.IGNORECASE)  # before what a name is looked at closely
LEFT_OUT = "left_out"  # of an extract: by section, how many entries the limits below leave to `$everything`
MOST_RESULTS, MOST_MEDICINES, MOST_PROCEDURES, MOST_REPORTS = 120, 40, 30, 20


def extract_of(episode: KeptEpisode) -> dict[str, Any]:
    """The extract, as content of a KeptEpisode: whole texts where they fit into one item, else less of each."""
    for longest, share in SMALLER:
        found = _extract(episode, longest, share)
        if len(exact_json.dumps(found).encode()) <= MOST_BYTES:
            break
    return found


def _extract(episode: KeptEpisode, longest: int, share: int) -> dict[str, Any]:
    """One with texts no longer than `longest`, and of the rows of each table at most one in `share` of the most."""
    left_out: Counter[str] = Counter()

    def first(rows: list[Row], most: int, of: str) -> list[Row]:
        left_out[of] += max(0, len(rows) - most // share)
        return rows[: most // share]

    services = first([row for _, row in procedures.procedure_lines(episode)], MOST_PROCEDURES, PROCEDURES)
    named = _named_results(episode)
    with_words = _newest(row for row in named if "GIA_TRI" not in row and ("KET_LUAN" in row or "MO_TA" in row))
    with_words = first(with_words, MOST_REPORTS, RESULTS)
    kept_results = first(_last_of_each(named), MOST_RESULTS, RESULTS)
    taken = first([row for (_, row), _ in medicines.taken_home(episode)], MOST_MEDICINES, MEDICATIONS)
    reported = {row.get("MA_DICH_VU") for row in with_words}
    lines = [
        row
        for row in episode.rows("XML3")
        if row.get("MA_NHOM") in results.REPORTS and row.get("MA_DICH_VU") in reported
    ]
    of_reports = first(lines, MOST_RESULTS * share, RESULTS)
    done = [_cut(row, SERVICE_FIELDS, longest) for row in _unique([*services, *of_reports])]
    of_results = [_cut(row, RESULT_FIELDS, longest) for row in [*kept_results, *with_words]]
    tables = {
        "XML1": [_cut(episode.summary, SUMMARY_FIELDS, longest)],
        "XML2": [_cut(row, MEDICINE_FIELDS, longest) for row in taken],
        "XML3": [row for row in done if row.get("MA_NHOM") not in results.REPORTS],
        "XML14": [_cut(row, APPOINTMENT_FIELDS, longest) for row in episode.rows("XML14")],
    }
    return {
        "derivation": derive.DERIVATION,
        "key": episode.key,
        "emergency": episode.content["emergency"],
        "tables": {name: rows for name, rows in tables.items() if rows},
        security_labels.MEMBER: sorted(security_labels.of_episode(episode)),
        told_in_papers.MEMBER: told_in_papers.of_papers(episode),
        APART: {"XML3": [row for row in done if row.get("MA_NHOM") in results.REPORTS], "XML4": of_results},
        KINDS: list(map(_kind_of_row, of_results)),
        LEFT_OUT: {section: count for section, count in left_out.items() if count},
    }


def complete(extract: KeptEpisode) -> KeptEpisode:
    """The extract with its results among its tables, for who looks at one episode."""
    tables, apart = extract.content["tables"], _results_of(extract.content)
    lines = [*tables.get("XML3", ()), *apart["XML3"]]
    return extract.with_content({**extract.content, "tables": {**tables, "XML3": lines, "XML4": apart["XML4"]}})


def _results_of(content: dict[str, Any]) -> dict[str, list[Row]]:
    """The rows of an extract's results by their table. They are read as any extract: there are no decimals in it."""
    found = content[APART]
    read: dict[str, list[Row]] = (
        exact_json.loads_without_decimals(zlib.decompress(found)) if isinstance(found, bytes) else found
    )
    return read


def summarised(extracts: Iterable[KeptEpisode], today: datetime.date) -> list[Contribution]:
    """What a summary shows of all episodes of a person.

    Each diagnosis once, medicines that are not over, every procedure, and the last result of each kind.
    """
    newest_first = _newest_first(extracts)
    earlier = EarlierDiagnoses(newest_first, MOST_VISITS)
    supplies = medicines.Supplies(today)
    seen: set[str] = set()
    found: list[Contribution] = []
    for place, episode in enumerate(newest_first):
        fresh = episode.with_content(_without_seen(episode.content, seen))
        made = [
            *earlier.conditions(fresh, seen),
            *supplies.standing(fresh),
            *procedures.procedures(fresh),
            *results.results(fresh),
        ]
        if place < MOST_VISITS or diagnoses.is_death(fresh):
            visit = encounter.encounter(fresh)
            del visit["diagnosis"]  # a diagnosis that a newer episode repeats stands there
            made.append(visit)
        else:
            made = [_without_visit(each) for each in made]
        found += derive.as_contributions(fresh, [_labelled(each, fresh) for each in made])
    return found


def left_out(extracts: Iterable[KeptEpisode], today: datetime.date) -> Counter[str]:
    """By section, how many entries `summarised` has not for the limits above, as far as they may matter `today`."""
    episodes = _newest_first(extracts)
    found = Counter({ENCOUNTERS: sum(not diagnoses.is_death(each) for each in episodes[MOST_VISITS:])})
    for episode in episodes:
        counts = dict(episode.content.get(LEFT_OUT, {}))
        if episode.begin.day + medicines.LONGEST_TOLD < today:
            counts.pop(MEDICATIONS, None)
        found.update(counts)
    return +found


def _newest_first(extracts: Iterable[KeptEpisode]) -> list[KeptEpisode]:
    return sorted(extracts, key=lambda each: each.begin.fhir, reverse=True)


def next_appointments(extracts: Iterable[KeptEpisode], today: datetime.date) -> list[tuple[KeptEpisode, Resource]]:
    """Appointments from today on that nothing took back, the nearest first."""
    coming = [
        (episode, each)
        for episode in extracts
        for each in papers.appointments(episode)
        if each["status"] != "cancelled"
        and moments.local_date(each["requestedPeriod"][0]["start"], moments.HOME) >= today.isoformat()
    ]
    return sorted(coming, key=lambda pair: pair[1]["requestedPeriod"][0]["start"])


def kind_of_result(row: Row) -> str:
    """What makes two results the same kind: service, indicator and unit, and what they say in words.

    A newer number takes the place of an older one. A newer text, as of a culture or a blood group, hides no other.
    """
    kind, is_whole = _kind_of_value(results.kind_of(row), row.get("TEN_CHI_SO", ""), row["GIA_TRI"])
    return kind if is_whole else f"{kind}|{_words_of(row)}"


def _kind_of_value(kind: str, title: str, value: str) -> tuple[str, bool]:
    """The kind by its value, and whether words beside it make no difference: a blood group is what it is."""
    if MAY_BE_BLOOD.search(title):
        named = blood_group({"code": {"text": title}, "valueString": value})
        if named.parts:
            return f"{kind}|{sorted(named.parts.items())}", True
    return f"{kind}|{'' if units.is_number(value) else _plain(value)}", False


def _words_of(row: Row) -> str:
    if "KET_LUAN" not in row and "MO_TA" not in row:
        return ""
    return "|".join([_plain(row[name]) for name in ("KET_LUAN", "MO_TA") if name in row])


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _kind_of_measure(name: str, text: str) -> str:
    return f"measured|{name}|{_plain(text) if name == 'NHOM_MAU' else ''}"


def _named_results(episode: KeptEpisode) -> list[Row]:
    """The rows of XML4 with the name and group of their service, where XML3 has it."""
    joined = {number: row for rows in results.joined_rows(episode).values() for number, row in rows}
    named = [joined.get(number, row) | {"STT": number} for number, row in episode.lines("XML4")]
    return [row | {TO_COME: ""} if episode.days_to_come(row, "NGAY_KQ") else row for row in named]


def _last_of_each(rows: list[Row]) -> list[Row]:
    """The last result of each kind, the newest first."""
    newest: dict[str, Row] = {}
    for row in rows:
        if "GIA_TRI" in row:
            kind = kind_of_result(row)
            if kind not in newest or _day_of(row) >= _day_of(newest[kind]):
                newest[kind] = row
    return _newest(newest.values())


def _newest(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=_day_of, reverse=True)


def _day_of(row: Row) -> str:
    """When a result came; nothing where the file's day cannot be."""
    return "" if TO_COME in row else row.get("NGAY_KQ", "")


def _cut(row: Row, names: tuple[str, ...], longest: int) -> Row:
    return {
        name: bilingual(keep_ends(row[name], min(longest, LONGEST.get(name, LONGEST_TEXT))))
        for name in names
        if name in row
    }


def _unique(rows: list[Row]) -> list[Row]:
    return list({id(row): row for row in rows}.values())


def _without_seen(content: dict[str, Any], seen: set[str]) -> dict[str, Any]:
    """The content without results of kinds that a newer episode has, so that nothing is read or built in vain.

    A report in words is left out where a newer one says the same words: of one service many different things are seen.
    """
    tables = content["tables"]
    summary = dict(tables["XML1"][0])
    for name in MEASURED:
        if name in summary:
            if (kind := _kind_of_measure(name, summary[name])) in seen:
                del summary[name]
            seen.add(kind)
    kinds = content[KINDS]
    fresh: dict[str, list[Row]] = {}
    if not seen.issuperset(kinds):
        apart = _results_of(content)
        rows = [row for row, kind in zip(apart["XML4"], kinds, strict=True) if kind not in seen]
        services = {row.get("MA_DICH_VU") for row in rows}
        reports = [row for row in apart["XML3"] if row.get("MA_DICH_VU") in services]
        fresh = {"XML3": [*tables.get("XML3", ()), *reports], "XML4": rows}
        seen.update(kinds)
    return {**content, "tables": {**tables, "XML1": [summary], **fresh}}


def _kind_of_row(row: Row) -> str:
    """The kind of one row as 24 hex digits: what it is of, and of words what they say."""
    kind = f"result|{kind_of_result(row)}" if "GIA_TRI" in row else f"report|{results.kind_of(row)}|{_words_of(row)}"
    return hashlib.sha256(kind.encode()).hexdigest()[:24]


def _without_visit(resource: Resource) -> Resource:
    """Of an episode whose Encounter the summary does not show."""
    return {name: value for name, value in resource.items() if name not in ("encounter", "context")}


def _labelled(resource: Resource, episode: KeptEpisode) -> Resource:
    """The resource with its episode's labels; one with an older episode's words has that one's already."""
    labels = security_labels.labels(set(episode.content.get(security_labels.MEMBER, [])))
    own = resource.get("meta", {}).get("security", [])
    labels += [each for each in own if each not in labels]
    return {**resource, "meta": {"security": labels}} if labels else resource
