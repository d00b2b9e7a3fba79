"""How many have a record: in all, by ward, by age and week by week, and how far it is to the goal."""

from collections.abc import Iterator, Sequence

from functions.aggregate.forecast import series
from functions.aggregate.publish import labels
from functions.aggregate.publish.page import charts, numerals, pace, texts
from functions.aggregate.publish.page.writer import Writer, is_number
from functions.aggregate.publish.suppression import TOTAL, UNKNOWN, WIDE_ERROR

RANKED = 20
LEAST_PERCENT = 1.0  # under that the whole population is not what a pilot measures itself by
NONE = "–"
TREND_WEEKS = 26


def progress(writer: Writer) -> Iterator[str]:
    """How many people have a record, of how many, and what has changed."""
    made = writer.made
    residents, percent = writer.number(made.residents), writer.number(made.progress)
    yield writer.heading(texts.PROGRESS)
    if made.progress == UNKNOWN and not made.lacking:
        yield f"<p>{writer.say(texts.PROGRESS_UNKNOWN, residents=residents)}</p>"
        return
    if made.progress == UNKNOWN:
        lacking = writer.say(texts.PROGRESS_LACKING, residents=residents, wards=writer.number(made.lacking))
        yield f'<p class="figure">{residents}</p><p>{lacking} {_of_pilot(writer)}</p>'
    elif float(made.progress) < LEAST_PERCENT:
        yield f'<p class="figure">{residents}</p>'
        yield f"<p>{writer.say(texts.PROGRESS_FEW, residents=residents)} {_of_pilot(writer)}</p>"
    else:
        sentence = writer.say(texts.PROGRESS_IS, residents=residents, percent=percent)
        yield f'<p class="figure">{percent} %</p><p>{sentence}</p>'
        drawing = charts.draw_progress(writer.words(texts.PROGRESS), sentence, made.progress, target=90)
        yield writer.chart("progress", drawing)
    yield _changes(writer)
    yield _over(writer, [made.progress])
    yield writer.means(texts.SOURCE, sources=_sources(writer), years=", ".join(map(str, made.years)))


def _over(writer: Writer, shares: Sequence[str]) -> str:
    """What a share over 100 % of the population says."""
    over = any(is_number(share) and float(share) > 100 for share in shares)
    return f'<p class="notice">{writer.say(texts.OVER)}</p>' if over else ""


def _of_pilot(writer: Writer) -> str:
    """The wards that have begun, taken together: what a pilot measures itself by."""
    begun, counts = _begun(writer), writer.made.table("coverage_ward")
    living = sum(writer.made.inhabitants.get(row, 0) for row in begun)
    if not living:
        return ""
    people = sum(int(counts.figure(row, TOTAL)) for row in begun)
    return writer.say(
        texts.PROGRESS_PILOT,
        wards=writer.number(len(begun)),
        week=str(writer.made.full_week),
        people=writer.number(people),
        percent=writer.number(f"{100 * people / living:.1f}"),
        left=writer.number(pace.missing(people, living)),
    )


def _changes(writer: Writer) -> str:
    """What has changed since last week and quarter, and when 90 % is reached at this pace."""
    made, day = writer.made, writer.made.frame.day
    said = []
    for weeks, text in ((1, texts.CHANGE_WEEK), (13, texts.CHANGE_QUARTER)):
        if (change := pace.change(made.totals, day, weeks)) is not None:
            clear = abs(change) > 2 * WIDE_ERROR
            seen = numerals.with_sign(change, writer.language) if clear else writer.words(texts.NO_CHANGE)
            said.append(writer.say(text, change=seen))
    reached = pace.day_of_goal(int(made.residents), made.population, made.totals, day)
    if reached:
        said.append(writer.say(texts.PACE, date=f"{reached:%m/%Y}"))
    return f"<p>{' '.join(said)}</p>" if said else ""


def _sources(writer: Writer) -> str:
    invented = writer.words(texts.INVENTED_SOURCE)
    return ", ".join(invented if source == "synthetic" else source for source in writer.made.sources)


def wards(writer: Writer) -> Iterator[str]:
    """The wards that have begun, lowest first, with the distance to the goal."""
    rates, counts = writer.made.table("coverage_ward_rate"), writer.made.table("coverage_ward")
    if not rates.rows:
        return
    yield writer.heading(texts.WARDS)
    begun = _begun(writer)
    if not begun:
        yield f"<p>{writer.say(texts.NOTHING_YET)}</p>"
        return
    yield writer.means(texts.WARDS_ARE)
    told = any(float(rates.figure(row, TOTAL)) >= LEAST_PERCENT for row in begun)
    table, caption, unit = (rates, texts.WARDS_CHART, " %") if told else (counts, texts.WARDS_COUNT_CHART, "")
    yield writer.bars("wards", caption, [(row, table.figure(row, TOTAL)) for row in begun[:RANKED]], unit=unit)
    yield _over(writer, [rates.figure(row, TOTAL) for row in begun])
    yield _distances(writer, begun, folded=len(begun) > RANKED)
    yield writer.table(counts)


def _begun(writer: Writer) -> list[str]:
    """The wards whose figure is shown, lowest share first."""
    rates = writer.made.table("coverage_ward_rate")
    shown = [row for row in rates.rows if row not in (TOTAL, UNKNOWN) and is_number(rates.figure(row, TOTAL))]
    return sorted(shown, key=lambda row: (float(rates.figure(row, TOTAL)), row))


def _distances(writer: Writer, begun: Sequence[str], *, folded: bool) -> str:
    """How many are missing to 90 % in each ward, and when it is reached."""
    made, counts = writer.made, writer.made.table("coverage_ward")
    since, before = made.wards_before
    now = series.monday_of(str(made.full_week))
    weeks = (now - series.monday_of(since)).days // 7 if since else 0
    lines = []
    for row in begun:
        people, earlier = int(counts.figure(row, TOTAL)), before.get(row, UNKNOWN)
        left = pace.missing(people, made.inhabitants.get(row, 0))
        known = int(earlier) if is_number(earlier) else None
        reached = pace.day_of_ward(left, people, known, weeks, now)
        date = f"{reached:%m/%Y}" if reached else NONE
        lines.append((writer.words(labels.row_label(row)), (str(people), str(left or NONE), date), False))
    heads = (texts.WARD_COLUMN, labels.FIXED["residents"], texts.MISSING, texts.REACHED)
    grid = writer.grid(writer.words(texts.DISTANCES), heads, lines)
    if not folded:
        return grid
    return f"<details><summary>{writer.say(texts.SHOW_ALL)}: {writer.say(texts.DISTANCES)}</summary>{grid}</details>"


def ages(writer: Writer) -> Iterator[str]:
    """People with a record by age: as a share where the whole population has begun."""
    if not writer.made.full_week:
        return
    yield writer.heading(texts.AGES)
    yield writer.means(texts.MEANS_AGES)
    rates, counts = writer.made.table("coverage_age_rate"), writer.made.table("coverage_age")
    known = is_number(writer.made.progress) and float(writer.made.progress) >= LEAST_PERCENT
    table, caption = (rates, texts.AGES_CHART) if known else (counts, texts.AGES_COUNT_CHART)
    items = [(row, table.figure(row, TOTAL)) for row in table.rows if row not in (TOTAL, UNKNOWN)]
    yield writer.bars("ages", caption, items, unit=" %" if known else "")
    yield writer.table(counts)
    if known:
        yield writer.table(rates)


def weeks(writer: Writer) -> Iterator[str]:
    """People who declared first, week by week."""
    table = writer.made.table("coverage_week")
    items = [(row, table.figure(row, "residents")) for row in table.rows if row != TOTAL][-TREND_WEEKS:]
    yield writer.heading(texts.WEEKS)
    yield writer.means(texts.MEANS_WEEKS)
    yield writer.columns("weeks", writer.words(texts.WEEKS), items)
    yield writer.table(table)


def funnel(writer: Writer) -> Iterator[str]:
    """From poster to declaration."""
    told = writer.table(writer.made.table("funnel_week"))
    if told:
        yield writer.heading(texts.FUNNEL)
        yield writer.means(texts.MEANS_FUNNEL)
        yield told
