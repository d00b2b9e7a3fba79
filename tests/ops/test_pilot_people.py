"""The invented residents: plausible, distinct, repeatable, and answering the real form without a fault."""

import copy
import datetime
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

import health_record
from health_record import wards
from health_record.identity import identifiers
from health_record.questionnaire import declaration_form, validate_declaration
from infrastructure.config.settings import read_provinces
from ops.errors import OpsError
from ops.pilot.residents import numbers, people
from ops.pilot.residents.answers import CONDITIONS, AnswerSheet
from ops.pilot.residents.people import Account, Resident

TODAY = datetime.date(2026, 11, 23)
FORM = json.loads((Path(health_record.__file__).parent / "form" / "questionnaire.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def village() -> list[Account]:
    return people.invent_accounts(3000, run=1, today=TODAY)


@pytest.fixture(scope="module")
def residents(village: list[Account]) -> list[Resident]:
    return [resident for account in village for resident in account.residents]


@pytest.mark.parametrize("count", [1, 2, 39, 40, 41, 5400])
def test_there_are_exactly_as_many_residents_as_asked_for(count: int) -> None:
    assert sum(len(account.residents) for account in people.invent_accounts(count, 1, TODAY)) == count


@pytest.mark.parametrize("province", sorted(read_provinces()))
def test_invented_residents_live_in_a_ward_of_their_own_province(province: str) -> None:
    """The form refuses a ward of another province, so a rehearsal there would declare nobody."""
    assert people.ward_of(province) in wards.list_wards(province)


def test_the_same_run_makes_the_same_people() -> None:
    assert people.invent_accounts(50, 3, TODAY) == people.invent_accounts(50, 3, TODAY)


def test_another_run_shares_no_phone_number_address_or_record_with_the_first() -> None:
    first, second = (people.invent_accounts(3000, run, TODAY) for run in (1, 2))
    for of in (_phones, _addresses, _records, _numbers):
        assert not of(first) & of(second)


def test_no_two_people_of_a_run_share_a_phone_number_address_or_record(village: list[Account]) -> None:
    residents = sum(len(account.residents) for account in village)
    assert len(_phones(village)) == len(_addresses(village)) == len(village)
    assert len(_records(village)) == residents
    assert len(_numbers(village)) == sum(
        (resident.national_id is not None) + (resident.insurance_number is not None)
        for account in village
        for resident in account.residents
    )


def test_every_phone_is_a_vietnamese_mobile_number(village: list[Account]) -> None:
    for account in village:
        number = phonenumbers.parse(account.phone, "VN")
        assert phonenumbers.is_valid_number_for_region(number, "VN"), account.phone
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == numbers.international_phone(
            account.phone
        )


def test_every_personal_number_agrees_with_sex_and_year_of_birth(residents: list[Resident]) -> None:
    for resident in residents:
        if resident.national_id:
            assert re.fullmatch(r"\d{12}", resident.national_id)
            assert identifiers.stated_sex(resident.national_id) == resident.sex
            assert identifiers.stated_birth_year(resident.national_id) == resident.birth_year


def test_every_account_calls_from_an_address_of_this_machine(village: list[Account]) -> None:
    for account in village:
        parts = [int(part) for part in account.client_address.split(".")]
        assert parts[0] == 127
        assert all(1 <= part <= 250 for part in parts[1:])


@pytest.mark.parametrize(("place", "possible"), [(0, True), (99_999, True), (100_000, False), (-1, False)])
def test_a_run_has_room_for_a_hundred_thousand(place: int, possible: bool) -> None:
    if possible:
        assert numbers.account_number(99, place) == 99 * 100_000 + place
    else:
        with pytest.raises(ValueError):
            numbers.account_number(99, place)


def test_shuffled_numbers_never_meet() -> None:
    some = range(0, 10**7, 97)
    assert len({numbers.phone_number(one)[3:] for one in some}) == len(some)
    assert len({numbers.insurance_number(one) for one in some}) == len(some)
    assert len({numbers.client_address(one) for one in some}) == len(some)


def test_households_are_plausible(village: list[Account], residents: list[Resident]) -> None:
    relations = Counter(resident.relation for resident in residents)
    assert max(len(account.residents) for account in village) <= 8
    assert all(account.residents[0].relation == "self" for account in village)
    assert all(resident.relation != "self" for account in village for resident in account.residents[1:])
    assert {"self", "child", "parent", "spouse"} == set(relations)
    assert 0.1 < relations["child"] / len(residents) < 0.4
    ages = [TODAY.year - resident.birth_year for resident in residents]
    assert min(ages) <= 1
    assert max(ages) >= 85
    assert 0.4 < sum(resident.sex == "female" for resident in residents) / len(residents) < 0.6


def test_some_know_only_their_year_some_have_no_number_some_refuse(residents: list[Resident]) -> None:
    def share(of: Any) -> float:
        return sum(1 for resident in residents if of(resident)) / len(residents)

    assert 0.03 < share(lambda one: len(one.birth_date) == 4) < 0.15
    assert 0.05 < share(lambda one: one.national_id is None) < 0.3
    for purpose in ("sharing", "statistics", "notices"):
        assert {getattr(resident, purpose) for resident in residents} == {True, False, None}


def test_conditions_grow_with_age(residents: list[Resident]) -> None:
    def share(code: str, oldest: int, youngest: int) -> float:
        group = [one.health for one in residents if youngest <= TODAY.year - one.birth_year < oldest]
        return sum(code in (health.conditions or ()) for health in group) / len(group)

    assert share("I10", 30, 0) < 0.05 < 0.35 < share("I10", 200, 61)
    assert share("E14.9", 30, 0) < 0.03 < 0.08 < share("E14.9", 200, 61)


def test_bodies_are_plausible_at_every_age(residents: list[Resident]) -> None:
    for resident in residents:
        height, weight = resident.health.height, resident.health.weight
        if height and weight:
            assert 10 < weight / (height / 100) ** 2 < 40, resident
        if resident.health.pressure:
            systolic, diastolic = resident.health.pressure
            assert 50 <= diastolic < systolic <= 250


def test_every_answer_sheet_is_a_declaration_without_fault_or_warning(residents: list[Resident]) -> None:
    form, sheet = declaration_form(), AnswerSheet(FORM)
    for resident in residents:
        verdict = validate_declaration(form, sheet.response(resident), today=TODAY, ward=_ward)
        assert verdict.faults == ()
        declaration = verdict.declaration
        assert declaration is not None
        assert declaration.warnings == ()
        assert (declaration.full_name, declaration.sex, declaration.relation) == (
            resident.full_name,
            resident.sex,
            resident.relation,
        )
        assert (declaration.national_id, declaration.ward) == (resident.national_id, people.PILOT_WARD)
        assert declaration.consents == {
            "record": True,
            **{purpose: getattr(resident, purpose) is True for purpose in ("sharing", "statistics", "notices")},
        }


def test_a_form_without_a_needed_item_is_refused_by_its_name() -> None:
    form = copy.deepcopy(FORM)
    form["item"] = [item for item in form["item"] if item["linkId"] != "history"]
    with pytest.raises(OpsError, match=re.escape(CONDITIONS)):
        AnswerSheet(form)


def test_a_form_that_lost_an_option_is_refused_by_its_name(residents: list[Resident]) -> None:
    form = copy.deepcopy(FORM)
    for item in _questions(form):
        if item["linkId"] == "risks.smoking":
            item["answerOption"] = item["answerOption"][:1]
    with pytest.raises(OpsError, match=r"risks\.smoking"):
        _all_responses(AnswerSheet(form), residents)


def test_a_form_that_requires_something_new_is_refused_by_its_name(residents: list[Resident]) -> None:
    form = copy.deepcopy(FORM)
    form["item"].append({"linkId": "birth.weight", "type": "decimal", "required": True})
    with pytest.raises(OpsError, match=r"birth\.weight"):
        _all_responses(AnswerSheet(form), residents)


def _all_responses(sheet: AnswerSheet, residents: list[Resident]) -> list[dict[str, Any]]:
    return [sheet.response(resident) for resident in residents]


def _questions(form: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for group in form["item"] for item in group.get("item", [])]


def _ward(code: str) -> Any:
    found = wards.find_in_province(code, "79")
    return found.coded if found else None


def _phones(accounts: list[Account]) -> set[str]:
    return {account.phone for account in accounts}


def _addresses(accounts: list[Account]) -> set[str]:
    return {account.client_address for account in accounts}


def _records(accounts: list[Account]) -> set[str]:
    return {resident.record_id for account in accounts for resident in account.residents}


def _numbers(accounts: list[Account]) -> set[str]:
    every = [resident for account in accounts for resident in account.residents]
    return {number for one in every for number in (one.national_id, one.insurance_number) if number}
