"""The `ssk` command: every subcommand is real, a make target, and fails in one sentence."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from ops import ssk
from ops.local import source_hash, stack_location
from ops.local.stack_location import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("command", ssk.COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ssk.main([command, "--help"])
    assert ended.value.code == 0
    assert ssk.COMMANDS[command][1] in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("command", ssk.COMMANDS)
def test_every_command_is_a_make_target_that_passes_its_arguments_on(command: str) -> None:
    assert re.search(rf"^{command}: bootstrap .*\n\t@\$\(BIN\)/ssk {command} \$\(ARGS\)$", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("target", ["up", "down", "test", "check", "bench", "synth", "lock", "pilot", "aggregate"])
def test_the_contracts_make_targets_are_there(target: str) -> None:
    assert re.search(rf"^{target}:.*## ", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("words", [[], ["nonsense"], ["up", "--nonsense"]])
def test_an_unknown_word_is_refused_with_the_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ssk.main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: ssk")


@pytest.mark.parametrize(
    ("command", "other"),
    [
        ("pilot", ""),
        *((command, " A province in AWS is named by --province.") for command in ("aggregate", "facility list")),
    ],
)
def test_a_command_that_needs_a_stack_says_so_in_one_line(command: str, other: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ops.ssk", *command.split()],
        cwd=ROOT,
        env={"SSK_LOCAL_DIR": str(tmp_path), "PATH": "/bin", "PYTHONPATH": "layers/health_record"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"ssk: No local stack runs here: start one with `make up`.{other}\n"


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "8000.5", "²"])
def test_a_port_that_is_none_is_refused_by_its_name(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SSK_EMULATOR_PORT", text)
    assert ssk.main(["down"]) == 1
    assert capsys.readouterr().err == f"ssk: SSK_EMULATOR_PORT must be a port number from 1 to 65535, not {text!r}.\n"


@pytest.mark.parametrize("province", ["99", "../79", "abc"])
def test_a_province_without_settings_is_refused_by_its_name(
    province: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SSK_LOCAL_PROVINCE", province)
    assert ssk.main(["down"]) == 1
    assert capsys.readouterr().err == (
        f"ssk: SSK_LOCAL_PROVINCE names province {province}, which has no settings file.\n"
    )


@pytest.mark.parametrize("text", ["1", "65535"])
def test_the_first_and_the_last_port_are_taken(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSK_PORT", text)
    assert stack_location.read_location().port == int(text)


def test_without_variables_the_stack_is_where_the_contract_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSK_PORT", "SSK_EMULATOR_PORT", "SSK_LOCAL_DIR", "SSK_LOCAL_PROVINCE"):
        monkeypatch.delenv(name, raising=False)
    found = stack_location.read_location()
    assert (found.province, found.folder, found.web_url, found.aws_endpoint_url) == (
        "79",
        ROOT / ".local",
        "http://localhost:8000",
        "http://127.0.0.1:4566",
    )


def test_a_refusal_of_aws_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(_: str, **__: str) -> None:
        answer = {"Error": {"Code": "ValidationError", "Message": "Stack with id ssk-40 does not exist"}}
        raise ClientError(answer, "DescribeStacks")  # type: ignore[arg-type]

    monkeypatch.setattr("ops.deployment.boto3.client", refused)
    assert ssk.main(["facility", "list", "--province", "40"]) == 1
    assert capsys.readouterr().err == (
        "ssk: AWS did not do it: An error occurred (ValidationError) when calling the DescribeStacks operation: "
        "Stack with id ssk-40 does not exist\n"
    )


def test_down_without_a_stack_says_that_none_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SSK_LOCAL_DIR", str(tmp_path / "never"))
    assert ssk.main(["down"]) == 0
    assert capsys.readouterr().out == "No local stack ran here.\n"


def test_the_content_hash_refuses_a_source_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent"):
        source_hash.hash_sources("absent", root=tmp_path)


def test_the_content_hash_sees_names_and_bytes_and_no_leavings(tmp_path: Path) -> None:
    (tmp_path / "web" / "__pycache__").mkdir(parents=True)
    page, leaving = tmp_path / "web" / "a.html", tmp_path / "web" / "__pycache__" / "a.pyc"
    page.write_text("one")
    hashes = [source_hash.hash_sources("web", root=tmp_path)]
    leaving.write_text("bytecode")
    hashes.append(source_hash.hash_sources("web", root=tmp_path))
    page.write_text("two")
    hashes.append(source_hash.hash_sources("web", root=tmp_path))
    page.rename(page.with_name("b.html"))
    hashes.append(source_hash.hash_sources("web", root=tmp_path))
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_outside_of_a_checkout_there_is_no_commit(tmp_path: Path) -> None:
    assert source_hash.current_commit(tmp_path) == ""
