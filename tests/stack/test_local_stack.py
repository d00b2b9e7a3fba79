"""The deployed whole: site, API, roles, rehearsal and statistics of the local stack, as a newcomer meets them."""

import http.client
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from infrastructure.api.security_headers import SECURITY_HEADERS
from infrastructure.config.routes import CONTRIBUTE, LOOKUP, ROUTES, Route
from ops.local import aws
from ops.local.stack import LocalStack
from ops.local.stack_location import ROOT, StackLocation
from ops.progress_steps import ProgressSteps
from so_suc_khoe_client import FacilityClient

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NOBODYS_NUMBER = "079000000000"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(url: str, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def ssk(place: StackLocation, *words: str, status: int = 0) -> Any:
    """Run the real command on the tests' stack; the last line as JSON."""
    stack = {
        "SSK_PORT": str(place.port),
        "SSK_EMULATOR_PORT": str(place.emulator_port),
        "SSK_LOCAL_DIR": str(place.folder),
    }
    done = subprocess.run(
        [sys.executable, "-m", "ops.ssk", *words, "--json"],
        cwd=ROOT,
        env={**os.environ, **stack},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_stack_is_described_as_the_contract_says(stack: dict[str, Any], stack_place: StackLocation) -> None:
    described = json.loads(stack_place.stack_file.read_text())
    assert described == stack
    tables, buckets, facility = (described.pop(name) for name in ("tables", "buckets", "demo_facility"))
    assert re.fullmatch("([0-9a-f]{40})?", described.pop("commit"))
    web = f"http://localhost:{stack_place.port}"
    assert described == {
        "province": "79",
        "web_url": web,
        "api_url": f"{web}/v1",
        "aws_endpoint_url": f"http://127.0.0.1:{stack_place.emulator_port}",
        "region": "ap-southeast-1",
        "sms_inbox_url": f"{web}/_local/sms",
    }
    assert tables.keys() == {"access", "records", "keys", "facts", "facilities", "audit"}
    known = aws.create_client(stack_place, "dynamodb").list_tables()["TableNames"]
    assert set(tables.values()) <= set(known)
    assert buckets.keys() == {"site", "insights"}
    assert (facility["id"], facility["key_id"]) == ("79001", "79001.1")
    assert Path(facility["private_key_file"]).stat().st_mode & 0o077 == 0


def test_the_site_is_served_with_the_headers_of_the_edge(stack: dict[str, Any]) -> None:
    page = call(stack["web_url"], "GET", "/", accept_encoding="gzip")
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-encoding"] == "gzip"
    assert {name: page.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_the_form_is_served_as_a_fhir_questionnaire(stack: dict[str, Any]) -> None:
    assert call(stack["web_url"], "GET", "/questionnaire.json").json["resourceType"] == "Questionnaire"


# Preflights never get further than the emulator, which answers them itself (in AWS the function does).
REACHABLE = [route for route in ROUTES if route.method != "OPTIONS"]


@pytest.mark.parametrize("route", REACHABLE, ids=lambda route: route.key)
def test_every_route_reaches_a_function_that_runs(stack: dict[str, Any], route: Route) -> None:
    """Without session, header or a true signature each function refuses; a gateway would answer without a type."""
    path = route.path.replace("{id}", "5f0c1f9e-0000-4000-8000-000000000000").replace("{operation}", "$summary")
    signed = (
        {"signature": "sig1=:AA:"} if route.function in (LOOKUP, CONTRIBUTE) else {}
    )  # by its form, for the web ACL
    answer = call(stack["web_url"], route.method, path, **signed)
    if route.key == "GET /v1/fhir/metadata":
        assert (answer.status, answer.json["resourceType"]) == (200, "CapabilityStatement")
        return
    assert answer.status in {400, 401, 403, 404}
    facility = route.function in (LOOKUP, CONTRIBUTE)
    kind = "application/fhir+json" if facility else "application/problem+json"
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert facility == (answer.json.get("resourceType") == "OperationOutcome")


def test_a_call_round_the_proxy_is_refused(stack: dict[str, Any], stack_place: StackLocation) -> None:
    """Straight to the API's own host name, with an invented address and a guessed secret."""
    host = aws.read_outputs(stack_place)["ApiUrl"].removeprefix("http://")
    answer = call(
        stack["aws_endpoint_url"], "GET", "/v1/session", host=host, x_ssk_client="127.0.0.1", x_ssk_origin="guess"
    )
    assert (answer.status, answer.json["type"]) == (403, "/problems/not-through-edge")


def test_a_path_that_no_route_knows_gets_the_gateways_own_words(stack: dict[str, Any]) -> None:
    answer = call(stack["web_url"], "GET", "/v1/nothing")
    assert (answer.status, answer.json) == (404, {"message": "Not Found"})


def facility(stack: dict[str, Any], place: StackLocation) -> FacilityClient:
    known = stack["demo_facility"]
    pem = (place.folder / known["private_key_file"]).read_bytes()
    return FacilityClient(stack["web_url"], known["key_id"], pem, practitioner="000123/HCM-CCHN")


def test_the_demonstration_facilitys_signature_holds_through_the_proxy(
    stack: dict[str, Any], stack_place: StackLocation
) -> None:
    """Nobody has this number, so an accepted signature is answered 404."""
    client = facility(stack, stack_place)
    by_post = client.summary(NATIONAL_ID, NOBODYS_NUMBER, "1985-03-02")
    by_get = client.call(
        "GET", "Patient/$summary", query={"identifier": f"{NATIONAL_ID}|{NOBODYS_NUMBER}", "birthdate": "1985-03-02"}
    )
    assert [(answer.status, answer.json["resourceType"]) for answer in (by_post, by_get)] == [
        (404, "OperationOutcome")
    ] * 2


def test_facilities_are_registered_and_revoked_from_the_command_line(
    stack: dict[str, Any], stack_place: StackLocation, tmp_path: Path
) -> None:
    key, second = tmp_path / "key.pem", tmp_path / "second.pem"
    for file in (key, second):
        public = Ed25519PrivateKey.generate().public_key()
        file.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    added = ssk(stack_place, "facility", "add", "79002", "--name", "Bệnh viện thử", "--key", str(key))
    rotated = ssk(stack_place, "facility", "rotate", "79002", "--key", str(second))
    ssk(stack_place, "facility", "revoke", "79002")
    listed = ssk(stack_place, "facility", "list")["facilities"]
    assert (added, rotated) == ({"key_id": "79002.1"}, {"key_id": "79002.2"})
    assert [(known["id"], known["status"], sum("label" not in key for key in known["keys"])) for known in listed] == [
        ("79001", "active", 1),
        ("79002", "revoked", 2),
    ]


def test_posters_of_the_stack_are_counted_by_it(
    stack: dict[str, Any], stack_place: StackLocation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    words = ("--province", "79", "--ward", "26905", "--out", str(tmp_path))
    (made,) = ssk(stack_place, "posters", *words)["posters"]
    assert made["url"] == f"{stack['web_url']}/?p={made['poster']}"
    for poster in (made["poster"], made["poster"][:-1] + "u"):
        body = json.dumps({"poster": poster}).encode()
        sent = {"content_type": "application/json", "x_requested_with": "ssk"}
        assert call(stack["web_url"], "POST", "/v1/visits", body, **sent).status == 204
    items = aws.create_client(stack_place, "dynamodb").scan(TableName=stack["tables"]["facts"])["Items"]
    counted = [item for item in items if item["pk"]["S"].startswith("poster#26905")]
    assert [(item["pk"]["S"], item["visits"]["N"]) for item in counted] == [(f"poster#{made['poster']}", "1")]


def test_the_aggregation_runs_from_the_command_line(stack: dict[str, Any], stack_place: StackLocation) -> None:
    ssk(stack_place, "aggregate")
    listed = aws.create_client(stack_place, "s3").list_objects_v2(
        Bucket=stack["buckets"]["insights"], Prefix="statistics/"
    )
    assert any(entry["Key"].endswith("/coverage.parquet") for entry in listed["Contents"])


def test_a_second_up_of_the_same_content_uses_the_running_stack_again(
    stack: dict[str, Any], stack_place: StackLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = LocalStack(stack_place)
    content = (stack_place.folder / "content").read_text().partition(" ")[0]
    monkeypatch.setattr("ops.local.stack.hash_sources", lambda *_: content)
    monkeypatch.setattr("ops.local.stack_file.current_commit", lambda: "a-later-commit-of-the-same-content")
    before = local.processes.running()
    with ProgressSteps() as steps:
        assert local.up(steps) == {**stack, "commit": "a-later-commit-of-the-same-content"}
    assert local.processes.running() == before
