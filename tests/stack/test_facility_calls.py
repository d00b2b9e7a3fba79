"""Signed calls through the deployed gateway, functions and tables: replays raced, spellings kept, bodies untouched."""

import datetime
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from health_record.audit.audit_entries import LINKS
from ops.audit_checks.daily_digests import AuditDigests, CheckResult
from ops.audit_checks.public_access_log import PublicAccessLog
from ops.deployment import Deployment
from ops.local import aws
from ops.local.stack_location import StackLocation
from so_suc_khoe_client import FacilityClient
from tests.contribute.bundles import visit
from tests.stack.test_journey import BORN, StackJourney

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"


@pytest.fixture
def client(stack: dict[str, Any]) -> FacilityClient:
    facility = stack["demo_facility"]
    key = Path(facility["private_key_file"]).read_bytes()
    return FacilityClient(stack["web_url"], facility["key_id"], key, practitioner="000123/HCM-CCHN", timeout=90)


def test_a_nonce_used_forty_times_at_once_passes_once(client: FacilityClient) -> None:
    message = client.sign_call("GET", f"Patient/{uuid.uuid4()}/$summary")
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: client.send(message), range(40)))
    told = sorted((answer.status, answer.json["issue"][0]["diagnostics"]) for answer in answers)
    assert told == [(401, "signature-replayed")] * 39 + [(404, "no-such-person")]


def test_every_form_of_a_call_is_signed_as_it_is_sent(client: FacilityClient) -> None:
    pair = {"identifier": f"{NATIONAL_ID}|079185009999", "birthdate": "1985-03-02"}
    patient = {"resourceType": "Patient", "name": [{"text": "Nguyễn Thị Thử"}], "birthDate": "1985-03-02"}
    answers = [
        client.metadata(),
        client.call("GET", "Patient", query=pair),
        client.search(NATIONAL_ID, "079185009999", "1985-03-02"),
        client.match(patient),
        client.call("GET", "Patient/$summary", query=pair),
        client.summary(NATIONAL_ID, "079185009999", "1985-03-02"),
        client.everything(str(uuid.uuid4()), _since="2026-11-23T08:00:00+07:00"),
        client.transaction({"resourceType": "Bundle", "type": "transaction", "entry": []}),
        client.call("POST", f"Patient/{uuid.uuid4()}/$verify", json.dumps({"resourceType": "Parameters"}).encode()),
    ]
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 404, 404, 404, 422, 400]
    assert {answer.headers["content-type"] for answer in answers} == {"application/fhir+json; charset=utf-8"}


def test_a_written_visit_is_read_a_second_later_and_a_seen_card_is_verified(
    client: FacilityClient, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    """Under the functions' own roles: one write sent eight times at once, its repeat, the read, and `$verify` twice."""
    way = StackJourney(stack, stack_place)
    before = way.rows("facts")
    way.go()
    message = client.sign_call("POST", "", json.dumps(visit(way.record_id)).encode())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.send(message), range(8)))
    (first,) = [answer for answer in answers if answer.status == 200]
    refused = [answer.json["issue"][0]["diagnostics"] for answer in answers if answer.status != 200]
    assert refused == ["signature-replayed"] * 7
    statuses = [
        [entry["response"]["status"] for entry in answer.json["entry"]]
        for answer in (first, client.transaction(visit(way.record_id)))
    ]
    assert statuses == [["201 Created"] * 3, ["200 OK"] * 3]
    read = client.summary(NATIONAL_ID, way.national_id, BORN)
    kinds = [entry["resource"]["resourceType"] for entry in read.json["entry"]]
    assert sorted(kinds[3:]) == sorted(["Condition", "Condition", "Encounter", *["Observation"] * 3])
    card = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "identifier", "valueString": f"{NATIONAL_ID}|{way.national_id}"},
            {"name": "birthdate", "valueDate": BORN},
        ],
    }
    body = json.dumps(card).encode()
    seen = [client.call("POST", f"Patient/{way.record_id}/$verify", body) for _ in range(2)]
    assert [answer.status for answer in seen] == [200, 200]
    known = {(row["pk"], row["sk"]) for row in before}
    made = [row for row in way.rows("facts") if (row["pk"], row["sk"]) not in known]
    assert [row["code"] for row in made if row["sk"].startswith("diagnosis#")] == ["A90"]


def test_the_audit_is_digested_under_its_own_role_and_holds(client: FacilityClient, stack_place: StackLocation) -> None:
    """The deployed function signs with KMS and keeps what it signed; `ssk audit verify` finds every day as it was."""
    where = Deployment(aws.read_outputs(stack_place), lambda service: aws.create_client(stack_place, service))
    answer = where.client("lambda").invoke(FunctionName=where.outputs["DigestFunction"], Payload=b"{}")
    told = json.loads(answer["Payload"].read())
    assert (told["made"], told["documents"]) in ((0, 0), (3 * (told["facilities"] + 1), 3)), told
    now = datetime.datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    digests, owners = AuditDigests.from_deployment(where), [client.key_id.partition(".")[0], LINKS]
    assert [digests.check_facility(owner, None, now) for owner in owners] == [CheckResult(3, [])] * 2
    records = PublicAccessLog.from_deployment(where, stack_place.province, digests)
    assert records.check_days(owners, None, now) == CheckResult(3, [])
