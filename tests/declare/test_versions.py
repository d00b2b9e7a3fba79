"""Corrections, repeats and races: exactly one version comes of each."""

import time_machine

from tests.conftest import World
from tests.declare.conftest import Race
from tests.declare.people import (
    BOB,
    OTHER_ID,
    RECORD,
    RECORD_ID,
    call,
    claims_of,
    coding,
    declaration,
    meta_of,
    number_pks,
    put,
    sign_in,
    sort_keys,
)

CHANGED = declaration(history_conditions=coding("E14.9"), history_cancer_type=None)


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_a_correction_is_a_new_version_and_keeps_the_old_one(world: World) -> None:
    put(sign_in())
    before = meta_of(world)
    with time_machine.travel("2026-11-25T03:00:00Z", tick=False):
        answer = put(sign_in(level=2), CHANGED, version=1)
    assert answer.status == 200, answer.body
    assert answer.json == {"id": RECORD_ID, "version": 2, "receipt": answer.json["receipt"], "warnings": []}
    assert answer.headers["etag"] == '"2"'
    assert [sk for sk in sort_keys(world) if sk.startswith("version#")] == ["version#000001", "version#000002"]
    meta = meta_of(world)
    assert before is not None
    assert meta is not None
    assert (meta["version"], meta["created_at"], meta["updated_at"]) == (
        2,
        before["created_at"],
        "2026-11-25T03:00:00.000Z",
    )
    (facts,) = world.items("facts")
    assert (facts["yes"], facts["declared_on"], facts["updated_on"]) == (
        ["http://hl7.org/fhir/sid/icd-10|E14.9"],
        "2026-11-23",
        "2026-11-25",
    )


def test_consent_answers_count_at_the_first_version_only(world: World) -> None:
    put(sign_in(), declaration(consent_statistics=None, consent_sharing=None))
    assert put(sign_in(level=2), version=1).status == 200
    meta = meta_of(world)
    assert meta is not None
    assert (meta["statistics"], "sharing_until" in meta, world.items("facts")) == (False, False, [])


def test_a_lost_answer_is_given_again_and_makes_no_second_version(world: World) -> None:
    cookies = sign_in(poster="bq-07")
    first, again = put(cookies), put(cookies)
    assert (again.status, again.json, again.headers["etag"]) == (201, first.json, '"1"')
    assert put(sign_in(level=2)).json == first.json
    second, repeated = put(cookies, CHANGED, version=1), put(cookies, CHANGED, version=1)
    assert (second.status, repeated.status, repeated.json) == (200, 200, second.json)
    meta = meta_of(world)
    assert meta is not None
    assert meta["version"] == 2
    counted = next(one for one in world.items("facts") if one["pk"] == "poster#bq-07")
    assert counted["submissions"] == 1


def test_any_other_precondition_fails(world: World) -> None:
    cookies = sign_in()
    put(cookies)
    for body, version in ((CHANGED, 0), (None, 2), (None, 7), (CHANGED, 3)):
        answer = put(cookies, body, version=version)
        assert (answer.status, answer.json["type"]) == (412, "/problems/precondition-failed"), version


def test_the_first_call_repeated_after_a_correction_fails(world: World) -> None:
    cookies = sign_in()
    put(cookies)
    put(cookies, CHANGED, version=1)
    assert put(cookies).status == 412
    assert put(cookies, declaration(), version=1).status == 412


def test_a_record_of_another_account_looks_absent(world: World) -> None:
    put(sign_in())
    for cookies in (sign_in(BOB), sign_in(BOB, level=2)):
        absent = put(cookies, version=1, record_id=OTHER_ID)
        foreign = put(cookies, version=1)
        assert (absent.status, absent.json) == (foreign.status, foreign.json)
        assert absent.status == 404
        assert put(cookies).status == 412  # a new record under a taken id
        for method, route, body in OTHER_CALLS:
            absent = call(method, route, cookies, record_id=OTHER_ID, body=body)
            foreign = call(method, route, cookies, body=body)
            assert (absent.status, absent.json) == (foreign.status, foreign.json), route
            assert absent.status == 404


OTHER_CALLS = [
    ("GET", RECORD, None),
    ("GET", f"{RECORD}/versions", None),
    ("GET", f"{RECORD}/consents", None),
    ("PUT", f"{RECORD}/consents", {"purpose": "sharing", "given": False, "text_version": "1", "language": "vi"}),
    ("GET", f"{RECORD}/accesses", None),
    ("PUT", f"{RECORD}/restriction", {"restricted": True}),
    ("DELETE", RECORD, None),
]


def test_level_one_reaches_only_what_its_session_created(world: World) -> None:
    creator = sign_in()
    put(creator)
    assert put(creator, CHANGED, version=1).status == 200
    later = sign_in()
    for answer in [
        put(later, version=2),
        *(call(method, route, later, body=body) for method, route, body in OTHER_CALLS),
    ]:
        assert (answer.status, answer.json["type"]) == (403, "/problems/level-too-low")
    statuses = [call(method, route, creator, body=body).status for method, route, body in OTHER_CALLS]
    assert statuses == [200, 200, 200, 200, 403, 403, 204]  # what a session created, it may erase


def test_a_number_given_up_is_free_again(world: World) -> None:
    put(sign_in())
    (pk,) = number_pks(world, "national-id")
    answer = put(sign_in(level=2), declaration(identity_national_id={"valueString": "079160054321"}), version=1)
    assert answer.status == 200
    assert claims_of(world) == [
        ("insurance-number", RECORD_ID),
        ("national-id", RECORD_ID),
    ]
    assert pk not in number_pks(world)
    assert put(sign_in(BOB), record_id=OTHER_ID).status == 201


def test_two_writers_at_once_make_one_version(world: World, race: Race) -> None:
    cookies = [sign_in(level=2), sign_in(level=2)]
    put(cookies[0])

    def write(number: int) -> int:
        return put(cookies[number], declaration(measurements_weight={"valueDecimal": 50 + number}), version=1).status

    assert sorted(race(write, 2)) == [200, 412]
    assert [sk for sk in sort_keys(world) if sk.startswith("version#")] == ["version#000001", "version#000002"]


def test_a_double_tap_makes_one_record_and_equal_answers(world: World, race: Race) -> None:
    cookies = sign_in()
    answers = race(lambda _: put(cookies), 4)
    assert [answer.status for answer in answers] == [201] * 4, [answer.body for answer in answers]
    assert len({answer.body for answer in answers}) == 1
    account = next(one for one in world.items("records") if one["sk"] == "account")
    assert account["held"] == 1


def test_two_first_writers_with_different_answers_make_one_record(world: World, race: Race) -> None:
    cookies = sign_in()

    def write(number: int) -> int:
        return put(cookies, declaration(measurements_weight={"valueDecimal": 50 + number})).status

    assert sorted(race(write, 2)) == [201, 412]


def test_a_first_declaration_takes_three_aws_calls_and_a_correction_or_a_repeat_five(
    world: World, counted: list[str]
) -> None:
    put(sign_in(BOB), record_id=OTHER_ID)  # the environment is warm from here
    cookies = sign_in(poster="bq-07")
    counted.clear()
    assert put(cookies).status == 201
    assert counted == ["UpdateItem", "GenerateDataKey", "TransactWriteItems"]
    for again in (cookies, sign_in(level=2)):
        counted.clear()
        assert put(again).status == 201
        assert counted == ["UpdateItem", "GenerateDataKey", "TransactWriteItems", "BatchGetItem", "Decrypt"]
    counted.clear()
    assert put(cookies, CHANGED, version=1).status == 200
    assert counted == ["UpdateItem", "BatchGetItem", "Decrypt", "TransactWriteItems"]
    counted.clear()
    assert put(cookies, declaration(identity_national_id=None), version=2).status == 200
    assert counted == ["UpdateItem", "BatchGetItem", "Decrypt", "BatchGetItem", "TransactWriteItems"]
