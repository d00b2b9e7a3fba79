"""Every day a signed digest of each facility's audit; a change, a removal, an insertion shows; receipts are checked."""

import argparse
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from functions.digest import keeping
from functions.digest.handler import DigestIncompleteError, handler
from health_record import audit_digest
from ops import audit as command
from ops.deployment import Deployment
from tests.conftest import World, aws
from tests.declare import people
from tests.facility_desk import register

CALLS, NEXT_NIGHT = "2026-11-22T16:59:59Z", "2026-11-22T18:30:00Z"  # 23:59:59 of the 22nd, and 01:30 of the 23rd
SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
Ssk = Callable[..., tuple[int, Any]]


@pytest.fixture
def province(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Outputs of a province with its bucket of digests, and a facility's calls of the 22nd in the audit."""
    aws("s3").create_bucket(
        Bucket="digests",
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"},
    )
    key = aws("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    monkeypatch.setenv("SSK_DIGEST_BUCKET", "digests")
    monkeypatch.setenv("SSK_DIGEST_KEY_ID", key)
    with time_machine.travel(CALLS, tick=False):
        assert people.put(people.sign_in()).status == 201
        desk, quiet = register(world), register(world, "79002")
        desk.summary(SYSTEM, people.NATIONAL_ID, "1960-05-17")
        desk.summary(SYSTEM, people.NATIONAL_ID, "1960-05-17", purpose="ETREAT", reason="unconscious")
        desk.summary(SYSTEM, "079185001239", "1985-03-02")
        assert quiet.key_id == "79002.1"
    return {
        "TableFacilities": "facilities",
        "TableAudit": "audit",
        "DigestBucket": "digests",
        "DigestKeyId": key,
        "MacKeyId": world.mac_key_id,
    }


@pytest.fixture
def ssk(province: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Ssk]:
    """Runs `ssk audit ... --json` on the 23rd; its exit status, and the last line as JSON."""
    monkeypatch.setattr(command, "deployment", lambda _: Deployment(province, aws))

    def run(*words: str) -> tuple[int, Any]:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        status = command.run(parser.parse_args([*words, "--json"]))
        return status, json.loads(capsys.readouterr().out.splitlines()[-1])

    with time_machine.travel(NEXT_NIGHT, tick=False):
        assert handler({}, None) == {"days": ["2026-11-20", "2026-11-21", "2026-11-22"], "facilities": 2, "made": 6}
        yield run


def stored(facility_id: str, day: str) -> Any:
    key = audit_digest.key_of(facility_id, day)
    return json.loads(aws("s3").get_object(Bucket="digests", Key=key)["Body"].read())


def calls_of(world: World) -> list[dict[str, Any]]:
    return sorted(
        (item for item in world.items("audit") if item.get("facility_id") == "79001"), key=lambda item: item["pk"]
    )


def test_a_digest_names_every_call_of_the_day_and_the_digest_before_and_is_made_once(world: World, ssk: Ssk) -> None:
    kept = stored("79001", "2026-11-22")
    assert sorted(kept["digest"]["items"]) == [item["pk"] for item in calls_of(world)]
    assert len(kept["digest"]["items"]) == 3
    before = audit_digest.canonical(stored("79001", "2026-11-21"))
    assert kept["digest"]["previous"] == hashlib.sha256(before).hexdigest()
    assert stored("79002", "2026-11-22")["digest"]["items"] == {}
    assert handler({}, None)["made"] == 0
    assert stored("79001", "2026-11-22") == kept
    assert ssk("verify") == (0, {"facilities": 2, "days": 6, "findings": []})
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
    unsigned = audit_digest.document(audit_digest.of_day("79", "79003", "2026-11-22", [], None), "key", b"signature")
    copied = audit_digest.canonical(stored("79002", "2026-11-22"))
    with time_machine.travel("2026-11-23T18:30:00Z", tick=False):
        for facility_id, content in (("79001", b"{}"), ("79003", unsigned), ("79004", b"{}"), ("79005", copied)):
            key = audit_digest.key_of(facility_id, "2026-11-22")
            aws("s3").put_object(Bucket="digests", Key=key, Body=content)
        missing = ("2026-11-23", "has no digest")
        assert findings(ssk, "79001") == [("2026-11-22", "was written again; the first is what counts"), missing]
        assert findings(ssk, "79002") == [missing]
        assert findings(ssk, "79003") == [("2026-11-22", "carries a wrong signature"), missing]
        assert findings(ssk, "79004") == [("2026-11-22", "is no digest"), missing]
        assert findings(ssk, "79005") == [("2026-11-22", "is the digest of another day or facility"), missing]


def test_one_facility_that_fails_leaves_the_others_theirs(
    province: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = keeping.keep

    def fail_once(config: Any, facility_id: str, day: str) -> bool:
        if facility_id == "79001":
            raise TimeoutError
        return real(config, facility_id, day)

    monkeypatch.setattr(keeping, "keep", fail_once)
    with time_machine.travel(NEXT_NIGHT, tick=False):
        with pytest.raises(DigestIncompleteError):
            handler({}, None)
        assert stored("79002", "2026-11-22")["digest"]["items"] == {}


def test_a_receipt_proves_the_list_complete_until_something_is_taken_away(
    world: World, ssk: Ssk, tmp_path: Path
) -> None:
    answer = people.call("GET", "/v1/records/{id}/accesses", people.sign_in(level=2))
    file = tmp_path / "accesses.json"

    def verdict(content: Any) -> str:
        file.write_text(json.dumps(content), encoding="utf-8")
        status, told = ssk("receipt", str(file))
        assert status == (0 if told["sound"] else 1)
        return str(told["verdict"])

    until = "2026-11-22T18:30:00.000Z"
    complete = f"Complete: 2 accesses up to {until}, as the audit has them."
    assert verdict(answer.json) == complete
    later = register(world)
    with time_machine.travel("2026-11-23T01:00:00Z", tick=False):
        later.summary(SYSTEM, people.NATIONAL_ID, "1960-05-17")
    assert verdict(answer.json) == complete  # what came later is not in question
    shorter, smaller = answer.json, answer.json
    shorter["accesses"].pop()
    assert verdict(shorter) == "The list is not the one that this receipt was made for."
    smaller["receipt"]["count"] = 1
    assert verdict(smaller) == "This receipt was not made by this province."
    gone = next(item for item in calls_of(world) if item.get("emergency"))
    world.table("audit").delete_item(Key={"pk": gone["pk"]})
    told = f"The list had 2 accesses up to {until}; the audit has 1 now."
    assert verdict(answer.json) == f"{told} `ssk audit verify` tells what was changed."


def test_what_lay_there_before_a_digest_breaks_no_check(ssk: Ssk) -> None:
    key = audit_digest.key_of("79006", "2026-11-22")
    first = aws("s3").put_object(Bucket="digests", Key=key, Body=b"{}")["VersionId"]
    aws("s3").delete_object(Bucket="digests", Key=key)
    aws("s3").delete_object(Bucket="digests", Key=key, VersionId=first)  # what is left is the marker alone
    aws("s3").put_object(Bucket="digests", Key="digests/79006/readme.json", Body=b"{}")
    told = findings(ssk, "79006")
    assert ("2026-11-22", "was deleted before it was made") in told
    assert ("readme", "is no day's digest") in told
