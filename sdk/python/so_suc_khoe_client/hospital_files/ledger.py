"""What became of each episode, in one SQLite file: a restart sends nothing twice and loses nothing."""

import json
import sqlite3
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from os import stat_result
from pathlib import Path
from typing import NamedTuple

from so_suc_khoe_client.hospital_files.envelope import SentEpisode

LEDGER = "ledger.sqlite3"
WAIT_SECONDS = 30  # for another command that writes to the same ledger
DAY = 86400
# Days after the first sending on which somebody without a record is tried again.
AGAIN_AFTER = (1, 3, 7, 14, 30, 60, 90)
SCHEMA = """
CREATE TABLE IF NOT EXISTS episodes (
    hash TEXT PRIMARY KEY, file TEXT NOT NULL, place INTEGER NOT NULL, status INTEGER NOT NULL, code TEXT NOT NULL,
    first_sent REAL NOT NULL, last_sent REAL NOT NULL, tries INTEGER NOT NULL,
    ma_lk TEXT NOT NULL DEFAULT '', made REAL NOT NULL DEFAULT 0, issues TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, due REAL, fault TEXT NOT NULL DEFAULT ''
);
"""
# What a ledger of an earlier version lacks.
ADDED = {
    "episodes": {
        "ma_lk": "TEXT NOT NULL DEFAULT ''",
        "made": "REAL NOT NULL DEFAULT 0",
        "issues": "TEXT NOT NULL DEFAULT '[]'",
    },
    "files": {"fault": "TEXT NOT NULL DEFAULT ''"},
}
BY_EPISODE = "CREATE INDEX IF NOT EXISTS episodes_by_ma_lk ON episodes (ma_lk, last_sent)"
UNKNOWN = 404
FINAL = frozenset({200, 201, 403, 409, 422})


@dataclass(frozen=True)
class Entry:
    """What is known of an episode."""

    status: int
    first_sent: float
    last_sent: float
    tries: int
    made: float


class Issue(NamedTuple):
    """One remark of the service about an episode; `severity` is that of FHIR."""

    severity: str
    code: str
    place: str
    text: str


class Outcome(NamedTuple):
    """What became of one text of an episode, as it is written for people. `last_sent` is in seconds of the epoch."""

    last_sent: float
    file: str
    place: int
    ma_lk: str
    status: int
    code: str
    tries: int
    issues: tuple[Issue, ...]
    is_newest: bool  # of the texts with its MA_LK


class Ledger:
    """The ledger in `folder`; the folder is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / LEDGER, timeout=WAIT_SECONDS)
        weakref.finalize(self, self._connection.close)
        # What a power cut takes from the log's end is sent again, and changes nothing; the disk is not waited for.
        self._connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {SCHEMA}")
        with self._connection as connection:
            for table, columns in ADDED.items():
                known = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
                for column in columns.keys() - known:
                    connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {columns[column]}")
            connection.execute(BY_EPISODE)

    def find(self, episode: str) -> Entry | None:
        """What became of the episode with this hash."""
        with self._connection as connection:
            query = "SELECT status, first_sent, last_sent, tries, made FROM episodes WHERE hash = ?"
            row = connection.execute(query, (episode,)).fetchone()
        return Entry(*row) if row else None

    def due(self, episode: SentEpisode, made: float, again_days: int) -> float | None:
        """When to send an episode of a file of the time `made`, in seconds of the epoch, or never.

        At once (0) if it was never sent or broke off, or if a newer file says again what another text of the same MA_LK
        has replaced meanwhile; on the next day of somebody without a record.
        """
        entry = self.find(episode.hash)
        if entry is None or entry.status not in (*FINAL, UNKNOWN):
            return 0
        if made > entry.made and self._is_replaced(episode, entry):
            return 0
        days = [day for day in AGAIN_AFTER if day <= again_days]
        if entry.status != UNKNOWN or entry.tries > len(days):
            return None
        return entry.first_sent + days[entry.tries - 1] * DAY

    def _is_replaced(self, episode: SentEpisode, entry: Entry) -> bool:
        query = "SELECT 1 FROM episodes WHERE ma_lk = ? AND last_sent > ? AND hash <> ? AND ma_lk <> '' LIMIT 1"
        with self._connection as connection:
            return connection.execute(query, (episode.key, entry.last_sent, episode.hash)).fetchone() is not None

    def note(self, episode: SentEpisode, made: float, file: str, place: int, status: int, issues: list[Issue]) -> None:
        """Write down what the service answered; the first issue has the word for it."""
        now, code = time.time(), issues[0].code if issues else str(status)
        with self._connection as connection:
            connection.execute(
                "INSERT INTO episodes "
                "(hash, file, place, status, code, first_sent, last_sent, tries, ma_lk, made, issues) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT (hash) DO UPDATE SET file = excluded.file, "
                "place = excluded.place, status = excluded.status, code = excluded.code, issues = excluded.issues, "
                "last_sent = excluded.last_sent, ma_lk = excluded.ma_lk, made = excluded.made, tries = tries + 1",
                (episode.hash, file, place, status, code, now, now, episode.key, made, json.dumps(issues)),
            )

    def outcomes(self) -> Iterator[Outcome]:
        """What became of every episode, by file and place."""
        newest: dict[str, float] = {}
        with self._connection as connection:
            newest.update(connection.execute("SELECT ma_lk, MAX(last_sent) FROM episodes WHERE ma_lk <> '' GROUP BY 1"))
            query = "SELECT last_sent, file, place, ma_lk, status, code, tries, issues FROM episodes ORDER BY 2, 3, 1"
            for *row, issues in connection.execute(query):
                told = tuple(Issue(*issue) for issue in json.loads(issues))
                yield Outcome._make((*row, told, row[0] >= newest.get(row[3], 0)))

    def broken_files(self) -> list[tuple[float, str, str]]:
        """(when it was written, whole path, fault) of each file that holds no episode, as it was last seen."""
        query = "SELECT changed / 1e9, path, fault FROM files WHERE fault <> '' ORDER BY path"
        with self._connection as connection:
            return [(written, str(Path(path).absolute()), fault) for written, path, fault in connection.execute(query)]

    def file_due(self, path: Path, found: stat_result) -> float | None:
        """When something of the file, as it was `found`, is to be sent: 0 for a new file, None for never."""
        with self._connection as connection:
            row = connection.execute("SELECT size, changed, due FROM files WHERE path = ?", (str(path),)).fetchone()
        if row is None or tuple(row[:2]) != (found.st_size, found.st_mtime_ns):
            return 0
        return float(row[2]) if row[2] is not None else None

    def note_file(self, path: Path, found: stat_result, due: float | None, fault: str = "") -> None:
        """Write down when something of a file, as it was `found`, is to be sent next, or why nothing of it can be."""
        with self._connection as connection:
            connection.execute(
                "INSERT OR REPLACE INTO files (path, size, changed, due, fault) VALUES (?, ?, ?, ?, ?)",
                (str(path), found.st_size, found.st_mtime_ns, due, fault),
            )

    def counts(self) -> dict[str, int]:
        """How many episodes by what became of them."""
        with self._connection as connection:
            return dict(connection.execute("SELECT code, COUNT(*) FROM episodes GROUP BY code").fetchall())
