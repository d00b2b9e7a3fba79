"""Every day a signed digest of each facility's audit; a change, a removal, an insertion shows."""

import datetime
import hashlib
import json
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError

from functions.digest import facility_digest
from functions.digest.handler import DigestIncompleteError, handler
from health_record.audit import digest_document
from tests.conftest import World, aws
from tests.declare import people
from tests.digest.conftest import NEXT_NIGHT, Ssk
from tests.facility_desk import register


def stored(facility_id: str, day: str) -> Any:
    key = digest_document.object_key(facility_id, day)
    return json.loads(aws("s3").get_object(Bucket="digests", Key=key)["Body"].read())


def calls_of(world: World) -> list[dict[str, Any]]:
    return sorted(
        (item for item in world.items("audit") if item.get("facility_id") == "79001"), key=lambda item: item["pk"]
    )


def test_a_digest_names_every_call_of_the_day_and_the_digest_before_and_is_made_once(world: World, ssk: Ssk) -> None:
    kept = stored("79001", "2026-11-22")
    assert sorted(kept["digest"]["items"]) == [item["pk"] for item in calls_of(world)]
    assert len(kept["digest"]["items"]) == 3
    before = digest_document.canonical_json(stored("79001", "2026-11-21"))
    assert kept["digest"]["previous"] == hashlib.sha256(before).hexdigest()
    assert stored("79002", "2026-11-22")["digest"]["items"] == {}
    assert handler({}, None)["made"] == 0
    assert stored("79001", "2026-11-22") == kept
    assert ssk("verify") == (0, {"facilities": 3, "days": 9, "documents": 3, "not_begun": [], "findings": []})
    assert ssk("emergencies") == (
        0,
        {
            "day": "2026-11-22",
            "emergencies": [
                {
                    "at": "2026-11-22T16:59:59.000Z",
                    "facility_id": "79001",
                    "facility_name": "Trung tâm Y tế Bình Quới",
                    "practitioner": "000123/HCM-CCHN",
                    "reason": "unconscious",
                    "action": "summary",
                    "outcome": "allowed",
                    "record_id": people.RECORD_ID,
                }
            ],
        },
    )


def findings(ssk: Ssk, facility_id: str) -> list[tuple[str, str]]:
    status, told = ssk("verify", "--facility", facility_id)
    assert status == (1 if told["findings"] else 0)
    assert {each["facility"] for each in told["findings"]} <= {facility_id}
    return sorted((each["day"], each["what"]) for each in told["findings"])


def verified(ssk: Ssk, at: str, *words: str) -> tuple[int, int, int, list[str], list[tuple[str, str, str]]]:
    with time_machine.travel(at, tick=False):
        status, told = ssk("verify", *words)
    findings = [(each["facility"], each["day"], each["what"]) for each in told["findings"]]
    return status, told["days"], told["documents"], told["not_begun"], findings


def test_a_province_before_its_first_night_is_sound_and_has_not_begun(audited: Ssk) -> None:
    none_yet = ["79001", "79002", "_links", "accesses"]
    for at in ("2026-11-22T16:59:59Z", "2026-11-22T18:00:00Z", NEXT_NIGHT):
        assert verified(audited, at) == (0, 0, 0, none_yet, [])
        assert verified(audited, at, "--since", "2026-11-01") == (0, 0, 0, none_yet, [])


def test_days_before_the_first_or_not_due_yet_are_no_finding_and_a_missing_one_is(world: World, ssk: Ssk) -> None:
    before_the_run, due = "2026-11-23T18:59:59Z", "2026-11-23T19:00:00Z"  # until 02:00 of the 24th
    assert verified(ssk, NEXT_NIGHT, "--since", "2026-10-01") == (0, 9, 3, [], [])
    assert verified(ssk, before_the_run) == (0, 9, 3, [], [])
    missing = [(name, "2026-11-23", "has no digest") for name in ("79001", "79002", "_links")]
    missing.append(("accesses", "2026-11-23", "has no document"))
    assert verified(ssk, due) == (1, 12, 4, [], missing)
    assert verified(ssk, due, "--since", "2026-11-23") == (1, 3, 1, [], missing)


def test_a_facility_that_was_never_digested_has_not_begun_unless_it_called(world: World, ssk: Ssk) -> None:
    register(world, "79003")
    assert verified(ssk, NEXT_NIGHT, "--facility", "79003") == (0, 0, 0, ["79003"], [])
    made = next(item for item in calls_of(world) if "emergency" not in item)
    world.table("audit").put_item(
        Item=made | {"pk": "79003.1#n", "facility_id": "79003", "facility_day": "79003#2026-11-22"}
    )
    found = [("79003", "2026-11-22", "has items and no digest")]
    assert verified(ssk, NEXT_NIGHT, "--facility", "79003") == (1, 0, 0, ["79003"], found)


def test_a_first_day_that_names_one_before_it_is_told(province: dict[str, str], ssk: Ssk) -> None:
    s3, key = aws("s3"), digest_document.object_key("79001", "2026-11-22")
    s3.create_bucket(Bucket="later", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    s3.put_bucket_versioning(Bucket="later", VersioningConfiguration={"Status": "Enabled"})
    record = "accesses/2026-11-22"
    (part,) = json.loads(s3.get_object(Bucket="digests", Key=f"{record}.json")["Body"].read())["parts"]
    for name in (key, f"{record}.json", f"{record}/{part}.json"):
        s3.put_object(Bucket="later", Key=name, Body=s3.get_object(Bucket="digests", Key=name)["Body"].read())
    province["DigestBucket"] = "later"
    assert verified(ssk, NEXT_NIGHT) == (
        1,
        1,
        1,
        ["79002", "_links"],
        [
            ("79001", "2026-11-22", "does not follow the digest before"),
            ("accesses", "2026-11-22", "does not follow the document before"),
        ],
    )


def test_what_somebody_changed_removed_or_added_shows(world: World, ssk: Ssk) -> None:
    changed, removed, _ = calls_of(world)
    table = world.table("audit")
    table.put_item(Item={**changed, "practitioner": "somebody else"})
    table.delete_item(Key={"pk": removed["pk"]})
    table.put_item(Item={**removed, "pk": "79001.1#made-up"})
    what = (f"{changed['pk']} was changed", f"{removed['pk']} was removed", "79001.1#made-up was added")
    assert findings(ssk, "79001") == sorted(("2026-11-22", f"item {each}") for each in what)
    assert findings(ssk, "79002") == []


def test_a_digest_that_was_forged_overwritten_or_is_missing_is_told(ssk: Ssk) -> None:
    unsigned = digest_document.build_document(
        digest_document.build_digest("79", "79003", "2026-11-22", [], None), "key", b"signature"
    )
    copied = digest_document.canonical_json(stored("79002", "2026-11-22"))
    with time_machine.travel("2026-11-23T19:30:00Z", tick=False):
        for facility_id, content in (("79001", b"{}"), ("79003", unsigned), ("79004", b"{}"), ("79005", copied)):
            key = digest_document.object_key(facility_id, "2026-11-22")
            aws("s3").put_object(Bucket="digests", Key=key, Body=content)
        missing = ("2026-11-23", "has no digest")
        assert findings(ssk, "79001") == [("2026-11-22", "was written again; the first is what counts"), missing]
        assert findings(ssk, "79002") == [missing]
        assert findings(ssk, "79003") == [("2026-11-22", "carries a wrong signature"), missing]
        assert findings(ssk, "79004") == [("2026-11-22", "is no digest"), missing]
        assert findings(ssk, "79005") == [("2026-11-22", "is the digest of another day or facility"), missing]


def test_one_facility_that_fails_leaves_the_others_theirs(
    province: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = facility_digest.store_digest

    def fail_once(config: Any, facility_id: str, day: str, devices: set[str]) -> bool:
        if facility_id == "79001":
            raise TimeoutError
        return real(config, facility_id, day, devices)

    with time_machine.travel(NEXT_NIGHT, tick=False):
        with monkeypatch.context() as patch:
            patch.setattr(facility_digest, "store_digest", fail_once)
            with pytest.raises(DigestIncompleteError):
                handler({}, None)
        assert stored("79002", "2026-11-22")["digest"]["items"] == {}
        assert "DigestsSucceeded" not in capsys.readouterr().out, "an alarm waits for it"
        handler({}, None)
        assert '"DigestsSucceeded":[1.0]' in capsys.readouterr().out


def test_what_lay_there_before_a_digest_breaks_no_check(ssk: Ssk) -> None:
    key = digest_document.object_key("79006", "2026-11-22")
    weaker = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": datetime.datetime.now(datetime.UTC)}
    first = aws("s3").put_object(Bucket="digests", Key=key, Body=b"{}", **weaker)["VersionId"]
    aws("s3").delete_object(Bucket="digests", Key=key)
    # What is left is the marker alone.
    aws("s3").delete_object(Bucket="digests", Key=key, VersionId=first, BypassGovernanceRetention=True)
    aws("s3").put_object(Bucket="digests", Key="digests/79006/readme.json", Body=b"{}")
    told = findings(ssk, "79006")
    assert ("2026-11-22", "was deleted before it was made") in told
    assert ("readme", "is no day's digest") in told


def test_what_is_under_lock_cannot_be_taken_away_by_anybody(ssk: Ssk) -> None:
    s3 = aws("s3")
    versions = s3.list_object_versions(Bucket="digests")["Versions"]
    assert len(versions) == 9 + 3 + 1, "three days of three owners, three documents, and the part of the one with calls"
    for version in versions:
        where = {"Bucket": "digests", "Key": version["Key"], "VersionId": version["VersionId"]}
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.delete_object(**where, BypassGovernanceRetention=True)
    assert ssk("verify")[1]["findings"] == []
