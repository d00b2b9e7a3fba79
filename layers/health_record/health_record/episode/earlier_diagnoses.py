"""The diagnoses of all episodes, each code once: the newest, with what earlier episodes wrote of it.

A hospital that repeats a code without its words (`I21.9` beside a sore throat) does not take back what another wrote
(a stent of last month).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from health_record.episode import diagnoses, security_labels
from health_record.episode.source import KeptEpisode
from health_record.summary.sources import Resource

MOST_TEXTS = 5  # of one diagnosis; the others stand in `$everything`


class _Words(NamedTuple):
    """What an episode wrote of a code. `kinds` are those of its labels."""

    text: str
    where: str
    kinds: frozenset[str]


class EarlierDiagnoses:
    """What the episodes of a person say of each code, the newest first."""

    def __init__(self, newest_first: Sequence[KeptEpisode]) -> None:
        self._written: dict[str, list[_Words]] = {}
        self._chronic: set[str] = set()
        for episode in newest_first:
            if diagnoses.is_chronic_care(episode):
                self._chronic.update(diagnoses.codes_of(episode))
            for each in diagnoses.conditions(episode):
                self._remember(_code_of(each), str(each["code"]["text"]), episode)

    def conditions(self, episode: KeptEpisode, seen: set[str]) -> Iterator[Resource]:
        """The Conditions of an episode whose code no newer one has; `seen` learns them."""
        for each in diagnoses.conditions(episode):
            code = _code_of(each)
            if (kind := f"Condition|{code}") in seen:
                continue
            seen.add(kind)
            made = diagnoses.told_as_going_on(each) if code in self._chronic else each
            yield self._with_earlier_words(made, code)

    def _remember(self, code: str, text: str, episode: KeptEpisode) -> None:
        written = self._written.setdefault(code, [])
        if text != code and text.casefold() not in (each.text.casefold() for each in written):
            where = f"{episode.begin.day:%d/%m/%Y}, {episode.facility_name}"
            written.append(_Words(text, where, frozenset(episode.content.get(security_labels.MEMBER, ()))))

    def _with_earlier_words(self, condition: Resource, code: str) -> Resource:
        own = str(condition["code"]["text"]).casefold()
        others = [each for each in self._written[code] if each.text.casefold() != own]
        if not others:
            return condition
        notes = [f"đợt khác ghi (another episode wrote), {each.where}: {each.text}" for each in others[:MOST_TEXTS]]
        if len(others) > MOST_TEXTS:
            notes.append(f"và {len(others) - MOST_TEXTS} lời ghi khác ở $everything (and more in $everything)")
        labels = security_labels.labels({kind for each in others[:MOST_TEXTS] for kind in each.kinds})
        meta = {"meta": {"security": labels}} if labels else {}
        return {**condition, **meta, "note": [*condition.get("note", ()), *({"text": note} for note in notes)]}


def _code_of(condition: Resource) -> str:
    coding = condition["code"].get("coding")
    return str(coding[0]["code"]) if coding else str(condition["code"]["text"])
