"""What the drills compare: every item, by hash; every sealed value, by opening it; and that they see what is broken.

The drills themselves start emulators and take minutes: `make restore-drill`, `upgrade-drill` and `isolation-drill`.
"""

import copy
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from health_record.aws.dynamo import from_wire, to_wire
from ops import ssk
from ops.drills import drill_stack, export, restore, table_dump, upgrade
from ops.drills.drill_stack import Finding
from ops.drills.table_dump import TableStore
from ops.errors import OpsError
from ops.local.processes import start_process
from ops.local.stack import LocalStack
from ops.local.stack_location import ROOT, StackLocation
from tests.conftest import TABLES, World, aws, province_world
from tests.contribute import bundles
from tests.contribute.test_large_attachments import letter, scan
from tests.facility_desk import Resident, register, store_resident
from tests.hospital_file.files import episode_file


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TableStore, Path]]:
    """A province with a resident who shares and a facility, and its export."""
    with province_world() as world:
        store_resident(world, Resident())
        register(world)
        store = store_of(world)
        folder = tmp_path_factory.mktemp("drill") / "export"
        export.write_export(store, folder)
        yield store, folder


def store_of(world: World, province: str = "79") -> TableStore:
    return TableStore(province, aws("dynamodb"), aws("kms"), {name: name for name in TABLES}, world.data_key_id)


@pytest.fixture
def restored(exported: tuple[TableStore, Path]) -> TableStore:
    store, folder = exported
    store.delete_everything()
    export.restore_export(store, folder)
    return store


def test_a_restored_table_has_the_hash_of_the_export_and_every_value_opens(
    exported: tuple[TableStore, Path], restored: TableStore
) -> None:
    manifest = json.loads((exported[1] / "manifest.json").read_text())
    for table, said in manifest.items():
        items = restored.read_table(table)
        assert (len(items), table_dump.hash_items(items)) == (said["items"], said["sha256"])
    assert manifest.keys() == set(TABLES)
    findings = restore.compare_stores(restored, restored)
    assert all(one.holds for one in findings), findings
    assert findings[-1].looked_at >= 2


def test_every_kind_of_sealed_value_opens_and_is_missed_where_it_was_changed() -> None:
    """Compressed episodes, entries and attachments of facilities, and who wrote them, beside what residents declare."""
    with province_world() as world:
        resident = Resident()
        record_id = store_resident(world, resident)
        desk = register(world, provider_code="79999")
        assert desk.transaction(bundles.visit(record_id)).status == 200
        picture = bundles.bundle(letter(record_id, scan(400 * 1024)))
        assert desk.transaction(picture).status == 200
        file = episode_file(resident.national_id, resident.birth_date, resident.full_name)
        assert desk.hospital_file(file, card_seen=[f"LK{resident.national_id}"]).status == 200
        store = store_of(world)
        items = [from_wire(item) for item in store.read_table("records")]
        kinds = {item["sk"].partition("#")[0] for item in items if "sealed" in item}
        assert kinds == {"meta", "version", "contribution", "episode", "~episode", "~attachment"}
        sealed = [(n, name) for n, item in enumerate(items) for name in ("sealed", "provenance") if name in item]
        opened = table_dump.decrypt_values(store.read_table("records"), store.read_table("keys"), store)
        assert (opened.sealed, opened.broken) == (len(sealed), 0)
        for number, name in sealed:
            spoiled = copy.deepcopy(items)
            spoiled[number][name] = spoiled[number][name][:-1] + bytes([spoiled[number][name][-1] ^ 1])
            wire = [to_wire(item) for item in spoiled]
            assert table_dump.decrypt_values(wire, store.read_table("keys"), store).broken == 1


def test_files_of_an_export_are_nobody_elses(exported: tuple[TableStore, Path]) -> None:
    assert exported[1].stat().st_mode & 0o077 == 0


def without_a_key(store: TableStore) -> None:
    (row,) = (item for item in store.read_table("keys") if "wrapped" in item)
    store.dynamodb.delete_item(TableName="keys", Key={"pk": row["pk"]})


def with_another_letter(store: TableStore) -> None:
    row = next(item for item in store.read_table("records") if item["sk"]["S"] == "meta")
    row["sealed"]["B"] = row["sealed"]["B"][:-1] + bytes([row["sealed"]["B"][-1] ^ 1])
    store.write_items("records", [row])


def with_one_more(store: TableStore) -> None:
    store.write_items("audit", [{"pk": {"S": "nobody#1"}, "at": {"S": "2026-11-23"}}])


@pytest.mark.parametrize(
    ("spoil", "promises"),
    [
        (without_a_key, {"keys: the same items, by hash": 1, "sealed values open with the restored keys": 2}),
        (with_another_letter, {"records: the same items, by hash": 2, "sealed values open with the restored keys": 1}),
        (with_one_more, {"audit: the same items, by hash": 1}),
    ],
)
def test_whatever_is_missing_or_changed_is_found(
    restored: TableStore, spoil: Callable[[TableStore], None], promises: dict[str, int]
) -> None:
    whole = {table: restored.read_table(table) for table in restored.tables}
    spoil(restored)
    before = TableStore(restored.province, Kept(whole), restored.kms, restored.tables, restored.data_key_id)
    broken = {one.promise: one.broken for one in restore.compare_stores(before, restored) if not one.holds}
    assert broken == promises


class Kept:
    """DynamoDB as it was: scans only."""

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        self._tables = tables

    def get_paginator(self, _: str) -> "Kept":
        return self

    def paginate(self, *, TableName: str, ConsistentRead: bool) -> list[dict[str, Any]]:  # noqa: N803 - as boto3
        return [{"Items": self._tables[TableName]}]


def test_another_provinces_store_opens_nothing(restored: TableStore) -> None:
    theirs = TableStore("40", restored.dynamodb, restored.kms, restored.tables, restored.data_key_id)
    found = table_dump.decrypt_values(restored.read_table("records"), restored.read_table("keys"), theirs)
    assert found.sealed == found.broken > 0


@pytest.mark.parametrize("damage", ["other content", "cut off", "no gzip"])
def test_a_damaged_export_is_refused_before_anything_is_written(
    exported: tuple[TableStore, Path], tmp_path: Path, damage: str
) -> None:
    store, folder = exported
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    spoiled = tmp_path / "records.jsonl.gz"
    if damage == "other content":
        lines = gzip.decompress(spoiled.read_bytes()).decode().splitlines()
        spoiled.write_bytes(gzip.compress("\n".join(lines[1:]).encode()))
    else:
        spoiled.write_bytes(spoiled.read_bytes()[:-20] if damage == "cut off" else b"no gzip")
    store.delete_everything()
    with pytest.raises(OpsError, match="records"):
        export.restore_export(store, tmp_path)
    assert [store.read_table(table) for table in TABLES] == [[]] * 6


@pytest.mark.parametrize("province", ["79", "40"])
def test_a_restore_drill_restores_into_a_stack_of_the_same_province(
    province: str, restored: TableStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KMS opens a record's key for its own province alone."""
    places: list[str] = []

    def begin(place: StackLocation, *_: Any) -> None:
        places.append(place.province)
        raise OpsError("far enough")

    monkeypatch.setenv("SSK_LOCAL_DIR", str(tmp_path))
    monkeypatch.setenv("SSK_LOCAL_PROVINCE", province)
    monkeypatch.setattr(restore.stack_file, "read_stack_file", lambda _: {})
    monkeypatch.setattr(restore.TableStore, "from_local_stack", lambda _: restored)
    monkeypatch.setattr(restore.drill_stack, "run_stack", begin)
    assert ssk.main(["restore-drill"]) == 1
    assert places == [province]


def test_an_upgrade_reads_those_who_share_and_can_be_found(restored: TableStore) -> None:
    records = restored.read_table("records")
    meta = next(item for item in records if item["sk"]["S"] == "meta")
    opened = table_dump.decrypt_values(records, restored.read_table("keys"), restored)
    ((record_id, person),) = upgrade.count_findable(records, opened)
    assert (f"record#{record_id}", person["national_id"]) == (meta["pk"]["S"], "079185001234")
    del meta["sharing_until"]
    assert upgrade.count_findable(records, opened) == []


def test_a_commit_is_taken_out_with_an_environment_that_sees_its_code_only(tmp_path: Path) -> None:
    python = upgrade.check_out_commit("HEAD", tmp_path / "earlier")
    code = (
        "import functions, health_record, ops, boto3; print(functions.__path__, health_record.__path__, ops.__path__)"
    )
    seen = subprocess.check_output([python, "-c", code], cwd=tmp_path, env={"PATH": os.environ["PATH"]}, text=True)
    assert seen.count(str(tmp_path / "earlier")) == 3
    assert str(ROOT / "functions") not in seen


def test_a_commit_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OpsError, match=r"^There is no commit no-such-commit here\.$"):
        upgrade.check_out_commit("no-such-commit", tmp_path / "earlier")


def test_a_drill_of_an_empty_stack_would_show_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], world: World
) -> None:
    monkeypatch.setenv("SSK_LOCAL_DIR", str(tmp_path))
    (tmp_path / "stack.json").write_text("{}")
    monkeypatch.setattr(TableStore, "from_local_stack", lambda _: store_of(world))
    assert ssk.main(["restore-drill"]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("ssk: The stack holds no record, so a drill would show")
    assert [file.name for file in tmp_path.iterdir()] == ["stack.json"]


def test_a_guest_on_an_emulator_ends_nothing_of_its_host(tmp_path: Path) -> None:
    host = drill_stack.new_location(tmp_path, "host")
    guest = drill_stack.second_location(host, "40")
    assert (guest.province, guest.emulator_port) == ("40", host.emulator_port)
    assert guest.port != host.port
    emulator = start_process(
        "emulator", [sys.executable, "-c", "import time; time.sleep(600)"], env={}, log=host.log("x")
    )
    LocalStack(host).processes.record(emulator)
    try:
        assert not LocalStack(guest, guest=True).down()
        assert emulator.alive
    finally:
        LocalStack(host).down()
    assert not emulator.alive


@pytest.mark.parametrize(
    ("findings", "status"),
    [
        ([Finding("a", 1, 0)], 0),
        ([Finding("a", 1, 0), Finding("b", 2, 1)], 1),
        ([Finding("a", 0, 0)], 1),
        ([], 1),
    ],
)
def test_a_drill_fails_when_a_promise_is_broken_or_nothing_was_looked_at(
    findings: list[Finding], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drill_stack.print_findings("Drill", findings, as_json=True) == status
    told = json.loads(capsys.readouterr().out)
    assert told["failures"] == sum(not one.holds for one in findings)
    assert [one["ok"] for one in told["findings"]] == [one.holds for one in findings]
