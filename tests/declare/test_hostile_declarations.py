"""Generated declarations at the entry point: valid ones are kept, and no input gives a 500."""

import json
import uuid
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import World
from tests.declare.people import RECORD, call, put, sign_in
from tests.health_record.generated import JSON, broken_responses, responses

SETTINGS = settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ANSWERED = {201, 400, 404, 413, 422, 428}


@given(body=responses())
@settings(SETTINGS, max_examples=6)
def test_every_valid_declaration_is_kept_and_read_back(world: World, body: dict[str, Any]) -> None:
    record_id = str(uuid.uuid4())
    account = uuid.uuid4().hex
    answer = put(sign_in(account), body, record_id=record_id)
    assert (answer.status, answer.json["version"]) == (201, 1), answer.body
    read = call("GET", RECORD, sign_in(account, level=2), record_id=record_id)
    assert read.status == 200
    assert read.json["status"] == "completed"
    for shown in ("summary", "summary.pdf"):
        assert call("GET", f"{RECORD}/{shown}", sign_in(account, level=2), record_id=record_id).status == 200


@given(body=broken_responses())
@SETTINGS
def test_a_broken_declaration_is_refused_or_kept_and_never_breaks_the_service(world: World, body: Any) -> None:
    answer = put(sign_in(uuid.uuid4().hex), json.dumps(body), record_id=str(uuid.uuid4()))
    assert answer.status in ANSWERED, answer.body
    answer.body.encode()


@given(body=JSON | st.text() | st.binary(), text=st.booleans())
@SETTINGS
def test_any_body_is_answered(world: World, body: Any, text: bool) -> None:
    sent = (
        body if isinstance(body, str | bytes) and text else json.dumps(repr(body) if isinstance(body, bytes) else body)
    )
    answer = put(sign_in(uuid.uuid4().hex), sent, record_id=str(uuid.uuid4()))
    assert answer.status in ANSWERED - {201}, answer.body


@given(
    record_id=st.text(max_size=40),
    headers=st.fixed_dictionaries(
        {}, optional={"if-match": st.text(max_size=12), "if-none-match": st.text(max_size=12)}
    ),
    body=JSON.filter(lambda body: isinstance(body, dict)),
)
@SETTINGS
def test_any_id_precondition_and_small_body_is_answered(
    world: World, record_id: str, headers: dict[str, str], body: Any
) -> None:
    cookies = sign_in(level=2)
    statuses = {
        put(cookies, json.dumps(body), headers={"if-none-match": None, **headers}).status,
        call("GET", RECORD, cookies, record_id=record_id).status,
        call("PUT", f"{RECORD}/consents", cookies, record_id=record_id, body=json.dumps(body)).status,
        call("PUT", f"{RECORD}/restriction", cookies, record_id=record_id, body=json.dumps(body)).status,
        call("DELETE", RECORD, cookies, record_id=record_id).status,
        call("POST", "/v1/visits", body=json.dumps(body)).status,
    }
    assert statuses <= {400, 404, 422, 428}
