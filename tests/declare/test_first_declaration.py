"""The first declaration of a record, at the entry point."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from tests.conftest import World
from tests.declare.people import (
    ALICE,
    BOB,
    INSURANCE,
    NAME,
    NATIONAL_ID,
    OTHER_ID,
    RECORD_ID,
    coding,
    declaration,
    dump,
    meta_of,
    number_pks,
    put,
    put_verified,
    sign_in,
    sort_keys,
)


@time_machine.travel("2026-11-23T18:30:00Z", tick=False)
def test_a_declaration_is_kept_and_answered_with_a_receipt(world: World) -> None:
    answer = put(sign_in(poster="bq-07"))
    assert answer.status == 201, answer.body
    receipt = answer.json["receipt"]
    assert answer.json == {"id": RECORD_ID, "version": 1, "receipt": receipt, "warnings": []}
    assert re.fullmatch(r"79-[34679ACDEFHJKMPRTWXY]{4}-[34679ACDEFHJKMPRTWXY]{4}", receipt)
    assert answer.headers["etag"] == '"1"'
    assert sort_keys(world) == [
        "consent#notices#2026-11-23T18:30:00.000Z",
        "consent#record#2026-11-23T18:30:00.000Z",
        "consent#sharing#2026-11-23T18:30:00.000Z",
        "consent#statistics#2026-11-23T18:30:00.000Z",
        "meta",
        "version#000001",
    ]
    meta = meta_of(world)
    assert meta is not None
    assert {name: meta[name] for name in ("account", "relation", "version", "sharing_until", "statistics")} == {
        "account": ALICE,
        "relation": "self",
        "version": 1,
        "sharing_until": "2027-11-24",  # a year after the local day
        "statistics": True,
    }
    assert (meta["restricted"], meta["erasing"], meta["notices"]) == (False, False, False)
    assert [one["pk"] for one in world.items("keys") if "wrapped" in one] == [f"record#{RECORD_ID}"]
    assert [(one["action"], one["own_record"]) for one in world.items("audit")] == [("declare", RECORD_ID)]
    poster = next(one for one in world.items("facts") if one["pk"] == "poster#bq-07")
    assert (re.fullmatch(r"day#2026-11-24#\d+", poster["sk"]) is not None, poster["submissions"]) == (True, 1)


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_the_facts_hold_codes_and_nothing_that_names_the_person(world: World) -> None:
    put(sign_in())
    (row,) = world.items("facts")
    no = row.pop("no")
    assert len(no) == 13
    assert all(code.startswith("http://hl7.org/fhir/sid/icd-10|") for code in no)
    pseudonym, account_tag = row.pop("pk").removeprefix("resident#"), row.pop("account")
    assert {name: str(value) for name, value in row.items() if name not in ("yes", "measures")} == {
        "sk": "resident",
        "card_seen": "False",
        "ward": "26911",
        "sex": "female",
        "birth_year": "1960",
        "declared_on": "2026-11-23",
        "updated_on": "2026-11-23",
        "unknown": "[]",
        "choices": "{}",
    }
    assert row["yes"] == ["http://hl7.org/fhir/sid/icd-10|C80.9", "http://hl7.org/fhir/sid/icd-10|I10"]
    assert {code: float(value) for code, value in row["measures"].items()} == {"8302-2": 156.5, "29463-7": 52.0}
    everything = dump(world.items("records") + world.items("audit") + world.items("keys") + world.items("access"))
    assert pseudonym not in everything
    assert account_tag not in everything


def test_no_table_shows_a_name_a_number_or_an_answer(world: World, written: Callable[[], str]) -> None:
    put(sign_in())
    put(sign_in(level=2), declaration(history_conditions=coding("E14.9"), history_cancer_type=None), version=1)
    records = dump([item for name in ("records", "keys", "audit", "access") for item in world.items(name)])
    everything = records + dump(world.items("facts")) + written()
    for secret in (NAME, NATIONAL_ID, INSURANCE, INSURANCE[-10:], "1960-05-17", "tuyến giáp"):
        assert secret not in everything
    for answer in ("I10", "E14.9", "26911", "female"):
        assert answer not in records


def test_without_consent_to_statistics_there_are_no_facts(world: World) -> None:
    answer = put(sign_in(), declaration(consent_statistics={"valueBoolean": False}, consent_sharing=None))
    assert answer.status == 201
    assert world.items("facts") == []
    meta = meta_of(world)
    assert meta is not None
    assert "sharing_until" not in meta
    assert meta["statistics"] is False


def test_doubts_about_the_number_are_warnings_that_do_not_block(world: World) -> None:
    answer = put(
        sign_in(),
        declaration(identity_national_id={"valueString": "999 061 000000"}),
        headers={"accept-language": "en"},
    )
    assert (answer.status, answer.json["warnings"]) == (
        201,
        [
            {"linkId": "identity.national-id", "message": message}
            for message in (
                "This number usually belongs to a person of another sex. Please check it.",
                "The birth year in this number differs from the one declared. Please check it.",
                "The first three digits are no province of Vietnam. Please check them if you were born in Vietnam.",
                "The last six digits are all 0. Please check them.",
            )
        ],
    )


def test_every_wrong_answer_is_named_at_once(world: World) -> None:
    body = declaration(
        identity_full_name={"valueString": "\u202etên"},
        identity_ward=coding("00004"),
        identity_national_id={"valueString": "079160"},
        measurements_height={"valueDecimal": 251},
        consent_record={"valueBoolean": False},
    )
    answer = put(sign_in(), body, headers={"accept-language": "en"})
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json; charset=utf-8")
    assert answer.json == {
        "type": "/problems/invalid-content",
        "title": "Some answers are not right",
        "status": 422,
        "detail": "Please look at the answers named. Nothing was stored.",
        "errors": [
            {
                "pointer": "/item/0/item/1/answer/0/valueString",
                "linkId": "identity.full-name",
                "message": "There are characters that cannot be used.",
            },
            {
                "pointer": "/item/0/item/4/answer/0/valueCoding",
                "linkId": "identity.ward",
                "message": "Please choose a ward or commune of this province from the list.",
            },
            {
                "pointer": "/item/0/item/5/answer/0/valueString",
                "linkId": "identity.national-id",
                "message": "The number has exactly 12 digits. For an old 9-digit card leave it empty.",
            },
            {
                "pointer": "/item/2/item/0/answer/0/valueDecimal",
                "linkId": "measurements.height",
                "message": "The largest value is 250 cm.",
            },
            {
                "pointer": "/item/3/item/0/answer/0/valueBoolean",
                "linkId": "consent.record",
                "message": "Without consent to keep the record it cannot be sent.",
            },
        ],
    }
    assert world.items("records") == world.items("facts") == []
    assert [one["pk"].partition("#")[0] for one in world.items("keys")] == ["phone"]  # of the sign-in


NO_DECLARATIONS: list[tuple[str | bytes, int, str]] = [
    ("", 400, "not-json"),
    ("{", 400, "not-json"),
    ("[]", 400, "not-json"),
    ('"text"', 400, "not-json"),
    ("[" * 100_000, 400, "not-json"),
    ('{"a": NaN}', 400, "not-json"),
    ('{"a": ' + "9" * 5000 + "}", 400, "not-json"),
    (b"\xff\xfe", 400, "not-json"),
    ("{}", 422, "invalid-content"),
    ('{"resourceType": "Patient"}', 422, "invalid-content"),
    ('{"item": {"a": [null, 1e999]}}', 422, "invalid-content"),
    ('{"\\ud800": "\\ud800", "item": [{"linkId": "\\ud800"}]}', 422, "invalid-content"),
]


def test_what_is_no_declaration_is_refused(world: World) -> None:
    cookies = sign_in()
    for body, status, kind in NO_DECLARATIONS:
        answer = put(cookies, body)
        assert (answer.status, answer.json["type"]) == (status, f"/problems/{kind}"), body[:40]
    assert world.items("records") == []


@pytest.mark.parametrize(("size", "status"), [(262_144, 201), (262_145, 413)])
def test_the_largest_body_is_256_kilobytes(world: World, size: int, status: int) -> None:
    import json

    text = json.dumps(declaration())
    answer = put(sign_in(), text + " " * (size - len(text.encode())))
    assert answer.status == status


def test_without_a_session_nothing_is_declared(world: World) -> None:
    for cookies in (None, {"__Host-session": "x" * 43}):
        answer = put(cookies)
        assert (answer.status, answer.json["type"]) == (401, "/problems/signed-out")
    assert world.items("records") == []


def test_a_call_from_a_foreign_page_declares_nothing(world: World) -> None:
    answer = put(sign_in(), headers={"origin": "https://elsewhere.example"})
    assert (answer.status, answer.json["type"]) == (403, "/problems/foreign-origin")
    answer = put(sign_in(), headers={"x-requested-with": None})
    assert (answer.status, answer.json["type"]) == (403, "/problems/header-missing")
    assert world.items("records") == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-none-match": None}, 428),
        ({"if-none-match": '"1"'}, 400),
        ({"if-match": '"1"'}, 400),
        ({"if-none-match": None, "if-match": '"1"'}, 404),
        ({"if-none-match": None, "if-match": "*"}, 404),
        ({"if-none-match": " * "}, 201),
    ],
)
def test_a_precondition_is_required_and_read_strictly(world: World, headers: dict[str, Any], status: int) -> None:
    assert put(sign_in(), headers=headers).status == status


def test_what_is_no_uuid_is_no_record(world: World) -> None:
    cookies = sign_in()
    for record_id in ("1", "not-a-uuid", RECORD_ID[:-1], RECORD_ID + "0", f"{{{RECORD_ID}}}", "..%2f"):
        answer = put(cookies, record_id=record_id)
        assert (answer.status, answer.json["type"]) == (404, "/problems/not-found"), record_id


def test_the_id_is_kept_in_lower_case(world: World) -> None:
    assert put(sign_in(), record_id=RECORD_ID.upper()).json["id"] == RECORD_ID


def test_an_account_holds_twelve_records_and_no_thirteenth(world: World) -> None:
    cookies = sign_in()
    bare = declaration(identity_national_id=None, identity_insurance_number=None)
    statuses = [put(cookies, bare, record_id=f"{RECORD_ID[:-2]}{number:02}").status for number in range(12)]
    assert statuses == [201] * 12
    answer = put(cookies, bare, record_id=OTHER_ID)
    assert (answer.status, answer.json["type"]) == (403, "/problems/too-many-records")
    assert meta_of(world, OTHER_ID) is None
    assert put(sign_in(BOB), bare, record_id=OTHER_ID).status == 201


def test_claims_do_not_collide_but_a_verified_number_does(world: World) -> None:
    assert put(sign_in()).status == 201
    assert put(sign_in(BOB), record_id=OTHER_ID).status == 201  # claiming is no membership test
    (pk,) = number_pks(world, "national-id")
    put_verified(world, pk, RECORD_ID)
    third = "33333333-93d4-4a5e-8a57-0b6f6f0c2d22"
    answer = put(sign_in(BOB), declaration(identity_insurance_number=None), record_id=third)
    assert (answer.status, answer.json["type"]) == (409, "/problems/identifier-held-elsewhere")
    assert RECORD_ID not in answer.body
    assert NAME not in answer.body
    assert sort_keys(world, third) == []
    assert put(sign_in(BOB), declaration(identity_national_id=None), record_id=third).status == 201
    assert put(sign_in(level=2), version=1).status == 200  # its own verified number is no conflict


def test_the_session_of_the_first_record_is_remembered(world: World) -> None:
    put(sign_in())
    first = next(one for one in world.items("access") if one["sk"] == "state")
    put(sign_in(), record_id=OTHER_ID)
    both = next(one for one in world.items("access") if one["sk"] == "state")
    assert {**both, "made": first["made"]} == first
    assert {mark.partition("@")[0] for mark in both["made"]} == {RECORD_ID, OTHER_ID}
    meta = meta_of(world)
    assert meta is not None
    assert first["first_session"] == meta["session"]
