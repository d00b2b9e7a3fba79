"""The parts of the published page, each a heading, a chart and the table that it shows."""

from collections.abc import Iterator
from html import escape

from functions.aggregate.count import age_bands
from functions.aggregate.publish import charts, labels, pace, texts
from functions.aggregate.publish.release import Release
from functions.aggregate.publish.suppression import HIDDEN, TOTAL, UNKNOWN, WIDE_ERROR, PublishedTable
from health_record.language import Language, Translated

LONG = 14  # rows of a table that stands open; a longer one is opened by who wants it, and open on paper
PATTERNS = 4
RANKED = 20
LEAST_PERCENT = 1.0  # under that the whole population is not what a pilot measures itself by
NONE = "–"
TREND_WEEKS = 26
TREND_PERIODS = 36


class Sections:
    """Writes the sections of one release in one language; every chart drawn is kept in `charts` by file name."""

    def __init__(self, made: Release, language: Language) -> None:
        self._made = made
        self._language = language
        self.charts: dict[str, str] = {}

    def all_sections(self) -> str:
        """Every section, in the order of the page."""
        return "\n".join(part for section in self._every() for part in section)

    def _every(self) -> Iterator[Iterator[str]]:
        yield self._progress()
        yield self._wards()
        yield self._ages()
        yield self._weeks()
        yield self._conditions()
        yield self._risks()
        yield self._immunizations()
        yield self._diagnoses()
        yield self._nowcast()
        yield self._forecasts()
        yield self._funnel()
        yield self._rules()
        yield self._downloads()
        yield self._archive()

    def _progress(self) -> Iterator[str]:
        made = self._made
        yield self._heading(texts.PROGRESS)
        if made.progress == UNKNOWN:
            yield f"<p>{self._say(texts.PROGRESS_UNKNOWN, residents=self._number(made.residents))}</p>"
            return
        if float(made.progress) < LEAST_PERCENT:
            yield f'<p class="figure">{made.residents}</p>'
            yield f"<p>{self._say(texts.PROGRESS_FEW, residents=made.residents)}</p>"
        else:
            sentence = self._say(texts.PROGRESS_IS, residents=made.residents, percent=made.progress)
            yield f'<p class="figure">{made.progress} %</p><p>{sentence}</p>'
            drawing = charts.draw_progress(self._(texts.PROGRESS), sentence, made.progress, target=90)
            yield self._chart("progress", drawing)
        yield self._changes()
        yield f'<p class="quiet">{self._say(texts.SOURCE, sources=self._sources())}</p>'

    def _changes(self) -> str:
        """What has changed since last week and quarter, and when 90 % is reached at this pace."""
        made, day = self._made, self._made.frame.day
        said = []
        for weeks, text in ((1, texts.CHANGE_WEEK), (13, texts.CHANGE_QUARTER)):
            if (change := pace.change(made.totals, day, weeks)) is not None:
                seen = f"{change:+d}" if abs(change) > 2 * WIDE_ERROR else self._(texts.NO_CHANGE)
                said.append(self._say(text, change=seen))
        reached = pace.day_of_goal(int(made.residents), made.population, made.totals, day)
        if reached:
            said.append(self._say(texts.PACE, date=f"{reached:%m/%Y}"))
        return f"<p>{' '.join(said)}</p>" if said else ""

    def _sources(self) -> str:
        named = (self._(texts.INVENTED_SOURCE) if source == "synthetic" else source for source in self._made.sources)
        return ", ".join(named)

    def _wards(self) -> Iterator[str]:
        rates, counts = self._made.table("coverage_ward_rate"), self._made.table("coverage_ward")
        if not rates.rows:
            return
        yield self._heading(texts.WARDS)
        yield f"<p>{self._(texts.WARDS_ARE)}</p>"
        begun = [row for row in rates.rows if row not in (TOTAL, UNKNOWN) and _is_number(rates.figure(row, TOTAL))]
        begun.sort(key=lambda row: (float(rates.figure(row, TOTAL)), row))
        if not begun:
            yield f"<p>{self._(texts.NOTHING_YET)}</p>"
            return
        told = any(float(rates.figure(row, TOTAL)) >= LEAST_PERCENT for row in begun)
        table, caption, unit = (rates, texts.WARDS_CHART, " %") if told else (counts, texts.WARDS_COUNT_CHART, "")
        yield self._bars("wards", caption, [(row, table.figure(row, TOTAL)) for row in begun[:RANKED]], unit=unit)
        yield self._ward_table(begun, counts, rates)
        yield self._table(counts)

    def _ward_table(self, begun: list[str], counts: PublishedTable, rates: PublishedTable) -> str:
        """The wards that have begun: people, share, and how many are missing to 90 %."""
        lines = []
        for row in begun:
            people, share = counts.figure(row, TOTAL), rates.figure(row, TOTAL)
            left = pace.missing(int(people), self._made.inhabitants.get(row, 0))
            cells = "".join(f"<td>{figure}</td>" for figure in (people, share, left or NONE))
            lines.append(f'<tr><th scope="row">{escape(self._(labels.row_label(row)))}</th>{cells}</tr>')
        names = (texts.FIRST_COLUMN, labels.FIXED["residents"], texts.SHARE, texts.MISSING)
        head = "".join(f'<th scope="col">{escape(self._(name))}</th>' for name in names)
        return (
            f'<div class="table"><table><caption>{escape(self._(texts.WARDS_CHART))}</caption><thead><tr>{head}</tr>'
            f"</thead><tbody>{''.join(lines)}</tbody></table></div>"
        )

    def _ages(self) -> Iterator[str]:
        if not self._made.full_week:
            return
        yield self._heading(texts.AGES)
        rates, counts = self._made.table("coverage_age_rate"), self._made.table("coverage_age")
        known = bool(rates.rows) and float(self._made.progress) >= LEAST_PERCENT
        table, caption = (rates, texts.AGES_CHART) if known else (counts, texts.AGES_COUNT_CHART)
        column = TOTAL if TOTAL in table.columns else "female"
        rows = [row for row in table.rows if row not in (TOTAL, UNKNOWN)]
        yield self._bars(
            "ages", caption, [(row, table.figure(row, column)) for row in rows], unit=" %" if known else ""
        )
        yield self._table(counts)
        if known:
            yield self._table(rates)

    def _weeks(self) -> Iterator[str]:
        table = self._made.table("coverage_week")
        yield self._heading(texts.WEEKS)
        yield f'<p class="quiet">{self._(texts.MEANS_WEEKS)}</p>'
        items = [(row, table.figure(row, "residents")) for row in table.rows if row != TOTAL][-TREND_WEEKS:]
        yield self._chart("weeks", charts.draw_columns(self._(texts.WEEKS), self._values(items), items))
        yield self._table(table)

    def _conditions(self) -> Iterator[str]:
        rates = self._made.table("conditions_sex_rate")
        if not rates.rows:
            return
        yield self._heading(texts.CONDITIONS)
        yield f"<p>{self._(texts.VOLUNTEERS)}</p>"
        items = sorted(((row, rates.figure(row, TOTAL)) for row in rates.rows), key=_largest)
        items = [item for item in items if _is_number(item[1])]
        yield self._bars("conditions", texts.CONDITIONS_CHART, items, unit=" %")
        for row, figure in items[:PATTERNS]:
            if figure not in (HIDDEN, UNKNOWN):
                yield self._pattern(row)
        yield f"<p>{self._(texts.STANDARDISED)}</p>"
        for name in (
            "conditions_standardised_rate",
            "conditions_sex",
            "conditions_sex_rate",
            "conditions_age",
            "conditions_age_rate",
        ):
            yield self._table(self._made.table(name))

    def _pattern(self, row: str) -> str:
        """One condition by sex and by age."""
        by_sex, by_age = self._made.table("conditions_sex_rate"), self._made.table("conditions_age_rate")
        sexes = [column for column in by_sex.columns if column in ("male", "female")]
        items = [(sex, by_sex.figure(row, sex)) for sex in sexes]
        items += [(age, by_age.figure(row, age)) for age in age_bands.WIDE_BANDS if row in by_age.rows]
        title = Translated(
            *(texts.PATTERN.in_language(to).format(name=labels.row_label(row).in_language(to)) for to in ("vi", "en"))
        )
        return self._bars(f"pattern-{labels.row_code(row)}", title, items, unit=" %")

    def _risks(self) -> Iterator[str]:
        rates = self._made.table("risks_sex_rate")
        if not rates.rows:
            return
        yield self._heading(texts.RISKS)
        for question in dict.fromkeys(row.split(" ")[0] for row in rates.rows):
            rows = [row for row in rates.rows if row.startswith(f"{question} ")]
            items = [(row, rates.figure(row, TOTAL)) for row in rows]
            name = f"risk-{labels.row_code(question)}"
            shown = [(self._(labels.row_label(row.split(" ")[1])), figure) for row, figure in items]
            title = self._(labels.row_label(question))
            yield f"<h3>{escape(title)}</h3>"
            yield self._chart(name, charts.draw_bars(title, self._values(items), shown, unit=" %"))
        for name in ("risks_sex", "risks_sex_rate", "risks_age", "risks_age_rate"):
            yield self._table(self._made.table(name))

    def _immunizations(self) -> Iterator[str]:
        table, rates = self._made.table("immunizations_age"), self._made.table("immunizations_age_rate")
        if not table.rows:
            return
        items = [(row, rates.figure(row, TOTAL)) for row in rates.rows if _is_number(rates.figure(row, TOTAL))]
        if not items:
            return
        yield self._heading(texts.IMMUNIZATIONS)
        yield self._bars("immunizations", texts.CONDITIONS_CHART, items, unit=" %")
        yield self._table(table)
        yield self._table(rates)

    def _diagnoses(self) -> Iterator[str]:
        table = self._made.table("diagnoses_week")
        yield self._heading(texts.DIAGNOSES)
        if not any(_is_number(figure) for line in table.cells for figure in line):
            yield f"<p>{self._(texts.NO_DIAGNOSES)}</p>"
            return
        for column in table.columns:
            items = [(row, table.figure(row, column)) for row in table.rows if row != TOTAL][-TREND_WEEKS:]
            if not any(_is_number(figure) for _, figure in items):
                continue
            title = self._say(texts.DIAGNOSES_CHART, name=labels.csv_heading(column))
            yield f"<h3>{title}</h3>"
            yield self._chart(f"diagnoses-{column}", charts.draw_columns(title, self._values(items), items))
        yield self._table(table)

    def _forecasts(self) -> Iterator[str]:
        if not self._made.outlooks:
            return
        yield self._heading(texts.FORECASTS)
        yield f"<p>{self._(texts.FORECASTS_ARE)}</p>"
        for one in self._made.outlooks:
            name = self._(labels.row_label(one.series))
            title = self._say(texts.FORECAST_CHART, name=name)
            rows = [dict(zip(one.ahead.columns, line, strict=True)) for line in one.ahead.cells]
            past = list(one.past[-TREND_PERIODS:])
            said = self._values([(row, one.ahead.figure(row, "median")) for row in one.ahead.rows])
            yield f"<h3>{title}</h3>"
            yield self._chart(one.ahead.name, charts.draw_fan(title, said, past, rows, one.ahead.rows[-1]))
            yield self._table(one.ahead)
        yield self._table(self._made.table("forecasts_rate"))

    def _funnel(self) -> Iterator[str]:
        yield self._heading(texts.FUNNEL)
        yield self._table(self._made.table("funnel_week"))

    def _rules(self) -> Iterator[str]:
        yield self._heading(texts.RULES)
        yield f"<ul>{''.join(f'<li>{escape(self._(rule))}</li>' for rule in texts.RULES_ARE)}</ul>"

    def _nowcast(self) -> Iterator[str]:
        table = self._made.table("nowcast_week")
        if table.rows:
            yield self._heading(texts.NOWCAST)
            yield f"<p>{self._(texts.NOWCAST_IS)}</p>"
            yield self._table(table)

    def _archive(self) -> Iterator[str]:
        yield self._heading(texts.ARCHIVE)
        weeks = "".join(
            f'<li><a href="releases/{week}/data.csv">{week}</a></li>'
            for week in sorted(self._made.totals, reverse=True)
        )
        yield f'<ul class="files">{weeks}</ul>'

    def _downloads(self) -> Iterator[str]:
        yield self._heading(texts.DOWNLOADS)
        links = [
            f'<li><a href="{name}.csv">{escape(self._(labels.table_title(name)))}</a></li>'
            for name in self._made.tables
        ]
        links.insert(0, '<li><a href="data.csv">data.csv</a> (<a href="data.csv-metadata.json">CSVW</a>)</li>')
        yield f'<ul class="files downloads">{"".join(links)}</ul>'

    def _(self, text: Translated) -> str:
        return text.in_language(self._language)

    def _say(self, text: Translated, **parts: str) -> str:
        return escape(text.in_language(self._language).format(**parts))

    def _heading(self, text: Translated) -> str:
        return f"<h2>{escape(self._(text))}</h2>"

    def _number(self, figure: str) -> str:
        return self._(texts.NOT_KNOWN) if figure == UNKNOWN else figure

    def _values(self, items: list[tuple[str, str]]) -> str:
        return "; ".join(f"{labels.row_code(row)}: {self._number(figure)}" for row, figure in items)

    def _bars(self, name: str, title: Translated, items: list[tuple[str, str]], *, unit: str) -> str:
        named = [(self._(labels.row_label(row)), figure) for row, figure in items]
        description = "; ".join(f"{label}: {self._number(figure)}{unit}" for label, figure in named)
        return f"<h3>{escape(self._(title))}</h3>" + self._chart(
            name, charts.draw_bars(self._(title), description, named, unit=unit)
        )

    def _chart(self, name: str, svg: str) -> str:
        self.charts[f"{name}.svg"] = svg
        return svg.replace('id="hatch"', f'id="hatch-{name}-{self._language}"').replace(
            "url(#hatch)", f"url(#hatch-{name}-{self._language})"
        )

    def _table(self, table: PublishedTable) -> str:
        """The table without the lines and columns that say nothing; the file has them all."""
        kept = [place for place in range(len(table.columns)) if any(_is_number(line[place]) for line in table.cells)]
        head = "".join(
            f'<th scope="col">{escape(self._(labels.row_label(table.columns[place])))}</th>' for place in kept
        )
        lines = [
            f'<tr{" class=total" if row == TOTAL else ""}><th scope="row">{escape(self._row_name(row))}</th>'
            + "".join(self._cell(line[place]) for place in kept)
            + "</tr>"
            for row, line in zip(table.rows, table.cells, strict=True)
            if any(_is_number(figure) for figure in line)
        ]
        if not lines:
            return ""
        caption = escape(self._(labels.table_title(table.name)))
        first = escape(self._(texts.FIRST_COLUMN))
        whole = (
            f'<div class="table"><table><caption>{caption}</caption><thead><tr><th scope="col">{first}</th>{head}</tr>'
            f"</thead><tbody>{''.join(lines)}</tbody></table></div>"
        )
        if len(lines) <= LONG:
            return whole
        return f"<details><summary>{escape(self._(texts.SHOW_ALL))}: {caption}</summary>{whole}</details>"

    def _row_name(self, row: str) -> str:
        name = self._(labels.row_label(row))
        return f"{row} {name}" if row[4:6] == "-W" and name != row else name

    def _cell(self, figure: str) -> str:
        if figure in (HIDDEN, UNKNOWN):
            return f'<td class="gone">{figure if figure == HIDDEN else "?"}</td>'
        return f"<td>{figure}</td>"


def _largest(item: tuple[str, str]) -> tuple[float, str]:
    row, figure = item
    return (-float(figure) if figure not in (HIDDEN, UNKNOWN) else 1.0, row)


def _is_number(figure: str) -> bool:
    return figure not in (HIDDEN, UNKNOWN)
