"""Consent and restriction: what changes takes effect at once and leaves its evidence."""

import datetime
from typing import Any

import pytest
import time_machine

from functions.declare import own_additions
from functions.declare.consent import statistics_rows
from health_record.aws.transaction import Transaction
from health_record.errors import UnavailableError
from health_record.questionnaire import declaration_form
from tests.conftest import Answer, World
from tests.declare.people import RECORD, call, declaration, meta_of, put, sign_in, sort_keys

CONSENTS = f"{RECORD}/consents"
RESTRICTION = f"{RECORD}/restriction"


def consent(cookies: dict[str, str], purpose: str, given: bool, **more: Any) -> Answer:
    body = {"purpose": purpose, "given": given, "text_version": "1.0.0", "language": "en", **more}
    return call("PUT", CONSENTS, cookies, body=body)


def facts(world: World) -> list[str]:
    return sorted(one["sk"] for one in world.items("facts") if one["pk"].startswith("resident#"))


def meta(world: World) -> dict[str, Any]:
    found = meta_of(world)
    assert found is not None
    return found


def report_diagnoses(world: World, number: int) -> None:
    """Rows as `contribute` writes them beside the resident's."""
    (pk,) = {one["pk"] for one in world.items("facts") if one["pk"].startswith("resident#")}
    for place in range(number):
        world.table("facts").put_item(Item={"pk": pk, "sk": f"diagnosis#2026-11-20#{place:03}"})


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_the_forms_answers_are_the_first_evidence(world: World) -> None:
    put(sign_in(), headers={"accept-language": "en"})
    answer = call("GET", CONSENTS, sign_in(level=2))
    at = {"text_version": declaration_form().version, "language": "en", "at": "2026-11-23T03:00:00.000Z"}
    first = [
        {"purpose": "record", "given": True} | at,
        {"purpose": "sharing", "given": True, "until": "2027-11-23"} | at,
        {"purpose": "statistics", "given": True} | at,
        {"purpose": "notices", "given": False} | at,
    ]
    assert (answer.status, answer.json["consents"]) == (200, first)
    assert sorted(answer.json["history"], key=str) == sorted(first, key=str)


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_sharing_is_withdrawn_and_given_until_a_day(world: World) -> None:
    put(sign_in())
    with time_machine.travel("2026-11-24T03:00:00Z", tick=False):
        answer = consent(sign_in(level=2), "sharing", given=False)
    assert (answer.status, answer.json) == (
        200,
        {
            "purpose": "sharing",
            "given": False,
            "text_version": "1.0.0",
            "language": "en",
            "at": "2026-11-24T03:00:00.000Z",
        },
    )
    assert "sharing_until" not in meta(world)
    with time_machine.travel("2026-11-25T03:00:00Z", tick=False):
        cookies = sign_in(level=2)
        assert consent(cookies, "sharing", given=True).json["until"] == "2027-11-25"
    with time_machine.travel("2026-11-26T03:00:00Z", tick=False):
        cookies = sign_in(level=2)
        assert consent(cookies, "sharing", given=True, until="2026-12-31").status == 200
        assert meta(world)["sharing_until"] == "2026-12-31"
        shown = call("GET", CONSENTS, cookies).json
    assert [one["given"] for one in shown["history"] if one["purpose"] == "sharing"] == [True, True, False, True]
    assert next(one for one in shown["consents"] if one["purpose"] == "sharing")["until"] == "2026-12-31"


@time_machine.travel("2024-02-29T03:00:00Z", tick=False)
def test_a_year_from_a_leap_day_ends_in_february(world: World) -> None:
    put(sign_in())
    assert meta(world)["sharing_until"] == "2025-02-28"


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_the_last_day_of_sharing_lies_within_ten_years(world: World) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    days = {
        "2026-11-22": 422,
        "2026-11-23": 200,
        "2036-11-20": 200,
        "2036-11-21": 422,
        "2027-02-30": 422,
        "2027": 422,
        "2027-01-01T00:00:00Z": 422,
        20270101: 422,
    }
    assert {until: consent(cookies, "sharing", given=True, until=until).status for until in days} == days


@pytest.mark.parametrize("diagnoses", [0, 50, 51])
def test_without_consent_to_statistics_every_row_of_facts_is_gone(world: World, diagnoses: int) -> None:
    put(sign_in())
    report_diagnoses(world, diagnoses)
    assert consent(sign_in(level=2), "statistics", given=False).status == 200
    assert (facts(world), meta(world)["statistics"]) == ([], False)
    assert put(sign_in(level=2), declaration(measurements_weight=None), version=1).status == 200
    assert facts(world) == []


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_consent_to_statistics_given_later_counts_the_newest_version(world: World) -> None:
    put(sign_in(), declaration(consent_statistics=None))
    put(sign_in(level=2), declaration(measurements_weight={"valueDecimal": 60}), version=1)
    assert facts(world) == []
    with time_machine.travel("2026-11-28T03:00:00Z", tick=False):
        assert consent(sign_in(level=2), "statistics", given=True).status == 200
    (row,) = world.items("facts")
    assert (float(row["measures"]["29463-7"]), row["declared_on"], row["updated_on"]) == (
        60,
        "2026-11-23",
        "2026-11-28",
    )


@pytest.mark.parametrize(
    ("purpose", "first"), [("sharing", True), ("sharing", False), ("notices", True), ("notices", False)]
)
def test_what_is_stated_last_is_what_holds_however_two_statements_cross(
    world: World, monkeypatch: pytest.MonkeyPatch, purpose: str, *, first: bool
) -> None:
    """One phone repeats what stands already while another says the opposite."""
    put(sign_in())
    mine, theirs = sign_in(level=2), sign_in(level=2)
    assert consent(mine, purpose, given=first).status == 200
    commit, crossed, begin = Transaction.commit, [], datetime.datetime.now(datetime.UTC)

    def cross(self: Transaction) -> None:
        if not crossed:
            crossed.append(True)
            with time_machine.travel(begin + datetime.timedelta(seconds=5), tick=False):
                assert consent(theirs, purpose, given=not first).status == 200
        commit(self)

    monkeypatch.setattr(Transaction, "commit", cross)
    with time_machine.travel(begin + datetime.timedelta(seconds=9), tick=False):
        assert consent(mine, purpose, given=first).status == 200
        stated = next(one for one in call("GET", CONSENTS, mine).json["consents"] if one["purpose"] == purpose)
    holds = meta(world).get("sharing_until") is not None if purpose == "sharing" else meta(world)["notices"]
    assert (stated["given"], holds) == (first, first)


def test_notices_are_switched(world: World) -> None:
    put(sign_in())
    assert consent(sign_in(level=2), "notices", given=True).status == 200
    assert meta(world)["notices"] is True


BROKEN_CONSENTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"purpose": "marketing"}, ["/purpose"]),
    ({"purpose": ["sharing"]}, ["/purpose"]),
    ({"purpose": "record", "given": False}, ["/purpose"]),
    ({"given": "yes"}, ["/given"]),
    ({"text_version": ""}, ["/text_version"]),
    ({"text_version": "a" * 33}, ["/text_version"]),
    ({"language": "fr"}, ["/language"]),
    ({"purpose": "notices", "until": "2027-01-01"}, ["/until"]),
    ({"given": False, "until": "2027-01-01"}, ["/until"]),
    ({"until": None, "more": 1}, [""]),
    (
        {"purpose": None, "given": None, "text_version": None, "language": None},
        ["/purpose", "/given", "/text_version", "/language"],
    ),
]


def test_a_consent_that_cannot_be_meant_changes_nothing(world: World) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    before = world.items("records")
    for change, pointers in BROKEN_CONSENTS:
        body = {"purpose": "sharing", "given": True, "text_version": "1.0.0", "language": "vi", **change}
        answer = call("PUT", CONSENTS, cookies, body=body)
        assert (answer.status, [fault["pointer"] for fault in answer.json["errors"]]) == (422, pointers), change
    assert world.items("records") == before


def test_a_restricted_record_is_kept_and_used_for_nothing(world: World) -> None:
    put(sign_in())
    report_diagnoses(world, 3)
    cookies = sign_in(level=2)
    answer = call("PUT", RESTRICTION, cookies, body={"restricted": True})
    assert (answer.status, answer.body) == (204, "")
    assert (meta(world)["restricted"], facts(world)) == (True, [])
    assert put(cookies, declaration(measurements_weight=None), version=1).status == 200
    assert consent(cookies, "statistics", given=True).status == 200
    assert facts(world) == []
    assert call("PUT", RESTRICTION, cookies, body={"restricted": False}).status == 204
    assert (meta(world)["restricted"], facts(world)) == (False, ["resident"])


def test_a_restriction_is_true_or_false(world: World) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    for body in ({}, {"restricted": "true"}, {"restricted": 1}, {"restricted": None}):
        answer = call("PUT", RESTRICTION, cookies, body=body)
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/restricted"), body


DAYS = [f"2026-11-{day}T03:00:00Z" for day in (24, 25, 26)]
SHARED_UNTIL = {"until": "2026-12-31"}
# What is asked first and then again, and whether that says anything new.
AGAIN: dict[str, tuple[tuple[str, bool, dict[str, Any]], tuple[str, bool, dict[str, Any]], bool]] = {
    "statistics, withdrawn": (("statistics", False, {}), ("statistics", False, {}), False),
    "sharing, withdrawn": (("sharing", False, {}), ("sharing", False, {}), False),
    "notices, withdrawn": (("notices", False, {}), ("notices", False, {}), False),
    "withdrawn, in the other language": (("sharing", False, {}), ("sharing", False, {"language": "vi"}), False),
    "withdrawn, by a newer text": (("sharing", False, {}), ("sharing", False, {"text_version": "2.0.0"}), False),
    "notices, given": (("notices", True, {}), ("notices", True, {}), False),
    "sharing, given until a day": (("sharing", True, SHARED_UNTIL), ("sharing", True, SHARED_UNTIL), False),
    "given by a newer text": (("notices", True, {}), ("notices", True, {"text_version": "2.0.0"}), True),
    "given in the other language": (("notices", True, {}), ("notices", True, {"language": "vi"}), True),
    "given for longer": (("sharing", True, SHARED_UNTIL), ("sharing", True, {"until": "2027-01-31"}), True),
    "given for a year from today": (("sharing", True, {}), ("sharing", True, {}), True),
    "given after it was withdrawn": (("statistics", False, {}), ("statistics", True, {}), True),
    "withdrawn after it was given": (("notices", True, {}), ("notices", False, {}), True),
    "another purpose": (("statistics", False, {}), ("sharing", False, {}), True),
}


@pytest.mark.parametrize("what", AGAIN)
def test_what_stands_already_is_answered_as_the_first_and_kept_once(world: World, what: str) -> None:
    """Whoever got no answer asks again."""
    first, again, is_new = AGAIN[what]
    with time_machine.travel("2026-11-23T03:00:00Z", tick=False):
        put(sign_in())
    answers, kept = [], []
    for at, (purpose, given, more) in zip(DAYS, (first, again, again), strict=True):
        if is_new and at == DAYS[2]:
            break
        with time_machine.travel(at, tick=False):
            answers.append(consent(sign_in(level=2), purpose, given, **more))
        kept.append(
            (sum(sk.startswith("consent#") for sk in sort_keys(world)), spent(world), len(world.items("audit")))
        )
    assert {answer.status for answer in answers} == {200}
    assert (kept[1] != kept[0], answers[1].json != answers[0].json) == (is_new, is_new)
    assert is_new or (answers[2].json, kept[2]) == (answers[0].json, kept[0])


def spent(world: World) -> list[tuple[str, int]]:
    """What was counted of the record's additions."""
    return sorted((one["sk"], int(one["spent"])) for one in world.items("access") if "budget#added#" in one["pk"])


@pytest.mark.parametrize("purpose", ["statistics", "sharing", "notices"])
def test_a_withdrawal_whose_answer_is_not_known_is_answered_when_the_day_has_no_room(
    world: World, monkeypatch: pytest.MonkeyPatch, purpose: str
) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    consent(cookies, purpose, given=True)
    monkeypatch.setattr(own_additions, "KILOBYTES_A_DAY", 0)
    assert consent(cookies, purpose, given=False).status == 200
    before = sort_keys(world)
    assert consent(cookies, purpose, given=False).status == 200
    assert sort_keys(world) == before
    assert consent(cookies, purpose, given=True).json["type"] == "/problems/too-many-changes"


def test_a_withdrawal_that_broke_off_is_ended_by_the_same_call_when_the_day_has_no_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took effect, and the rows that one transaction has no room for were left."""
    put(sign_in())
    report_diagnoses(world, 51)
    cookies = sign_in(level=2)
    monkeypatch.setattr(own_additions, "KILOBYTES_A_DAY", 0)
    with monkeypatch.context() as broken:
        broken.setattr(statistics_rows, "delete_remaining_facts", _unavailable)
        assert consent(cookies, "statistics", given=False).status == 503
    assert len(facts(world)) == 1
    assert consent(cookies, "statistics", given=False).status == 200
    assert facts(world) == []


def _unavailable(_: str) -> None:
    raise UnavailableError


def test_every_change_is_in_the_audit(world: World) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    consent(cookies, "sharing", given=False)
    call("PUT", RESTRICTION, cookies, body={"restricted": True})
    assert sorted((one["action"], one["detail"]) for one in world.items("audit")) == [
        ("consent", "sharing withdrawn"),
        ("declare", "version 1"),
        ("restrict", "on"),
    ]
    assert sum(sk.startswith("consent#sharing#") for sk in sort_keys(world)) == 2
