"""What is said in both languages, next to what needs no translation (names, numbers, free text)."""

from collections.abc import Iterable

from health_record.language import Language, Translated

type Phrase = tuple[str | Translated, ...]


class Amount(str):
    """A number and its unit as they were sent, `7.1 mmol/L`; a reader of Vietnamese sees `7,1 mmol/L`."""

    __slots__ = ()


LEFT_OUT = Translated(
    " … (phần giữa không hiện ở đây, toàn văn trong mục gốc ở $everything) … ",
    " … (the middle is left out here, the whole is in the entry in $everything) … ",
)


def joined(phrases: Iterable[Phrase], separator: str) -> Phrase:
    """The phrases that say something, one after the other."""
    found: list[str | Translated] = []
    for phrase in phrases:
        if phrase:
            if found:
                found.append(separator)
            found.extend(phrase)
    return tuple(found)


def labelled(label: Translated, phrase: Phrase) -> Phrase:
    """`Lý do (reason): hết vắc xin`; nothing where there is nothing to say."""
    return (label, ": ", *phrase) if phrase else ()


def keep_ends(text: str, longest: int) -> Phrase:
    """A free text; of one that is longer, its beginning and its end, and where the whole is.

    The last sentence of a text is often the one that counts, so that an end is never what is cut.
    """
    if len(text) <= longest:
        return (text,) if text.strip() else ()
    tail = longest // 2
    return (text[: longest - tail].rstrip(), LEFT_OUT, text[-tail:].lstrip())


def shortened(phrase: Phrase, longest: int) -> Phrase:
    """The phrase with each of its parts no longer than this, by its two ends."""
    return tuple(piece for part in phrase for piece in _piece(part, longest))


def in_language(phrase: Phrase, language: Language) -> str:
    """The phrase in one language."""
    return "".join(part if isinstance(part, str) else part.in_language(language) for part in phrase)


def bilingual(phrase: Phrase) -> str:
    """Vietnamese, and after each part its English in brackets where it differs."""
    return "".join(part if isinstance(part, str) else _both(part) for part in phrase)


def with_own_numbers(phrase: Phrase) -> Phrase:
    """The phrase with each decimal as both languages write it: one of them alone may be a thousand in the other."""
    return tuple(piece for part in phrase for piece in (_own_number(part) if isinstance(part, Amount) else (part,)))


def _own_number(amount: Amount) -> Phrase:
    number, blank, unit = amount.partition(" ")
    if "." not in number:
        return (str(amount),)
    return (Translated(number.replace(".", ","), number), f"{blank}{unit}")


def xhtml(phrase: Phrase) -> str:
    """The same, escaped, each language marked by `lang`, so that a page can leave one of them out."""
    return "".join([_escaped(part) if type(part) is str else _shown(part) for part in phrase])


def _piece(part: str | Translated, longest: int) -> Phrase:
    if isinstance(part, str):
        return (part,) if len(part) <= longest else keep_ends(part, longest)
    if max(len(part.vi), len(part.en)) <= longest:
        return (part,)
    vi, en = keep_ends(part.vi, longest), keep_ends(part.en, longest)
    return (Translated(in_language(vi, "vi"), in_language(en, "en")),)


def _both(text: Translated) -> str:
    return text.vi if text.vi == text.en else f"{text.vi} ({text.en})"


def _shown(part: str | Translated) -> str:
    if isinstance(part, Translated):
        return _marked(part)
    return xhtml(_own_number(part)) if isinstance(part, Amount) else _escaped(part)


def _marked(text: Translated) -> str:
    vi = _escaped(text.vi)
    if text.vi == text.en:
        return vi
    return f'<span lang="vi">{vi}</span><span lang="en"> ({_escaped(text.en)})</span>'


def _escaped(text: str) -> str:
    """`html.escape` without the quotes, which it looks for each time."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
