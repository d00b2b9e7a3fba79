"""Each search that the operators' page tells to make finds a line that the code really wrote."""

import itertools
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from health_record import observability
from health_record.sms import delivery
from ops.local.stack_location import ROOT
from tests.conftest import Answer, Context, World, aws, call_handler
from tests.facility_desk import register
from tests.lookup.test_emergencies import declared, emergency

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SEARCHES = sorted(set(re.findall(r"`filter ([^`]+)`", PAGE)))
CONDITION = re.compile(r'(\w+) (=|>=) ("[^"]*"|[0-9]+)')
REQUEST_ID = Context().aws_request_id

Scenario = Callable[[World, pytest.MonkeyPatch], None]


def ask_for_a_code() -> Answer:
    from functions.otp.handler import handler

    return call_handler(handler, "POST", "/v1/otp", body={"phone": "0911222333"})


def failing(monkeypatch: pytest.MonkeyPatch, code: str, operation: str = "") -> None:
    """Let AWS answer every call, or those of one operation, with an error."""
    call = BaseClient._make_api_call

    def fail(self: BaseClient, name: str, parameters: dict[str, Any]) -> Any:
        if operation in ("", name):
            raise ClientError({"Error": {"Code": code}}, name)
        return call(self, name, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", fail)


def a_call_breaks(_: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "AccessDeniedException")
    answer = ask_for_a_code()
    assert (answer.status, REQUEST_ID in answer.json["detail"]) == (500, True)


def aws_throttles(_: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "ThrottlingException")
    assert ask_for_a_code().status == 503


def an_environment_starts(_: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observability, "_calls", itertools.count())
    assert ask_for_a_code().status == 202


def the_channel_refuses(_: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "Throttled", "Publish")
    assert ask_for_a_code().status == 503


def a_notice_breaks_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise TimeoutError

    declared(world)
    monkeypatch.setitem(delivery.CHANNELS, "sns", fail)
    assert emergency(register(world)).status == 200


def a_key_is_disabled(_: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.report import key_states
    from functions.report.settings import ReportSettings
    from health_record import settings

    key = aws("kms").create_key()["KeyMetadata"]
    aws("kms").disable_key(KeyId=key["KeyId"])
    monkeypatch.setenv("SSK_ALARM_TOPIC_ARN", "arn:topic")
    monkeypatch.setenv("SSK_WATCHED_KEY_ARNS", key["Arn"])
    assert key_states.count_unusable(settings.read(ReportSettings)) == 1


SCENARIOS: dict[str, Scenario] = {
    'function_request_id = "REQUEST_ID"': a_call_breaks,
    'level = "ERROR"': a_call_breaks,
    'message = "aws_transient_error"': aws_throttles,
    'message = "request_answered" and status >= 500': a_call_breaks,
    'message = "request_answered" and cold_start = 1': an_environment_starts,
    'message = "sms_refused"': the_channel_refuses,
    'message = "post_response_failed"': a_notice_breaks_off,
    'message = "key_not_usable"': a_key_is_disabled,
}


def is_found(search: str, line: dict[str, Any]) -> bool:
    """Whether CloudWatch Logs Insights finds the line: it takes `true` for 1."""
    conditions = CONDITION.findall(search)
    assert " and ".join(" ".join(condition) for condition in conditions) == search
    for name, operator, text in conditions:
        wanted = json.loads(text)
        if name not in line or not (line[name] >= wanted if operator == ">=" else line[name] == wanted):
            return False
    return True


def test_the_page_has_these_searches() -> None:
    assert sorted(SCENARIOS) == SEARCHES


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_finds_what_it_is_for_and_nothing_before(
    search: str, world: World, monkeypatch: pytest.MonkeyPatch, written: Callable[[], str]
) -> None:
    def found() -> list[str]:
        lines = [json.loads(line) for line in written().splitlines() if line.startswith('{"level"')]
        return [line["message"] for line in lines if is_found(search.replace("REQUEST_ID", REQUEST_ID), line)]

    assert found() == []
    SCENARIOS[search](world, monkeypatch)
    assert found() != []


def test_every_line_of_a_failed_call_has_the_id_that_the_person_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, written: Callable[[], str]
) -> None:
    a_call_breaks(world, monkeypatch)
    lines = [json.loads(line) for line in written().splitlines() if line.startswith('{"level"')]
    assert [(line["message"], line["function_request_id"]) for line in lines] == [
        ("unexpected_error", REQUEST_ID),
        ("request_answered", REQUEST_ID),
    ]
    assert [line["location"].partition(":")[0] for line in lines] == [
        "entry_point._translate_unexpected",
        "entry_point.handle_event",
    ]
