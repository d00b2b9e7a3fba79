"""Progress of long work on standard error: moving lines on a terminal, one line for each finished step elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class ProgressSteps:
    """Shows named steps, which may overlap in threads."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )

    def __enter__(self) -> "ProgressSteps":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Show `text` while the block runs, and how long it took."""
        started = time.monotonic()
        task = self._progress.add_task(text, total=1)
        yield
        self._progress.update(task, completed=1)
        if not self._console.is_terminal:
            self._console.print(f"{text} ({time.monotonic() - started:.1f} s)", soft_wrap=True)
