"""What the command tells the clerk who runs it: what is refused now, what was remarked, and why nothing is sent."""

import csv
import json
import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from so_suc_khoe_client.client import FacilityAnswer, FacilityClient
from so_suc_khoe_client.hospital_files import __main__ as command
from so_suc_khoe_client.hospital_files import envelope
from so_suc_khoe_client.hospital_files.ledger import Ledger
from so_suc_khoe_client.hospital_files.sender import Sender
from so_suc_khoe_client.hospital_files.tails import shortest_tails
from tests.facility_desk import new_key
from tests.hospital_file.bad_software import READ
from tests.hospital_file.files import OUTPATIENT, replaced, sound
from tests.sdk.test_hospital_files import Wire, answered, failed

KEY = "799992026100500001"


def told(name: str, folder: Path) -> list[dict[str, str]]:
    with (folder / "state" / name).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def send(folder: Path, answer: Any, content: bytes | None = None) -> Sender:
    """Send `a.xml` once, with a sender of its own, and write down what became of it."""
    path = folder / "a.xml"
    if content is not None:
        path.write_bytes(content)
    sender = Sender(Wire(answer), folder / "state", sleep=lambda _: None)
    sender.send_file(path)
    sender.write_outcomes()
    return sender


def test_what_was_mended_is_no_longer_among_the_refused(tmp_path: Path) -> None:
    send(tmp_path, answered(422, "episode-invalid"), OUTPATIENT)
    assert [row["MA_LK"] for row in told("refused.csv", tmp_path)] == [KEY]
    send(tmp_path, answered(201), replaced(OUTPATIENT, "XML1", "CAN_NANG", "59"))
    assert told("refused.csv", tmp_path) == []
    assert [row["status"] for row in told("outcomes.csv", tmp_path)] == ["422", "201"]


def test_a_file_that_was_cut_is_refused_until_it_is_whole(tmp_path: Path) -> None:
    send(tmp_path, answered(201), OUTPATIENT[:5000])
    (row,) = told("refused.csv", tmp_path)
    assert (row["file"], row["code"]) == ("a.xml", "not-an-episode-file")
    assert "tệp không có HOSO" in row["text"]
    send(tmp_path, answered(201), OUTPATIENT)
    assert told("refused.csv", tmp_path) == []


def test_a_file_with_fewer_episodes_than_it_declares_is_not_sent(tmp_path: Path) -> None:
    """The service would not see it: what the command sends it declares anew."""
    send(tmp_path, answered(201), OUTPATIENT.replace(b"<SOLUONGHOSO>1<", b"<SOLUONGHOSO> 3 <"))
    (row,) = told("refused.csv", tmp_path)
    assert "khai nhiều HOSO hơn" in row["text"]
    assert told("outcomes.csv", tmp_path) == []


def test_what_the_service_remarks_stands_with_the_outcome(tmp_path: Path) -> None:
    def answer(_: bytes) -> FacilityAnswer:
        issues = [
            {"severity": "information", "diagnostics": "kept"},
            {"severity": "warning", "diagnostics": "card-not-confirmed"},
            {"severity": "warning", "diagnostics": "number", "expression": ["XML1[1].CAN_NANG"]},
        ]
        entry = {"response": {"status": "201 Created", "outcome": {"issue": issues}}}
        return FacilityAnswer(200, {}, json.dumps({"entry": [entry]}).encode())

    send(tmp_path, answer, OUTPATIENT)
    (row,) = told("outcomes.csv", tmp_path)
    assert (row["code"], row["remarks"]) == ("kept", "card-not-confirmed; number XML1[1].CAN_NANG")
    assert told("refused.csv", tmp_path) == []


@pytest.mark.parametrize("body", [b"<html>too large</html>", b'{"title": "Content Too Large"}', b""])
def test_an_episode_that_is_too_large_says_so(tmp_path: Path, body: bytes) -> None:
    send(tmp_path, lambda _: FacilityAnswer(413, {}, body), OUTPATIENT)
    (row,) = told("refused.csv", tmp_path)
    assert (row["status"], row["code"]) == ("413", "too-large")
    assert "4 MB" in row["text"]


def test_a_page_of_something_before_the_service_stops_the_sending_in_words(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="403 403"):
        send(tmp_path, lambda _: FacilityAnswer(403, {}, b"<html>proxy</html>"), OUTPATIENT)


def test_a_table_that_is_open_in_a_spreadsheet_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def locked(path: Path, *more: Any, **options: Any) -> Any:
        if path.suffix == ".csv":
            raise PermissionError(path)
        return opened(path, *more, **options)

    monkeypatch.setattr(Path, "open", locked)
    said: list[str] = []
    path = tmp_path / "a.xml"
    path.write_bytes(OUTPATIENT)
    sender = Sender(Wire(answered(201)), tmp_path / "state", warn=said.append)
    assert sender.send_file(path)
    sender.write_outcomes()
    assert ["refused.csv" in said[0], "outcomes.csv" in said[1]] == [True, True]


def run(folder: Path, **options: str) -> int:
    key = folder / "key.pem"
    key.write_bytes(new_key()[0])
    known = {"server": "http://127.0.0.1:9", "key-id": "79999.1", "practitioner": "CNTT", "key": str(key)}
    named = {**known, "state": str(folder / "state"), **options}
    return command.main(["send", str(folder), *(word for name, text in named.items() for word in (f"--{name}", text))])


@pytest.mark.parametrize(
    "options",
    [
        {"practitioner": "Nguyễn Văn A"},
        {"practitioner": ""},
        {"practitioner": "x" * 65},
        {"server": "suckhoe.example"},
        {"server": "localhost:8000"},
        {"server": "ftp://suckhoe.example"},
    ],
)
def test_a_wrong_option_is_told_and_not_a_fault_of_the_program(
    tmp_path: Path, options: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, **options) == 2
    (name,) = options
    assert capsys.readouterr().err.strip().startswith(f"--{name}: ")


def other_bytes(ledger: Path) -> None:
    ledger.write_bytes(b"hello" * 1000)


def cut(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes()[:5000])


def other_pages(ledger: Path) -> None:
    """All but the first page, so that it opens and breaks in the middle."""
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


@pytest.mark.parametrize("damage", [other_bytes, cut, other_pages])
def test_a_damaged_ledger_is_told_with_what_to_do_and_then_everything_is_sent_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
) -> None:
    monkeypatch.setattr(FacilityClient, "hospital_file", lambda _, file, **__: Wire(answered(201)).hospital_file(file))
    (tmp_path / "a.xml").write_bytes(OUTPATIENT)
    assert run(tmp_path) == 0
    ledger = tmp_path / "state" / "ledger.sqlite3"
    damage(ledger)
    assert run(tmp_path) == 2
    said = capsys.readouterr().err
    assert str(ledger) in said
    assert "đổi tên" in said
    assert "rename" in said
    ledger.rename(tmp_path / "damaged")
    assert run(tmp_path) == 0
    assert "kept 1" in capsys.readouterr().out


def no_room(*_: object, **__: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def no_room_for_a_table(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("owner", "member", "fault"),
    [
        (Ledger, "__init__", no_room),
        (Ledger, "note", no_room),
        (Ledger, "note_file", no_room),
        (Sender, "write_outcomes", no_room_for_a_table),
    ],
)
def test_a_full_disk_is_told_and_no_fault_of_the_program(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    owner: type,
    member: str,
    fault: Callable[..., None],
) -> None:
    monkeypatch.setattr(FacilityClient, "hospital_file", lambda _, file, **__: Wire(answered(201)).hospital_file(file))
    (tmp_path / "a.xml").write_bytes(OUTPATIENT)
    with monkeypatch.context() as full:
        full.setattr(owner, member, fault)
        assert run(tmp_path) == 2
    said = capsys.readouterr().err
    assert said.strip().startswith(str(tmp_path / "state"))
    assert "đổi tên" not in said
    assert run(tmp_path) == 0


def test_a_folder_of_the_ledger_that_is_a_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "state").write_bytes(b"")
    assert run(tmp_path) == 2
    assert capsys.readouterr().err.strip().startswith(str(tmp_path / "state"))


def test_a_server_that_is_not_reached_is_told_and_no_further_file_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[bytes] = []

    def broken(_: object, file: bytes, **__: object) -> FacilityAnswer:
        tried.append(file)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(FacilityClient, "hospital_file", broken)
    monkeypatch.setattr("so_suc_khoe_client.hospital_files.sender.PAUSES", (0, 0))
    for number in range(3):
        (tmp_path / f"{number}.xml").write_bytes(OUTPATIENT.replace(KEY.encode(), str(number).encode()))
    assert run(tmp_path) == 1
    assert len(tried) == 3  # of the first file
    said = capsys.readouterr()
    assert said.err.count("chưa gửi được") == 2
    assert "2 tệp chưa gửi" in said.out


def test_watching_writes_what_became_of_each_and_goes_on_without_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Any] = [OSError("no line"), answered(422, "episode-invalid")]
    for number in range(2):
        (tmp_path / f"{number}.xml").write_bytes(
            OUTPATIENT.replace(b">20261005<", f">2026100{number + 5}<".encode(), 1)
        )

    def answer(sent: bytes) -> FacilityAnswer:
        current = answers[0]
        if isinstance(current, OSError):
            raise current
        found: FacilityAnswer = current(sent)
        return found

    looks: list[int] = []

    def look(_: float) -> None:
        looks.append(len(wire.sent))
        if len(looks) == 2:
            raise KeyboardInterrupt
        answers.pop(0)

    wire = Wire(answer)
    sender = Sender(wire, tmp_path / "state", sleep=lambda _: None)
    monkeypatch.setattr(command, "SETTLED_SECONDS", -10)
    monkeypatch.setattr(command.time, "sleep", look)
    with pytest.raises(KeyboardInterrupt):
        command._watch(sender, tmp_path, 30)
    assert looks == [6, 8]  # the first file alone while there is no line, then both
    assert {row["code"] for row in told("outcomes.csv", tmp_path)} == {"episode-invalid"}


def held_by_other_software(_: Path) -> bytes:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("way", ["moved before it is read", "moved while it is sent", "held", "leads nowhere"])
def test_a_file_that_the_hospital_s_own_sender_takes_hinders_no_other(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["1.xml", "2.xml", "3.xml"]
    for place, name in enumerate(names, 1):
        (tmp_path / name).write_bytes(OUTPATIENT.replace(b">20261005<", f">2026100{place + 4}<".encode(), 1))
        os.utime(tmp_path / name, (place, place))
    sent: list[bytes] = []

    def answer(_: object, file: bytes, **__: object) -> FacilityAnswer:
        sent.append(file)
        gone = {"moved before it is read": "2.xml", "moved while it is sent": names[len(sent) - 1]}.get(way)
        (tmp_path / (gone or "none.xml")).unlink(missing_ok=True)
        return answered(201)(file)

    monkeypatch.setattr(FacilityClient, "hospital_file", answer)
    if way == "leads nowhere":
        (tmp_path / "0.xml").symlink_to(tmp_path / "none.xml")
    if way == "held":
        read = Path.read_bytes
        monkeypatch.setattr(Path, "read_bytes", lambda it: (held_by_other_software if it.name == "2.xml" else read)(it))
    is_lost = way in ("moved before it is read", "held")
    assert run(tmp_path) == int(is_lost)
    assert len(sent) == 3 - is_lost
    assert ("2.xml: không đọc được" in capsys.readouterr().err) == is_lost


@pytest.mark.parametrize("name", READ)
def test_files_of_bad_software_are_split_into_files_that_say_the_same(name: str) -> None:
    file = envelope.read(READ[name].file)
    assert [each.key for each in file.episodes] == [KEY]
    assert sound(file.envelope(file.episodes))[0].tables == sound(READ[name].file)[0].tables


def test_bytes_that_are_no_utf_8_are_sent_as_they_are_and_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    old = READ["windows-1258 with the tables in place"].file
    file = envelope.read(old)
    (episode,) = re.findall(rb"<HOSO>.*</HOSO>", old, re.DOTALL)
    assert episode in file.envelope(file.episodes)
    client = FacilityClient("http://localhost", "79999.1", new_key()[0], practitioner="x")
    types: list[str] = []
    monkeypatch.setattr(client, "call", lambda *_, content_type, **__: types.append(content_type))
    for sent in (OUTPATIENT, old, OUTPATIENT.decode().encode("utf-16")):
        client.hospital_file(sent)
    assert types == ["application/xml", "application/octet-stream", "application/octet-stream"]


def test_broken_utf_8_is_the_service_s_to_refuse_and_not_made_into_other_letters() -> None:
    broken = OUTPATIENT.replace(b"<CHUKYDONVI/>", b"<CHUKYDONVI>\xc4</CHUKYDONVI>" + "ế".encode())
    file = envelope.read(broken)
    assert "ế".encode() in file.envelope(file.episodes)


def test_a_ledger_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    import sqlite3

    folder = tmp_path / "state"
    folder.mkdir()
    with sqlite3.connect(folder / "ledger.sqlite3") as connection:
        connection.executescript(
            "CREATE TABLE episodes (hash TEXT PRIMARY KEY, file TEXT NOT NULL, place INTEGER NOT NULL, status INTEGER "
            "NOT NULL, code TEXT NOT NULL, first_sent REAL NOT NULL, last_sent REAL NOT NULL, tries INTEGER NOT NULL);"
            "CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, due REAL);"
            "INSERT INTO episodes VALUES ('h', 'a.xml', 1, 422, 'episode-invalid', 1, 1, 1);"
            "INSERT INTO files VALUES ('a.xml', 1, 1, NULL);"
        )
    connection.close()
    assert [each.code for each in Ledger(folder).outcomes()] == ["episode-invalid"]
    Sender(Wire(lambda _: failed(503)), folder).write_outcomes()
    assert [row["code"] for row in told("refused.csv", tmp_path)] == ["episode-invalid"]


FOLDERS = (
    "khoa-noi/out/a.xml",
    "khoa-ngoai/out/a.xml",
    "khoa-noi/out/b.xml",
    "khoa-noi/out/bad.xml",
    "khoa-ngoai/out/bad.xml",
)


def test_files_of_one_name_in_several_folders_are_told_apart_in_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, path in enumerate(FOLDERS):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        content = b"<x/>" if "bad" in path else replaced(OUTPATIENT, "XML1", "CAN_NANG", f"{50 + number}")
        (tmp_path / path).write_bytes(content)
    monkeypatch.setattr(FacilityClient, "hospital_file", lambda _, file, **__: Wire(answered(201)).hospital_file(file))
    assert run(tmp_path) == 1
    assert {row["file"] for row in told("outcomes.csv", tmp_path)} == {
        str(Path("khoa-noi/out/a.xml")),
        str(Path("khoa-ngoai/out/a.xml")),
        "b.xml",
    }
    assert {row["file"] for row in told("refused.csv", tmp_path)} == {
        str(Path("khoa-noi/out/bad.xml")),
        str(Path("khoa-ngoai/out/bad.xml")),
    }


def test_a_file_that_is_right_is_not_told_as_its_namesake_that_stands_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, content in (("one", b"<x/>"), ("two", OUTPATIENT)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.xml").write_bytes(content)
    monkeypatch.setattr(FacilityClient, "hospital_file", lambda _, file, **__: Wire(answered(201)).hospital_file(file))
    state = {"state": str(tmp_path / "state")}
    assert run(tmp_path / "one", **state) == 1
    assert run(tmp_path / "two", **state) == 0


def test_tails_are_as_short_as_they_tell_apart() -> None:
    paths = ["/a/b/x.xml", "/a/c/x.xml", "/z/c/x.xml", "/a/y.xml", "x.xml"]
    assert shortest_tails(paths) == {
        "/a/b/x.xml": str(Path("b/x.xml")),
        "/a/c/x.xml": str(Path("a/c/x.xml")),
        "/z/c/x.xml": str(Path("z/c/x.xml")),
        "/a/y.xml": "y.xml",
        "x.xml": "x.xml",  # of a ledger of before, which kept the name alone
    }
