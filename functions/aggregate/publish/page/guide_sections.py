"""How to read the page: its signs, what is hidden and why, the files, and earlier releases."""

from collections.abc import Iterator
from html import escape

from functions.aggregate.forecast import series
from functions.aggregate.protect import release_calendar
from functions.aggregate.publish import labels, open_data
from functions.aggregate.publish.page import charts, numerals, texts
from functions.aggregate.publish.page.coverage_sections import NONE
from functions.aggregate.publish.page.dictionary import DICTIONARY
from functions.aggregate.publish.page.writer import Writer
from functions.aggregate.publish.suppression import HIDDEN

NEWEST = 8  # releases of the archive that stand open


def legend(writer: Writer) -> Iterator[str]:
    """Every sign of the tables and charts."""
    drawn = (
        charts.draw_sign("hatch"),
        charts.draw_line_sign(charts.TEXT, "none"),
        charts.draw_line_sign(charts.MAIN, charts.DASHES),
        " ".join(charts.draw_sign(fill) for _, fill in reversed(charts.BANDS)),
        charts.draw_line_sign(charts.MARK, "none"),
    )
    signs = (HIDDEN, numerals.SIGN_UNKNOWN, NONE)
    lines = [f"<li>{escape(sign)} {writer.say(text)}</li>" for sign, text in zip(signs, texts.SIGNS, strict=True)]
    lines += [f"<li>{sign} {writer.say(text)}</li>" for sign, text in zip(drawn, texts.CHART_SIGNS, strict=True)]
    summary = writer.say(texts.LEGEND)
    found = f'<details class="legend"><summary>{summary}</summary><ul>{"".join(lines)}</ul></details>'
    for mark in ('id="hatch', "url(#hatch"):
        found = found.replace(mark, f"{mark}-legend-{writer.language}")
    yield found


def rules(writer: Writer) -> Iterator[str]:
    """What is hidden, and why."""
    yield writer.heading(texts.RULES)
    yield f"<ul>{''.join(f'<li>{writer.say(rule)}</li>' for rule in texts.RULES_ARE)}</ul>"


def downloads(writer: Writer) -> Iterator[str]:
    """All figures in one file, what it holds, and each table."""
    yield writer.heading(texts.DOWNLOADS)
    dictionary = writer.say(texts.DICTIONARY)
    yield (
        f'<ul class="files downloads"><li><a href="{open_data.DATA}">{open_data.DATA}</a></li>'
        f'<li><a href="{DICTIONARY}#{writer.language}">{dictionary}</a></li>'
        f'<li><a href="{open_data.DESCRIPTION}">CSV on the Web (JSON)</a></li>'
        f'<li><a href="releases.json">{writer.say(texts.INDEX)}</a></li></ul>'
    )
    links = "".join(
        f'<li><a href="{name}.csv">{escape(writer.words(labels.table_title(name)))}</a></li>'
        for name in writer.made.tables
    )
    yield f'<details class="downloads"><summary>{writer.say(texts.FILES)}</summary><ul>{links}</ul></details>'


def archive(writer: Writer) -> Iterator[str]:
    """Every release, newest first."""
    yield writer.heading(texts.ARCHIVE)
    lines = [_release(writer, week) for week in sorted(writer.made.totals, reverse=True)]
    yield f'<ul class="files">{"".join(lines[:NEWEST])}</ul>'
    if lines[NEWEST:]:
        earlier = "".join(lines[NEWEST:])
        yield f'<details><summary>{writer.say(texts.EARLIER)}</summary><ul class="files">{earlier}</ul></details>'


def _release(writer: Writer, week: str) -> str:
    monday = series.monday_of(week)
    full = f", {writer.say(texts.ALL_TABLES)}" if release_calendar.is_full(monday) else ""
    return f'<li><a href="releases/{week}/data.csv">{week}</a> ({monday:%d/%m/%Y}{full})</li>'
