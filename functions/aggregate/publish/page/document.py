"""The files of a release: tables, charts, summary and, last, the page that shows them."""

import datetime as dt
import json
import re
from html import escape
from pathlib import Path

from functions.aggregate.publish import open_data, release
from functions.aggregate.publish.page import dictionary, sections, texts
from functions.aggregate.publish.page.writer import Writer
from functions.aggregate.publish.release import Release
from health_record import wards
from health_record.language import Language

STYLE = Path(__file__).parent / "page.css"
SIGNALS = re.compile(r"<!--signals-->.*?<!--/signals-->", re.DOTALL)
STATUS = re.compile(r"<!--status-->.*?<!--/status-->", re.DOTALL)
TARGET_PERCENT = 90


def page_files(made: Release) -> dict[str, bytes]:
    """File name -> content, in the order in which they are written: what others stand on comes first."""
    vietnamese, english = (Writer(made, language) for language in _languages())
    page = _page(made, _article(made, "vi", sections.write(vietnamese)), _article(made, "en", sections.write(english)))
    words = _page(made, *(dictionary.article(made, language) for language in _languages()))
    found = {f"{name}.csv": release.to_csv(table) for name, table in made.tables.items()}
    found[open_data.DATA] = open_data.data_csv(made.weeks, made.frame.province, made.tables)
    found[open_data.DESCRIPTION] = open_data.description(made.week, wards.province_name(made.frame.province))
    found |= {name: svg.encode() for name, svg in vietnamese.charts.items()}
    found |= {"page.css": STYLE.read_bytes(), dictionary.DICTIONARY: words.encode()}
    return {**found, "summary.json": _summary(made), "index.html": page.encode()}


def set_status(page: bytes, late: dt.date | None) -> bytes:
    """The page with the notice that the run of `late` failed, or without any notice."""
    notice = ""
    if late:
        day = f"{late:%d/%m/%Y}"
        notice = "".join(
            f'<p class="late" lang="{language}">{escape(texts.LATE.in_language(language).format(day=day))}</p>'
            for language in _languages()
        )
    return STATUS.sub(f"<!--status-->{notice}<!--/status-->", page.decode()).encode()


def set_signals(page: bytes, notices: str) -> bytes:
    """The page with these notices of signals and no others."""
    return SIGNALS.sub(lambda _: f"<!--signals-->{notices}<!--/signals-->", page.decode()).encode()


def _languages() -> tuple[Language, Language]:
    return "vi", "en"


def _page(made: Release, vietnamese: str, english: str) -> str:
    service = escape(texts.SERVICE.vi)
    place = escape(wards.province_name(made.frame.province))
    parts = [
        "<!DOCTYPE html>",
        '<html lang="vi">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(texts.HEADING.vi)} – {place}</title>",
        '<link rel="stylesheet" href="page.css">',
        "</head>",
        "<body>",
        f'<header><div><a class="service" href="/">{service}</a>'
        '<span><a class="switch" href="#vi" lang="vi">Tiếng Việt</a> '
        '<a class="switch" href="#en" lang="en">English</a></span></div></header>',
        "<main>",
        "<!--status--><!--/status-->",
        "<!--signals--><!--/signals-->",
        vietnamese,
        english,
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _article(made: Release, language: Language, content: str) -> str:
    frame = made.frame
    following = frame.day + dt.timedelta(days=7 - frame.day.weekday())
    place = texts.PLACE.in_language(language).format(place=wards.province_name(frame.province), week=made.week)
    fresh = texts.FRESH.in_language(language).format(day=f"{frame.day:%d/%m/%Y}", next=f"{following:%d/%m/%Y}")
    notes = [f'<p class="notice">{escape(texts.INVENTED.in_language(language))}</p>'] if made.synthetic else []
    if not made.synthetic and "synthetic" in made.sources:
        notes = [f'<p class="notice">{escape(texts.POPULATION_INVENTED.in_language(language))}</p>']
    return "\n".join(
        [
            f'<article id="{language}" lang="{language}">',
            f"<h1>{escape(texts.HEADING.in_language(language))}</h1>",
            f"<p>{escape(place)}</p>",
            *notes,
            f'<p class="quiet">{escape(_of_week(made, language))}</p>',
            f'<p class="quiet">{escape(fresh)}</p>',
            content,
            "</article>",
        ]
    )


def _of_week(made: Release, language: Language) -> str:
    """Of which week the tables are that come four times a year."""
    if not made.full_week:
        return texts.NOT_YET_FULL.in_language(language)
    return texts.FULL_WEEK.in_language(language).format(week=made.full_week)


def _summary(made: Release) -> bytes:
    content = {
        "province": made.frame.province,
        "week": made.week,
        "full_week": made.full_week,
        "date": made.frame.day.isoformat(),
        "synthetic": made.synthetic,
        "residents": made.residents,
        "progress_percent": made.progress,
        "target_percent": TARGET_PERCENT,
        "population_sources": list(made.sources),
        "tables": {
            name: {
                "file": f"{name}.csv",
                "rows": len(table.rows),
                "columns": len(table.columns),
                "week": made.weeks[name],
            }
            for name, table in made.tables.items()
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
