"""The rehearsal's checks: they agree with the functions about the same people, and see whatever is missing."""

import copy
import datetime
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
import time_machine

import health_record
from functions.aggregate.handler import handler as aggregate
from health_record import facts, wards
from health_record.aws.dynamo import from_wire, to_wire
from health_record.questionnaire import declaration_form, validate_declaration
from ops.pilot.checking import checks, statistics
from ops.pilot.checking import table_snapshot as picture
from ops.pilot.checking.checks import Check, DeclaredTotals
from ops.pilot.checking.expected import (
    age_band,
    bmi_class,
    expect_facts,
    expect_statistics,
    has_consented,
    pressure_class,
)
from ops.pilot.checking.table_snapshot import TableSnapshot, parse_facts
from ops.pilot.journey import Outcome
from ops.pilot.residents import people
from ops.pilot.residents.answers import AnswerSheet
from tests.conftest import TABLES, World, aws
from tests.declare import people as people_of_tests
from tests.posters import poster

FORM = json.loads((Path(health_record.__file__).parent / "form" / "questionnaire.json").read_text(encoding="utf-8"))
TODAY = datetime.date(2026, 11, 23)
POSTER = "pilot-0001"


@pytest.fixture(scope="module")
def declared() -> DeclaredTotals:
    return _declared(400)


def _declared(count: int, run: int = 1) -> DeclaredTotals:
    outcomes = _outcomes(count, run)
    return DeclaredTotals(outcomes, FORM, f"pilot-{run:04d}", {"visit": len(outcomes)})


def _outcomes(count: int, run: int = 1) -> list[Outcome]:
    sheet = AnswerSheet(FORM)
    return [
        Outcome(account, {one.record_id: sheet.response(one) for one in account.residents})
        for account in people.invent_accounts(count, run, TODAY)
    ]


def _rows(responses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of facts that the function writes for these declarations."""
    rows = []
    for number, response in enumerate(responses):
        ward = lambda code: wards.find_in_province(code, "79").coded  # type: ignore[union-attr]  # noqa: E731
        declaration = validate_declaration(declaration_form(), response, today=TODAY, ward=ward).declaration
        assert declaration is not None
        day = TODAY.isoformat()
        rows.append(
            facts.build_resident_row(
                declaration_form(),
                declaration,
                pseudonym=str(number),
                account="tag",
                card_seen=False,
                declared_on=day,
                updated_on=day,
            )
        )
    return rows


def _after(declared: DeclaredTotals) -> TableSnapshot:
    """The tables as they must be when everything went well."""
    picture = TableSnapshot(
        metas=declared.once.copy(),
        versions=declared.once.copy(),
        pointers=declared.once.copy(),
        claims=declared.numbers.copy(),
        accounts={one.account.phone for one in declared.outcomes},
        keys=declared.once.copy(),
    )
    picture.facts.update(one.canonical for one in declared.facts)
    phones = len(declared.outcomes)
    picture.posters.update({(POSTER, "visits"): phones, (POSTER, "codes"): phones, (POSTER, "submissions"): 400})
    picture.audits.update((record, "declare") for record in declared.responses)
    return picture


def test_the_facts_expected_of_an_answer_sheet_are_those_that_the_function_keeps(declared: DeclaredTotals) -> None:
    responses = list(declared.responses.values())
    kept = [parse_facts(from_wire(to_wire(row))).canonical for row in _rows(responses)]
    assert kept == [expect_facts(FORM, response).canonical for response in responses]


@time_machine.travel("2026-11-23T08:00:00+07:00", tick=False)
def test_the_statistics_expected_of_the_answers_are_those_that_the_aggregation_writes(
    world: Any, declared: DeclaredTotals
) -> None:
    counted = [response for response in declared.responses.values() if has_consented(response)]
    with world.table("facts").batch_writer() as batch:
        for row in _rows(counted):
            batch.put_item(json.loads(json.dumps(row), parse_float=_decimal))
    answer = aggregate({}, None)
    found = statistics.list_written(boto3.client("s3"), "insights", "79", answer["date"])
    expected = expect_statistics(declared.facts, 2026)
    assert found == expected
    assert sum(expected.coverage.values()) == len(counted) < 400
    assert all(check.ok for check in checks.check_statistics(declared, None, found, 2026))


def _decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def test_a_second_rehearsal_is_compared_by_what_it_added(declared: DeclaredTotals) -> None:
    earlier = _declared(150, run=2)
    before, after = (
        expect_statistics(earlier.facts, 2026),
        expect_statistics([*earlier.facts, *declared.facts], 2026),
    )
    assert [check.ok for check in checks.check_statistics(declared, before, after, 2026)] == [True] * 3
    assert [check.ok for check in checks.check_statistics(declared, None, after, 2026)] == [False] * 3


def test_everything_is_ok_when_the_tables_hold_each_record_once(declared: DeclaredTotals) -> None:
    found = checks.check_tables(declared, TableSnapshot(), _after(declared))
    assert {check.promise: check.ok for check in found} == {check.promise: True for check in found}
    assert len(found) == 12


def test_the_picture_shows_what_the_functions_wrote(world: World) -> None:
    """A member of a row that gets another name must not make a rehearsal find nothing."""
    account_holder = people_of_tests.sign_in(poster=poster())
    assert people_of_tests.put(account_holder).status == 201
    record = people_of_tests.RECORD_ID
    found = picture.take_snapshot(SimpleNamespace(tables={name: name for name in TABLES}, aws=aws))  # type: ignore[arg-type]
    assert found.metas == found.versions == found.keys == found.pointers == Counter([record])
    assert found.audits == Counter([(record, "declare")])
    assert found.claims == Counter({record: 2})
    assert (found.facts.total(), len(found.accounts)) == (1, 1)
    assert found.posters[(poster(), "submissions")] == 1


@pytest.mark.parametrize(("visits", "ok"), [(-1, False), (0, True), (1, True), (2, False)])
def test_a_visit_that_nobody_answered_may_count_twice_and_no_more(
    declared: DeclaredTotals, visits: int, ok: bool
) -> None:
    once_more = DeclaredTotals(declared.outcomes, FORM, POSTER, {"visit": len(declared.outcomes) + 1})
    after = _after(declared)
    after.posters[(POSTER, "visits")] += visits
    assert all(check.ok for check in checks.check_tables(once_more, TableSnapshot(), after)) is ok


def _lost_record(picture: TableSnapshot, record: str) -> None:
    del picture.metas[record]


def _foreign_record(picture: TableSnapshot, _: str) -> None:
    picture.metas["another"] += 1


def _second_version(picture: TableSnapshot, record: str) -> None:
    picture.versions[record] += 1


def _lost_key(picture: TableSnapshot, record: str) -> None:
    del picture.keys[record]


def _second_pointer(picture: TableSnapshot, record: str) -> None:
    picture.pointers[record] += 1


def _second_account(picture: TableSnapshot, _: str) -> None:
    picture.accounts.add("another")


def _foreign_claim(picture: TableSnapshot, _: str) -> None:
    picture.claims["another"] += 1


def _changed_facts(picture: TableSnapshot, _: str) -> None:
    some = next(iter(picture.facts))
    picture.facts[some] -= 1
    picture.facts[some.replace("26911", "26905")] += 1


def _second_audit_line(picture: TableSnapshot, record: str) -> None:
    picture.audits[(record, "declare")] += 1


def _lost_visit(picture: TableSnapshot, _: str) -> None:
    picture.posters[(POSTER, "visits")] -= 1


def _second_code(picture: TableSnapshot, _: str) -> None:
    picture.posters[(POSTER, "codes")] += 1


def _lost_submission(picture: TableSnapshot, _: str) -> None:
    picture.posters[(POSTER, "submissions")] -= 1


def _unexpected_reading(picture: TableSnapshot, record: str) -> None:
    picture.audits[(record, "summary")] += 1


@pytest.mark.parametrize(
    ("damage", "promise"),
    [
        (_lost_record, "record in the table exactly once"),
        (_foreign_record, "record in the table exactly once"),
        (_second_version, "one version of each record"),
        (_lost_key, "one key for each record"),
        (_second_pointer, "one pointer from an account to each record"),
        (_second_account, "accounts"),
        (_foreign_claim, "claims of declared numbers"),
        (_changed_facts, "facts as declared, of those who permit statistics"),
        (_second_audit_line, "audit line for each declaration"),
        (_lost_visit, "visits of the poster"),
        (_second_code, "phones proven from the poster"),
        (_lost_submission, "submissions of the poster"),
        (_unexpected_reading, "audit line for each reading by the facility"),
    ],
)
def test_each_damage_is_seen_by_its_own_check(
    declared: DeclaredTotals, damage: Callable[[TableSnapshot, str], None], promise: str
) -> None:
    picture = copy.deepcopy(_after(declared))
    damage(picture, next(iter(declared.responses)))
    assert [check.promise for check in checks.check_tables(declared, TableSnapshot(), picture) if not check.ok] == [
        promise
    ]


def test_rows_from_before_are_left_out(declared: DeclaredTotals) -> None:
    before = _after(_declared(50, run=2))
    after = _after(declared)
    for name in ("metas", "versions", "pointers", "claims", "keys", "facts", "audits"):
        getattr(after, name).update(getattr(before, name))
    after.accounts |= before.accounts
    assert all(check.ok for check in checks.check_tables(declared, before, after))


def test_a_check_tells_how_many_places_differ() -> None:
    assert (Check("any", 3, 3, 0).ok, Check("any", 3, 3, 1).ok) == (True, False)


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0-4"), (4, "0-4"), (5, "5-9"), (84, "80-84"), (85, "85+"), (86, "85+"), (101, "85+")],
)
def test_age_bands(age: int, band: str) -> None:
    assert age_band(age) == band


@pytest.mark.parametrize(
    ("kilograms", "label"),
    [
        (9.9, None),
        (10, "underweight"),
        (18.49, "underweight"),
        (18.5, "normal"),
        (22.99, "normal"),
        (23, "overweight"),
        (25, "obese"),
        (80, "obese"),
        (80.1, None),
    ],
)
def test_body_mass_classes(kilograms: float, label: str | None) -> None:
    assert bmi_class(kilograms, 100) == label


@pytest.mark.parametrize(
    ("systolic", "diastolic", "label"),
    [
        (129, 84, "normal"),
        (130, 84, "high-normal"),
        (129, 85, "high-normal"),
        (139, 89, "high-normal"),
        (140, 80, "high"),
        (120, 90, "high"),
    ],
)
def test_blood_pressure_classes(systolic: int, diastolic: int, label: str) -> None:
    assert pressure_class(systolic, diastolic) == label
