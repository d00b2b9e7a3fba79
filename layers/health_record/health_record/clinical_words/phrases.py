"""Lists of phrases, and whether a text says one of them: a look-up of each word, whatever the length of the list.

A list has one phrase between bars or on a line of its own. `*` at the end of a word means that it goes on, `#` a word
that begins with a digit, `!` before a phrase that it says nothing: `suy tim`, `hemophil*`, `thai # tuần`, `!viêm mũi
dị ứng`. A text without any mark is read without them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from health_record.remembered import remembered
from health_record.rendering.denials import DENIES, clauses_of, may_deny
from health_record.rendering.plain_words import SHORT, plain, without_marks


class Phrase(NamedTuple):
    """Its words, and whether they say nothing of the list's matter."""

    words: tuple[str, ...]
    is_silent: bool


_WORD = re.compile(r"[^\W_]+")
# At once behind a phrase, at the end of its clause or as the next one: that it was not found.
_NOT_FOUND = re.compile(r"(?:âm tính|am tinh|negative|không|khong|chưa ghi nhận|đã loại trừ|da loai tru|[-−])")
NO = frozenset({"không", "khong", "ko"})
# All that may stand between a denial and what it denies: "Không kiểm soát được đái tháo đường" denies the control.
_BETWEEN = (
    "có|bị|mắc|phát hiện|ghi nhận|thấy|tiền sử(?: gia đình)?|dấu hiệu|bằng chứng|từng|bệnh(?: lý)?|cơn"
    "|ý định|triệu chứng|biểu hiện|giá trị|kết quả|tổn thương|hình ảnh|bất thường|gì|đang"
    "|(?:dùng|uống|sử dụng)(?: thuốc)?"
    "|known|any|history|signs|evidence|of|taking|on"
)
_DENIED = re.compile(
    rf"(?:^(?:{DENIES.pattern})|\s(?:không|ko|chưa|no|not|without|denies))"
    rf"(?: (?:{_BETWEEN}|{without_marks(_BETWEEN)})\b){{0,3}} ?$"
)
LONGEST_DENIAL = 80  # letters of a denial and of what stands between
MOST_REMEMBERED = 2048  # names of diseases and medicines, that come back from person to person; no papers


class Phrases:
    """One list, by the first word of each phrase: with marks, and without."""

    def __init__(self, text: str) -> None:
        phrases = [phrase.strip().casefold() for line in text.split("\n") for phrase in line.split("|")]
        self._marked = _by_first(filter(None, phrases))
        self._bare = _by_first(map(without_marks, filter(None, phrases)))
        self._says_once = remembered(MOST_REMEMBERED)(self._says)

    def says(self, text: str) -> bool:
        """Whether a clause of the text says one of the phrases, and does not deny it."""
        return self._says_once(text) if len(text) <= SHORT else self._says(text)

    def names(self, text: str) -> bool:
        """Whether one of the phrases stands in the text, denied or not."""
        is_bare = text.isascii()
        table = self._bare if is_bare else self._marked
        return any(True for _ in _found(table, text.casefold() if is_bare else plain(text)))

    def _says(self, text: str) -> bool:
        if not self.names(text):
            return False
        if not may_deny(text):
            return True
        is_bare = text.isascii()
        table = self._bare if is_bare else self._marked
        clauses = [clause.words for clause in clauses_of(text) if clause.words]
        told: set[Phrase] = set()
        for clause, after in zip(clauses, [*clauses[1:], ""], strict=True):
            for phrase, is_denied in _told(table, clause, after, is_bare=is_bare):
                if not is_denied:
                    return True
                told.add(phrase)
        # What goes over the end of a clause: "Thai ngoài tử cung".
        whole = _told(table, plain(text), "", is_bare=is_bare)
        return any(phrase not in told and not is_denied for phrase, is_denied in whole)


def _told(table: dict[str, list[Phrase]], clause: str, after: str, *, is_bare: bool) -> Iterator[tuple[Phrase, bool]]:
    """The phrases of a clause, and whether each is denied before it or at once behind it."""
    denied_until = -1
    for phrase, begin, end in _found(table, without_marks(clause) if is_bare else clause):
        is_next = denied_until >= 0 and begin - denied_until <= 1
        is_denied = is_next or _DENIED.search(clause, max(0, begin - LONGEST_DENIAL), begin) is not None
        denied_until = end if is_denied else -1
        yield phrase, is_denied or _is_not_found(clause, end, after)


def _is_not_found(clause: str, end: int, after: str) -> bool:
    behind = clause[end : end + LONGEST_DENIAL].strip()
    if after in NO and " " not in behind:
        return True  # "Ung thư vú: không"
    return _NOT_FOUND.fullmatch(behind or after) is not None


def _by_first(phrases: Iterable[str]) -> dict[str, list[Phrase]]:
    """The phrases by their first word; those that begin with an open one by its first three letters and `*`."""
    found: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        first, *rest = phrase.removeprefix("!").split()
        key = f"{first[:3]}*" if first.endswith("*") else first
        found.setdefault(key, []).append(Phrase((first, *rest), is_silent=phrase.startswith("!")))
    return found


def _found(table: dict[str, list[Phrase]], text: str) -> Iterator[tuple[Phrase, int, int]]:
    """The phrases that say something, one after the other, and where in the text each begins and ends."""
    spans = [(each[0], each.start(), each.end()) for each in _WORD.finditer(text)]
    words = [word for word, _, _ in spans]
    at = 0
    while at < len(words):
        found = _at(table, words, at)
        size = len(found.words) if found else 1
        if found and not found.is_silent:
            yield found, spans[at][1], spans[at + size - 1][2]
        at += size


def _at(table: dict[str, list[Phrase]], words: list[str], at: int) -> Phrase | None:
    for key in (words[at], f"{words[at][:3]}*"):
        for phrase in table.get(key, ()):
            next_ = words[at : at + len(phrase.words)]  # and never the rest of a paper
            if len(next_) == len(phrase.words) and all(map(_is_word, next_, phrase.words)):
                return phrase
    return None


def _is_word(word: str, meant: str) -> bool:
    if meant == "#":
        return word[0].isdigit()
    return word == meant or (meant.endswith("*") and word.startswith(meant[:-1]))
