"""A large summary is made once a day: whoever reads it again gets the same, and nothing that is no longer so."""

import datetime
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine

from functions.lookup import summary
from health_record import settings
from health_record.aws import envelope_encryption
from health_record.record import kept_summary
from health_record.record.record_items import Identity, Meta
from health_record.record.record_reader import StoredRecord
from tests.conftest import World
from tests.contribute.bundles import bundle, observation
from tests.declare import people
from tests.facility_desk import Desk, new_uuid, register
from tests.hospital_file.files import episode_file

SYSTEM, BORN = "http://fhir.ehealth.gov.vn/core/sid/national_id", "1960-05-17"
NOON = datetime.datetime(2026, 11, 23, 5, tzinfo=datetime.UTC)
VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
ALLERGY: dict[str, Any] = {
    "resourceType": "AllergyIntolerance",
    "id": "2d0c7a52-1111-4c0f-9c7e-2f4f1f0e6a11",
    "clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}]},
    "verificationStatus": {"coding": [{"system": VERIFICATION, "code": "confirmed"}]},
    "code": {"text": "Penicillin"},
    "patient": {"reference": f"Patient/{people.RECORD_ID}"},
}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(world: World, clock: object) -> Desk:
    """A desk before a person of whom facilities wrote much."""
    people.put(people.sign_in())
    people.put_card_seen(world)
    found = register(world, provider_code="79999")
    measured = [observation(people.RECORD_ID, id=new_uuid()) for _ in range(kept_summary.WORTH_KEEPING)]
    assert found.transaction(bundle(ALLERGY, *measured)).status == 200
    return found


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows by one for each document that is made."""
    making, build = [], summary.build_document

    def noted(record: Any) -> Any:
        making.append(record)
        return build(record)

    monkeypatch.setattr(summary, "build_document", noted)
    return making


def kept(world: World) -> list[dict[str, Any]]:
    return [item for item in world.items("access") if item["pk"].startswith("budget#summary#")]


def read(desk: Desk) -> str:
    answer = desk.summary_by_id(people.RECORD_ID)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def moments_of(text: str) -> list[str]:
    """What a document says of its own making."""
    found = json.loads(text)
    composition = found["entry"][0]["resource"]
    return [
        found["id"],
        found["identifier"]["value"],
        found["timestamp"],
        found["meta"]["lastUpdated"],
        composition["date"],
    ]


def without(text: str, moments: list[str]) -> str:
    for each in moments[:2]:
        text = text.replace(each, "")
    return text.replace(f'"lastUpdated":"{moments[3]}"', "", 1).replace(f'"{moments[2]}"', "")


def test_who_reads_again_gets_the_same_document_of_their_own_moment_and_each_reading_is_audited(
    world: World, desk: Desk, made: list[object], clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    first = read(desk)
    clock.shift(3600)
    second, third = read(desk), read(register(world, "79002"))
    assert len(made) == 1
    assert second == third
    ours, theirs = moments_of(first), moments_of(second)
    assert not {*ours} & {*theirs}, "nobody learns when another read"
    assert ours[2:] == ["2026-11-23T06:00:00.000Z"] * 3
    assert theirs[2:] == ["2026-11-23T07:00:00.000Z"] * 3
    assert without(second, theirs) == without(first, ours)
    made.clear()
    world.table("access").delete_item(Key={name: kept(world)[0][name] for name in ("pk", "sk")})
    assert read(desk) == second, "made anew it is the same"
    assert len(made) == 1
    read_lines = [item for item in world.items("audit") if item.get("action") == "summary"]
    assert [item["outcome"] for item in read_lines] == ["allowed"] * 4


def correct(world: World, desk: Desk) -> None:
    status = {"system": VERIFICATION, "code": "entered-in-error"}
    wrong = {name: value for name, value in ALLERGY.items() if name != "clinicalStatus"}
    wrong["verificationStatus"] = {"coding": [status]}
    assert desk.transaction(bundle(wrong)).status == 200


def declare_again(world: World, desk: Desk) -> None:
    body = people.declaration(identity_full_name={"valueString": "Trần Thị Mới"})
    assert people.put(people.sign_in(level=2), body, version=1).status == 200


def dispute(world: World, desk: Desk) -> None:
    body = {"resource": f"AllergyIntolerance/{ALLERGY['id']}", "reason": "Tôi không dị ứng"}
    assert people.call("POST", "/v1/records/{id}/disputes", people.sign_in(level=2), body=body).status == 204


def write_more(world: World, desk: Desk) -> None:
    assert desk.transaction(bundle(observation(people.RECORD_ID, id=new_uuid()))).status == 200


def write_from_elsewhere(world: World, desk: Desk) -> None:
    assert register(world, "79002").transaction(bundle({**ALLERGY, "id": new_uuid()})).status == 200


def send_a_file(world: World, desk: Desk) -> None:
    answer = desk.hospital_file(episode_file(people.NATIONAL_ID, BORN, people.NAME))
    assert answer.json["entry"][0]["response"]["status"].startswith("201"), answer.body


def lose_the_card(world: World, desk: Desk) -> None:
    """What a facility saw on the card is no longer what the record says."""
    world.table("records").update_item(
        Key={"pk": f"record#{people.RECORD_ID}", "sk": "meta"}, UpdateExpression="REMOVE card_seen, attested"
    )


CHANGES = (correct, declare_again, dispute, write_more, write_from_elsewhere, send_a_file, lose_the_card)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_any_change_the_document_is_made_anew(
    world: World, desk: Desk, made: list[object], change: Callable[[World, Desk], None]
) -> None:
    first = read(desk)
    change(world, desk)
    second = read(desk)
    assert len(made) == 2
    assert second != first
    assert read(desk) == second
    assert len(made) == 2


def test_another_day_and_other_code_make_it_anew(
    desk: Desk, made: list[object], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(desk)
    clock.move_to(datetime.datetime(2026, 11, 23, 16, 59, 59, tzinfo=datetime.UTC))
    read(desk)
    assert len(made) == 1
    clock.move_to(datetime.datetime(2026, 11, 23, 17, 0, tzinfo=datetime.UTC))  # midnight in Vietnam
    read(desk)
    assert len(made) == 2
    monkeypatch.setenv("SSK_CODE_VERSION", "newer")
    settings.forget()
    read(desk)
    assert len(made) == 3


def test_a_number_on_no_card_leads_to_a_document_of_its_own(world: World, desk: Desk, made: list[object]) -> None:
    """The words at the top say how sure it is whose record this is, which is not the same by every number."""
    world.table("records").update_item(
        Key={"pk": f"record#{people.RECORD_ID}", "sk": "meta"},
        UpdateExpression="SET attested = :some",
        ExpressionAttributeValues={":some": "some"},
    )
    by_id = read(desk)
    number = desk.summary(SYSTEM, people.NATIONAL_ID, BORN)
    assert (number.status, number.body.decode() == by_id) == (200, False)


def test_before_a_card_is_seen_number_and_id_lead_to_the_same_document(
    world: World, desk: Desk, made: list[object]
) -> None:
    lose_the_card(world, desk)
    assert desk.summary(SYSTEM, people.NATIONAL_ID, BORN).body.decode() == read(desk)
    assert len(made) == 1


def test_a_consent_that_was_withdrawn_and_a_record_that_was_erased_are_not_read(
    world: World, desk: Desk, made: list[object]
) -> None:
    read(desk)
    withdrawn = {"purpose": "sharing", "given": False, "text_version": "1.0.0", "language": "vi"}
    answer = people.call("PUT", f"{people.RECORD}/consents", people.sign_in(level=2), body=withdrawn)
    assert answer.status < 300, answer.body
    assert desk.summary_by_id(people.RECORD_ID).status == 403
    assert people.call("DELETE", people.RECORD, people.sign_in(level=2)).status in (202, 204)
    assert desk.summary_by_id(people.RECORD_ID).status == 404
    assert len(made) == 1
    (item,) = kept(world)
    assert not [each for each in world.items("keys") if each["pk"] == f"record#{people.RECORD_ID}"]
    assert item["ttl"] <= NOON.timestamp() + kept_summary.KEPT_SECONDS, "nobody can open it, and it goes by itself"


def test_what_is_kept_says_nothing_without_the_records_key(world: World, desk: Desk) -> None:
    read(desk)
    told = people.dump(kept(world))
    for word in ("Penicillin", people.NAME, people.NATIONAL_ID, "Bundle", "AllergyIntolerance"):
        assert word not in told


ANOTHER_KEY = "another key"
BODIES = (b"", b"no zlib", zlib.compress(b"\xff"), zlib.compress(b"mark\n"), zlib.compress(b"mark\n{}")[:-5])
DAMAGES = (b"", b"\x01", b"x" * 64, "a text", 7, True, None, {"a": 1}, {"a"}, ["a"], ANOTHER_KEY)


@pytest.mark.parametrize("damage", DAMAGES, ids=repr)
def test_what_cannot_be_opened_is_made_anew(world: World, desk: Desk, made: list[object], damage: Any) -> None:
    first = read(desk)
    (item,) = kept(world)
    if damage == ANOTHER_KEY:
        key = envelope_encryption.generate_data_key(world.data_key_id, "79", people.RECORD_ID)
        damage = envelope_encryption.encrypt(key, f"record#{people.RECORD_ID}", "kept-summary", b"{}" * 40)
    world.table("access").update_item(
        Key={"pk": item["pk"], "sk": item["sk"]},
        UpdateExpression="SET #document = :damage",
        ExpressionAttributeNames={"#document": "document"},
        ExpressionAttributeValues={":damage": damage},
    )
    assert read(desk) == first
    assert len(made) == 2


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_what_is_sealed_rightly_and_no_document_is_made_anew(
    world: World, desk: Desk, made: list[object], body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(kept_summary.zlib, "compress", lambda *_, **__: body)
        first = read(desk)
    assert len(kept(world)) == 1
    assert [read(desk), read(desk)] == [first, first]
    assert len(made) == 2


def test_a_document_that_cannot_be_kept_is_sent_all_the_same(
    world: World, desk: Desk, made: list[object], monkeypatch: pytest.MonkeyPatch, written: Callable[[], str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no write")

    with monkeypatch.context() as patch:
        patch.setattr(kept_summary, "put", fail)
        first = read(desk)
    assert "summary_not_kept" in written()
    assert "PostResponseFailed" not in written(), "which says that somebody was not told"
    with monkeypatch.context() as patch:
        patch.setattr(kept_summary, "LARGEST", 100)
        assert read(desk) == first
    assert kept(world) == []
    assert len(made) == 2


def test_of_a_small_record_nothing_is_kept(world: World, clock: object, made: list[object]) -> None:
    people.put(people.sign_in())
    desk = register(world)
    few = [observation(people.RECORD_ID, id=new_uuid()) for _ in range(kept_summary.WORTH_KEEPING - 1)]
    assert desk.transaction(bundle(*few)).status == 200
    assert read(desk) == read(desk)
    assert len(made) == 2
    assert kept(world) == []


ITEM = {
    "pk": "record#1",
    "sk": "meta",
    "sealed": b"sealed",
    "version": 3,
    "statistics": True,
    "numbers": {"a", "b"},
    "seen": ["x", "y"],
    "beside": {"one": 1},
}
OTHERS: dict[str, Any] = {
    "pk": "record#2",
    "sk": "metb",
    "sealed": b"sealee",
    "version": 30,
    "statistics": False,
    "numbers": {"a"},
    "seen": ["y", "x"],
    "beside": {"one": 2},
}
IDENTITY = Identity("Thử", "1960", "female", None, None, "26911", "pseudonym")
META = Meta("1", "account", "session", "self", 1, "at", "at", b"")


def state(*items: dict[str, Any], by_declared_number: bool = False, day: int = 23, settings: str = "a") -> bytes:
    by_name = {str(number): item for number, item in enumerate(items)}
    key = envelope_encryption.DataKey(b"k" * 32)
    stored = StoredRecord(replace(META, card_seen=True, attested="some"), IDENTITY, key, by_name, by_declared_number)
    return kept_summary.compute_state(stored, datetime.date(2026, 11, day), [settings, "b"])


def test_the_state_differs_wherever_anything_does_that_a_document_is_made_of() -> None:
    ours = state(ITEM, ITEM)
    changed = [state(ITEM, {**ITEM, name: value}) for name, value in OTHERS.items()]
    without = [state(ITEM, {each: ITEM[each] for each in ITEM if each != name}) for name in ITEM]
    added = [state(ITEM), state(ITEM, ITEM, ITEM), state(ITEM, {**ITEM, "more": ""}), state({**ITEM, "more": ""}, ITEM)]
    others = [state(ITEM, ITEM, by_declared_number=True), state(ITEM, ITEM, day=24), state(ITEM, ITEM, settings="c")]
    found = [ours, *changed, *without, *added, *others]
    assert len(set(found)) == len(found)


def test_the_state_does_not_depend_on_the_order_in_which_attributes_come() -> None:
    turned = dict(reversed(ITEM.items())) | {"numbers": {"b", "a"}}
    assert state(turned, ITEM) == state(ITEM, turned) == state(ITEM, ITEM)
