"""Sends the episodes of a file that are due, by pieces, and writes down what became of each."""

import csv
import http.client
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from so_suc_khoe_client.client import FacilityAnswer
from so_suc_khoe_client.hospital_files import envelope
from so_suc_khoe_client.hospital_files.envelope import EpisodeFile, SentEpisode
from so_suc_khoe_client.hospital_files.ledger import FINAL, UNKNOWN, Issue, Ledger
from so_suc_khoe_client.hospital_files.tails import shortest_tails

PAUSES = (2, 5, 15, 60, 180)  # seconds before each further try
LIMIT_OF_THE_DAY = 429  # of one episode: of what its person's record takes, or of people without a record
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
OUTCOME_COLUMNS = ("last_sent", "file", "episode", "MA_LK", "status", "code", "tries", "remarks")
REFUSED_COLUMNS = ("at", "file", "episode", "MA_LK", "status", "code", "place", "text")
KEPT = frozenset({200, 201})
NOT_AN_EPISODE_FILE = "not-an-episode-file"
TOO_LARGE_STATUS = 413
TOO_LARGE = Issue("error", "too-large", "", "đợt này lớn hơn 4 MB, không gửi được (this episode is larger than 4 MB)")


class Client(Protocol):
    """The part of FacilityClient that is needed here."""

    def hospital_file(self, file: bytes, *, card_seen: Sequence[str] = ()) -> FacilityAnswer: ...  # noqa: D102


class CannotSendError(RuntimeError):
    """Nothing can be sent until somebody mends something; the text says what."""


@dataclass(frozen=True)
class Source:
    """The file that episodes stand in: its whole path, when it was written, and the place of each by its hash."""

    path: str
    made: float
    places: dict[str, int]


@dataclass
class Progress:
    """How many episodes so far; `turn` of `turns` files where their number is known.

    Of those that `failed`, `tomorrow` have met a limit of the day. `unchanged` counts files of which nothing is due.
    """

    turn: int = 0
    turns: int = 0
    files: int = 0
    kept: int = 0
    unknown: int = 0
    refused: int = 0
    skipped: int = 0
    failed: int = 0
    tomorrow: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        turn = f"{self.turn} of {self.turns}: " if self.turns else ""
        return (
            f"{turn}files {self.files}, kept {self.kept}, without record {self.unknown}, refused {self.refused}, "
            f"sent before {self.skipped}, not sent {self.failed}"
        )


@dataclass
class Sender:
    """Sends files with `client`, and writes what became of them into `folder`, for people to read.

    `refused.csv` has what stands refused now, `outcomes.csv` every episode. `warn` says what is for the screen.
    """

    client: Client
    folder: Path
    again_days: int = 0
    card_seen: frozenset[str] = frozenset()
    tell: Callable[[Progress], None] = lambda _: None
    warn: Callable[[str], None] = lambda _: None
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    progress: Progress = field(default_factory=Progress)
    is_cut_off: bool = False  # the last thing that was tried did not reach the service at all

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.folder)

    def send_file(self, path: Path) -> bool:
        """Send what is due of a file; False when something of it broke off. Raises CannotSendError."""
        try:
            found = path.stat()
            file_due = self.ledger.file_due(path, found)
            if file_due is None or file_due > self.now():
                self.progress.unchanged += 1
                return True
            file = envelope.read(path.read_bytes())
        except envelope.NotAnEpisodeFileError as error:
            self.progress.refused += 1
            self.ledger.note_file(path, found, None, str(error))
            return True
        except OSError as error:  # other software moved it away, or holds it
            self.progress.failed += 1
            self.warn(f"{path}: không đọc được (cannot be read): {error.strerror}")
            return False
        made = found.st_mtime
        due = [each for each in file.episodes if self._is_due(each, made)]
        self.progress.files += 1
        self.progress.skipped += len(file.episodes) - len(due)
        places = {each.hash: place for place, each in enumerate(file.episodes, 1)}
        sent = [self._send_piece(Source(str(path.absolute()), made, places), file, piece) for piece in file.pieces(due)]
        times = [self.ledger.due(each, made, self.again_days) for each in file.episodes]
        self.ledger.note_file(path, found, min((time_ for time_ in times if time_ is not None), default=None))
        return all(sent)

    def write_outcomes(self) -> Path:
        """Every episode that was ever sent and what became of it, as `outcomes.csv`; what stands refused beside it."""
        outcomes, broken = list(self.ledger.outcomes()), self.ledger.broken_files()
        names = shortest_tails([*(each.file for each in outcomes), *(path for _, path, _ in broken)])
        self._write(
            "refused.csv",
            REFUSED_COLUMNS,
            [
                *(
                    (_local(each.last_sent), names[each.file], each.place, each.ma_lk, each.status, *issue[1:])
                    for each in outcomes
                    if each.is_newest and _is_refused(each.status)
                    for issue in each.issues or (Issue("error", each.code, "", ""),)
                    if issue.severity != "warning"
                ),
                *(
                    (_local(seen), names[path], "", "", "", NOT_AN_EPISODE_FILE, "", fault)
                    for seen, path, fault in broken
                ),
            ],
        )
        rows = [(_local(each.last_sent), names[each.file], *each[2:7], _remarks(each.issues)) for each in outcomes]
        return self._write("outcomes.csv", OUTCOME_COLUMNS, rows)

    def refused_files(self) -> list[str]:
        """The path of the file of each episode that stands refused now, and of each file that holds none.

        A ledger of before has names alone of the episodes.
        """
        refused = (each.file for each in self.ledger.outcomes() if each.is_newest and _is_refused(each.status))
        return [*refused, *(path for _, path, _ in self.ledger.broken_files())]

    def _write(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
        """A file that is open in a spreadsheet stays as it is until the next time."""
        file = self.folder / name
        try:
            with file.open("w", encoding="utf-8-sig", newline="") as out:
                writer = csv.writer(out)
                writer.writerow(columns)
                writer.writerows(rows)
        except PermissionError:
            self.warn(f"{file}: đang mở, chưa ghi được (is open elsewhere, not written)")
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
                self._note(source, each, answer.status, _issues_of(answer))
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
                reason = str(answer.status)
            except (OSError, http.client.HTTPException) as error:
                answer, reason = None, str(error)
            self.is_cut_off = answer is None
            if answer is not None and answer.status not in TRY_AGAIN:
                _stop_if_hopeless(answer)
                return answer
            if pause is not None:
                self.warn(f"chưa gửi được, thử lại sau {pause} s (not sent, again in {pause} s): {reason}")
                self.sleep(pause)
        return None

    def _note(self, source: Source, episode: SentEpisode, status: int, issues: list[Issue]) -> None:
        self.ledger.note(episode, source.made, source.path, source.places[episode.hash], status, issues)
        if status in KEPT:
            self.progress.kept += 1
        elif status == UNKNOWN:
            self.progress.unknown += 1
        elif _is_refused(status):
            self.progress.refused += 1
        else:
            self.progress.failed += 1
            self.progress.tomorrow += status == LIMIT_OF_THE_DAY


def _is_refused(status: int) -> bool:
    return status not in KEPT and status != UNKNOWN and 400 <= status < 500 and status not in TRY_AGAIN


def _remarks(issues: Iterable[Issue]) -> str:
    """What the service warned of: `not-utf-8 XML1; number XML1[1].CAN_NANG`."""
    return "; ".join(f"{each.code} {each.place}".strip() for each in issues if each.severity == "warning")


def _local(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))


def _issues(outcome: dict[str, Any]) -> list[Issue]:
    return [
        Issue(
            str(issue.get("severity", "")),
            str(issue.get("diagnostics", issue.get("code", ""))),
            ", ".join(issue.get("expression", [])),
            str(issue.get("details", {}).get("text", "")),
        )
        for issue in outcome.get("issue", [])
    ]


def _issues_of(answer: FacilityAnswer) -> list[Issue]:
    """Of an answer that may be that of something before the service, and no JSON at all."""
    try:
        found = _issues(answer.json)
    except (ValueError, AttributeError):
        found = []
    return found or ([TOO_LARGE] if answer.status == TOO_LARGE_STATUS else [])


def _stop_if_hopeless(answer: FacilityAnswer) -> None:
    """Every further file would be refused alike."""
    if answer.status not in (401, 403):
        return
    issue = next(iter(_issues_of(answer)), Issue("error", str(answer.status), "", ""))
    if issue.code == "provider-code":  # this file is another facility's
        return
    raise CannotSendError(f"{answer.status} {issue.code}: {issue.text}")
