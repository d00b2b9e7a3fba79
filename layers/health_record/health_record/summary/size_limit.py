"""A summary that AWS can carry: long texts lose their middle, then the oldest of what matters least is left out.

Of one section those lose first who say most: however much a facility writes, the few things that the person or another
facility said stay. Each is said so. The whole stays in `$everything`, which goes by pages.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from health_record.rendering.phrases import Phrase, bilingual, keep_ends
from health_record.rendering.source_words import source_of, tags_of
from health_record.summary.sections import (
    ALLERGIES,
    ENCOUNTERS,
    IMAGING,
    MEDICATIONS,
    PROBLEMS,
    RESULTS,
    STORY,
    VITALS,
    find_section,
)
from health_record.summary_sources.sources import Resource

LIGHT = 512 * 1024  # bytes as kept, below which no summary comes near the limit
LONGEST_TEXT = 4000
LEFT_OUT_FIRST = (ENCOUNTERS, IMAGING, VITALS, STORY, RESULTS)
LEFT_OUT_LAST = (PROBLEMS, MEDICATIONS, ALLERGIES)
TIMES = (
    "effectiveDateTime",
    "effectiveInstant",
    "occurrenceDateTime",
    "performedDateTime",
    "started",
    "issued",
    "date",
    "onsetDateTime",
    "recordedDate",
)
PERIODS = ("effectivePeriod", "performedPeriod", "period")


def cut_texts(resource: Resource) -> Resource:
    """The resource with its long texts cut, and without a narrative of its own where that is long."""
    narrative = resource.get("text")
    kept = dict(resource)
    if isinstance(narrative, dict) and len(str(narrative.get("div", ""))) > LONGEST_TEXT:
        del kept["text"]
    found: Resource = _cut(kept)
    return found


def leave_out_oldest(standing: list[Resource], share: int) -> tuple[list[Resource], Counter[str]]:
    """All but the `share` percent that matter least, and how many each section lost.

    They go by section, then by how many newer ones their source has there, then by age.
    """
    newest_first = sorted(standing, key=_moment, reverse=True)
    sections = [find_section(each) for each in newest_first]
    newer: Counter[tuple[Phrase, str | None]] = Counter()
    worth: dict[int, tuple[int, int, str]] = {}
    for each, code in zip(newest_first, sections, strict=True):
        worth[id(each)] = _rank(each, code), -newer[source_of(each), code], _moment(each)
        newer[source_of(each), code] += 1
    ranked = sorted(newest_first, key=lambda each: worth[id(each)])
    gone = {id(each) for each in ranked[: len(ranked) * share // 100]}
    kept = [each for each in standing if id(each) not in gone]
    lost = Counter(code for each, code in zip(newest_first, sections, strict=True) if code and id(each) in gone)
    return kept, lost


def _rank(resource: Resource, code: str | None) -> int:
    rank = 0 if code in LEFT_OUT_FIRST else 2 if code in LEFT_OUT_LAST else 1
    return rank if code is not None and tags_of(resource) else 3


def _moment(resource: Resource) -> str:
    return next(_moments(resource), "")


def _moments(resource: Resource) -> Iterator[str]:
    yield from (resource[name] for name in TIMES if isinstance(resource.get(name), str))
    for name in PERIODS:
        period = resource.get(name)
        if isinstance(period, dict):
            yield from (period[end] for end in ("start", "end") if end in period)
    yield str(resource.get("meta", {}).get("lastUpdated", ""))


def _cut(element: Any) -> Any:
    if isinstance(element, str):
        return element if len(element) <= LONGEST_TEXT else bilingual(keep_ends(element, LONGEST_TEXT))
    if isinstance(element, list):
        return [_cut(each) for each in element]
    return {name: _cut(each) for name, each in element.items()} if isinstance(element, dict) else element
