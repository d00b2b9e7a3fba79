"""A person says that a facility's entry is wrong: it stays, marked for software and in words."""

import pytest

from tests.conftest import World, call_handler
from tests.declare.people import BOB, RECORD_ID, call, put, sign_in
from tests.declare.test_summary import ALLERGY, SUMMARY, contribute
from tests.facility_desk import register

DISPUTES = "/v1/records/{id}/disputes"
ENTRY = f"AllergyIntolerance/{ALLERGY['id']}"
TAG = ("urn:x-so-suc-khoe:dispute", "disputed", "Tôi không dị ứng penicillin")


@pytest.fixture
def cookies(world: World) -> dict[str, str]:
    put(sign_in())
    contribute(world)
    return sign_in(level=2)


def dispute(cookies: dict[str, str], resource: str = ENTRY, reason: object = TAG[2]) -> int:
    return call("POST", DISPUTES, cookies, body={"resource": resource, "reason": reason}).status


def take_back(cookies: dict[str, str], kind: str = "AllergyIntolerance", entry: str = ALLERGY["id"]) -> int:
    from functions.declare.handler import handler

    path = {"id": RECORD_ID, "type": kind, "entry": entry}
    return call_handler(handler, "DELETE", f"{DISPUTES}/{{type}}/{{entry}}", path=path, cookies=cookies).status


def tags(bundle: dict[str, object]) -> list[tuple[str, str, str]]:
    found = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "AllergyIntolerance"]  # type: ignore[attr-defined]
    (allergy,) = found
    return [(tag["system"], tag["code"], tag.get("display", "")) for tag in allergy["meta"]["tag"]]


def test_a_disputed_entry_stays_and_is_marked_for_its_person_and_for_facilities(
    world: World, cookies: dict[str, str]
) -> None:
    assert dispute(cookies) == 204
    own = call("GET", SUMMARY, cookies).json
    desk = register(world)
    for bundle in (own, desk.summary_by_id(RECORD_ID).json, desk.everything(RECORD_ID).json):
        assert TAG in tags(bundle)
    (section,) = [s for s in own["entry"][0]["resource"]["section"] if s["code"]["coding"][0]["code"] == "48765-2"]
    assert "NGƯỜI CÓ HỒ SƠ CHO RẰNG MỤC NÀY SAI" in section["text"]["div"]
    assert TAG[2] in section["text"]["div"]


def test_a_repeat_replaces_and_a_withdrawal_forgets_however_often_it_is_sent(cookies: dict[str, str]) -> None:
    assert dispute(cookies) == dispute(cookies, reason="Lý do khác") == 204
    assert ("urn:x-so-suc-khoe:dispute", "disputed", "Lý do khác") in tags(call("GET", SUMMARY, cookies).json)
    assert take_back(cookies) == take_back(cookies) == 204
    assert not [tag for tag in tags(call("GET", SUMMARY, cookies).json) if tag[1] == "disputed"]


@pytest.mark.parametrize("reason", ["", "  ", None, 7, ["x"], "x" * 501])
def test_a_reason_is_a_text_of_at_most_500_characters(cookies: dict[str, str], reason: object) -> None:
    assert dispute(cookies, reason=reason) == 422
    assert dispute(cookies, reason="x" * 500) == 204


@pytest.mark.parametrize(
    "resource", ["", "Patient/x", "Condition", f"Device/{ALLERGY['id']}", ENTRY.upper(), "Condition/1"]
)
def test_what_names_no_entry_is_refused(cookies: dict[str, str], resource: str) -> None:
    assert dispute(cookies, resource=resource) == 422


def test_what_no_facility_wrote_cannot_be_disputed(cookies: dict[str, str]) -> None:
    assert dispute(cookies, resource=f"Condition/{ALLERGY['id']}") == 404
    declared = [
        e["resource"]
        for e in call("GET", SUMMARY, cookies).json["entry"]
        if e["resource"]["resourceType"] == "Condition"
    ]
    assert dispute(cookies, resource=f"Condition/{declared[0]['id']}") == 404


def test_only_its_person_disputes_and_each_word_is_audited(world: World, cookies: dict[str, str]) -> None:
    assert dispute(sign_in(BOB, level=2)) == 404
    assert dispute(sign_in()) == 403
    assert take_back(sign_in(BOB, level=2)) == 404
    dispute(cookies)
    take_back(cookies)
    audited = [(one["action"], one.get("detail")) for one in world.items("audit") if one["action"] == "dispute"]
    assert sorted(audited) == [("dispute", "off"), ("dispute", "on")]
