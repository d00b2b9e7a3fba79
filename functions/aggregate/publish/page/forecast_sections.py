"""Illnesses week by week: what facilities report, what is still coming, and what is expected."""

import datetime as dt
from collections.abc import Iterator

from functions.aggregate.forecast import series
from functions.aggregate.publish import labels
from functions.aggregate.publish.forecast_tables import ForecastTable
from functions.aggregate.publish.page import charts, texts
from functions.aggregate.publish.page.writer import Writer, is_number
from functions.aggregate.publish.suppression import TOTAL

TREND_WEEKS = 26
TREND_PERIODS = 36
STALE_WEEKS = 13
AHEAD = ("median", "low_80", "high_80")


def diagnoses(writer: Writer) -> Iterator[str]:
    """The categories that facilities have reported enough people of."""
    table = writer.made.table("diagnoses_week")
    yield writer.heading(texts.DIAGNOSES)
    if not any(is_number(figure) for line in table.cells for figure in line):
        yield f"<p>{writer.say(texts.NO_DIAGNOSES)} {_watched(writer)}</p>"
        return
    yield writer.means(texts.MEANS_DIAGNOSES)
    yield f"<p>{_watched(writer)}</p>"
    for column in table.columns:
        items = [(row, table.figure(row, column)) for row in table.rows if row != TOTAL][-TREND_WEEKS:]
        if any(is_number(figure) for _, figure in items):
            name = writer.words(labels.row_label(column))
            title = writer.words(texts.DIAGNOSES_CHART).format(name=f"{name} ({column})")
            yield f"<h3>{title}</h3>"
            yield writer.columns(f"diagnoses-{column}", title, items)
    yield writer.table(table)


def _watched(writer: Writer) -> str:
    """In which diseases signals are looked for; elsewhere their absence says nothing."""
    names = [f"{writer.words(labels.row_label(category))} ({category})" for category in writer.made.watched]
    return writer.say(texts.WATCHED, names="; ".join(names)) if names else writer.say(texts.WATCHED_NONE)


def nowcast(writer: Writer) -> Iterator[str]:
    """Weeks whose reports are still coming."""
    told = writer.table(writer.made.table("nowcast_week"))
    if told:
        yield writer.heading(texts.NOWCAST)
        yield writer.means(texts.NOWCAST_IS)
        yield told


def forecasts(writer: Writer) -> Iterator[str]:
    """Every series that is long enough."""
    if not writer.made.outlooks:
        return
    yield writer.heading(texts.FORECASTS)
    yield writer.means(texts.MEANS_FORECASTS)
    for one in writer.made.outlooks:
        yield from _forecast(writer, one)


def _forecast(writer: Writer, one: ForecastTable) -> Iterator[str]:
    title = writer.words(texts.FORECAST_CHART).format(name=writer.words(labels.row_label(one.series)))
    ahead = [
        (row, dict(zip(one.ahead.columns, line, strict=True)))
        for row, line in zip(one.ahead.rows, one.ahead.cells, strict=True)
    ]
    said = writer.values((row, step["median"]) for row, step in ahead)
    yield f"<h3>{title}</h3>"
    if is_stale(one.past[-1][0], writer.made.frame.day):
        yield f'<p class="notice">{writer.say(texts.STALE)}</p>'
    past = one.past[-TREND_PERIODS:]
    yield writer.chart(one.ahead.name, charts.draw_fan(title, said, past, ahead, writer.number))
    yield f"<p>{writer.say(texts.FORECAST_UNTIL, period=one.past[-1][0])} {_quality(writer, one)}</p>"
    yield writer.table(one.ahead, AHEAD)


def is_stale(newest: str, day: dt.date) -> bool:
    """Whether the newest week or month of a series lies more than a quarter before `day`."""
    return newest < series.current_period(newest, day - dt.timedelta(weeks=STALE_WEEKS))


def _quality(writer: Writer, one: ForecastTable) -> str:
    """How good the forecasts of the past were, in a sentence."""
    scores = writer.made.table("forecasts_rate")
    named = {"one": "error_1", "three": "error_3", "six": "error_6", "held": "held_80"}
    figures = {name: scores.figure(one.series, column) for name, column in named.items()}
    if not all(map(is_number, figures.values())):
        return ""
    return writer.say(texts.FORECAST_WAS, **figures)
