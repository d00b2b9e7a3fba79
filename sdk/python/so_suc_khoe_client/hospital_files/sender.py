"""Sends the episodes of a file that are due, by pieces, and writes down what became of each."""

import csv
import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from so_suc_khoe_client.client import FacilityAnswer
from so_suc_khoe_client.hospital_files import envelope
from so_suc_khoe_client.hospital_files.envelope import EpisodeFile, SentEpisode
from so_suc_khoe_client.hospital_files.ledger import FINAL, UNKNOWN, Ledger

PAUSES = (2, 5, 15, 60, 180)  # seconds before each further try
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
OUTCOME_COLUMNS = ("last_sent", "file", "episode", "MA_LK", "status", "code", "tries")
REFUSED_COLUMNS = ("at", "file", "episode", "MA_LK", "status", "code", "place", "text")
KEPT = frozenset({200, 201})


class Client(Protocol):
    """The part of FacilityClient that is needed here."""

    def hospital_file(self, file: bytes, *, card_seen: Sequence[str] = ()) -> FacilityAnswer: ...  # noqa: D102


class CannotSendError(RuntimeError):
    """Nothing can be sent until somebody mends something; the text says what."""


@dataclass(frozen=True)
class Source:
    """The file that episodes stand in: its name, when it was written, and the place of each by its hash."""

    name: str
    made: float
    places: dict[str, int]


@dataclass
class Progress:
    """How many episodes so far; `turn` of `turns` files where their number is known."""

    turn: int = 0
    turns: int = 0
    files: int = 0
    kept: int = 0
    unknown: int = 0
    refused: int = 0
    skipped: int = 0
    failed: int = 0

    def __str__(self) -> str:
        turn = f"{self.turn} of {self.turns}: " if self.turns else ""
        return (
            f"{turn}files {self.files}, kept {self.kept}, without record {self.unknown}, refused {self.refused}, "
            f"sent before {self.skipped}, not sent {self.failed}"
        )


@dataclass
class Sender:
    """Sends files with `client`. What is refused is written to `refused.csv` in `folder`, for people to read."""

    client: Client
    folder: Path
    again_days: int = 0
    card_seen: frozenset[str] = frozenset()
    tell: Callable[[Progress], None] = lambda _: None
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.folder)

    def send_file(self, path: Path) -> bool:
        """Send what is due of a file; False when something of it broke off. Raises CannotSendError."""
        file_due = self.ledger.file_due(path)
        if file_due is None or file_due > self.now():
            return True
        try:
            file = envelope.read(path.read_bytes())
        except envelope.NotAnEpisodeFileError as error:
            self._refuse(
                path.name, 0, "", {"status": "", "code": "not-an-episode-file", "place": "", "text": str(error)}
            )
            self.progress.refused += 1
            self.ledger.note_file(path, None)
            return True
        made = path.stat().st_mtime
        due = [each for each in file.episodes if self._is_due(each, made)]
        self.progress.files += 1
        self.progress.skipped += len(file.episodes) - len(due)
        places = {each.hash: place for place, each in enumerate(file.episodes, 1)}
        sent = [self._send_piece(Source(path.name, made, places), file, piece) for piece in file.pieces(due)]
        times = [self.ledger.due(each, made, self.again_days) for each in file.episodes]
        self.ledger.note_file(path, min((time_ for time_ in times if time_ is not None), default=None))
        return all(sent)

    def write_outcomes(self) -> Path:
        """Every episode that was ever sent and what became of it, as `outcomes.csv` in the folder."""
        file = self.folder / "outcomes.csv"
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(OUTCOME_COLUMNS)
            for outcome in self.ledger.outcomes():
                writer.writerow((_local(outcome.last_sent), *outcome[1:]))
        return file

    def _is_due(self, episode: SentEpisode, made: float) -> bool:
        due = self.ledger.due(episode, made, self.again_days)
        return due is not None and due <= self.now()

    def _send_piece(self, source: Source, file: EpisodeFile, piece: list[SentEpisode]) -> bool:
        answer = self._repeat(file.envelope(piece), [each.key for each in piece if each.key in self.card_seen])
        if answer is None:
            self.progress.failed += len(piece)
            self.tell(self.progress)
            return False
        if answer.status != 200:
            for each in piece:
                self._note(source, each, answer.status, _issues(answer.json))
            self.tell(self.progress)
            return True
        complete = True
        for each, entry in zip(piece, answer.json["entry"], strict=True):
            status = int(entry["response"]["status"][:3])
            self._note(source, each, status, _issues(entry["response"]["outcome"]))
            complete = complete and status in (FINAL | {UNKNOWN})
        self.tell(self.progress)
        return complete

    def _repeat(self, file: bytes, card_seen: list[str]) -> FacilityAnswer | None:
        """The service's answer; None when every try broke off. Each try is signed anew."""
        for pause in (*PAUSES, None):
            try:
                answer = self.client.hospital_file(file, card_seen=card_seen)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status not in TRY_AGAIN:
                _stop_if_hopeless(answer)
                return answer
            if pause is not None:
                self.sleep(pause)
        return None

    def _note(self, source: Source, episode: SentEpisode, status: int, issues: list[dict[str, str]]) -> None:
        code, place = issues[0]["code"] if issues else str(status), source.places[episode.hash]
        self.ledger.note(episode, source.made, source.name, place, status, code)
        if status in KEPT:
            self.progress.kept += 1
        elif status == UNKNOWN:
            self.progress.unknown += 1
        elif status in FINAL or 400 <= status < 500 and status not in TRY_AGAIN:
            self.progress.refused += 1
            for issue in issues or [{"code": code, "place": "", "text": ""}]:
                self._refuse(source.name, place, episode.key, {"status": str(status), **issue})
        else:
            self.progress.failed += 1

    def _refuse(self, name: str, place: int, key: str, issue: dict[str, str]) -> None:
        file = self.folder / "refused.csv"
        is_new = not file.exists()
        with file.open("a", encoding="utf-8-sig" if is_new else "utf-8", newline="") as out:
            writer = csv.DictWriter(out, REFUSED_COLUMNS)
            if is_new:
                writer.writeheader()
            writer.writerow({"at": _local(self.now()), "file": name, "episode": place or "", "MA_LK": key, **issue})


def _local(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))


def _issues(outcome: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "code": str(issue.get("diagnostics", issue.get("code", ""))),
            "place": ", ".join(issue.get("expression", [])),
            "text": str(issue.get("details", {}).get("text", "")),
        }
        for issue in outcome.get("issue", [])
        if issue.get("severity") in ("error", "information", "fatal")
    ]


def _stop_if_hopeless(answer: FacilityAnswer) -> None:
    """Every further file would be refused alike."""
    if answer.status not in (401, 403):
        return
    issue = (_issues(answer.json) or [{"code": str(answer.status), "text": ""}])[0]
    if issue["code"] == "provider-code":  # this file is another facility's
        return
    raise CannotSendError(f"{answer.status} {issue['code']}: {issue['text']}")
