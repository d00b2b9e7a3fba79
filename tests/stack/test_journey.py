"""The thin true path through the deployed stack: poster, code, declaration, reading, audit, statistics; then a pilot.

Every call goes through the proxy in the CDN's place, API Gateway, Lambda and DynamoDB of the local stack.
"""

import json
import os
import re
import secrets
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from health_record.aws.dynamo import from_wire
from ops.local.aws import create_client, read_outputs
from ops.local.stack_location import ROOT, StackLocation
from ops.pilot.caller import Caller, Reply
from ops.pilot.checking import statistics
from ops.pilot.timing import Stopwatch
from ops.poster_ids import PosterSigner
from so_suc_khoe_client import FacilityAnswer, FacilityClient
from tests.declare.people import ICD_10, coding, declaration

NATIONAL_ID_SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
ADDRESS = "127.9.8.7"
NAME, BORN = "Lý Thị Hành Trình", "1957-04-09"
PRACTITIONER = "000777/HCM-CCHN"


@dataclass
class StackJourney:
    """One resident's way through the stack, and every answer on it."""

    stack: dict[str, Any]
    place: StackLocation
    phone: str = field(default_factory=lambda: f"0903{secrets.randbelow(10**6):06d}")
    national_id: str = field(default_factory=lambda: f"079157{secrets.randbelow(10**6 - 1) + 1:06d}")
    insurance_number: str = field(default_factory=lambda: f"DN479{secrets.randbelow(10**10):010d}")
    record_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    answers: dict[str, Reply] = field(default_factory=dict)
    sms: list[dict[str, str]] = field(default_factory=list)
    shares: bool = True

    @property
    def poster(self) -> str:
        """A genuine one, as printed."""
        key_id = read_outputs(self.place)["PhoneMacKeyId"]
        return PosterSigner.from_kms_key(create_client(self.place, "kms"), key_id, self.stack["province"]).poster_id(
            "26911", "01"
        )

    @property
    def facility(self) -> FacilityClient:
        known = self.stack["demo_facility"]
        key = Path(known["private_key_file"]).read_bytes()
        return FacilityClient(self.stack["web_url"], known["key_id"], key, practitioner=PRACTITIONER)

    def rows(self, table: str) -> list[dict[str, Any]]:
        pages = (
            create_client(self.place, "dynamodb").get_paginator("scan").paginate(TableName=self.stack["tables"][table])
        )
        return [from_wire(item) for page in pages for item in page["Items"]]

    def go(self) -> None:
        """From the poster to the receipt, and the same declaration once more."""
        with Caller(self.stack["web_url"], ADDRESS, Stopwatch()) as caller:
            self._step(caller, "visit", "POST", "/v1/visits", {"poster": self.poster})
            asked = self._step(caller, "code", "POST", "/v1/otp", {"phone": self.phone, "poster": self.poster}).json
            self.sms = self._step(caller, "inbox", "GET", f"/_local/sms?phone=%2B84{self.phone[1:]}").json
            code = re.search(r"\d{6}", self.sms[-1]["text"])
            proof = {"challenge_id": asked["challenge_id"], "code": code.group() if code else ""}
            self._step(caller, "verify", "POST", "/v1/otp/verify", proof)
            for step in ("declare", "declare again"):
                path = f"/v1/records/{self.record_id}"
                self._step(caller, step, "PUT", path, self.declaration(), headers={"If-None-Match": "*"})
            self._step(caller, "own view", "GET", f"/v1/records/{self.record_id}")
            self._step(caller, "sign out", "DELETE", "/v1/session")
            self._step(caller, "signed out", "GET", f"/v1/records/{self.record_id}")
            self._step(caller, "code again", "POST", "/v1/otp/verify", proof)

    def go_and_share(self, pin: str) -> str:
        """To the receipt, then a link of half an hour, as the person would show it at a desk."""
        with Caller(self.stack["web_url"], ADDRESS, Stopwatch()) as caller:
            asked = self._step(caller, "code", "POST", "/v1/otp", {"phone": self.phone}).json
            self.sms = self._step(caller, "inbox", "GET", f"/_local/sms?phone=%2B84{self.phone[1:]}").json
            code = re.search(r"\d{6}", self.sms[-1]["text"])
            proof = {"challenge_id": asked["challenge_id"], "code": code.group() if code else ""}
            self._step(caller, "verify", "POST", "/v1/otp/verify", proof)
            path = f"/v1/records/{self.record_id}"
            self._step(caller, "declare", "PUT", path, self.declaration(), headers={"If-None-Match": "*"})
            self._step(caller, "pin", "PUT", "/v1/pin", {"pin": pin})
            self._step(caller, "elevated", "POST", "/v1/pin/verify", {"pin": pin})
            return str(self._step(caller, "share", "POST", f"{path}/shares", {"minutes": 30}).json["url"])

    def declaration(self) -> dict[str, Any]:
        return declaration(
            identity_full_name={"valueString": NAME},
            identity_birth_date={"valueDate": BORN},
            identity_national_id={"valueString": self.national_id},
            identity_insurance_number={"valueString": self.insurance_number},
            history_conditions=[coding("I10", ICD_10)],
            history_cancer_type=None,
            consent_sharing={"valueBoolean": self.shares},
        )

    def _step(self, caller: Caller, step: str, method: str, path: str, body: Any = None, **sent: Any) -> Reply:
        self.answers[step] = caller.call(step, method, path, body, expect=None, **sent)
        return self.answers[step]


@pytest.fixture(scope="module")
def way(stack: dict[str, Any], stack_place: StackLocation) -> StackJourney:
    walked = StackJourney(stack, stack_place)
    walked.go()
    return walked


def test_each_step_is_answered_as_the_contract_says(way: StackJourney) -> None:
    assert {step: answer.status for step, answer in way.answers.items()} == {
        "visit": 204,
        "code": 202,
        "inbox": 200,
        "verify": 200,
        "declare": 201,
        "declare again": 201,
        "own view": 200,
        "sign out": 204,
        "signed out": 401,
        "code again": 401,
    }


def test_the_sms_fits_one_message_and_ends_with_the_line_for_the_browser(way: StackJourney) -> None:
    (message,) = way.sms
    assert message["to"] == f"+84{way.phone[1:]}"
    assert len(message["text"]) <= 160
    assert message["text"].isascii()
    code = re.findall(r"\d{6}", message["text"])[0]
    assert message["text"].splitlines()[-1] == f"@localhost #{code}"


def test_the_session_is_a_cookie_that_no_script_reads(way: StackJourney) -> None:
    assert set(way.answers["code"].json) == {"challenge_id", "expires_in", "resend_after"}
    verified = way.answers["verify"].json
    assert verified == {"level": 1, "pin_set": False, "draft_scope": verified["draft_scope"]}
    assert {"__Host-session", "__Host-device"} <= set(way.answers["verify"].cookies)


def test_a_declaration_sent_twice_is_one_version_with_one_receipt(way: StackJourney) -> None:
    first, again = way.answers["declare"], way.answers["declare again"]
    assert first.json == again.json
    assert (first.json["id"], first.json["version"], first.json["warnings"]) == (way.record_id, 1, [])
    assert re.fullmatch(r"79-[34679ACDEFHJKMPRTWXY]{4}-[34679ACDEFHJKMPRTWXY]{4}", first.json["receipt"])
    assert first.headers["etag"] == again.headers["etag"] == '"1"'
    own = [row["sk"] for row in way.rows("records") if row["pk"] == f"record#{way.record_id}"]
    assert [sk for sk in own if sk.startswith("version#")] == ["version#000001"]


def test_the_session_that_declared_sees_what_it_declared(way: StackJourney) -> None:
    seen = way.answers["own view"].json
    assert (seen["resourceType"], seen["id"], seen["status"]) == ("QuestionnaireResponse", way.record_id, "completed")
    assert NAME in way.answers["own view"].body.decode()


def test_pointers_key_and_facts_came_with_the_record(way: StackJourney) -> None:
    records, pk = way.rows("records"), f"record#{way.record_id}"
    claims = [
        row["pk"].split("#")[1]
        for row in way.rows("keys")
        if row.get("record_id") == way.record_id and "identifier" in row
    ]
    assert sorted(claims) == ["insurance-number", "national-id"]
    assert [row["sk"] for row in records if row["pk"].startswith("account#") and row["sk"] == pk] == [pk]
    assert [set(row) for row in way.rows("keys") if row["pk"] == pk] == [{"pk", "wrapped"}]
    about = [row for row in way.rows("facts") if row["sk"] == "resident" and row["birth_year"] == int(BORN[:4])]
    assert any((row["ward"], row["sex"], row["yes"]) == ("26911", "female", [f"{ICD_10}|I10"]) for row in about)


def test_no_raw_table_shows_a_name_phone_or_number(way: StackJourney) -> None:
    stored = "\n".join(_readable(way.rows(table)) for table in way.stack["tables"])
    assert way.record_id in stored
    national, insurance = way.national_id, way.insurance_number
    for secret in (NAME, json.dumps(NAME)[1:-1], NAME.split()[-1], national, insurance, way.phone[1:], BORN):
        assert secret not in stored, "a raw table shows what only the sealed part may hold"


def test_no_log_shows_a_name_phone_or_number_and_each_call_leaves_a_line(way: StackJourney) -> None:
    logs = create_client(way.place, "logs")
    written = []
    for group in logs.describe_log_groups()["logGroups"]:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
        written += [event["message"] for page in pages for event in page["events"]]
    text = "\n".join(written)
    answered = [line for line in written if '"request_answered"' in line and "PUT /v1/records/{id}" in line]
    assert len(answered) >= 2
    for secret in (NAME, json.dumps(NAME)[1:-1], way.national_id, way.insurance_number, way.phone[1:]):
        assert secret not in text, "a log shows who somebody is"


def by_post(way: StackJourney) -> FacilityAnswer:
    return way.facility.summary(NATIONAL_ID_SYSTEM, way.national_id, BORN)


def by_get(way: StackJourney) -> FacilityAnswer:
    query = {"identifier": f"{NATIONAL_ID_SYSTEM}|{way.national_id}", "birthdate": BORN}
    return way.facility.call("GET", "Patient/$summary", query=query)


def by_id(way: StackJourney) -> FacilityAnswer:
    return way.facility.summary_by_id(way.record_id)


@pytest.mark.parametrize("read", [by_post, by_get, by_id])
def test_the_facility_reads_a_summary_and_leaves_its_audit_line(way: StackJourney, read: Any) -> None:
    before = {row["pk"] for row in way.rows("audit")}
    answer = read(way)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/fhir+json; charset=utf-8")
    bundle = answer.json
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "document")
    found = {entry["resource"]["resourceType"]: entry["resource"] for entry in bundle["entry"]}
    assert (found["Patient"]["id"], found["Patient"]["name"][0]["text"]) == (way.record_id, NAME)
    assert {"system": ICD_10, "code": "I10"}.items() <= found["Condition"]["code"]["coding"][0].items()
    (line,) = [row for row in way.rows("audit") if row["pk"] not in before]
    assert line["pk"].startswith(f"{way.stack['demo_facility']['key_id']}#")
    told = {name: line[name] for name in ("action", "outcome", "record_id", "practitioner", "purpose")}
    assert told == {
        "action": "summary",
        "outcome": "allowed",
        "record_id": way.record_id,
        "practitioner": PRACTITIONER,
        "purpose": "TREAT",
    }


def test_the_aggregation_puts_statistics_and_a_page_into_the_bucket(way: StackJourney) -> None:
    answer = ssk_output(way, "aggregate")
    day, week = answer["date"], answer["week"]
    store, bucket = create_client(way.place, "s3"), way.stack["buckets"]["insights"]
    keys = {found["Key"] for found in store.list_objects_v2(Bucket=bucket)["Contents"]}
    tables = ("coverage", "conditions", "risks", "immunizations", "weekly_diagnoses", "funnel")
    assert {f"statistics/province=79/date={day}/{name}.parquet" for name in tables} <= keys
    assert {f"published/province=79/latest/{name}" for name in ("index.html", "summary.json")} <= keys
    assert any(key.startswith(f"published/province=79/week={week}/") and key.endswith(".csv") for key in keys)
    counted = statistics.list_written(store, bucket, "79", day)
    age = int(day[:4]) - int(BORN[:4])
    group = ("26911", "female", f"{age // 5 * 5}-{age // 5 * 5 + 4}")
    assert counted.coverage[group] >= 1
    assert counted.conditions[(*group, f"{ICD_10}|I10", "yes")] >= 1


def test_a_rehearsal_of_the_pilot_ends_without_a_failure(way: StackJourney) -> None:
    told = ssk_output(way, "pilot", "--residents", "40", "--concurrency", "4")
    assert (told["residents"], told["failures"], told["reasons"]) == (40, 0, {})
    assert [check["promise"] for check in told["checks"] if not check["ok"]] == []
    assert {"visit", "code", "inbox", "verify", "declare"} <= set(told["calls"])


def ssk_output(way: StackJourney, *words: str) -> Any:
    """What `ssk <words> --json` prints in its last line."""
    place = way.place
    ports = {"SSK_PORT": str(place.port), "SSK_EMULATOR_PORT": str(place.emulator_port)}
    done = subprocess.run(
        [sys.executable, "-m", "ops.ssk", *words, "--json"],
        env={**os.environ, **ports, "SSK_LOCAL_DIR": str(place.folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def _readable(rows: list[dict[str, Any]]) -> str:
    """A table as text; sealed bytes as the text they would be if they were none."""

    def text(value: Any) -> str:
        return value.decode("utf-8", "replace") + value.decode("latin-1") if isinstance(value, bytes) else str(value)

    return json.dumps(rows, default=text, ensure_ascii=False)
