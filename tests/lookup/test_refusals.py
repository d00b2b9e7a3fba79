"""Every way a call is refused before or after its signature is proven: the answer, and the audit line it leaves."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from health_record.facility import registry
from health_record.facility.registry import CACHE_SECONDS
from ops.facility_registry import FacilityRegistry
from so_suc_khoe_client import Message
from tests.conftest import World, aws
from tests.facility_desk import Desk, Resident, new_key, register, store_resident

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NUMBER, BORN = "079185001234", "1985-03-02"
NOW = "2026-11-23T01:30:00Z"


@pytest.fixture
def desk(world: World) -> Desk:
    store_resident(world, Resident())
    return register(world)


def summary_call(desk: Desk, **context: Any) -> Message:
    """A signed `$summary` call that would succeed."""
    import json

    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "identifier", "valueString": f"{NATIONAL_ID}|{NUMBER}"},
            {"name": "birthdate", "valueDate": BORN},
        ],
    }
    return desk.sign_call("POST", "Patient/$summary", json.dumps(body).encode(), **context)


def refused(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    (issue,) = answer.json["issue"]
    assert set(issue) == {"severity", "code", "details", "diagnostics"}
    return answer.status, issue["diagnostics"]


def lines(world: World) -> list[tuple[str, str, str | None]]:
    """The audit: whose key, outcome, detail."""
    items = sorted(world.items("audit"), key=lambda item: item["at"])
    return [(item["pk"].partition("#")[0], item["outcome"], item.get("detail")) for item in items]


def change_key(world: World, **attributes: str) -> None:
    world.table("facilities").update_item(
        Key={"pk": "facility#79001", "sk": "key#1"},
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
        ExpressionAttributeNames={f"#{name}": name for name in attributes},
        ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
    )
    registry.forget()


def test_an_unsigned_call_is_refused_with_what_to_send(world: World, desk: Desk) -> None:
    message = summary_call(desk)
    del message.headers["Signature"], message.headers["Signature-Input"]
    answer = desk.send(message)
    assert refused(answer) == (401, "signature-missing")
    assert answer.headers["accept-signature"].startswith('sig1=("@method" "@authority" "@path" "@query"')
    assert lines(world) == [("unproven", "denied", "signature-missing")]


def test_a_refusal_before_proof_names_nobody_and_is_collected_later(world: World, desk: Desk) -> None:
    message = summary_call(desk)
    message.headers["Practitioner"] = "somebody else"
    with time_machine.travel(NOW, tick=False):
        desk.send(message)
    (item,) = world.items("audit")
    del item["pk"], item["call"]
    assert item == {
        "at": "2026-11-23T01:30:00.000Z",
        "action": "summary",
        "outcome": "denied",
        "detail": "signature-created",
        "ttl": 1795397400 + 90 * 86400,
    }


@pytest.mark.parametrize(
    ("attributes", "rule"),
    [
        ({"status": "revoked"}, "signature-key-revoked"),
        ({"not_before": "2026-11-23T01:30:01Z"}, "signature-key-not-yet"),
        ({"not_after": "2026-11-23T01:30:00Z"}, "signature-key-expired"),
    ],
)
def test_a_key_out_of_its_time_is_refused(world: World, desk: Desk, attributes: dict[str, str], rule: str) -> None:
    with time_machine.travel(NOW, tick=False):
        message = summary_call(desk)
        assert desk.send(message).status == 200
        change_key(world, **attributes)
        assert refused(desk.send(summary_call(desk))) == (401, rule)
    assert lines(world)[-1] == ("unproven", "denied", rule)


def test_the_last_second_of_a_key_still_counts(world: World, desk: Desk) -> None:
    with time_machine.travel(NOW, tick=False):
        change_key(world, not_before="2026-11-23T01:30:00Z", not_after="2026-11-23T01:30:01Z")
        assert desk.send(summary_call(desk)).status == 200


@pytest.mark.parametrize("number", [None, "1"], ids=["facility", "key"])
def test_what_is_revoked_is_refused_within_a_minute(
    world: World, desk: Desk, number: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command's own code, without anything forgotten: only the clock goes on."""
    monkeypatch.setattr(registry, "CACHE_SECONDS", CACHE_SECONDS)
    with time_machine.travel(NOW, tick=False) as clock:
        assert desk.send(summary_call(desk)).status == 200
        FacilityRegistry(aws("dynamodb"), "facilities").revoke("79001", number)
        clock.shift(CACHE_SECONDS)
        assert refused(desk.send(summary_call(desk))) == (401, "signature-key-revoked")
    assert CACHE_SECONDS < 60


@pytest.mark.parametrize("key_id", ["79001.2", "79999.1"])
def test_an_unknown_key_or_facility_is_refused(world: World, desk: Desk, key_id: str) -> None:
    stranger = Desk(desk.origin, key_id, new_key()[0], practitioner="x")
    assert refused(stranger.send(summary_call(stranger))) == (401, "signature-key-unknown")
    assert lines(world) == [("unproven", "denied", "signature-key-unknown")]


def test_two_keys_are_live_at_once_for_rotation(world: World, desk: Desk) -> None:
    private, public = new_key("ecdsa-p256-sha256")
    item = world.table("facilities").get_item(Key={"pk": "facility#79001", "sk": "key#1"})["Item"]
    item |= {"sk": "key#2", "algorithm": "ecdsa-p256-sha256", "public_key_pem": public}
    world.table("facilities").put_item(Item=item)
    second = Desk(desk.origin, "79001.2", private, practitioner="x")
    assert desk.send(summary_call(desk)).status == 200
    assert second.send(summary_call(second)).status == 200


@pytest.mark.parametrize("key_id", ["79001.2", "79002.1"])
def test_a_key_signs_as_soon_as_it_is_registered(world: World, desk: Desk, key_id: str) -> None:
    """Though the facility was read, or looked for in vain, a moment before."""
    private, public = new_key()
    new = Desk(desk.origin, key_id, private, practitioner="x")
    assert desk.send(summary_call(desk)).status == 200
    assert refused(new.send(summary_call(new))) == (401, "signature-key-unknown")
    facility_id, _, number = key_id.partition(".")
    for sk, changes in (("facility", {}), ("key#1", {"public_key_pem": public})):
        item = world.table("facilities").get_item(Key={"pk": "facility#79001", "sk": sk})["Item"]
        item |= {"pk": f"facility#{facility_id}", "sk": f"key#{number}" if changes else sk, **changes}
        world.table("facilities").put_item(Item=item)
    assert new.send(summary_call(new)).status == 200


def test_a_nonce_passes_once_of_forty(world: World, desk: Desk) -> None:
    message = summary_call(desk)
    answers = [desk.send(copy.deepcopy(message)) for _ in range(40)]
    assert [answer.status for answer in answers] == [200] + [401] * 39
    assert {refused(answer) for answer in answers[1:]} == {(401, "signature-replayed")}
    assert all(b"Patient" not in answer.body for answer in answers[1:])
    assert lines(world).count(("unproven", "denied", "signature-replayed")) == 39


def test_a_nonce_of_a_refused_call_is_used_up_as_well(world: World, desk: Desk) -> None:
    message = desk.sign_call("GET", "Patient/0b8f5a52-6d3e-4c0f-9c7e-2f4f1f0e6a11/$summary")
    assert refused(desk.send(copy.deepcopy(message))) == (404, "no-such-person")
    assert refused(desk.send(copy.deepcopy(message))) == (401, "signature-replayed")


@pytest.mark.parametrize(
    ("context", "rule"),
    [
        ({"purpose": "RESEARCH"}, "header-purpose-of-use"),
        ({"purpose": "ETREAT"}, "header-purpose-reason"),
        ({"purpose": "ETREAT", "reason": "curious"}, "header-purpose-reason"),
        ({"share": "short"}, "header-share"),
    ],
)
def test_headers_outside_their_lists_are_refused_after_proof(
    world: World, desk: Desk, context: dict[str, str], rule: str
) -> None:
    assert refused(desk.send(summary_call(desk, **context))) == (400, rule)
    assert lines(world) == [("79001.1", "denied", rule)]


@pytest.mark.parametrize(("length", "status"), [(64, 200), (65, 400)])
def test_a_practitioner_is_at_most_64_characters(world: World, desk: Desk, length: int, status: int) -> None:
    desk.practitioner = "p" * length
    assert desk.send(summary_call(desk)).status == status


def test_an_emergency_needs_its_own_permission(world: World) -> None:
    store_resident(world, Resident(sharing=False))
    desk = register(world, permissions=["read"])
    answer = desk.send(summary_call(desk, purpose="ETREAT", reason="unable"))
    assert refused(answer) == (403, "permission-missing")
    assert lines(world) == [("79001.1", "denied", "permission-missing")]


def test_reading_needs_its_permission(world: World) -> None:
    store_resident(world, Resident())
    desk = register(world, permissions=["write"])
    assert refused(desk.send(summary_call(desk))) == (403, "permission-missing")


@pytest.mark.parametrize("path", ["Patient/$delete", "Patient/$match2"])
def test_an_unknown_operation_is_not_found_and_only_told_to_who_signed(world: World, desk: Desk, path: str) -> None:
    message = desk.sign_call("POST", path, b"{}")
    assert refused(desk.send(copy.deepcopy(message))) == (404, "no-such-operation")
    del message.headers["Signature"]
    assert refused(desk.send(message)) == (401, "signature-missing")


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"{", "not-json"),
        (b"[]", "not-json"),
        (b'{"resourceType":"Parameters","resourceType":"Parameters"}', "not-json"),
        (b'{"resourceType":"Patient"}', "not-parameters"),
        (b'{"resourceType":"Parameters","parameter":[]}', "identifier-missing"),
        (b'{"resourceType":"Parameters","parameter":[{"name":"identifier","valueString":"1"}]}', "identifier-missing"),
        (b'{"resourceType":"Parameters","parameter":[{"name":"identifier","valueString":"a|1"}]}', "birthdate-missing"),
        (b"[" * 200_000, "not-json"),
    ],
)
def test_a_body_that_asks_for_nobody_is_refused(world: World, desk: Desk, body: bytes, rule: str) -> None:
    assert refused(desk.send(desk.sign_call("POST", "Patient/$summary", body))) == (400, rule)
    assert lines(world) == [("79001.1", "denied", rule)]


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ({"identifier": f"{NATIONAL_ID}|{NUMBER}"}, "birthdate-missing"),
        ({"birthdate": BORN}, "identifier-missing"),
        ({}, "identifier-missing"),
        ({"family": "Nguyen", "birthdate": BORN}, "search-parameter"),
        ({"identifier": NUMBER, "birthdate": BORN}, "identifier-missing"),
        ({"identifier": f"{NATIONAL_ID}|{NUMBER}", "birthdate": "02/03/1985"}, "birthdate-missing"),
        ({"identifier": f"{NATIONAL_ID}|{NUMBER}", "birthdate": "gt1900-01-01"}, "birthdate-missing"),
    ],
)
def test_nobody_can_list_people(world: World, desk: Desk, query: dict[str, str], rule: str) -> None:
    assert refused(desk.call("GET", "Patient", query=query)) == (400, rule)


def test_the_body_of_a_call_ends_at_one_megabyte(world: World, desk: Desk) -> None:
    answer = desk.send(desk.sign_call("POST", "Patient/$summary", b" " * (1024 * 1024 + 1)))
    assert refused(answer) == (413, "too-large")
    assert lines(world) == [("unproven", "denied", "too-large")]
    within = desk.send(desk.sign_call("POST", "Patient/$summary", b" " * 1024 * 1024))
    assert refused(within) == (400, "not-json")


def test_wrong_pairs_spend_the_facilitys_budget(world: World, desk: Desk, written: Callable[[], str]) -> None:
    other = register(world, "79002")
    with time_machine.travel(NOW, tick=False) as clock:
        answers = [desk.search(NATIONAL_ID, NUMBER, f"19{n:02}-01-01").status for n in range(60)]
        assert answers == [200] * 60
        assert "LookupEnumeration" not in written()
        assert refused(desk.search(NATIONAL_ID, NUMBER, "1960-01-01")) == (429, "too-many-misses")
        assert '"LookupEnumeration":[1.0]' in written()  # what the alarm watches
        right = desk.summary(NATIONAL_ID, NUMBER, BORN)
        assert refused(right) == (429, "too-many-misses")
        assert right.headers["retry-after"] == "3600"
        assert other.summary(NATIONAL_ID, NUMBER, BORN).status == 200
        clock.shift(3600)
        assert desk.summary(NATIONAL_ID, NUMBER, BORN).status == 200
