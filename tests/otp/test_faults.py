"""When a service that we stand on fails: a clear 503 in time, no quota lost, no code live that nobody got."""

from typing import Any

import botocore.client
import pytest
import time_machine
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from functions.otp.limits import Limits
from tests.conftest import World
from tests.otp.conftest import START, Aws, Browser, phone_number, solve, throttled
from tests.posters import poster

LIMITS = Limits()

CONFLICT, NONE = {"Code": "TransactionConflict"}, {"Code": "None"}
SMS_FAULTS = [
    ClientError({"Error": {"Code": "OptedOut", "Message": "+84901234567 opted out"}}, "Publish"),
    ClientError({"Error": {"Code": "InternalError"}}, "Publish"),
    throttled("Publish"),
    ConnectTimeoutError(endpoint_url="https://sns"),
]


def counters(world: World) -> dict[str, dict[str, int]]:
    """What is counted, without what only says until when."""
    return {
        item["pk"]: {
            name: int(value) for name, value in item.items() if name[0] in "ns" and name != "sk" and name != "sends"
        }
        for item in world.items("access")
        if item["sk"] == "window"
    }


def nothing_counted(world: World) -> bool:
    return all(value == 0 for counter in counters(world).values() for value in counter.values())


def live_codes(world: World) -> list[Any]:
    return [item["seed"] for item in world.items("access") if "seed" in item]


@pytest.mark.parametrize("fault", SMS_FAULTS, ids=lambda fault: type(fault).__name__)
def test_sms_refused_is_503_and_gives_everything_back(
    world: World, browser: Browser, aws: Aws, fault: Exception, written: Any
) -> None:
    aws.fail("Publish", fault)
    refused = browser.ask(poster=poster())
    assert (refused.status, refused.json["type"]) == (503, "/problems/sms-refused")
    assert refused.headers["retry-after"] == "60"
    assert "trạm y tế" in refused.json["detail"]
    assert aws.calls.count("sns.Publish") == 1
    assert (live_codes(world), nothing_counted(world)) == ([], True)
    assert "901234567" not in written()
    aws.work()
    again = browser.ask(poster=poster())
    assert (again.status, again.json["resend_after"]) == (202, LIMITS.cooldown_seconds)
    assert browser.verify(again.json["challenge_id"], browser.code()).status == 200


def test_the_client_that_sends_gives_up_well_inside_the_functions_ten_seconds(world: World) -> None:
    from health_record.aws.clients import client

    config = client("sns", attempts=1).meta.config
    assert config.retries["total_max_attempts"] == 1
    assert config.connect_timeout + config.read_timeout <= 5


def test_a_refused_message_gives_the_spent_work_back(world: World, browser: Browser, aws: Aws) -> None:
    for number in range(25):
        browser.ask(phone_number(number))
    work = solve(browser.ask(phone_number(25)).json["work"])
    before = counters(world)
    aws.fail("Publish", throttled("Publish"))
    assert browser.ask(phone_number(25), work=work).status == 503
    assert counters(world) == before
    aws.work()
    assert browser.ask(phone_number(25), work=work).status == 202


@pytest.mark.parametrize(
    ("operation", "place"),
    [("BatchGetItem", 1), ("TransactWriteItems", 1), ("UpdateItem", 1), ("UpdateItem", 2), ("UpdateItem", 3)],
)
def test_a_throttled_table_is_503_with_nothing_lost(
    world: World, browser: Browser, aws: Aws, operation: str, place: int
) -> None:
    aws.fail(operation, throttled(operation), from_call=place, times=1)
    answer = browser.ask(poster=poster())
    assert (answer.status, answer.json["type"]) == (503, "/problems/unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert (world.sms(), live_codes(world), nothing_counted(world)) == ([], [], True)
    aws.work()
    assert browser.ask(poster=poster()).json["resend_after"] == LIMITS.cooldown_seconds


def test_a_throttled_key_service_is_503_before_anything_is_read(world: World, browser: Browser, aws: Aws) -> None:
    aws.fail("GenerateMac", throttled("GenerateMac"))
    assert browser.ask().status == 503
    assert [call for call in aws.calls if call.startswith("dynamodb")] == []
    aws.work()
    assert browser.ask().status == 202


def test_what_cannot_be_given_back_does_not_hide_the_refusal(
    world: World, browser: Browser, aws: Aws, written: Any
) -> None:
    def failing(name: str) -> Exception | None:
        sent = "sns.Publish" in aws.calls
        return throttled(name) if sent else None

    aws.failing = failing
    answer = browser.ask()
    assert (answer.status, answer.json["type"]) == (503, "/problems/sms-refused")
    assert written().count('"message":"refund_failed"') == 3


@pytest.mark.parametrize("operation", ["GetItem", "UpdateItem", "TransactWriteItems"])
def test_a_throttled_table_while_verifying_is_503_and_the_code_stays_good(
    world: World, browser: Browser, aws: Aws, operation: str
) -> None:
    asked = browser.ask().json["challenge_id"]
    aws.fail(operation, throttled(operation), times=1)
    assert browser.verify(asked, browser.code()).status == 503
    aws.work()
    assert browser.verify(asked, browser.code()).status == 200


@pytest.mark.parametrize(("conflicts", "status"), [(4, 200), (5, 503)])
def test_a_conflict_with_another_transaction_is_tried_again(
    browser: Browser, aws: Aws, conflicts: int, status: int
) -> None:
    asked = browser.ask().json["challenge_id"]
    response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [CONFLICT, NONE, NONE]}
    aws.fail("TransactWriteItems", ClientError(response, "TransactWriteItems"), times=conflicts)
    assert browser.verify(asked, browser.code()).status == status


@pytest.mark.parametrize(("conflicts", "status"), [(4, 202), (5, 503)])
def test_a_conflict_while_asking_is_looked_at_again(browser: Browser, aws: Aws, conflicts: int, status: int) -> None:
    """Five times: conflicts and what others spent of the money meanwhile are counted together."""
    response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [CONFLICT, NONE]}
    aws.fail("TransactWriteItems", ClientError(response, "TransactWriteItems"), times=conflicts)
    assert browser.ask().status == status


def test_a_verification_stands_when_the_breakers_cannot_be_told(
    world: World, browser: Browser, aws: Aws, written: Any
) -> None:
    asked = browser.ask().json["challenge_id"]
    aws.fail("UpdateItem", throttled("UpdateItem"), from_call=2)
    assert browser.verify(asked, browser.code()).status == 200
    assert "verification_counter_failed" in written()


def test_half_read_items_are_503(world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from health_record.aws.clients import client

    unread = {"Responses": {}, "UnprocessedKeys": {"access": {"Keys": []}}}
    monkeypatch.setattr(client("dynamodb"), "batch_get_item", lambda **_: unread)
    assert browser.ask().status == 503


def test_expired_items_that_the_table_still_holds_count_for_nothing(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """The table deletes late (TTL): every expiry is a condition."""
    asked = browser.ask().json["challenge_id"]
    clock.move_to(START + 4 * 86_400)
    assert [item for item in world.items("access") if "seed" in item]
    assert browser.verify(asked, browser.code()).status == 401
    assert browser.ask().json["resend_after"] == LIMITS.cooldown_seconds


def test_taking_back_what_was_never_written_leaves_another_requests_code(
    world: World, browser: Browser, aws: Aws
) -> None:
    other, asked = Browser(world, client="203.0.113.77"), []

    def failing(name: str) -> Exception | None:
        if name.endswith("TransactWriteItems") and not asked:
            asked.append(name)
            asked.append(other.ask().json["challenge_id"])
            return ReadTimeoutError(endpoint_url="https://dynamodb")
        return None

    aws.failing = failing
    assert browser.ask().status == 503
    assert other.verify(asked[1], other.code()).status == 200


@pytest.mark.parametrize("code", ["TransactionInProgressException", "IdempotentParameterMismatchException"])
def test_a_transaction_that_its_own_second_try_met_leaves_no_code_that_nobody_got(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    real = botocore.client.BaseClient._make_api_call
    told: list[str] = []

    def done_and_refused(self: Any, operation: str, request: Any) -> Any:
        answer = real(self, operation, request)
        if operation == "TransactWriteItems" and not told:
            told.append(operation)
            raise ClientError({"Error": {"Code": code}}, operation)
        return answer

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", done_and_refused)
    assert browser.ask().status == 503
    assert (live_codes(world), world.sms()) == ([], [])
    again = browser.ask()
    assert (again.status, len(world.sms())) == (202, 1)
    assert browser.verify(again.json["challenge_id"], browser.code()).status == 200


SILENT = [
    ReadTimeoutError(endpoint_url="https://sns"),
    ClientError({"Error": {"Code": "InternalError"}, "ResponseMetadata": {"HTTPStatusCode": 500}}, "Publish"),
]


@pytest.mark.parametrize("fault", SILENT, ids=lambda fault: type(fault).__name__)
def test_a_code_whose_message_was_not_confirmed_lives(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller, fault: Exception
) -> None:
    """SNS falls silent and delivers all the same: the code in the hand opens, also after a resend that was refused."""
    silent_after_sending(monkeypatch, fault)
    asked = browser.ask()
    assert (asked.status, len(world.sms())) == (202, 1)
    code = browser.code()
    clock.shift(LIMITS.cooldown_seconds)
    assert browser.ask().status == 202
    assert browser.code() == code
    assert browser.verify(asked.json["challenge_id"], code).status == 200


def test_messages_that_were_not_confirmed_count_for_no_limit_of_the_phone(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    silent_after_sending(monkeypatch, SILENT[0])
    for number in range(8):
        clock.move_to(START + number * LIMITS.cooldown_seconds)
        assert browser.ask().status == 202
    assert len(world.sms()) == 8


def test_a_resend_that_is_refused_leaves_the_code_that_had_arrived(
    world: World, browser: Browser, aws: Aws, clock: time_machine.Traveller
) -> None:
    for wait in (LIMITS.cooldown_seconds, 400):
        asked, code = browser.ask().json["challenge_id"], browser.code()
        clock.shift(wait)
        aws.fail("Publish", throttled("Publish"))
        assert browser.ask().status == 503
        aws.work()
        assert browser.verify(asked, code).status == 200


def silent_after_sending(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    real = botocore.client.BaseClient._make_api_call

    def sent_in_silence(self: Any, operation: str, request: Any) -> Any:
        answer = real(self, operation, request)
        if operation == "Publish":
            raise fault
        return answer

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", sent_in_silence)
