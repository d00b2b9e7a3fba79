"""Signals of outbreaks on their way to the public: first to the department, then on the page.

A signal is found in noisy counts alone, once a category and outbreak. It is mailed to the department at once and shown
when the department has published it, or after two days without its word. One that it has dismissed is never shown, and
one that is none without a single facility's reports waits for its word: whoever lies there could make it up. Neither of
the two keeps what is found later from being told (`is_told`): a forged signal would hide the outbreak that follows it.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from functions.aggregate import buckets
from functions.aggregate.forecast import nowcast, outbreaks, series
from functions.aggregate.protect import release_calendar
from functions.aggregate.protect.cells import DIAGNOSES, ELSEWHERE, RESIDENTS, Noisy
from functions.aggregate.publish import labels, released, reporters
from functions.aggregate.publish.page import texts
from functions.aggregate.publish.released import Released
from functions.aggregate.settings import AggregateSettings
from health_record import observability
from health_record.aws import clients
from health_record.language import Language

NEW, PUBLISHED, DISMISSED = "new", "published", "dismissed"
DAYS_FOR_THE_DEPARTMENT = 2
WEEKS_OF_ONE_OUTBREAK = 8  # in which a category raises no second signal
WEEKS_DOUBTED = outbreaks.BACK  # that a signal was made of which is not believed: later ones are looked at anew
WEEKS_SHOWN = 4
HELD = "Without one facility's reports it is no signal, so it is shown only when you say so:"


@dataclass(frozen=True)
class Notice:
    """One signal: its category, newest week, the day it was found, and what the department has said of it.

    `of_one`: one facility alone makes it a signal. As long as it goes on, `last_week` and `last_found` are the newest
    week and the day of the newest release in which it was found again.
    """

    id: str
    category: str
    week: str
    found: str
    status: str = NEW
    comment: str = ""
    of_one: bool = False
    last_week: str = ""
    last_found: str = ""

    @property
    def is_doubted(self) -> bool:
        """Whether nobody believes its weeks: dismissed, or made by one facility without the department's word."""
        return self.status == DISMISSED or (self.of_one and self.status == NEW)

    @property
    def weeks(self) -> tuple[str, ...]:
        """The four weeks that it was found in."""
        first = series.monday_of(self.week) - dt.timedelta(weeks=outbreaks.BACK - 1)
        return series.run_of(buckets.iso_week(first), self.week)

    def is_shown(self, day: dt.date) -> bool:
        """Whether the public may see it on `day`."""
        found = dt.date.fromisoformat(self.found)
        last = dt.date.fromisoformat(self.last_found or self.found)
        if self.status == DISMISSED or (day - last).days > 7 * WEEKS_SHOWN:
            return False
        waited = (day - found).days >= DAYS_FOR_THE_DEPARTMENT and not self.of_one
        return self.status == PUBLISHED or waited


def read_notices(settings: AggregateSettings) -> list[Notice]:
    """All signals so far, oldest first."""
    return _parse(buckets.get_object(settings.insights_bucket, buckets.signals_key(settings.province)))


def find_signals(settings: AggregateSettings, before: Released, noisy: Noisy, day: dt.date) -> list[Notice]:
    """Look at every allow-listed category, mail and keep what is new; all signals. `noisy` are those of the release.

    Mailed before it is kept: a run that is cut between the two tells the department twice, and never not at all. What
    the department says meanwhile (`ssk signals`) stays, as each writes only over what it has read.
    """
    notices: list[Notice] = []
    mailed = set[str]()

    def add_new(content: bytes | None) -> bytes:
        notices[:] = _parse(content)
        for category in sorted(before.closed):
            found = _find(category, notices, before, noisy, day) if category != RESIDENTS else None
            if found:
                notices[:] = [prolong(earlier, found) for earlier in notices]
            if found and not is_told(notices, found):
                notices.append(found)
                if found.id not in mailed:
                    _mail(settings, found, day)
                    mailed.add(found.id)
        return json.dumps([dataclasses.asdict(notice) for notice in notices], ensure_ascii=False).encode()

    buckets.change_object(settings.insights_bucket, buckets.signals_key(settings.province), add_new)
    return notices


def _parse(content: bytes | None) -> list[Notice]:
    return [Notice(**found) for found in json.loads(content)] if content else []


def _find(category: str, known: Sequence[Notice], before: Released, noisy: Noisy, day: dt.date) -> Notice | None:
    doubted = {week for notice in known if notice.category == category and notice.is_doubted for week in notice.weeks}
    newest = {
        week: noisy.get((DIAGNOSES, category, "week", week), 0)
        for week in release_calendar.complete_weeks(day, release_calendar.CLOSED_AFTER)
    }
    shares = nowcast.delay_shares(before.seen.get(category, {}))
    week = _unusual_until(before.closed[category], newest, shares, doubted)
    if week is None:
        return None
    is_of_one = not _is_raised_elsewhere(noisy, category, before, week, doubted)
    return Notice(f"{category}-{week}", category, week, day.isoformat(), of_one=is_of_one)


def prolong(earlier: Notice, found: Notice) -> Notice:
    """`earlier` as it stands when `found` is the same outbreak, which goes on; what nobody believes goes on for nobody.

    One facility alone prolongs only what it has made and the department has published.
    """
    same = earlier.category == found.category and not earlier.is_doubted and _tells(earlier, found)
    if not same or earlier.id == found.id or (found.of_one and not earlier.of_one):
        return earlier
    return dataclasses.replace(earlier, last_week=found.week, last_found=found.found)


def is_told(known: Sequence[Notice], found: Notice) -> bool:
    """Whether an earlier notice of the category says already what `found` would say."""
    return any(_tells(earlier, found) for earlier in known if earlier.category == found.category)


def _tells(earlier: Notice, found: Notice) -> bool:
    if earlier.id == found.id:
        return True
    if earlier.is_doubted and earlier.of_one and not found.of_one:
        return False  # more than one facility has it now
    weeks = WEEKS_DOUBTED if earlier.is_doubted else WEEKS_OF_ONE_OUTBREAK
    return dt.date.fromisoformat(found.found) - dt.date.fromisoformat(earlier.found) < dt.timedelta(weeks=weeks)


def _unusual_until(
    closed: Mapping[str, int], newest: Mapping[str, int], shares: Sequence[float] | None, doubted: Collection[str]
) -> str | None:
    """The last of the `newest` four weeks if they are unusual, with what this release has of them; else None.

    `doubted` weeks do not say what is usual. Without a delay table the newest four closed weeks are looked at.
    """
    weeks, counts = released.weekly_counts(closed)
    if not weeks:
        return None
    if shares is None:
        found = outbreaks.look(counts, [1.0] * outbreaks.BACK, doubted=_places(weeks, doubted))
        return weeks[-1] if is_public(found) else None
    known = list(reversed(shares[: release_calendar.CLOSED_AFTER]))
    found = outbreaks.look([*counts, *map(float, newest.values())], known, doubted=_places((*weeks, *newest), doubted))
    return max(newest) if is_public(found) else None


def _places(weeks: Sequence[str], doubted: Collection[str]) -> list[int]:
    return [place for place, week in enumerate(weeks) if week in doubted]


def _is_raised_elsewhere(noisy: Noisy, category: str, before: Released, until: str, doubted: Collection[str]) -> bool:
    """Whether the four weeks up to `until` are unusual without the facility whose own reports have risen most.

    A closed week counts no more people than it was published with: reports of long ago that come now would raise what
    is usual, and so hold any signal back.
    """
    closed = before.closed[category]
    begun, _ = released.weekly_counts(closed)
    shares = nowcast.delay_shares(before.seen.get(category, {}))
    known = [1.0] * outbreaks.BACK if shares is None else list(reversed(shares[: release_calendar.CLOSED_AFTER]))
    elsewhere = {week: noisy.get((ELSEWHERE, category, "week", week)) for week in series.run_of(begun[0], until)}
    counts = {week: min(people, closed.get(week, people)) for week, people in elsewhere.items() if people is not None}
    found = outbreaks.look([*map(float, counts.values())], known, doubted=_places([*counts], doubted))
    return found is not None and found.is_raised


def watched(before: Released) -> list[str]:
    """The categories that have enough closed weeks for signals to be looked for in them."""
    least = outbreaks.LEAST_HISTORY + outbreaks.BACK
    return [
        category
        for category, closed in sorted(before.closed.items())
        if category != RESIDENTS and len(released.weekly_counts(closed)[0]) >= least
    ]


def is_public(found: outbreaks.Signal | None) -> bool:
    """Whether four weeks of noisy counts are a signal: unusual, and more people than noise alone makes up."""
    return found is not None and found.is_raised and found.count >= released.BEGUN


def _mail(settings: AggregateSettings, notice: Notice, day: dt.date) -> None:
    """Tell the department, with who reports most; it has two days to say what it thinks."""
    observability.log_event("signal_found", category=notice.category, week=notice.week)
    if not settings.signal_topic_arn:
        return
    name = labels.row_label(notice.category)
    command = f"ssk signals publish {notice.id} --province {settings.province}"
    text = (
        f"{name.vi} ({notice.category}): nhiều ca hơn thường lệ đến tuần {notice.week}.\n"
        f"{name.en} ({notice.category}): more cases than usual up to week {notice.week}.\n\n"
        f"{reporters.describe(settings, notice.category, notice.week, day)}\n"
        f"Figures (tables signals and timeliness; sign in to AWS first):\n"
        f"  {_folder_link(settings, buckets.forecasts_prefix(settings.province, day))}\n"
        f"  {_folder_link(settings, buckets.statistics_prefix(settings.province, day))}\n"
        f"{HELD if notice.of_one else 'Say what it is within two days, or it is shown:'}\n  {command} --comment '...'\n"
        f"  {command.replace('publish', 'dismiss')} --comment '...'\n"
    )
    clients.client("sns").publish(
        TopicArn=settings.signal_topic_arn, Subject=f"Signal {notice.id} in province {settings.province}", Message=text
    )


def _folder_link(settings: AggregateSettings, folder: str) -> str:
    """Where a browser shows a folder of the insights bucket to who may read it."""
    region = clients.client("s3").meta.region_name
    bucket = f"https://{region}.console.aws.amazon.com/s3/buckets/{settings.insights_bucket}"
    return f"{bucket}?{urlencode({'region': region, 'prefix': f'{folder}/'})}"


def notices_html(notices: Sequence[Notice], day: dt.date) -> str:
    """What the page shows of them, in both languages."""
    languages: tuple[Language, Language] = ("vi", "en")
    shown = [notice for notice in notices if notice.is_shown(day)]
    return "".join(
        f'<p class="late" lang="{language}">{escape(_sentence(notice, language))}</p>'
        for language in languages
        for notice in shown
    )


def _sentence(notice: Notice, language: Language) -> str:
    name = labels.row_label(notice.category).in_language(language)
    text = texts.SIGNAL.in_language(language)
    return text.format(name=name, week=notice.last_week or notice.week, comment=notice.comment).strip()
