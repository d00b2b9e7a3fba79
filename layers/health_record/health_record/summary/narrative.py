"""Section narratives: what a reader sees who has no software, every text of a person or facility escaped."""

import functools
from collections.abc import Iterable
from html import escape

from health_record.rendering import results
from health_record.rendering.datatypes import Resolve
from health_record.rendering.entries import entry
from health_record.rendering.phrases import Phrase, shortened, xhtml
from health_record.rendering.source_words import objections, source_of
from health_record.summary_sources.sources import Resource

XHTML = "http://www.w3.org/1999/xhtml"
LONGEST_PART = results.LONGEST_CONCLUSION
HEAD = "<thead><tr><th>Nội dung (content)</th><th>Ngày (date)</th><th>Nguồn (source)</th></tr></thead>"


def render_table(resources: Iterable[Resource], zone: str, resolve: Resolve) -> Resource:
    """The generated narrative of a section with entries."""
    rows = "".join(_row(each, zone, resolve) for each in resources)
    return _text(f"<table>{HEAD}<tbody>{rows}</tbody></table>")


def render_sentences(*texts: str) -> Resource:
    """The narrative of what has nothing to list: a paragraph for each text."""
    return _text("".join(f"<p>{escape(text)}</p>" for text in texts))


def with_sentence(narrative: Resource, text: str) -> Resource:
    """A narrative with one more paragraph at its end."""
    return {**narrative, "div": f"{narrative['div'].removesuffix('</div>')}<p>{escape(text)}</p></div>"}


def _row(resource: Resource, zone: str, resolve: Resolve) -> str:
    made, against = entry(resource, zone, resolve), objections(resource)
    objection = f" — <b>{xhtml(against)}</b>" if against else ""
    said = xhtml(made.headline)
    if len(said) > LONGEST_PART:
        said = xhtml(shortened(made.headline, LONGEST_PART))
    return f"<tr><td>{said}{objection}</td><td>{xhtml(made.when)}</td><td>{_source(source_of(resource))}</td></tr>"


@functools.lru_cache(maxsize=64)
def _source(phrase: Phrase) -> str:
    """Facilities are few, and most of a table is of one."""
    return xhtml(phrase)


def _text(inner: str) -> Resource:
    return {"status": "generated", "div": f'<div xmlns="{XHTML}" lang="vi" xml:lang="vi">{inner}</div>'}
