"""Pointers of `keys` that a restore lost are made anew from the sealed records; those that lead to nothing go."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from health_record.record import sealed_parts
from ops import ssk
from ops.commands import pointers as command
from ops.deployment import Deployment
from ops.drills import pointers, restore
from ops.drills.pointers import KINDS, OperatorsHash, PointerChanges
from ops.drills.table_dump import TableStore
from tests.conftest import TABLES, World, aws
from tests.contribute.cards import verify
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.hospital_file.files import episode_file
from tests.put_at_once import phone_of

BORN = "1960-05-17"


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999")


@pytest.fixture
def store(world: World, desk: Desk) -> TableStore:
    """Two accounts, three records, of which one has a card seen and an episode of a hospital."""
    for account, record_id, number in (
        (people.ALICE, people.RECORD_ID, people.NATIONAL_ID),
        (people.ALICE, people.OTHER_ID, "079160012352"),
        (people.BOB, "5d0c9f4e-6a64-4b58-9d0c-0d6a3f6b3c33", None),
    ):
        given = {"valueString": number} if number else None
        body = people.declaration(identity_national_id=given, identity_insurance_number=None)
        assert people.put(people.sign_in(account), body, record_id=record_id).status == 201
    assert verify(desk, people.RECORD_ID, people.NATIONAL_ID, BORN).status == 200
    sent = desk.hospital_file(episode_file(people.NATIONAL_ID, BORN, people.NAME))
    assert sent.json["entry"][0]["response"]["status"] == "201 Created", sent.body
    people.sign_in("c" * 64)  # an account without a record
    return TableStore("79", aws("dynamodb"), aws("kms"), {name: name for name in TABLES}, world.data_key_id)


@pytest.fixture
def macs(world: World) -> OperatorsHash:
    return OperatorsHash(aws("kms"), "79", phones=world.phone_mac_key_id, identifiers=world.identifier_mac_key_id)


def rows(world: World) -> dict[str, dict[str, Any]]:
    return {item["pk"]: item for item in world.items("keys")}


def changed(changes: PointerChanges) -> dict[str, tuple[int, int]]:
    put, deleted = changes.count(changes.put), changes.count(changes.deleted)
    return {kind: (put[kind], deleted[kind]) for kind in KINDS}


def test_the_macs_of_an_operator_are_those_of_the_functions(world: World, macs: OperatorsHash) -> None:
    assert macs.compute("phone", phone_of("x")) == world.macs().compute("phone", phone_of("x"))
    assert macs.compute("identifier", "a", "b") == world.macs().compute("identifier", "a", "b")


def test_of_whole_tables_nothing_changes(store: TableStore, macs: OperatorsHash) -> None:
    changes = pointers.find_changes(store, macs)
    assert (changed(changes), changes.dark) == (dict.fromkeys(KINDS, (0, 0)), 0)


def test_episodes_of_an_earlier_version_are_named_without_reading_the_tables_again(
    world: World, store: TableStore, macs: OperatorsHash, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Functions read by a client of their environment; an operator's tables may be in another region or account."""
    (head,) = [item for item in world.items("records") if item["sk"].startswith("episode#")]
    world.table("records").put_item(Item={**head, "derivation": 1})
    monkeypatch.setattr(sealed_parts, "query_all", lambda **_: pytest.fail("read by the functions' own client"))
    assert changed(pointers.find_changes(store, macs)) == dict.fromkeys(KINDS, (0, 0))


def test_lost_pointers_are_made_anew_and_people_are_found_and_sign_in_as_before(
    world: World, store: TableStore, macs: OperatorsHash, desk: Desk
) -> None:
    before = rows(world)
    for pk, item in before.items():
        if pointers.is_pointer(item):
            world.table("keys").delete_item(Key={"pk": pk})
    changes = pointers.find_changes(store, macs)
    assert changed(changes) == {"phone": (2, 0), "identifier": (2, 0), "episode": (1, 0)}
    pointers.apply_changes(store, changes)
    after = rows(world)
    lost = {pk for pk, item in before.items() if pointers.is_pointer(item) and pointers.is_verified(item)}
    assert before.keys() - after.keys() == lost != set()
    for pk, item in after.items():
        kept = {name: value for name, value in before[pk].items() if name != "verified_at"}
        assert item == kept, pk
    assert changed(pointers.find_changes(store, macs)) == dict.fromkeys(KINDS, (0, 0))
    found = desk.search("http://fhir.ehealth.gov.vn/core/sid/national_id", people.NATIONAL_ID, BORN)
    assert [entry["resource"]["id"] for entry in found.json["entry"]] == [people.RECORD_ID]
    again = desk.hospital_file(episode_file(people.NATIONAL_ID, BORN, people.NAME))
    assert again.json["entry"][0]["response"]["status"].startswith("200")


def an_older_phone(world: World) -> None:
    (item,) = [item for item in world.items("keys") if item.get("account") == people.ALICE]
    world.table("keys").put_item(Item={**item, "until": 1, "ttl": 1})


def an_account_that_has_ended(world: World) -> None:
    world.table("keys").put_item(Item={"pk": f"phone#{'e' * 64}", "account": "e" * 32})


def a_number_given_up_since(world: World) -> None:
    pk = f"identifier#national-id#{'e' * 64}"
    claim = {"identifier": pk, "record_id": people.RECORD_ID, "since": "2026-11-23T03:00:00.000Z"}
    world.table("keys").put_item(Item={"pk": f"{pk}#{people.RECORD_ID}", **claim})
    world.table("keys").put_item(Item={"pk": pk, "record_id": people.RECORD_ID, "at": claim["since"]})


def a_verified_number_whose_claim_says_nothing_of_it(world: World) -> None:
    (claim,) = [item for item in world.items("keys") if "verified_at" in item]
    world.table("keys").put_item(Item={name: value for name, value in claim.items() if name != "verified_at"})


@pytest.mark.parametrize(
    ("older", "put", "deleted"),
    [
        (an_older_phone, {"phone": 1}, {}),
        (an_account_that_has_ended, {}, {"phone": 1}),
        (a_number_given_up_since, {}, {"identifier": 2}),
        (a_verified_number_whose_claim_says_nothing_of_it, {"identifier": 1}, {}),
    ],
)
def test_pointers_of_older_keys_are_brought_up_to_the_records(
    world: World,
    store: TableStore,
    macs: OperatorsHash,
    older: Callable[[World], None],
    put: dict[str, int],
    deleted: dict[str, int],
) -> None:
    before = rows(world)
    older(world)
    changes = pointers.find_changes(store, macs)
    assert changed(changes) == {kind: (put.get(kind, 0), deleted.get(kind, 0)) for kind in KINDS}
    pointers.apply_changes(store, changes)
    assert rows(world) == before


def test_a_record_without_its_key_is_dark_and_nothing_leads_to_it(
    world: World, store: TableStore, macs: OperatorsHash
) -> None:
    world.table("keys").delete_item(Key={"pk": f"record#{people.OTHER_ID}"})
    changes = pointers.find_changes(store, macs)
    assert (changed(changes), changes.dark) == ({"phone": (0, 0), "identifier": (0, 1), "episode": (0, 0)}, 1)


def test_with_the_wrong_key_nothing_is_deleted_that_leads_to_a_record(
    world: World, store: TableStore, macs: OperatorsHash
) -> None:
    """An operator in another account, or a wrong province: every record is dark, and all of them open tomorrow."""
    theirs = TableStore("40", store.dynamodb, store.kms, store.tables, store.data_key_id)
    before = rows(world)
    changes = pointers.find_changes(theirs, macs)
    assert (changed(changes), changes.dark) == (dict.fromkeys(KINDS, (0, 0)), 3)
    pointers.apply_changes(theirs, changes)
    assert rows(world) == before


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "DisabledException"])
def test_where_kms_does_not_answer_nothing_is_counted_as_dark(
    store: TableStore, macs: OperatorsHash, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "Decrypt")

    monkeypatch.setattr(store.kms, "decrypt", refuse)
    with pytest.raises(ClientError, match=code):
        pointers.find_changes(store, macs)


def test_an_erasure_that_has_begun_gets_no_pointers_back(world: World, store: TableStore, macs: OperatorsHash) -> None:
    (meta,) = [
        item for item in world.items("records") if item["pk"] == f"record#{people.OTHER_ID}" and item["sk"] == "meta"
    ]
    world.table("records").put_item(Item={**meta, "erasing": True})
    assert changed(pointers.find_changes(store, macs))["identifier"] == (0, 1)


def test_the_drill_compares_where_they_lead(world: World, store: TableStore, macs: OperatorsHash) -> None:
    class Kept:
        """The tables as they were."""

        def __init__(self) -> None:
            self.items = store.read_table("keys")

        def get_paginator(self, _: str) -> "Kept":
            return self

        def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
            yield {"Items": self.items}

    source = TableStore(store.province, Kept(), store.kms, store.tables, store.data_key_id)
    finding = restore.rebuild_lost_pointers(source, store, macs)
    assert (finding.looked_at, finding.broken) == (5, 0)


@pytest.mark.parametrize("write", [False, True])
def test_the_command_counts_and_writes_only_when_asked(
    world: World, store: TableStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, write: bool
) -> None:
    outputs = {f"Table{name.capitalize()}": name for name in TABLES} | {
        "DataKeyId": world.data_key_id,
        "MacKeyId": world.identifier_mac_key_id,
        "PhoneMacKeyId": world.phone_mac_key_id,
    }
    monkeypatch.setattr(command, "find_deployment", lambda _: Deployment(outputs, aws))
    an_account_that_has_ended(world)
    assert ssk.main(["rebuild-pointers", "--json", *(["--write"] if write else [])]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told == {
        "put": dict.fromkeys(KINDS, 0),
        "deleted": dict.fromkeys(KINDS, 0) | {"phone": 1},
        "dark": 0,
        "written": write,
    }
    assert (f"phone#{'e' * 64}" in rows(world)) is not write
