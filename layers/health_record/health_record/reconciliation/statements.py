"""A resource as one source says it, and how what says otherwise is told beside it."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from health_record.clinical_words.none_in_words import words_that_name
from health_record.language import Translated
from health_record.rendering import moments, times
from health_record.rendering.entries import Entry, entry
from health_record.rendering.none_known import is_none_known
from health_record.rendering.phrases import Phrase, bilingual, joined, shortened
from health_record.rendering.source_words import DIFFERENCE_SYSTEM, DIFFERS, source_of, tags_of, with_tags
from health_record.rendering.statuses import State, state_of

Resource = dict[str, Any]
DECLARED = ""  # a facility's id is never empty
MOST_TOLD = 3  # of what says otherwise, the newest
_SENT = Translated("gửi ngày", "sent on")
LONGEST_TOLD = 200  # of its words: it stands whole in the same document


@dataclass(frozen=True)
class Statement:
    """A resource as one source says it. `source` is a facility's id or DECLARED, `at` when it arrived (ISO, UTC)."""

    resource: Resource
    source: str
    at: str

    @property
    def kind(self) -> str:
        """The resource's type."""
        return str(self.resource["resourceType"])

    @property
    def name(self) -> tuple[str, str]:
        """What it is a statement about: type and id."""
        return self.resource["resourceType"], self.resource["id"]

    @functools.cached_property
    def state(self) -> State:
        """Where it stands by its statuses."""
        return state_of(self.resource)

    @functools.cached_property
    def says_none(self) -> bool:
        """Whether it says that there is none of its kind, and its words do not name something all the same."""
        return is_none_known(self.resource) and words_that_name(self.resource) is None


type Split = tuple[list[Statement], list[Statement]]  # what stands, and what is to be asked again


def tagged(statement: Statement, *tags: Resource) -> Statement:
    """The statement with tags added that it has not yet."""
    new = [tag for tag in tags if tag not in tags_of(statement.resource)]
    return replace(statement, resource=with_tags(statement.resource, new)) if new else statement


def against(
    statement: Statement,
    others: Sequence[Statement],
    zone: str,
    because: Callable[[Resource], str] = lambda _: "",
    code: str = DIFFERS,
) -> Statement:
    """The statement with a tag for what says otherwise: who, when, what, and what `because` says beside its name.

    `code` of DIFFERENCE_SYSTEM is what the others do to it.
    """
    newest = sorted(others, key=lambda each: each.at, reverse=True)[:MOST_TOLD]
    told = [_in_short(other, zone, because(other.resource)) for other in newest]
    if (more := len(others) - MOST_TOLD) > 0:
        told[-1] += bilingual(("; ", Translated(f"và {more} mục nữa", f"and {more} more")))
    tags = [{"system": DIFFERENCE_SYSTEM, "code": code, "display": each} for each in told]
    return tagged(statement, *tags)


def _in_short(other: Statement, zone: str, because: str) -> str:
    made = entry(other.resource, zone)
    words = made.headline if other.kind == "MedicationStatement" and not because else named(made, because)
    told = shortened(words, LONGEST_TOLD)
    dated = made.when if times.is_dated(other.resource) else (_SENT, " ", moments.day(other.at, zone))
    return bilingual(joined([source_of(other.resource), dated, told], ", "))


def named(made: Entry, because: str) -> Phrase:
    """An entry by its name, with the words beside it that matter here, where its name has them not."""
    new = because.rpartition(": ")[2] not in bilingual(made.subject)
    return joined([made.marks, made.subject, (because,) if new else ()], ": ")
