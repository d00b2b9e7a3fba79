"""AWS that gives no answer for a while, again and again: the emulator is held, longer than functions wait for it."""

import os
import signal
import threading
from types import TracebackType

from ops.errors import OpsError
from ops.local.processes import Process, ProcessRegister
from ops.local.stack_location import StackLocation

SILENT_SECONDS = 3.5  # functions ask a second time after three (`health_record.aws.clients`)


class EmulatorPauses:
    """Holds the emulator of the stack at `place` each `every` seconds, as a context manager; None holds it never."""

    def __init__(self, place: StackLocation, every: float | None) -> None:
        self._place = place
        self._every = every
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.held = 0

    def __enter__(self) -> "EmulatorPauses":
        if self._every is not None:
            self._thread = threading.Thread(target=self._hold, args=(self._every, self._emulator()), daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()

    def _emulator(self) -> Process:
        """Only the process that answers for AWS: the functions' environments are its children and go on."""
        running = ProcessRegister(self._place.folder / "processes.json").running()
        if "emulator" not in running:
            raise OpsError("The emulator of this stack does not run.")
        return running["emulator"]

    def _hold(self, every: float, emulator: Process) -> None:
        while not self._over.wait(every) and emulator.alive:
            os.kill(emulator.pid, signal.SIGSTOP)
            try:
                self._over.wait(SILENT_SECONDS)
            finally:
                os.kill(emulator.pid, signal.SIGCONT)
            self.held += 1
