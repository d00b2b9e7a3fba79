"""The command that sends a hospital's files: splits, repeats, remembers, and says what was refused."""

import base64
import csv
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from so_suc_khoe_client.client import FacilityAnswer
from so_suc_khoe_client.hospital_files import __main__ as command
from so_suc_khoe_client.hospital_files import envelope
from so_suc_khoe_client.hospital_files.ledger import AGAIN_AFTER, DAY
from so_suc_khoe_client.hospital_files.sender import CannotSendError, Sender
from tests.conftest import World
from tests.contribute.test_hospital_files import WOMAN, wholes
from tests.facility_desk import new_key, register, store_resident
from tests.hospital_file.deviations import SAME
from tests.hospital_file.files import INPATIENT, OUTPATIENT, TWO, inside, sound

NOW = 1_790_000_000.0


class Wire:
    """A client whose answers are those of `answer`, and what it was asked to send."""

    def __init__(self, answer: Callable[..., FacilityAnswer]) -> None:
        self.answer, self.sent = answer, []

    def hospital_file(self, file: bytes, *, card_seen: Iterable[str] = ()) -> FacilityAnswer:
        self.sent.append((file, list(card_seen)))
        return self.answer(file)


def answered(status: int, code: str = "kept") -> Callable[[bytes], FacilityAnswer]:
    """Every episode gets this status."""

    def answer(file: bytes) -> FacilityAnswer:
        outcome = {"issue": [{"severity": "error", "diagnostics": code, "details": {"text": "vì sao"}}]}
        entry = {"response": {"status": f"{status} x", "outcome": outcome}}
        entries = [entry] * len(envelope.read(file).episodes)
        return FacilityAnswer(200, {}, json.dumps({"entry": entries}).encode())

    return answer


def failed(status: int, code: str = "x") -> FacilityAnswer:
    body = f'{{"issue":[{{"severity":"error","diagnostics":"{code}","details":{{"text":"t"}}}}]}}'
    return FacilityAnswer(status, {}, body.encode())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "out" / "two.xml"
    path.parent.mkdir()
    path.write_bytes(TWO)
    return path


def sender(client: Any, folder: Path, **more: Any) -> Sender:
    return Sender(client, folder / "state", sleep=lambda _: None, **{"now": lambda: NOW, **more})


def refused(folder: Path) -> list[dict[str, str]]:
    with (folder / "state" / "refused.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", [name for name in SAME if name != "more episodes than declared"])
def test_every_deviation_is_split_into_files_that_say_the_same(name: str) -> None:
    for example in (OUTPATIENT, INPATIENT, TWO):
        sent = SAME[name](example)
        file = envelope.read(sent)
        pieces = [sound(file.envelope([each]))[0] for each in file.episodes]
        assert [each.content for each in pieces] == [each.content for each in sound(sent)]


def test_the_key_of_each_episode_is_read() -> None:
    assert [each.key for each in envelope.read(TWO).episodes] == ["799992026110300011", "799992026110200009"]


def test_large_files_are_split_by_size_and_number() -> None:
    (one,) = re.findall(rb"<HOSO>.*</HOSO>", OUTPATIENT, re.DOTALL)
    file = envelope.read(OUTPATIENT.replace(one, one * 60))
    pieces = list(file.pieces(file.episodes))
    assert [len(piece) for piece in pieces] == [25, 25, 10]
    large = inside(
        OUTPATIENT, lambda text: text.replace("<DU_PHONG/>", f"<DU_PHONG>{'x' * 700_000}</DU_PHONG>", 1), "XML5"
    )
    (one,) = re.findall(rb"<HOSO>.*</HOSO>", large, re.DOTALL)
    file = envelope.read(large.replace(one, one * 7))
    sizes = [len(file.envelope(piece)) for piece in file.pieces(file.episodes)]
    assert len(sizes) > 1
    assert max(sizes) < 4 * 1024 * 1024


def test_what_was_taken_is_sent_once_over_restarts(tmp_path: Path, file: Path) -> None:
    wire = Wire(answered(201))
    assert sender(wire, tmp_path).send_file(file)
    assert sender(wire, tmp_path).send_file(file)
    copy = file.with_name("copy.xml")
    copy.write_bytes(base64.b64encode(TWO))
    assert sender(wire, tmp_path).send_file(copy)
    assert len(wire.sent) == 1


def test_a_newer_file_of_the_same_episode_is_sent(tmp_path: Path, file: Path) -> None:
    wire = Wire(answered(200, "replaced"))
    sender(wire, tmp_path).send_file(file)
    file.write_bytes(TWO.replace(b"<NGAYLAP>20261103<", b"<NGAYLAP>20261104<"))
    sender(wire, tmp_path).send_file(file)
    assert len(wire.sent) == 2


@pytest.mark.parametrize("broken", [failed(503), failed(429), failed(500), OSError("no line")])
def test_what_breaks_off_is_repeated_and_then_kept_for_the_next_time(tmp_path: Path, file: Path, broken: Any) -> None:
    answers = [broken] * 6

    def answer(sent: bytes) -> FacilityAnswer:
        found = answers.pop() if answers else answered(201)(sent)
        if isinstance(found, OSError):
            raise found
        return found

    wire = Wire(answer)
    first = sender(wire, tmp_path)
    assert not first.send_file(file)
    assert (first.progress.failed, len(wire.sent)) == (2, 6)
    second = sender(wire, tmp_path)
    assert second.send_file(file)
    assert (second.progress.kept, len(wire.sent)) == (2, 7)


def test_one_entry_that_broke_off_is_sent_again_alone(tmp_path: Path, file: Path) -> None:
    def half(sent: bytes) -> FacilityAnswer:
        answer = answered(201)(sent)
        body = answer.body.replace(b'"201 x"', b'"503 x"', 1)
        return FacilityAnswer(200, {}, body)

    assert not sender(Wire(half), tmp_path).send_file(file)
    wire = Wire(answered(201))
    assert sender(wire, tmp_path).send_file(file)
    assert [len(envelope.read(sent).episodes) for sent, _ in wire.sent] == [1]


def test_people_without_a_record_are_tried_again_on_their_days_if_asked(tmp_path: Path, file: Path) -> None:
    clock = {"now": NOW}
    wire = Wire(answered(404, "no-such-record"))

    def run(again_days: int) -> None:
        sender(wire, tmp_path, again_days=again_days, now=lambda: clock["now"]).send_file(file)

    import time_machine

    with time_machine.travel(NOW, tick=False):
        run(90)
    for number, day in enumerate(AGAIN_AFTER, 2):
        with time_machine.travel(NOW + day * DAY - 1, tick=False):
            clock["now"] = NOW + day * DAY - 1
            run(90)
            assert len(wire.sent) == number - 1
        with time_machine.travel(NOW + day * DAY, tick=False):
            clock["now"] = NOW + day * DAY
            run(90)
            assert len(wire.sent) == number
    clock["now"] = NOW + 400 * DAY
    run(90)
    assert len(wire.sent) == 1 + len(AGAIN_AFTER)


def test_without_being_asked_nobody_is_tried_again(tmp_path: Path, file: Path) -> None:
    wire = Wire(answered(404, "no-such-record"))
    sender(wire, tmp_path).send_file(file)
    sender(wire, tmp_path, now=lambda: NOW + 90 * DAY).send_file(file)
    assert len(wire.sent) == 1


def test_what_is_refused_is_written_for_people(tmp_path: Path, file: Path) -> None:
    found = sender(Wire(answered(422, "episode-invalid")), tmp_path)
    found.send_file(file)
    found.write_outcomes()
    rows = refused(tmp_path)
    assert [(row["file"], row["episode"], row["MA_LK"], row["code"]) for row in rows] == [
        ("two.xml", "1", "799992026110300011", "episode-invalid"),
        ("two.xml", "2", "799992026110200009", "episode-invalid"),
    ]
    assert rows[0]["text"] == "vì sao"
    file.write_bytes(b"hello")
    found.send_file(file)
    found.write_outcomes()
    assert refused(tmp_path)[-1]["code"] == "not-an-episode-file"


@pytest.mark.parametrize(("status", "code"), [(401, "signature-created"), (403, "permission-missing")])
def test_what_hinders_every_file_stops_the_sending(tmp_path: Path, file: Path, status: int, code: str) -> None:
    with pytest.raises(CannotSendError, match=code):
        sender(Wire(lambda _: failed(status, code)), tmp_path).send_file(file)


def test_a_file_of_another_facility_stops_nothing(tmp_path: Path, file: Path) -> None:
    found = sender(Wire(lambda _: failed(403, "provider-code")), tmp_path)
    assert found.send_file(file)
    assert found.progress.refused == 2


def test_cards_seen_are_named_for_their_episodes_alone(tmp_path: Path, file: Path) -> None:
    wire = Wire(answered(201))
    sender(wire, tmp_path, card_seen=frozenset({"799992026110200009", "another"})).send_file(file)
    assert [seen for _, seen in wire.sent] == [["799992026110200009"]]


def test_the_service_takes_what_the_command_sends(world: World, tmp_path: Path, file: Path) -> None:
    store_resident(world, WOMAN)
    desk = register(world, provider_code="79999")
    found = sender(desk, tmp_path)
    assert found.send_file(file)
    assert str(found.progress) == ("files 1, kept 1, without record 1, refused 0, sent before 0, not sent 0")
    assert [each.key for each in wholes(WOMAN)] == ["799992026110200009"]


def test_the_command_says_what_is_wrong_with_its_options(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(new_key()[0])
    common = [
        "--server",
        "http://127.0.0.1:9",
        "--key-id",
        "79999.1",
        "--practitioner",
        "x",
        "--state",
        str(tmp_path / "s"),
    ]
    assert command.main(["send", str(tmp_path / "nothing.xml"), "--key", str(key), *common]) == 2
    assert command.main(["send", str(file), "--key", str(tmp_path / "none.pem"), *common]) == 2
    assert command.main(["send", str(file), "--key", str(key), "--again-days", "91", *common]) == 2
    said = capsys.readouterr().err
    assert "nothing.xml is not there" in said
    assert "none.pem" in said


def test_the_command_sends_what_lies_in_a_folder(
    world: World, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store_resident(world, WOMAN)
    desk = register(world, provider_code="79999")
    key = tmp_path / "key.pem"
    key.write_bytes(new_key()[0])
    monkeypatch.setattr(command, "FacilityClient", lambda *_, **__: desk)
    (file.parent / "notes.docx").write_bytes(b"not sent")
    common = ["--server", "http://x", "--key-id", "79999.1", "--practitioner", "x", "--state", str(tmp_path / "s")]
    assert command.main(["send", str(file.parent), "--key", str(key), *common]) == 0
    assert "kept 1, without record 1" in capsys.readouterr().out


JSON_OF_THE_GATEWAY = {
    "base64": base64.b64encode(OUTPATIENT).decode(),
    "base64 twice": base64.b64encode(base64.b64encode(OUTPATIENT)).decode(),
    "xml": OUTPATIENT.decode(),
}


@pytest.mark.parametrize("name", JSON_OF_THE_GATEWAY)
def test_what_was_made_for_the_insurance_gateway_is_sent(tmp_path: Path, name: str) -> None:
    made = json.dumps({"username": "bv", "maCSKCB": "79999", "fileHSBase64": JSON_OF_THE_GATEWAY[name]}, indent=1)
    for start in (b"", b"\xef\xbb\xbf", b"\r\n "):
        read = envelope.read(start + made.encode())
        assert [each.hash for each in read.episodes] == [each.hash for each in envelope.read(OUTPATIENT).episodes]
    assert b"username" not in envelope.read(made.encode()).envelope(read.episodes)


@pytest.mark.parametrize(
    "content", [b"{}", b'{"fileHSBase64": 5}', b'{"fileHSBase64": "', b'{"file": "x"}', b"[1]", b'"fileHSBase64"']
)
def test_json_without_a_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(envelope.NotAnEpisodeFileError, match="JSON"):
        envelope.read(content)


def run(folder: Path, answer: Callable[[bytes], FacilityAnswer], monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of `send` of a folder, where the service answers so."""
    key = folder.parent / "key.pem"
    key.write_bytes(new_key()[0])
    monkeypatch.setattr(command, "FacilityClient", lambda *_, **__: Wire(answer))
    common = ["--server", "http://x", "--key-id", "79999.1", "--practitioner", "x", "--key", str(key)]
    return command.main(["send", str(folder), *common, "--state", str(folder.parent / "state")])


def test_a_folder_s_other_json_is_no_file_of_the_gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "settings.json").write_text('{"theme": "dark"}')
    (folder / "list.JSON").write_text("[]")
    (folder / "sent.json").write_text(json.dumps({"fileHSBase64": JSON_OF_THE_GATEWAY["base64"]}))
    assert run(folder, answered(201), monkeypatch) == 0
    assert refused(tmp_path) == []
    with (tmp_path / "state" / "outcomes.csv").open(encoding="utf-8-sig") as file:
        assert [row["file"] for row in csv.DictReader(file)] == ["sent.json"]


@pytest.mark.parametrize("answer", [answered(422, "episode-invalid"), answered(201)], ids=["refused", "taken"])
def test_what_stands_refused_is_told_by_every_sending_until_it_is_mended(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: Callable[[bytes], FacilityAnswer],
) -> None:
    folder, other = tmp_path / "out", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    (folder / "one.xml").write_bytes(OUTPATIENT)
    (folder / "cut.xml").write_bytes(TWO[:5000])
    (other / "two.xml").write_bytes(INPATIENT)
    stands = 1 if answer(OUTPATIENT).json["entry"][0]["response"]["status"][:3] == "201" else 2
    for _ in range(2):  # the second time nothing of it is sent
        assert run(folder, answer, monkeypatch) == 1
        assert f"{stands} stand refused" in capsys.readouterr().out
    assert run(other, answered(201), monkeypatch) == 0  # nothing of these files
    assert f"{stands} stand refused" in capsys.readouterr().out
    (folder / "one.xml").write_bytes(inside(OUTPATIENT, lambda text: text.replace("<CAN_NANG>", "<CAN_NANG> ")))
    (folder / "cut.xml").write_bytes(TWO)
    assert run(folder, answered(201), monkeypatch) == 0
    assert "stand refused" not in capsys.readouterr().out


@pytest.mark.parametrize("code", ["too-much-for-one-record", "too-many-unknown"])
def test_what_meets_a_limit_of_the_day_is_for_tomorrow_and_then_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "one.xml").write_bytes(OUTPATIENT)
    assert run(folder, answered(429, code), monkeypatch) == 1
    said = capsys.readouterr().out
    assert ("run the same command tomorrow" in said, "run the same command again" in said) == (True, False)
    assert run(folder, answered(201), monkeypatch) == 0
    assert "tomorrow" not in capsys.readouterr().out


def test_a_run_with_nothing_to_send_says_that_it_called_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "one.xml").write_bytes(OUTPATIENT)
    assert run(folder, answered(201), monkeypatch) == 0
    assert "the server was not called" not in capsys.readouterr().out
    assert run(folder, lambda _: pytest.fail("nothing is due"), monkeypatch) == 0
    assert "1 tệp không có gì mới" in capsys.readouterr().out
