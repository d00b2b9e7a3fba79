"""`POST /v1/hospital-files`: whose episode it is, once however often, all of an episode or nothing."""

import base64
import datetime
import itertools
import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from boto3.dynamodb.types import Binary

from functions.contribute.hospital_file import decision, unknown_people
from functions.contribute.hospital_file.decision import Kept, effect_of
from health_record.audit import audit_entries
from health_record.aws.clients import client
from health_record.episode.source import KeptEpisode
from health_record.facility.signatures import NONCE
from health_record.identity.identifiers import NATIONAL_ID
from health_record.record import episodes, record_reader
from health_record.record.record_reader import DecryptedRecord
from tests.conftest import World
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident
from tests.hospital_file.deviations import SAME
from tests.hospital_file.files import INPATIENT, OUTPATIENT, TWO, episode_file, inside, replaced

WOMAN = Resident(national_id="079156000123", full_name="Nguyễn Thị Thử", birth_date="1956", insurance_number=None)
MAN = Resident(
    national_id="079060000456",
    full_name="Trần Văn Mẫu",
    birth_date="1960-08-21",
    sex="male",
    insurance_number=None,
    record_id="5f0c1a52-9d5e-4c7b-8a3e-2f6b7c8d9e02",
    pseudonym="pseudonym-2",
)
Outcome = tuple[str, str]


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999", daily_patients=10)


def send(desk: Desk, file: bytes, **more: Any) -> list[Outcome]:
    """(status, code) of each episode."""
    answer = desk.hospital_file(file, **more)
    assert answer.status == 200, answer.body
    assert answer.json["type"] == "batch-response"
    return [outcome(entry) for entry in answer.json["entry"]]


def outcome(entry: dict[str, Any]) -> Outcome:
    response = entry["response"]
    code = response["outcome"]["issue"][0]["diagnostics"]
    return response["status"][:3], code


def opened(person: Resident) -> DecryptedRecord:
    from functions.contribute.handler import _config

    found = record_reader.load_record(_config(), person.record_id)
    assert found is not None
    return found


def kept(person: Resident) -> list[KeptEpisode]:
    """The extracts of a person's episodes that stand."""
    return episodes.extracts_of("records", opened(person))


def wholes(person: Resident) -> list[KeptEpisode]:
    found = opened(person)
    return [each for head in episodes.heads_of(found) if (each := episodes.whole("records", found, head))]


def everything(world: World, *tables: str) -> str:
    return json.dumps([world.items(name) for name in tables], default=repr, sort_keys=True)


def later(file: bytes, day: str = "20261120") -> bytes:
    return re.sub(rb"<NGAYLAP>\d+<", f"<NGAYLAP>{day}<".encode(), file)


def test_an_episode_is_kept_for_its_person(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    answer = desk.hospital_file(OUTPATIENT)
    (entry,) = answer.json["entry"]
    (episode,) = wholes(WOMAN)
    assert entry["response"] == {
        "status": "201 Created",
        "location": f"Encounter/{episode.id_of('Encounter')}/_history/1",
        "etag": 'W/"1"',
        "outcome": {
            "resourceType": "OperationOutcome",
            "issue": [
                {
                    "severity": "information",
                    "code": "informational",
                    "diagnostics": "kept",
                    "details": {"text": "Đã lưu đợt điều trị."},
                }
            ],
        },
    }
    assert episode.content["tables"]["XML2"][0]["TEN_THUOC"] == "Amlodipin Thử 5mg"
    assert [each.version for each in kept(WOMAN)] == [1]


@pytest.mark.parametrize(
    "name", ["base64 of the envelope", "base64 twice", "elements in place", "UTF-16 of the envelope"]
)
def test_every_form_of_the_file_is_the_same_episode(world: World, desk: Desk, name: str) -> None:
    store_resident(world, WOMAN)
    assert send(desk, OUTPATIENT) == [("201", "kept")]
    before = everything(world, "records", "keys", "facts")
    assert send(desk, SAME[name](OUTPATIENT)) == [("200", "unchanged")]
    body = json.dumps({"username": "79999_BV", "loaiHoSo": 130, "fileHSBase64": base64.b64encode(OUTPATIENT).decode()})
    assert send(desk, body.encode(), content_type="application/json") == [("200", "unchanged")]
    assert everything(world, "records", "keys", "facts") == before


def test_two_people_of_one_file_get_their_own_and_one_fault_hinders_no_other(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    assert send(desk, TWO) == [("404", "no-such-record"), ("201", "kept")]
    broken = inside(TWO, lambda text: text.replace("<MA_BENH_CHINH>J02.9", "<MA_BENH_CHINH>?"), "XML1")
    answer = desk.hospital_file(broken)
    assert [outcome(entry) for entry in answer.json["entry"]] == [("422", "episode-invalid"), ("200", "unchanged")]
    issues = answer.json["entry"][0]["response"]["outcome"]["issue"]
    assert issues[1]["expression"] == ["XML1[1].MA_BENH_CHINH"]
    assert issues[1]["details"]["text"] == "XML1[1].MA_BENH_CHINH phải là đúng một mã ICD-10"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"birth_date": "1960"}, True),  # with the same name
        ({"birth_date": "1960", "full_name": "Trần Văn Khác"}, False),
        ({"birth_date": "1960-08"}, True),
        ({"full_name": "Trần Văn Khác"}, True),  # number and whole date are enough
        ({"birth_date": "1960-08-22"}, False),
        ({"national_id": "079060000457"}, False),
        ({"national_id": None, "insurance_number": "GD4797999000456"}, True),
    ],
)
def test_whose_episode_it_is(world: World, desk: Desk, changes: dict[str, Any], found: bool) -> None:
    store_resident(world, replace(MAN, **changes))
    assert send(desk, INPATIENT) == [("201", "kept") if found else ("404", "no-such-record")]


def test_a_date_less_precise_than_the_record_needs_the_name(world: World, desk: Desk) -> None:
    store_resident(world, MAN)
    year = replaced(INPATIENT, "XML1", "NGAY_SINH", "196000000000")
    assert send(desk, replaced(year, "XML1", "HO_TEN", "TRẦN VĂN KHÁC")) == [("404", "no-such-record")]
    assert send(desk, year) == [("201", "kept")]


def test_nothing_of_an_episode_without_a_record_is_kept_or_logged(
    world: World, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(world, "records", "keys", "facts")
    assert send(desk, INPATIENT) == [("404", "no-such-record")]
    assert everything(world, "records", "keys", "facts") == before
    (line,) = world.items("audit")
    assert (line["action"], line["outcome"], line.get("record_id")) == ("hospital-file", "allowed", None)
    seen = capsys.readouterr().out + everything(world, "audit", "access")
    for secret in ("079060000456", "TRẦN VĂN MẪU", "K35.8", "799992026101200007", "0900000456"):
        assert secret not in seen


def test_no_table_shows_anything_of_an_episode(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    send(desk, OUTPATIENT)
    tables = ("records", "keys", "audit", "access")
    seen = everything(world, *tables)
    for secret in ("799992026100500001", "Amlodipin", "079156000123", "NGUYỄN THỊ THỬ", "HK26.000123"):
        assert secret not in seen
    items = [item for name in tables for item in world.items(name)]
    clear = json.dumps(items, default=lambda value: "" if isinstance(value, Binary) else repr(value))
    sealed = [bytes(value) for item in items for value in item.values() if isinstance(value, Binary)]
    assert "I10" not in clear
    assert sealed
    # Three letters alone are met in sealed bytes by chance; with what stands before them in JSON they are not.
    assert not [each for each in sealed if b"Amlodipin" in each or b'"I10' in each]


def test_a_restricted_record_takes_nothing(world: World, desk: Desk) -> None:
    store_resident(world, replace(WOMAN, restricted=True))
    assert send(desk, OUTPATIENT) == [("403", "record-restricted")]


def test_a_newer_file_replaces_and_marks_what_it_lacks(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    send(desk, OUTPATIENT)
    newer = later(replaced(replaced(OUTPATIENT, "XML1", "MA_BENH_KT", "E11.9"), "XML4", "GIA_TRI", "8.1", 2))
    assert send(desk, newer) == [("200", "replaced")]
    (episode,) = wholes(WOMAN)
    assert episode.version == 2
    gone = episode.content["gone"]
    assert [(each["resourceType"], each["code"]["coding"][0]["code"]) for each in gone] == [("Condition", "E78.5")]
    versions = {item["sk"].split("#")[2] for item in world.items("records") if item["sk"].startswith("~episode#")}
    assert versions == {"000001", "000002"}
    # What comes back is no longer in error.
    assert send(desk, later(OUTPATIENT, "20261121")) == [("200", "replaced")]
    (episode,) = wholes(WOMAN)
    assert (episode.version, episode.content.get("gone")) == (3, None)


def test_an_older_file_changes_nothing(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    send(desk, later(OUTPATIENT, "20261110"))
    before = everything(world, "records", "keys", "facts")
    older = later(replaced(OUTPATIENT, "XML4", "GIA_TRI", "8.1", 2), "20261109")
    assert send(desk, older) == [("200", "older")]
    assert everything(world, "records", "keys", "facts") == before
    # The same content on a later day: then a file of a day between is older.
    assert send(desk, later(OUTPATIENT, "20261112")) == [("200", "unchanged")]
    between = later(replaced(OUTPATIENT, "XML4", "GIA_TRI", "8.1", 2), "20261111")
    assert send(desk, between) == [("200", "older")]
    assert [each.version for each in kept(WOMAN)] == [1]
    same_day = later(replaced(OUTPATIENT, "XML4", "GIA_TRI", "8.1", 2), "20261112")
    assert send(desk, same_day) == [("200", "replaced")]


def test_the_table_of_effects() -> None:
    for record, prepared, mac in itertools.product(("same", "other"), ("1", "2", "3"), ("same", "new")):
        effect = effect_of(Kept("same", 1, "2", "same"), record_id=record, prepared=prepared, mac=mac)
        if prepared < "2":
            expected = "nothing"
        elif record == "other":
            expected = "move"
        elif mac == "new":
            expected = "replace"
        else:
            expected = "touch" if prepared == "3" else "nothing"
        assert effect == expected, (record, prepared, mac)
    assert decision.effect_of(None, record_id="a", prepared="1", mac="x") == "create"


def test_the_same_key_for_another_person_takes_the_former_back(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    store_resident(world, MAN)
    send(desk, OUTPATIENT)
    assert {item["code"] for item in world.items("facts")} == {"I10", "E11.9", "E78.5"}

    def corrected(text: str) -> str:
        return text.replace("079156000123", "079060000456").replace("195600000000", "196008210000")

    assert send(desk, later(inside(OUTPATIENT, corrected))) == [("200", "moved")]
    assert kept(WOMAN) == []
    assert [each.version for each in kept(MAN)] == [2]
    assert {item["pk"] for item in world.items("facts")} == {"resident#pseudonym-2"}
    lines = [item for item in world.items("audit") if item.get("record_id") == WOMAN.record_id]
    assert sorted(item["action"] for item in lines) == ["episode", "episode-withdrawn"]


def test_diagnoses_are_facts_by_the_day_of_the_visit_and_with_consent_alone(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    store_resident(world, replace(MAN, statistics=False))
    send(desk, OUTPATIENT)
    send(desk, INPATIENT)
    facts = world.items("facts")
    assert {(item["pk"], item["code"], item["onset"]) for item in facts} == {
        ("resident#pseudonym-1", "I10", "2026-10-05"),
        ("resident#pseudonym-1", "E11.9", "2026-10-05"),
        ("resident#pseudonym-1", "E78.5", "2026-10-05"),
    }
    send(desk, later(replaced(OUTPATIENT, "XML1", "MA_BENH_KT", "E11.9")))
    assert {item["code"] for item in world.items("facts")} == {"I10", "E11.9"}


def test_another_provider_code_is_refused_whole(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    before = everything(world, "records", "keys")
    for file in (
        OUTPATIENT.replace(b"<MACSKCB>79999<", b"<MACSKCB>79998<"),
        replaced(OUTPATIENT, "XML1", "MA_CSKCB", "79998"),
        replaced(OUTPATIENT, "XML14", "MA_CSKCB", "79998"),
    ):
        answer = desk.hospital_file(file)
        assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (403, "provider-code")
    assert everything(world, "records", "keys") == before
    without = register(world, "79003")
    assert without.hospital_file(OUTPATIENT).status == 403
    unable = register(world, "79004", permissions=["read", "verify"], provider_code="79999")
    assert unable.hospital_file(OUTPATIENT).json["issue"][0]["diagnostics"] == "permission-missing"


@pytest.mark.parametrize(
    ("sent", "content_type", "status", "code"),
    [
        (OUTPATIENT[:9000], "application/xml", 400, "file-xml-broken"),
        (OUTPATIENT, "application/fhir+json", 400, "content-type-not-xml"),
        (b"{}", "application/json", 400, "file-missing"),
        (b'{"fileHSBase64": 1}', "application/json", 400, "file-missing"),
        (b"[1]", "application/json", 400, "not-json"),
        (b"hello", "application/xml", 400, "file-not-xml"),
        (OUTPATIENT.replace(b"<SOLUONGHOSO>1<", b"<SOLUONGHOSO>2<"), "application/xml", 400, "file-truncated"),
        (b"<HSCHUNGTU/>", "application/xml", 400, "file-not-an-episode-file"),
        (b"\xff\xfe\x00", "application/octet-stream", 400, "file-encoding"),
    ],
)
def test_what_is_no_file_is_refused_with_its_reason(
    world: World, desk: Desk, sent: bytes, content_type: str, status: int, code: str
) -> None:
    answer = desk.hospital_file(sent, content_type=content_type)
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (status, code)


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "application/zip", "text/html"])
def test_another_kind_of_body_is_told_what_to_send_here(world: World, desk: Desk, content_type: str) -> None:
    answer = desk.hospital_file(OUTPATIENT, content_type=content_type)
    (issue,) = answer.json["issue"]
    assert (answer.status, issue["diagnostics"]) == (415, "media-type")
    assert "FHIR" not in issue["details"]["text"]
    assert "application/xml" in issue["details"]["text"]
    assert "fileHSBase64" in issue["details"]["text"]


@pytest.mark.parametrize(("more", "status"), [(-1, 400), (0, 400), (1, 413)])
def test_4_mb_are_read_and_one_byte_more_is_not(world: World, desk: Desk, more: int, status: int) -> None:
    file = OUTPATIENT + b" " * (4 * 1024 * 1024 - len(OUTPATIENT) + more - 1) + b"x"
    assert desk.hospital_file(file).status == status


def test_51_episodes_are_413(world: World, desk: Desk) -> None:
    (one,) = re.findall(rb"<HOSO>.*</HOSO>", OUTPATIENT, re.DOTALL)
    answer = desk.hospital_file(OUTPATIENT.replace(one, one * 51))
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (413, "too-many-episodes")


def test_a_key_twice_in_one_file_is_a_fault_of_both(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    (one,) = re.findall(rb"<HOSO>.*</HOSO>", OUTPATIENT, re.DOTALL)
    assert send(desk, OUTPATIENT.replace(one, one * 2)) == [("422", "episode-invalid")] * 2
    assert kept(WOMAN) == []


def test_unknown_people_have_a_limit_of_their_own_and_beyond_it_nobody_is_told_from_somebody(
    world: World, desk: Desk
) -> None:
    store_resident(world, WOMAN)
    twice = replace(MAN, national_id="079060000789", record_id=new_uuid(), account="one", pseudonym="pseudonym-3")
    store_resident(world, twice)
    store_resident(world, replace(twice, record_id=new_uuid(), account="another", pseudonym="pseudonym-4"))
    several = episode_file(twice.national_id, twice.birth_date, twice.full_name)
    limit = unknown_people.limit_of(record_reader_facility(desk))
    assert limit == 100
    world.table("access").update_item(
        Key={"pk": "budget#episodes#79001", "sk": "window"},
        UpdateExpression="SET n86400 = :n, until86400 = :until",
        ExpressionAttributeValues={":n": limit - 1, ":until": 4_000_000_000},
    )
    assert send(desk, several) == [("409", "several-records")]
    assert send(desk, INPATIENT) == [("404", "no-such-record")]
    assert send(desk, INPATIENT) == [("429", "too-many-unknown")]
    assert send(desk, OUTPATIENT) == [("429", "too-many-unknown")]
    assert send(desk, several) == [("429", "too-many-unknown")]
    assert kept(WOMAN) == []
    assert not [item for item in world.items("access") if item["pk"].startswith("budget#misses")]


def record_reader_facility(desk: Desk) -> Any:
    from health_record.facility import registry

    found = registry.find("facilities", desk.key_id.partition(".")[0])
    assert found is not None
    return found


def test_a_replay_is_refused_and_changes_nothing(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    message = desk.sign_call("POST", "/hospital-files", OUTPATIENT, content_type="application/xml")
    assert desk.send(message).status == 200
    before = everything(world, "records", "keys", "facts")
    assert desk.send(message).status == 401
    assert everything(world, "records", "keys", "facts") == before


def test_each_episode_has_an_audit_line_of_its_own(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    send(desk, TWO)
    lines = sorted((item["pk"].count(" "), item["action"], item.get("record_id")) for item in world.items("audit"))
    assert lines == [(0, "hospital-file", None), (1, "episode", WOMAN.record_id)]
    (second,) = [item["pk"] for item in world.items("audit") if item["action"] == "episode"]
    assert second.endswith(" 2")


def test_a_crash_between_two_episodes_leaves_whole_ones_and_a_repeat_heals(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_resident(world, WOMAN)
    child = Resident(
        national_id="079218000789",
        full_name="Lê Minh Giả",
        birth_date="2018-05-20",
        insurance_number=None,
        record_id="5f0c1a52-9d5e-4c7b-8a3e-2f6b7c8d9e03",
        pseudonym="pseudonym-3",
    )
    store_resident(world, child)
    real, calls = client("dynamodb").transact_write_items, []

    def breaking(**request: Any) -> Any:
        calls.append(request)
        if len(calls) == 2:
            raise RuntimeError("the machine is gone")
        return real(**request)

    monkeypatch.setattr(client("dynamodb"), "transact_write_items", breaking)
    assert desk.hospital_file(TWO).status == 500
    assert ([each.version for each in kept(child)], kept(WOMAN)) == ([1], [])
    pointers = [item for item in world.items("keys") if item["pk"].startswith("episode#")]
    assert [item["record_id"] for item in pointers] == [child.record_id]
    assert send(desk, TWO) == [("200", "unchanged"), ("201", "kept")]


def test_a_large_episode_is_kept_in_parts(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    import random

    chance = random.Random(7)
    text = " ".join(f"{chance.getrandbits(64):x}" for _ in range(90_000))
    assert send(desk, replaced(OUTPATIENT, "XML5", "DIEN_BIEN_LS", text)) == [("201", "kept")]
    parts = [item for item in world.items("records") if item["sk"].startswith("~episode#")]
    assert len(parts) > 1
    (episode,) = wholes(WOMAN)
    assert episode.content["tables"]["XML5"][0]["DIEN_BIEN_LS"] == text


def test_a_facility_reads_the_episode_in_summary_and_everything(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    send(desk, TWO)
    summary = desk.summary_by_id(WOMAN.record_id)
    assert summary.status == 200
    assert "Amlodipin Thử 5mg" in summary.body.decode()
    found, query = [], {}
    while True:
        page = desk.everything(WOMAN.record_id, **query)
        found += [entry["resource"] for entry in page.json["entry"]]
        following = [link["url"] for link in page.json["link"] if link["relation"] == "next"]
        if not following:
            break
        query = dict(parse_qsl(following[0].partition("?")[2]))
    (encounter,) = [each for each in found if each["resourceType"] == "Encounter"]
    assert encounter["meta"]["source"] == "urn:x-so-suc-khoe:facility:79001"
    assert {"MedicationRequest", "Composition", "Appointment", "Provenance"} <= {each["resourceType"] for each in found}


OTHER = replace(WOMAN, record_id="5f0c1a52-9d5e-4c7b-8a3e-2f6b7c8d9e07", pseudonym="pseudonym-7", account="another")


def verified(world: World) -> set[str]:
    """The records for which a number is verified."""
    items = [item for item in world.items("keys") if item["pk"].startswith("identifier#")]
    return {item["record_id"] for item in items if "facility_id" in item}


def test_several_records_of_one_number_are_told_as_several_whatever_their_names(world: World, desk: Desk) -> None:
    store_resident(world, WOMAN)
    store_resident(world, OTHER)
    assert send(desk, OUTPATIENT) == [("409", "several-records")]
    assert kept(WOMAN) == kept(OTHER) == []
    store_resident(world, replace(OTHER, full_name="Trần Thị Khác"))
    assert send(desk, OUTPATIENT) == [("409", "several-records")]
    assert kept(WOMAN) == kept(OTHER) == []


def test_a_card_seen_at_reception_verifies_the_number(world: World, desk: Desk) -> None:
    store_resident(world, replace(WOMAN, phone="+84900000123"))
    two = replaced(TWO, "XML1", "NGAY_SINH", "195603040000")
    assert send(desk, two, card_seen=["another"]) == [("404", "no-such-record"), ("201", "kept")]
    assert verified(world) == set()
    assert send(desk, two, card_seen=["799992026110200009", "Đợt 1"]) == [
        ("404", "no-such-record"),
        ("200", "unchanged"),
    ]
    assert verified(world) == {WOMAN.record_id}
    assert not [item for item in world.items("access") if item["pk"].startswith("permit#")]
    lines = [item["action"] for item in world.items("audit") if item.get("record_id") == WOMAN.record_id]
    assert sorted(lines) == ["episode", "episode", "verify"]


def test_a_card_seen_moves_no_number(world: World, desk: Desk) -> None:
    holder = replace(WOMAN, birth_date="1956-01-01", full_name="Lê Thị Khác")
    store_resident(world, holder)
    assert desk.verify(holder.record_id, NATIONAL_ID, "079156000123", "1956-01-01", permit_pin=False).status == 200
    other = replace(OTHER, insurance_number="GD4797999000123", national_id=None)
    store_resident(world, other)
    file = replaced(OUTPATIENT, "XML1", "MA_THE_BHYT", "GD4797999000123")
    assert send(desk, file, card_seen=["799992026100500001"]) == [("409", "several-records")]
    assert verified(world) == {holder.record_id}
    assert kept(holder) == kept(other) == []


@pytest.mark.parametrize("header", ["x", '"a', "1", "()", '("a")', ", ".join(f'"{n}"' for n in range(51)), '"%ff"'])
def test_a_card_seen_header_that_is_no_list_of_strings_is_refused(world: World, desk: Desk, header: str) -> None:
    message = desk.sign_call("POST", "/hospital-files", OUTPATIENT, content_type="application/xml", card_seen=header)
    answer = desk.send(message)
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (400, "header-card-seen")


def test_a_card_seen_needs_the_permission_and_the_signature(world: World) -> None:
    desk = register(world, permissions=["write"], provider_code="79999")
    answer = desk.hospital_file(OUTPATIENT, card_seen=["LK"])
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (403, "permission-missing")
    message = desk.sign_call("POST", "/hospital-files", OUTPATIENT, content_type="application/xml")
    message.headers["Card-Seen"] = '"LK"'
    assert desk.send(message).status == 401


@pytest.mark.parametrize("further", ["#1", "#1#card", "#lost"])
def test_no_nonce_of_a_caller_stands_where_a_further_line_of_another_call_would(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch, further: str
) -> None:
    store_resident(world, WOMAN)
    nonces = iter([f"one-nonce-of-a-call{further}", "one-nonce-of-a-call"])
    monkeypatch.setattr("so_suc_khoe_client.client.secrets.token_urlsafe", lambda _: next(nonces))
    assert desk.call("GET", "/facility-key").status == 200
    assert send(desk, episode_file(WOMAN.national_id, "1956", WOMAN.full_name)) == [("201", "kept")]


def test_a_further_line_is_made_with_a_character_that_no_nonce_has() -> None:
    assert NONCE.fullmatch(audit_entries.further_key("a" * 20, 1)) is None


@pytest.mark.parametrize(("days", "status"), [(0, 200), (1, 200), (2, 400), (20_000, 400)])
def test_a_file_made_after_tomorrow_is_refused_as_it_would_keep_later_ones_out(
    world: World, desk: Desk, days: int, status: int
) -> None:
    store_resident(world, WOMAN)
    made = datetime.datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + datetime.timedelta(days=days)
    file = re.sub(rb"<NGAYLAP>[0-9]+</NGAYLAP>", f"<NGAYLAP>{made:%Y%m%d}</NGAYLAP>".encode(), OUTPATIENT)
    answer = desk.hospital_file(file)
    assert answer.status == status
    if status == 400:
        assert answer.json["issue"][0]["diagnostics"] == "file-date-future"
        assert send(desk, OUTPATIENT) == [("201", "kept")]


@pytest.mark.parametrize(
    ("spent", "outcome"), [(10_140, ("201", "kept")), (10_141, ("429", "too-much-for-one-record"))]
)
def test_one_facility_adds_a_hundred_episodes_a_day_to_one_record(
    world: World, desk: Desk, spent: int, outcome: Outcome
) -> None:
    store_resident(world, WOMAN)
    budget = {"pk": f"budget#contributions#{WOMAN.record_id}#79001", "sk": "window"}
    windows = {"n86400": spent, "until86400": 4_000_000_000, "n2592000": spent, "until2592000": 4_000_000_000}
    world.table("access").put_item(Item={**budget, **windows})
    assert send(desk, OUTPATIENT) == [outcome]
    (item,) = (item for item in world.items("access") if item["pk"] == budget["pk"])
    assert int(item["n86400"]) == spent + (100 if outcome[0] == "201" else 0)
    assert send(desk, OUTPATIENT) == [("200", "unchanged") if outcome[0] == "201" else outcome]


@pytest.mark.parametrize("doubt", ["another name", "another record of the phone", "another phone", "no phone"])
def test_a_card_seen_at_reception_proves_nothing_where_it_could_be_anothers(
    world: World, desk: Desk, doubt: str
) -> None:
    """Who declares a stranger's number and birth date would else be given her visits by her own hospital."""
    phone = "+84900000123"
    store_resident(world, replace(MAN, phone="+84900000124" if doubt == "another phone" else phone))
    if doubt == "another record of the phone":
        store_resident(world, replace(MAN, record_id=new_uuid(), full_name="Trần Mẫu", pseudonym="pseudonym-6"))
    name = "Hoàn Toàn Khác" if doubt == "another name" else MAN.full_name
    file = episode_file(MAN.national_id, MAN.birth_date, name, "" if doubt == "no phone" else "0900 000 123")
    answer = desk.hospital_file(file, card_seen=[f"LK{MAN.national_id}"])
    entry = answer.json["entry"][0]["response"]
    assert entry["status"][:3] == "201"
    assert "card-not-confirmed" in {issue.get("diagnostics") for issue in entry["outcome"]["issue"]}
    assert [item.get("card_seen", False) for item in world.items("records") if item["sk"] == "meta"][:1] == [False]
    assert not [item for item in world.items("keys") if "facility_id" in item]
