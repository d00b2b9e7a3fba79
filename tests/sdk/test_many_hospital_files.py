"""A thousand episodes in one go: each sent once and told, over crashes; and corrections under the same MA_LK."""

import csv
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from so_suc_khoe_client.hospital_files import __main__ as command
from so_suc_khoe_client.hospital_files import envelope
from so_suc_khoe_client.hospital_files.sender import Sender
from tests.conftest import World
from tests.contribute.test_hospital_files import WOMAN, wholes
from tests.facility_desk import new_key, register, store_resident
from tests.hospital_file.files import OUTPATIENT, inside
from tests.sdk.test_hospital_files import Wire, answered

FILES = 1000
KEY = "799992026100500001"
# By the last digit of its number: what the service answers an episode.
ANSWERS = [(201, "kept")] * 6 + [
    (200, "unchanged"),
    (404, "no-such-record"),
    (409, "several-records"),
    (422, "episode-invalid"),
]


class Service(Wire):
    """Answers each episode by its number, and counts how often it came; `ends_after` calls the process is killed."""

    def __init__(self, ends_after: int | None = None) -> None:
        super().__init__(self._judge)
        self.seen: list[str] = []
        self.ends_after = ends_after

    def _judge(self, file: bytes) -> Any:
        (episode,) = envelope.read(file).episodes
        if self.ends_after is not None and len(self.seen) >= self.ends_after:
            raise KeyboardInterrupt
        self.seen.append(episode.key)
        return answered(*ANSWERS[int(episode.key[-1])])(file)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One file an episode, as most hospitals' software writes them."""
    made = tmp_path / "out"
    made.mkdir()
    for number in range(FILES):
        key = f"LK{number:05}"
        content = inside(OUTPATIENT, lambda text, key=key: text.replace(KEY, key), "XML1")
        (made / f"{number:05}.xml").write_bytes(content)
    return made


def run(folder: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> int:
    key = folder.parent / "key.pem"
    key.write_bytes(new_key()[0])
    monkeypatch.setattr(command, "FacilityClient", lambda *_, **__: service)
    common = [
        "--server",
        "http://x",
        "--key-id",
        "79999.1",
        "--practitioner",
        "x",
        "--state",
        str(folder.parent / "state"),
    ]
    return command.main(["send", str(folder), "--key", str(key), *common])


def outcomes(folder: Path) -> list[dict[str, str]]:
    with (folder.parent / "state" / "outcomes.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_each_of_a_thousand_is_sent_once_over_crashes_and_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent: list[str] = []
    for ends_after in (0, 1, 333, 500):
        broken = Service(ends_after)
        assert run(folder, broken, monkeypatch) == 1
        assert "the same command goes on" in capsys.readouterr().err
        sent += broken.seen
    last = Service()
    assert run(folder, last, monkeypatch) == 1  # some were refused
    sent += last.seen
    assert sorted(sent) == [f"LK{number:05}" for number in range(FILES)]
    told = {row["MA_LK"]: (int(row["status"]), row["code"]) for row in outcomes(folder)}
    assert told == {f"LK{number:05}": ANSWERS[number % 10] for number in range(FILES)}
    said = capsys.readouterr().out
    assert f"{FILES} of {FILES}: " in said
    for words in ("outcomes.csv", "refused.csv"):
        assert words in said
    again = Service()
    assert run(folder, again, monkeypatch) == 1  # and some still stand refused
    assert again.seen == []


def rewrite(path: Path, weight: str, moment: float) -> None:
    """The hospital's software writes the same episode again, with another weight."""
    path.write_bytes(inside(OUTPATIENT, lambda text: text.replace("58.50", weight), "XML1"))
    os.utime(path, (moment, moment))


def test_a_correction_replaces_and_one_that_is_taken_back_counts_again(world: World, tmp_path: Path) -> None:
    store_resident(world, WOMAN)
    sender = Sender(register(world, provider_code="79999"), tmp_path / "state", sleep=lambda _: None)
    file = tmp_path / "episode.xml"
    for turn, weight in enumerate(("58.50", "61.00", "58.50"), 1):
        rewrite(file, weight, 1_790_000_000.0 + turn)
        assert sender.send_file(file)
        (kept,) = wholes(WOMAN)
        assert (kept.version, kept.summary["CAN_NANG"]) == (turn, weight)
    assert sender.progress.kept == 3


def test_an_older_copy_of_what_was_corrected_is_not_sent_again(tmp_path: Path) -> None:
    wire = Wire(answered(201))
    sender = Sender(wire, tmp_path / "state", sleep=lambda _: None)  # type: ignore[arg-type]
    (tmp_path / "sent").mkdir()
    for name, weight, moment in (("a.xml", "58.50", 1.0), ("a.xml", "61.00", 2.0), ("sent/a.xml", "58.50", 1.0)):
        rewrite(tmp_path / name, weight, moment)
        sender.send_file(tmp_path / name)
    assert len(wire.sent) == 2


def test_of_several_files_of_one_episode_the_later_written_is_sent_last(tmp_path: Path) -> None:
    rewrite(tmp_path / "a.xml", "61.00", 2.0)
    rewrite(tmp_path / "b.xml", "58.50", 1.0)
    assert [path.name for path in command._files([tmp_path])] == ["b.xml", "a.xml"]


def test_a_ledger_of_an_earlier_version_is_read_on(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    with sqlite3.connect(state / "ledger.sqlite3") as old:
        old.execute(
            "CREATE TABLE episodes (hash TEXT PRIMARY KEY, file TEXT NOT NULL, place INTEGER NOT NULL, "
            "status INTEGER NOT NULL, code TEXT NOT NULL, first_sent REAL NOT NULL, last_sent REAL NOT NULL, "
            "tries INTEGER NOT NULL)"
        )
        (episode,) = envelope.read(OUTPATIENT).episodes
        old.execute("INSERT INTO episodes VALUES (?, 'a.xml', 1, 201, 'kept', 1, 1, 1)", (episode.hash,))
    wire = Wire(answered(201))
    sender = Sender(wire, state, sleep=lambda _: None)  # type: ignore[arg-type]
    (tmp_path / "b.xml").write_bytes(OUTPATIENT)
    assert sender.send_file(tmp_path / "b.xml")
    assert wire.sent == []
    assert [outcome.file for outcome in sender.ledger.outcomes()] == ["a.xml"]
