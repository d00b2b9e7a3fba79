"""What became of each episode, in one SQLite file: a restart sends nothing twice and loses nothing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DAY = 86400
# Days after the first sending on which somebody without a record is tried again.
AGAIN_AFTER = (1, 3, 7, 14, 30, 60, 90)
SCHEMA = """
CREATE TABLE IF NOT EXISTS episodes (
    hash TEXT PRIMARY KEY, file TEXT NOT NULL, place INTEGER NOT NULL, status INTEGER NOT NULL, code TEXT NOT NULL,
    first_sent REAL NOT NULL, last_sent REAL NOT NULL, tries INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, due REAL
);
"""
UNKNOWN = 404
FINAL = frozenset({200, 201, 403, 409, 422})


@dataclass(frozen=True)
class Entry:
    """What is known of an episode."""

    status: int
    first_sent: float
    tries: int


class Ledger:
    """The ledger in `folder`; the folder is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "ledger.sqlite3"
        with self._open() as connection:
            connection.executescript(SCHEMA)

    def find(self, episode: str) -> Entry | None:
        """What became of the episode with this hash."""
        with self._open() as connection:
            query = "SELECT status, first_sent, tries FROM episodes WHERE hash = ?"
            row = connection.execute(query, (episode,)).fetchone()
        return Entry(*row) if row else None

    def due(self, episode: str, again_days: int) -> float | None:
        """When to send it: 0 if it was never sent or broke off, the next day of somebody without a record, or never."""
        entry = self.find(episode)
        if entry is None or entry.status not in (*FINAL, UNKNOWN):
            return 0
        days = [day for day in AGAIN_AFTER if day <= again_days]
        if entry.status != UNKNOWN or entry.tries > len(days):
            return None
        return entry.first_sent + days[entry.tries - 1] * DAY

    def note(self, episode: str, file: str, place: int, status: int, code: str) -> None:
        """Write down what the service answered."""
        now = time.time()
        with self._open() as connection:
            connection.execute(
                "INSERT INTO episodes VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (hash) DO UPDATE SET "
                "status = excluded.status, code = excluded.code, last_sent = excluded.last_sent, tries = tries + 1",
                (episode, file, place, status, code, now, now),
            )

    def file_due(self, path: Path) -> float | None:
        """When something of the file, as it is now, is to be sent: 0 for a new file, None for never."""
        found = path.stat()
        with self._open() as connection:
            row = connection.execute("SELECT size, changed, due FROM files WHERE path = ?", (str(path),)).fetchone()
        if row is None or tuple(row[:2]) != (found.st_size, found.st_mtime_ns):
            return 0
        return float(row[2]) if row[2] is not None else None

    def note_file(self, path: Path, due: float | None) -> None:
        """Write down when something of a file is to be sent next."""
        found = path.stat()
        with self._open() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
                (str(path), found.st_size, found.st_mtime_ns, due),
            )

    def counts(self) -> dict[str, int]:
        """How many episodes by what became of them."""
        with self._open() as connection:
            return dict(connection.execute("SELECT code, COUNT(*) FROM episodes GROUP BY code").fetchall())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._file, timeout=30)
        try:
            with connection:
                yield connection
        finally:
            connection.close()
