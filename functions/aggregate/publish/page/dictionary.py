"""The dictionary of published data as a page: the columns of `data.csv`, and every table with its unit."""

from collections.abc import Sequence
from html import escape

from functions.aggregate.publish import labels, open_data
from functions.aggregate.publish.page import texts
from functions.aggregate.publish.release import Release
from health_record.language import Language, Translated

DICTIONARY = "dictionary.html"


def article(made: Release, language: Language) -> str:
    """The dictionary in one language."""

    def say(text: Translated) -> str:
        return escape(text.in_language(language))

    columns = [
        (name, escape(vietnamese if language == "vi" else english), kind)
        for name, (kind, vietnamese, english) in open_data.COLUMNS.items()
    ]
    tables = [
        (
            f'<a href="{name}.csv">{say(labels.table_title(name))}</a><br>{name}',
            say(texts.UNITS[open_data.unit(name)]),
            say(texts.QUARTERLY if name in made.quarterly else texts.WEEKLY),
        )
        for name in sorted(made.tables)
    ]
    return "\n".join(
        [
            f'<article id="{language}" lang="{language}">',
            f"<h1>{say(texts.DICTIONARY)}</h1>",
            f"<p>{say(texts.DICTIONARY_IS)}</p>",
            _grid((say(texts.COLUMN), say(texts.MEANING), "CSVW"), columns),
            f"<h2>{say(texts.TABLES)}</h2>",
            _grid(tuple(map(say, (texts.TABLE, texts.UNIT, texts.EVERY))), tables),
            "</article>",
        ]
    )


def _grid(heads: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in lines
    )
    return f'<div class="table words"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
