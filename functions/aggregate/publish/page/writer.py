"""What every section is written with: words of one language, figures, charts and tables."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from functions.aggregate.publish import labels
from functions.aggregate.publish.page import charts, numerals, texts
from functions.aggregate.publish.release import Release
from functions.aggregate.publish.suppression import HIDDEN, TOTAL, UNKNOWN, PublishedTable
from health_record.language import Language, Translated

FIGURE = re.compile(r"\d+(\.\d+)?")
# What the lines of a table are, by its name.
LINES: Mapping[str, Translated] = {
    "_week": texts.WEEK_COLUMN,
    "_ward": texts.WARD_COLUMN,
    "forecast_": texts.PERIOD_COLUMN,
}


@dataclass(frozen=True)
class Writer:
    """One release in one language; every chart drawn is kept in `charts` by file name."""

    made: Release
    language: Language
    charts: dict[str, str] = field(default_factory=dict)

    def words(self, text: Translated) -> str:
        """The text in the page's language."""
        return text.in_language(self.language)

    def say(self, text: Translated, **parts: str) -> str:
        """The sentence with its parts, ready for HTML."""
        return escape(self.words(text).format(**parts))

    def heading(self, text: Translated) -> str:
        """A heading of a section."""
        return f"<h2>{escape(self.words(text))}</h2>"

    def means(self, text: Translated, **parts: str) -> str:
        """The line under a heading or figure that says what the figures mean."""
        return f'<p class="quiet">{self.say(text, **parts)}</p>'

    def number(self, figure: str | int) -> str:
        """A figure as the language writes it."""
        return numerals.written(figure, self.language)

    def bars(self, name: str, title: Translated, items: Sequence[tuple[str, str]], *, unit: str) -> str:
        """A chart of bars with its title; `items` are (row, figure)."""
        return self.named_bars(
            name, self.words(title), [(self.words(labels.row_label(row)), figure) for row, figure in items], unit=unit
        )

    def named_bars(self, name: str, title: str, items: Sequence[tuple[str, str]], *, unit: str) -> str:
        """A chart of bars whose (label, figure) are words already."""
        shown = [charts.Item(label, figure, self.number(figure)) for label, figure in items]
        description = "; ".join(f"{item.label}: {item.written}{unit}" for item in shown)
        return f"<h3>{escape(title)}</h3>" + self.chart(name, charts.draw_bars(title, description, shown, unit=unit))

    def columns(self, name: str, title: str, items: Sequence[tuple[str, str]]) -> str:
        """A chart of columns over time."""
        shown = [charts.Item(label, figure, self.number(figure)) for label, figure in items]
        return self.chart(name, charts.draw_columns(title, self.values(items), shown))

    def values(self, items: Iterable[tuple[str, str]]) -> str:
        """All figures of a chart, as its description."""
        return "; ".join(f"{labels.row_code(row)}: {self.number(figure)}" for row, figure in items)

    def chart(self, name: str, svg: str) -> str:
        """The chart for the page; the same is a file of its own."""
        self.charts[f"{name}.svg"] = svg
        return svg.replace('id="hatch"', f'id="hatch-{name}-{self.language}"').replace(
            "url(#hatch)", f"url(#hatch-{name}-{self.language})"
        )

    def table(self, table: PublishedTable, columns: Sequence[str] | None = None) -> str:
        """The table, to be unfolded, without the lines and columns that say nothing; the file has them all."""
        lines = [
            (row, line)
            for row, line in zip(table.rows, table.cells, strict=True)
            if any(is_number(figure) for figure in line)
        ]
        told = [line for row, line in lines if row != TOTAL] or [line for _, line in lines]
        kept = [
            place
            for place, column in enumerate(table.columns)
            if (columns is None or column in columns) and any(is_number(line[place]) for line in told)
        ]
        if not lines or not kept:
            return ""
        heads = [next((head for end, head in LINES.items() if end in table.name), texts.GROUP_COLUMN)]
        heads += [labels.row_label(table.columns[place]) for place in kept]
        body = [(row, [line[place] for place in kept]) for row, line in lines]
        caption = self.words(labels.table_title(table.name))
        whole = self.grid(caption, heads, [(self._row_name(row), line, row == TOTAL) for row, line in body])
        return f"<details><summary>{escape(self.words(texts.SHOW_ALL))}: {escape(caption)}</summary>{whole}</details>"

    def grid(self, caption: str, heads: Sequence[Translated], lines: Iterable[tuple[str, Sequence[str], bool]]) -> str:
        """A table of (name, figures, whether it is the total) under its heads."""
        head = "".join(f'<th scope="col">{escape(self.words(name))}</th>' for name in heads)
        body = "".join(
            f'<tr{" class=total" if is_total else ""}><th scope="row">{escape(name)}</th>'
            f"{''.join(map(self._cell, figures))}</tr>"
            for name, figures, is_total in lines
        )
        return (
            f'<div class="table"><table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )

    def _row_name(self, row: str) -> str:
        name = self.words(labels.row_label(row))
        return f"{row} {name}" if row[4:6] == "-W" and name != row else name

    def _cell(self, figure: str) -> str:
        if figure in (HIDDEN, UNKNOWN):
            return f'<td class="gone">{self.number(figure)}</td>'
        return f"<td>{self.number(figure) if FIGURE.fullmatch(figure) else escape(figure)}</td>"


def is_number(figure: str) -> bool:
    """Whether a figure is shown."""
    return figure not in (HIDDEN, UNKNOWN)
