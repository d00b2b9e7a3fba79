"""Lists of phrases, and whether a text says one of them: a look-up of each word, whatever the length of the list.

A list has one phrase between bars or on a line of its own. `*` at the end of a word means that it goes on, `#` a word
that begins with a digit, `!` before a phrase that it says nothing: `suy tim`, `hemophil*`, `thai # tuần`, `!viêm mũi
dị ứng`. A text without any mark is read without them.
"""

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from health_record.rendering.denials import DENIES, clauses_of, may_deny
from health_record.rendering.plain_words import plain, without_marks


class Phrase(NamedTuple):
    """Its words, and whether they say nothing of the list's matter."""

    words: tuple[str, ...]
    is_silent: bool


_WORD = re.compile(r"[^\W_]+")
# At the end of a clause, or as the next one: that it was not found.
_NOT_FOUND = re.compile(r"(?:âm tính|am tinh|negative|không|khong|chưa ghi nhận|đã loại trừ|da loai tru|[-−])$")
MOST_REMEMBERED = 2048  # texts: names of diseases and medicines come back from person to person


class Phrases:
    """One list, by the first word of each phrase: with marks, and without."""

    def __init__(self, text: str) -> None:
        phrases = [phrase.strip().casefold() for line in text.split("\n") for phrase in line.split("|")]
        self._marked = _by_first(filter(None, phrases))
        self._bare = _by_first(map(without_marks, filter(None, phrases)))
        self.says = functools.lru_cache(maxsize=MOST_REMEMBERED)(self._says)

    def _says(self, text: str) -> bool:
        """Whether a clause of the text says one of the phrases, and does not deny it."""
        is_bare = text.isascii()
        table = self._bare if is_bare else self._marked
        if not _finds(table, text.casefold() if is_bare else plain(text)):
            return False
        if not may_deny(text):
            return True
        clauses = [clause.words for clause in clauses_of(text) if clause.words]
        for clause, after in zip(clauses, [*clauses[1:], ""], strict=True):
            words = without_marks(clause) if is_bare else clause
            if _finds(table, words) and not (DENIES.match(clause) or _is_not_found(clause, after)):
                return True
        return False


def _is_not_found(clause: str, after: str) -> bool:
    return _NOT_FOUND.search(clause) is not None or _NOT_FOUND.match(after) is not None


def _by_first(phrases: Iterable[str]) -> dict[str, list[Phrase]]:
    """The phrases by their first word; those that begin with an open one by its first three letters and `*`."""
    found: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        first, *rest = phrase.removeprefix("!").split()
        key = f"{first[:3]}*" if first.endswith("*") else first
        found.setdefault(key, []).append(Phrase((first, *rest), is_silent=phrase.startswith("!")))
    return found


def _finds(table: dict[str, list[Phrase]], text: str) -> bool:
    words = _WORD.findall(text)
    at = 0
    while at < len(words):
        found = _at(table, words, at)
        if found is not None and not found.is_silent:
            return True
        at += len(found.words) if found else 1
    return False


def _at(table: dict[str, list[Phrase]], words: list[str], at: int) -> Phrase | None:
    for key in (words[at], f"{words[at][:3]}*"):
        for phrase in table.get(key, ()):
            if len(words) - at >= len(phrase.words) and all(map(_is_word, words[at:], phrase.words)):
                return phrase
    return None


def _is_word(word: str, meant: str) -> bool:
    if meant == "#":
        return word[0].isdigit()
    return word == meant or (meant.endswith("*") and word.startswith(meant[:-1]))
