"""What stops the command is told in words of its own, in both languages, with what to do; by what code it ends."""

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from so_suc_khoe_client.client import FacilityClient
from so_suc_khoe_client.hospital_files import ledger, troubles
from so_suc_khoe_client.hospital_files.ledger import Ledger
from so_suc_khoe_client.hospital_files.sender import Sender
from tests.facility_desk import new_key
from tests.hospital_file.files import OUTPATIENT
from tests.sdk.test_hospital_files import Wire, answered
from tests.sdk.test_what_a_clerk_is_told import run


@pytest.fixture(autouse=True)
def reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(FacilityClient, "hospital_file", lambda _, file, **__: Wire(answered(201)).hospital_file(file))
    (tmp_path / "a.xml").write_bytes(OUTPATIENT)


def of_sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


def of_system(code: int) -> OSError:
    return OSError(code, os.strerror(code))


# Each error that reading and writing of the folder can end with, and a word of both sentences that it is told by.
TOLD: dict[str, tuple[Exception, str, str]] = {
    "locked": (of_sqlite(sqlite3.SQLITE_BUSY), "đang dùng sổ ghi này", "another command"),
    "locked, in its own words": (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), "đang dùng sổ ghi này", "another command"),
    "a locked table": (of_sqlite(sqlite3.SQLITE_LOCKED), "đang dùng sổ ghi này", "another command"),
    "a full disk, to SQLite": (of_sqlite(sqlite3.SQLITE_FULL), "đầy", "full"),
    "a full disk": (of_system(errno.ENOSPC), "đầy", "full"),
    "a spent quota": (of_system(errno.EDQUOT), "đầy", "full"),
    "read only, to SQLite": (of_sqlite(sqlite3.SQLITE_READONLY), "không có quyền ghi", "may not be written"),
    "no right, to SQLite": (of_sqlite(sqlite3.SQLITE_PERM), "không có quyền ghi", "may not be written"),
    "no right": (of_system(errno.EACCES), "không có quyền ghi", "may not be written"),
    "a read-only disk": (of_system(errno.EROFS), "không có quyền ghi", "may not be written"),
    "not opened": (of_sqlite(sqlite3.SQLITE_CANTOPEN), "không mở được", "cannot be opened"),
    "gone": (of_system(errno.ENOENT), "không còn", "no longer there"),
    "a network folder that is gone": (of_system(errno.ESTALE), "không còn", "no longer there"),
    "a file": (of_system(errno.EEXIST), "là tệp", "is a file"),
    "a file on the way": (of_system(errno.ENOTDIR), "là tệp", "is a file"),
    "a broken disk": (of_system(errno.EIO), "ổ đĩa hỏng", "disk fails"),
    "a broken disk, to SQLite": (of_sqlite(sqlite3.SQLITE_IOERR), "ổ đĩa hỏng", "disk fails"),
    "damaged": (of_sqlite(sqlite3.SQLITE_CORRUPT), "đổi tên", "rename"),
    "no ledger": (of_sqlite(sqlite3.SQLITE_NOTADB), "đổi tên", "rename"),
    "another of the system": (of_system(errno.EMFILE), "không ghi được", "cannot be written"),
    "another of SQLite": (of_sqlite(sqlite3.SQLITE_NOLFS), "không ghi được", "cannot be written"),
    "one without a code": (sqlite3.OperationalError("?"), "không ghi được", "cannot be written"),
}


@pytest.mark.parametrize("what", TOLD)
@pytest.mark.parametrize("where", [(Ledger, "note"), (Sender, "write_outcomes")])
def test_each_error_has_its_own_sentence_in_both_languages(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    what: str,
    where: tuple[type, str],
) -> None:
    error, *words = TOLD[what]

    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(*where, fail)
        assert run(tmp_path) == 2
    said = capsys.readouterr().err
    assert said.strip().startswith(str(tmp_path / "state"))
    assert [word in said for word in words] == [True, True]
    others = {word for each in TOLD.values() for word in each[1:]} - set(words)
    assert [word for word in others if word in said] == []
    assert run(tmp_path) == 0


def test_every_sentence_is_said_of_some_error() -> None:
    assert {troubles.sentence_of(error) for error, *_ in TOLD.values()} == set(troubles.SENTENCES)


def test_a_ledger_that_another_command_uses_is_told_and_not_as_a_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ledger, "WAIT_SECONDS", 0.1)
    (tmp_path / "state").mkdir()
    other = sqlite3.connect(tmp_path / "state" / ledger.LEDGER, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert run(tmp_path) == 2
    said = capsys.readouterr().err
    assert "đang dùng sổ ghi này" in said
    assert "another command" in said
    assert "ổ đĩa" not in said
    other.execute("ROLLBACK")
    other.close()
    assert run(tmp_path) == 0


@pytest.mark.parametrize(
    ("option", "content"), [("key", None), ("key", b"no key"), ("card-seen", None), ("card-seen", b"\xff\xfe\xff")]
)
def test_a_file_of_an_option_that_cannot_be_read_is_named_with_its_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, content: bytes | None
) -> None:
    given = tmp_path / "given"
    if content is not None:
        given.write_bytes(content)
    assert run(tmp_path, **{option: str(given)}) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith(f"--{option}: {given}: không đọc được (cannot be read)")


@pytest.fixture
def closed() -> Iterator[int]:
    """A pipe whose reader has gone, as after `| head`."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("buffered", [False, True])
def test_an_output_that_was_closed_is_told_as_that(tmp_path: Path, closed: int, both: bool, buffered: bool) -> None:
    """Python would end with 120 where the last lines go nowhere."""
    key = tmp_path / "key.pem"
    key.write_bytes(new_key()[0])
    (tmp_path / "empty").mkdir()
    command = [sys.executable, *([] if buffered else ["-u"]), "-m", "so_suc_khoe_client.hospital_files", "send"]
    options = ["--server", "http://127.0.0.1:9", "--key-id", "79999.1", "--key", str(key), "--practitioner", "CNTT"]
    ended = subprocess.run(
        [*command, str(tmp_path / "empty"), "--state", str(tmp_path / "state"), *options],
        stdout=closed,
        stderr=closed if both else subprocess.PIPE,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 1
    assert (tmp_path / "state" / "outcomes.csv").is_file()
    if not both:
        said = ended.stderr.decode()
        assert "đã bị đóng" in said
        assert "was closed" in said
        assert ("ổ đĩa" in said, "Traceback" in said, "ignored" in said) == (False, False, False)


def test_ctrl_c_in_the_middle_is_told_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Sender, "send_file", stop)
    assert run(tmp_path) == 1
    said = capsys.readouterr().err
    assert "Dừng giữa chừng" in said
    assert "topped in the middle" in said
