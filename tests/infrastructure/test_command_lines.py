"""Every line of `aws` and `ssk` that the operators' page tells them to type is one that the program takes."""

import shlex
from pathlib import Path

import boto3
import pytest

from ops import ssk
from tests.aws_command_lines import CommandLine, filled, lines_of, parse

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
AWS_LINES = lines_of(PAGE)
SSK_LINES = [line for line in lines_of(PAGE, "ssk") if "..." not in line]
VALUES = {"dollars": "1200"}
WITHOUT_OPTIONS = ("get-account-settings", "describe-region-settings", "list-keys", "list-stacks")
NAMES_ALONE = {  # said in passing: the operation exists, its options are looked up
    "aws kms cancel-key-deletion",
    "aws kms enable-key",
    "aws dynamodb export-table-to-point-in-time",
}


def value_of(name: str) -> str:
    return VALUES.get(name, "arn:aws:iam::123456789012:role/a" if name.endswith(("Arn", "role")) else "name-of-it")


def client_of(line: CommandLine) -> boto3.client:
    return boto3.client(
        line.service,
        region_name="ap-southeast-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )


@pytest.mark.parametrize("line", AWS_LINES)
def test_aws_takes_the_line(line: str) -> None:
    parsed = parse(filled(line, value_of))
    client = client_of(parsed)
    if line in NAMES_ALONE:
        assert parsed.operation.replace("-", "_") in client.meta.method_to_api_mapping
    else:
        assert parsed.request(client).keys() or parsed.operation in WITHOUT_OPTIONS


def test_the_page_has_these_lines() -> None:
    assert len(AWS_LINES) >= 20
    assert len(SSK_LINES) >= 20
    assert set(AWS_LINES) >= NAMES_ALONE


@pytest.mark.parametrize(
    "wrong",
    [
        "aws lambda put-function-concurrency --function-name f --reserved-concurrency 0",
        "aws lambda put-function-concurrency --function-name f",
        "aws lambda put-function-concurency --function-name f --reserved-concurrent-executions 0",
        'aws dynamodb get-item --table-name t --key \'{"pk": "S"}\'',
    ],
)
def test_a_line_that_aws_does_not_take_is_found(wrong: str) -> None:
    parsed = parse(wrong)
    with pytest.raises(Exception):  # noqa: B017 - a key of no option, a missing or a wrong parameter
        parsed.request(client_of(parsed))


@pytest.mark.parametrize("line", SSK_LINES)
def test_ssk_takes_the_line(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, *words = shlex.split(filled(line, lambda name: name).replace("YYYY-MM-DD", "2026-12-01"))
    if all(word.isalpha() or word == "add-device" for word in words):  # said in passing: the command exists
        with pytest.raises(SystemExit) as ended:
            ssk.main([*words, "--help"])
        assert (ended.value.code, capsys.readouterr().out[:5]) == (0, "usage")
    else:
        assert ssk._parser(words).parse_args(words).command == words[0]
