"""How far long work is: a bar on a terminal, a line for every tenth of the way elsewhere."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

LINES = 10


class ProgressBar:
    """Counts `things` on standard error. Use it as a context manager."""

    def __init__(self, total: int, things: str = "residents") -> None:
        self._total = total
        self._things = things
        self._done = 0
        self._started = time.monotonic()
        self._console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()),
            *(TimeElapsedColumn(), TimeRemainingColumn()),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task(things.capitalize(), total=total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def advance(self, more: int = 1) -> None:
        """So many more are done."""
        before, self._done = self._done, self._done + more
        self._progress.advance(self._task, more)
        passed = self._done * LINES // self._total > before * LINES // self._total
        if passed and not self._console.is_terminal:
            seconds = time.monotonic() - self._started
            self._console.print(f"{self._done} of {self._total} {self._things} ({seconds:.0f} s)", soft_wrap=True)
