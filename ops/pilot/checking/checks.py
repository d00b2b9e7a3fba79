"""What must be true of tables and statistics after a rehearsal, each with what was expected and what was found."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ops.pilot.checking.expected import ExpectedStatistics, expect_facts, expect_statistics, has_consented
from ops.pilot.checking.table_snapshot import TableSnapshot
from ops.pilot.journey import Outcome


@dataclass(frozen=True)
class Check:
    """One promise: `expected` and `found` are totals, `differences` how many single places do not agree."""

    promise: str
    expected: int
    found: int
    differences: int

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return self.differences == 0


class DeclaredTotals:
    """Everything that was declared and confirmed with a receipt."""

    def __init__(
        self,
        outcomes: Iterable[Outcome],
        form: Mapping[str, Any],
        poster: str,
        sent: Mapping[str, int],
        second_codes: int = 0,
    ) -> None:
        """`sent` are the calls of each kind: one that nobody answered may have done its work and was sent again.

        `second_codes` is how many phones were proven once more, as nobody had answered the first time.
        """
        self.outcomes = list(outcomes)
        self.second_codes = second_codes
        self.poster = poster
        self.sent = sent
        self.responses = {record: response for one in self.outcomes for record, response in one.declared.items()}
        self.facts = [expect_facts(form, response) for response in self.responses.values() if has_consented(response)]
        residents = {person.record_id: person for one in self.outcomes for person in one.account.residents}
        self.numbers = Counter(
            {
                record: sum(number is not None for number in (one.national_id, one.insurance_number))
                for record, one in residents.items()
                if record in self.responses
            }
        )

    def repeats(self, kind: str) -> int:
        """How many calls of a kind were sent beyond those that are known to have done their work."""
        known = {
            "visit": len(self.outcomes),
            "declare": len(self.responses),
            "summary": sum(one.read for one in self.outcomes),
        }
        return max(0, self.sent.get(kind, 0) - known[kind])

    @property
    def once(self) -> Counter[str]:
        """Each declared record, once."""
        return Counter(dict.fromkeys(self.responses, 1))


def check_tables(declared: DeclaredTotals, before: TableSnapshot, after: TableSnapshot) -> list[Check]:
    """Every declared record in every table exactly once, and nothing beside."""
    phones = len(declared.outcomes)
    holders = [one for one in declared.outcomes if one.declared]
    accounts = len(after.accounts - before.accounts)

    def poster(what: str) -> int:
        return after.posters[(declared.poster, what)]

    return [
        _same("record in the table exactly once", declared.once, after.metas - before.metas),
        _same("one version of each record", declared.once, after.versions - before.versions),
        _same("one key for each record", declared.once, after.keys - before.keys),
        _same("one pointer from an account to each record", declared.once, after.pointers - before.pointers),
        _about("accounts", len(holders), accounts),
        _same("claims of declared numbers", declared.numbers, after.claims - before.claims),
        _same(
            "facts as declared, of those who permit statistics",
            Counter(one.canonical for one in declared.facts),
            after.facts - before.facts,
        ),
        _same("audit line for each declaration", declared.once, _audited(before, after, "declare")),
        _about("visits of the poster", phones, poster("visits"), more=declared.repeats("visit")),
        _about("phones proven from the poster", phones, poster("codes"), more=declared.second_codes),
        _about("submissions of the poster", len(declared.responses), poster("submissions")),
        _readings(declared, before, after),
    ]


def check_statistics(
    declared: DeclaredTotals, before: ExpectedStatistics | None, after: ExpectedStatistics, year: int
) -> Iterator[Check]:
    """Every count of the aggregation equals what was declared by those who permit statistics."""
    expected = expect_statistics(declared.facts, year)
    found = after.minus(before) if before else after
    for name in ("coverage", "conditions", "risks"):
        yield _same(f"aggregate: {name}", getattr(expected, name), getattr(found, name))


def _readings(declared: DeclaredTotals, before: TableSnapshot, after: TableSnapshot) -> Check:
    """Each reading by the facility, permitted or refused, has its audit line."""
    readings = sum(one.read for one in declared.outcomes)
    lines = _audited(before, after, "summary")
    found = sum(lines[record] for record in declared.responses)
    promise = "audit line for each reading by the facility"
    return _about(promise, readings, found, more=declared.repeats("summary"))


def _audited(before: TableSnapshot, after: TableSnapshot, action: str) -> Counter[str]:
    fresh = after.audits - before.audits
    return Counter({record: number for (record, what), number in fresh.items() if what == action})


def _about(promise: str, expected: int, found: int, *, more: int = 0) -> Check:
    """`more` is what calls that nobody answered, and that were sent again, may have added."""
    return Check(promise, expected, found, max(0, expected - found, found - expected - more))


def _same[Key: Hashable](promise: str, expected: Counter[Key], found: Counter[Key]) -> Check:
    different = sum(expected[key] != found[key] for key in expected.keys() | found.keys())
    return Check(promise, expected.total(), found.total(), different)
