"""The operators' page followed on the local stack, its lines as they are printed: pausing, the ledgers, the digests.

What the emulator has no answer for (spending limits, AWS Backup's jobs, exports to another account) is held to AWS's
own model by `tests/infrastructure/test_command_lines.py` alone.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from ops.local.aws import create_client, read_outputs
from ops.local.stack_location import StackLocation
from tests.aws_command_lines import filled, lines_of, parse
from tests.stack.test_local_stack import call, ssk

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"

type Follow = Callable[..., Any]


@pytest.fixture
def follow(stack_place: StackLocation, stack: dict[str, Any]) -> Follow:
    """Runs the page's only line that begins so, with the names in angle brackets filled in."""

    def run(beginning: str, **names: str) -> Any:
        (line,) = (line for line in lines_of(PAGE) if line.startswith(f"aws {beginning}"))
        outputs = read_outputs(stack_place)
        whole = filled(line, lambda name: names.get(name) or outputs[name]).replace("YYYY-MM-DD", TODAY)
        command = parse(whole)
        return command.run(create_client(stack_place, command.service))

    return run


def test_a_function_is_paused_and_resumed(follow: Follow, stack: dict[str, Any]) -> None:
    listed = follow('cloudformation list-stack-resources --stack-name ssk-79 --query "StackResourceSummaries[?Resource')
    (otp,) = (physical for logical, physical in listed if logical.startswith("Otp"))

    def status() -> int:
        return call(stack["web_url"], "GET", "/v1/session").status

    assert status() == HTTPStatus.UNAUTHORIZED
    follow("lambda put-function-concurrency --function-name <otp> --reserved-concurrent-executions 0", otp=otp)
    try:
        assert status() >= HTTPStatus.TOO_MANY_REQUESTS
        assert call(stack["web_url"], "GET", "/v1/records").status == HTTPStatus.UNAUTHORIZED, "the others go on"
    finally:
        follow("lambda put-function-concurrency --function-name <otp> --reserved-concurrent-executions 20", otp=otp)
        follow("lambda delete-function-concurrency", otp=otp)
    assert status() == HTTPStatus.UNAUTHORIZED


def test_the_names_in_angle_brackets_are_outputs(follow: Follow) -> None:
    outputs = {key for key, _ in follow("cloudformation describe-stacks")}
    resources = follow('cloudformation list-stack-resources --stack-name ssk-79 --query "StackResourceSummaries[].[Res')
    assert {"AWS::Lambda::Function", "AWS::SQS::Queue"} <= {kind for kind, _, _ in resources}
    assert {"DigestFunction", "ReportFunction", "TableAudit", "TableAccess"} <= outputs


def test_the_digests_and_the_age_of_backups_are_made_by_hand(follow: Follow) -> None:
    for beginning in (
        "lambda invoke --function-name <DigestFunction>",
        "lambda invoke --function-name <ReportFunction>",
    ):
        answer = follow(beginning)
        assert (answer["StatusCode"], answer.get("FunctionError")) == (200, None), answer["Payload"].read()


@pytest.mark.parametrize(
    ("about", "of_line"),
    [("detail = :why", {"detail": "too-many-misses"}), ("#action = :what", {"action": "verified-elsewhere"})],
    ids=["asked for too much", "moved a number"],
)
def test_what_a_facility_did_is_found_in_the_audit(
    follow: Follow, stack_place: StackLocation, stack: dict[str, Any], about: str, of_line: dict[str, str]
) -> None:
    table = create_client(stack_place, "dynamodb")
    line = {"pk": "runbook", "at": f"{TODAY}T01:02:03Z", "facility_id": "79001", "practitioner": "p", **of_line}
    item = {name: {"S": text} for name, text in line.items()}
    table.put_item(TableName=stack["tables"]["audit"], Item=item)
    try:
        found = follow(f'dynamodb scan --table-name <TableAudit> --filter-expression "{about}')
        assert [f"{TODAY}T01:02:03Z", "79001", "p"] in found
    finally:
        table.delete_item(TableName=stack["tables"]["audit"], Key={"pk": item["pk"]})


def test_the_day_s_count_of_a_facility_is_read(follow: Follow) -> None:
    assert "ResponseMetadata" in follow("dynamodb get-item", facility="79001")


def test_a_dead_letter_is_read_and_deleted(follow: Follow, stack_place: StackLocation) -> None:
    queues = create_client(stack_place, "sqs")
    (address,) = (url for url in queues.list_queues()["QueueUrls"] if "DeadLetters" in url)
    event = {"task": "weekly-report"}
    queues.send_message(QueueUrl=address, MessageBody=json.dumps(event))
    (letter,) = follow("sqs receive-message", address=address)["Messages"]
    assert json.loads(letter["Body"]) == event
    follow("sqs delete-message", **{"address": address, "ReceiptHandle of the reading": letter["ReceiptHandle"]})
    assert "Messages" not in queues.receive_message(QueueUrl=address)


@pytest.mark.parametrize(
    "words",
    [
        ("facility", "list"),
        ("audit", "verify"),
        ("audit", "reads", "--since", TODAY),
        ("audit", "emergencies", "--day", TODAY),
        ("audit", "refusals", "--facility", "79001"),
        ("event", "list"),
    ],
    ids=" ".join,
)
def test_the_commands_that_only_look_answer(words: tuple[str, ...], stack_place: StackLocation, stack: Any) -> None:
    assert ssk(stack_place, *words) is not None
