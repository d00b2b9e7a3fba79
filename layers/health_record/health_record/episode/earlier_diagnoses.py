"""The diagnoses of all episodes, each code once: the newest, with what earlier episodes wrote of it.

A hospital that repeats a code without its words (`I21.9` beside a sore throat) does not take back what another wrote
(a stent of last month), nor what it remarked on the whole episode (an anaphylaxis): both stand with the newest.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from health_record.clinical_words.told_allergies import is_told_allergy
from health_record.episode import diagnoses, security_labels
from health_record.episode.plain_words import names_one_thing
from health_record.episode.source import KeptEpisode, diagnosis_codes
from health_record.summary_sources.sources import Resource

MOST_TEXTS = 30  # of one diagnosis, those that tell of an allergy first; the others stand in `$everything`


class _Words(NamedTuple):
    """What an episode wrote of a code or, `is_of_all`, of the whole person; `when` it began, as FHIR writes it.

    `kinds` are those of its labels.
    """

    text: str
    where: str
    when: str
    kinds: frozenset[str]
    is_of_all: bool


class EarlierDiagnoses:
    """What the episodes of a person say of each code, the newest first."""

    def __init__(self, newest_first: Sequence[KeptEpisode], visits_shown: int) -> None:
        """`visits_shown`: of how many of the newest episodes the Encounter stands beside the diagnoses."""
        self._written: dict[str, list[_Words]] = {}
        self._known: dict[str, set[str]] = {}  # the same texts by code, as they are compared
        self._chronic: set[str] = set()
        self._episodes = {_key_of(each): each for each in newest_first}
        named = {key: diagnoses.named(each) for key, each in self._episodes.items()}
        self._codes = {key: {f"Condition|{code}" for code, _ in found} for key, found in named.items()}
        for place, episode in enumerate(newest_first):
            if diagnoses.is_chronic_care(episode):
                self._chronic.update(diagnosis_codes(episode))
            for code, text in named[_key_of(episode)]:
                self._remember(code, text, episode)
            reasons = () if place < visits_shown else diagnoses.reasons_of(episode)
            for text in (*diagnoses.said_of_all(episode), *reasons):
                self._remember(diagnoses.bearer_of_all(episode), text, episode, is_of_all=True)

    def conditions(self, episode: KeptEpisode, seen: set[str]) -> Iterator[Resource]:
        """The Conditions of an episode whose code no newer one has; `seen` learns them."""
        key = _key_of(episode)
        if self._codes[key] <= seen:
            return
        for each in diagnoses.conditions(self._episodes[key]):
            code = _code_of(each)
            if (kind := f"Condition|{code}") in seen:
                continue
            seen.add(kind)
            made = diagnoses.told_as_going_on(each) if code in self._chronic else each
            yield self._with_earlier_words(made, code)

    def _remember(self, code: str, text: str, episode: KeptEpisode, *, is_of_all: bool = False) -> None:
        written = self._written.setdefault(code, [])
        if text != code and (folded := text.casefold()) not in (known := self._known.setdefault(code, set())):
            known.add(folded)
            where = f"{episode.begin.day:%d/%m/%Y}, {episode.facility_name}"
            kinds = frozenset(episode.content.get(security_labels.MEMBER, ()))
            written.append(_Words(text, where, episode.begin.fhir, kinds, is_of_all))

    def _with_earlier_words(self, condition: Resource, code: str) -> Resource:
        own = {
            str(condition["code"]["text"]).casefold(),
            *(note["text"].casefold() for note in condition.get("note", ())),
        }
        others = [each for each in self._written[code] if each.text.casefold() not in own]
        if not others:
            return condition
        others.sort(key=_tells_of_no_allergy)
        told = others[:MOST_TEXTS]
        notes = [
            {"text": f"đợt khác ghi (another episode wrote), {each.where}: {each.text}", "time": each.when}
            for each in told
        ]
        if len(others) > MOST_TEXTS:
            more = f"và {len(others) - MOST_TEXTS} lời ghi khác ở $everything (and more in $everything)"
            notes.append({"text": more})
        labels = security_labels.labels({kind for each in told for kind in each.kinds})
        meta = {"meta": {"security": labels}} if labels else {}
        if any(each.is_of_all or not names_one_thing(each.text) for each in others):
            condition = diagnoses.told_as_going_on(condition)  # a disease that is over must not carry them away
        return {**condition, **meta, "note": [*condition.get("note", ()), *notes]}


def _tells_of_no_allergy(words: _Words) -> bool:
    return not is_told_allergy({"resourceType": "Condition", "code": {"text": words.text}})


def _key_of(episode: KeptEpisode) -> tuple[str, str]:
    return episode.provider_code, episode.key


def _code_of(condition: Resource) -> str:
    coding = condition["code"].get("coding")
    return str(coding[0]["code"]) if coding else str(condition["code"]["text"])
