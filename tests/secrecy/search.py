"""A search for everything that is known of all canaries, in three passes over a text however many they are."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ahocorasick

from tests.secrecy import encodings
from tests.secrecy.canaries import Canary

ALONE = re.compile(r"(?<![\w+/=.-])[0-9]{4,6}(?![\w+/=-])")


@dataclass(frozen=True, order=True)
class Hit:
    """A secret in a text: whose, what, and what was looked for."""

    place: int
    kind: str
    form: str


class Search:
    """Who is in a text, and how.

    Texts, numbers and tokens are looked for in the folded text, so that case, marks, escapes and percent signs hide
    none; base64 and hashes as they stand. PINs, passcodes and codes count where they stand as a number of their own.
    """

    def __init__(self, people: Iterable[Canary]) -> None:
        self._exact, self._folded = _Forms(), _Forms()
        self._short: dict[str, set[Hit]] = {}
        for person in people:
            self._know(person)
        self._exact.ready()
        self._folded.ready()

    def hits(self, text: str) -> list[Hit]:
        """Every secret in the text."""
        unwrapped = encodings.unwrap_encodings(text)
        folded = encodings.fold_text(unwrapped)
        alone = {code for seen in (text, unwrapped) for code in ALONE.findall(seen)}
        found = {hit for code in self._short.keys() & alone for hit in self._short[code]}
        found.update(self._exact.within(text), self._exact.within(unwrapped), self._folded.within(folded))
        return sorted(found)

    def _know(self, person: Canary) -> None:
        for kind, secret in person.secrets():
            self._folded.add(encodings.fold_text(secret), person, kind)
            for shape in encodings.shapes(secret):
                for form in encodings.in_base64(shape):
                    self._exact.add(form, person, kind)
        for kind, secret in [*person.numbers(), *person.short()]:
            for form in encodings.hashes(secret):
                self._exact.add(form, person, kind)
        for kind, secret in person.short():
            self._short.setdefault(secret, set()).add(Hit(person.place, kind, secret))


class _Forms:
    """Texts to look for, all at once (Aho and Corasick, 1975)."""

    def __init__(self) -> None:
        self._known: dict[str, set[Hit]] = {}
        self._automaton = ahocorasick.Automaton()

    def add(self, form: str, person: Canary, kind: str) -> None:
        self._known.setdefault(form, set()).add(Hit(person.place, kind, form))

    def ready(self) -> None:
        for form, hits in self._known.items():
            self._automaton.add_word(form, hits)
        self._automaton.make_automaton()

    def within(self, text: str) -> Iterator[Hit]:
        for _, hits in self._automaton.iter(text):
            yield from hits
