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


def test_a_digest_names_every_call_of_the_day_and_the_digest_before(world: World, ssk: Ssk) -> None:
    digest = stored("79001", "2026-11-22")["digest"]
    assert sorted(digest["items"]) == [item["pk"] for item in calls_of(world)]
    assert len(digest["items"]) == 3
    before = audit_digest.canonical(stored("79001", "2026-11-21"))
    assert digest["previous"] == hashlib.sha256(before).hexdigest()
    assert stored("79002", "2026-11-22")["digest"]["items"] == {}


def test_a_digest_is_made_once(province: dict[str, str], ssk: Ssk) -> None:
    first = stored("79001", "2026-11-22")
    assert handler({}, None)["made"] == 0
    assert stored("79001", "2026-11-22") == first
    assert ssk("verify") == (0, {"facilities": 2, "days": 6, "findings": []})


def test_what_somebody_changed_removed_or_added_shows(world: World, ssk: Ssk) -> None:
    changed, removed, _ = calls_of(world)
    table = world.table("audit")
    table.put_item(Item={**changed, "practitioner": "somebody else"})
    table.delete_item(Key={"pk": removed["pk"]})
    table.put_item(Item={**removed, "pk": "79001.1#made-up"})
    status, told = ssk("verify", "--facility", "79001")
    assert status == 1
    assert sorted(each["what"] for each in told["findings"]) == sorted(
        [
            f"item {changed['pk']} was changed",
            f"item {removed['pk']} was removed",
            "item 79001.1#made-up was added",
        ]
    )
    assert {(each["facility"], each["day"]) for each in told["findings"]} == {("79001", "2026-11-22")}


def forge(**changes: Any) -> None:
    """Somebody with rights on the bucket puts a digest of their own over the kept one."""
    found = stored("79001", "2026-11-22")
    found["digest"] |= changes
    key = audit_digest.key_of("79001", "2026-11-22")
    aws("s3").put_object(Bucket="digests", Key=key, Body=audit_digest.canonical(found))


def test_a_digest_written_over_another_changes_nothing_but_is_told(ssk: Ssk) -> None:
    forge(items={})
    status, told = ssk("verify", "--facility", "79001", "--since", "2026-11-22")
    assert (status, [each["what"] for each in told["findings"]]) == (
        1,
        ["was written again; the first is what counts"],
    )


def test_a_day_without_its_digest_is_told(world: World, ssk: Ssk) -> None:
    with time_machine.travel("2026-11-25T18:30:00Z", tick=False):
        status, told = ssk("verify", "--facility", "79002")
    days = ["2026-11-23", "2026-11-24", "2026-11-25"]
    assert (status, [(each["day"], each["what"]) for each in told["findings"]]) == (
        1,
        [(day, "has no digest") for day in days],
    )


@pytest.mark.parametrize(
    ("forged", "what"),
    [
        (b"{}", "is no digest"),
        (None, "carries a wrong signature"),
    ],
)
def test_a_forged_first_digest_is_told(
    province: dict[str, str], monkeypatch: pytest.MonkeyPatch, forged: bytes | None, what: str
) -> None:
    from ops.audit_digests import Digests

    digest = audit_digest.of_day("79", "79001", "2026-11-22", [], None)
    body = audit_digest.document(digest, "key", b"signature") if forged is None else forged
    aws("s3").put_object(Bucket="digests", Key=audit_digest.key_of("79001", "2026-11-22"), Body=body)
    import datetime

    days, findings = Digests.of(Deployment(province, aws)).check("79001", None, datetime.date(2026, 11, 23))
    assert (days, [finding.what for finding in findings]) == (1, [what])


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


def test_the_emergencies_of_a_day_are_listed_for_review(ssk: Ssk) -> None:
    status, told = ssk("emergencies")
    assert (status, told) == (
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


def receipt(tmp_path: Path) -> tuple[Path, Any]:
    answer = people.call("GET", "/v1/records/{id}/accesses", people.sign_in(level=2))
    file = tmp_path / "accesses.json"
    file.write_text(answer.body, encoding="utf-8")
    return file, answer.json


def test_a_receipt_proves_the_list_complete_until_something_is_taken_away(
    world: World, ssk: Ssk, tmp_path: Path
) -> None:
    file, shown = receipt(tmp_path)
    assert len(shown["accesses"]) == 2
    assert ssk("receipt", str(file))[0] == 0
    later = register(world)
    with time_machine.travel("2026-11-23T01:00:00Z", tick=False):
        later.summary(SYSTEM, people.NATIONAL_ID, "1960-05-17")
    assert ssk("receipt", str(file))[0] == 0  # what came later is not in question
    gone = next(item for item in calls_of(world) if item.get("emergency"))
    world.table("audit").delete_item(Key={"pk": gone["pk"]})
    status, told = ssk("receipt", str(file))
    assert (status, told["verdict"].partition(";")[0]) == (
        1,
        "The list had 2 accesses up to 2026-11-22T18:30:00.000Z",
    )


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda shown: shown["accesses"].pop(), "The list is not the one that this receipt was made for."),
        (lambda shown: shown["receipt"].update(count=1), "This receipt was not made by this province."),
    ],
)
def test_a_changed_receipt_or_list_is_told(
    ssk: Ssk, tmp_path: Path, change: Callable[[Any], object], verdict: str
) -> None:
    file, shown = receipt(tmp_path)
    change(shown)
    file.write_text(json.dumps(shown), encoding="utf-8")
    assert ssk("receipt", str(file)) == (1, {"sound": False, "verdict": verdict})
