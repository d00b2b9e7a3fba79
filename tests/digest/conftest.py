"""A province with a day's calls in its audit, the night after, and `ssk audit` over both."""

import argparse
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from functions.digest.handler import handler
from ops.commands import audit as command
from ops.deployment import Deployment
from tests.conftest import World, aws
from tests.declare import people
from tests.facility_desk import register

CALLS, NEXT_NIGHT = "2026-11-22T16:59:59Z", "2026-11-22T18:30:00Z"  # 23:59:59 of the 22nd, and 01:30 of the 23rd
SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
LOCK = {  # tests/infrastructure/test_at_rest.py sees it in the template
    "ObjectLockEnabled": "Enabled",
    "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 5 * 366}},
}
Ssk = Callable[..., tuple[int, Any]]


@pytest.fixture
def province(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Outputs of a province with its bucket of digests, and a facility's calls of the 22nd in the audit."""
    aws("s3").create_bucket(
        Bucket="digests",
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"},
    )
    aws("s3").put_object_lock_configuration(Bucket="digests", ObjectLockConfiguration=LOCK)
    key = aws("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    monkeypatch.setenv("SSK_DIGEST_BUCKET", "digests")
    monkeypatch.setenv("SSK_DIGEST_KEY_ID", key)
    with time_machine.travel(CALLS, tick=False):
        assert people.put(people.sign_in()).status == 201
        people.put_card_seen(world)
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
        "MacKeyId": world.identifier_mac_key_id,
        "SiteBucket": "site",
    }


@pytest.fixture
def audited(province: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ssk:
    """Runs `ssk audit ... --json`: its exit status, and the last line as JSON. No night has been yet."""
    monkeypatch.setattr(command, "find_deployment", lambda _: Deployment(province, aws))

    def run(*words: str) -> tuple[int, Any]:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        status = command.run(parser.parse_args([*words, "--json"]))
        return status, json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


@pytest.fixture
def ssk(audited: Ssk) -> Iterator[Ssk]:
    """The same on the 23rd, after the run of the night."""
    with time_machine.travel(NEXT_NIGHT, tick=False):
        days = ["2026-11-20", "2026-11-21", "2026-11-22"]
        assert handler({}, None) == {"days": days, "facilities": 2, "made": 9, "documents": 3}
        yield audited
