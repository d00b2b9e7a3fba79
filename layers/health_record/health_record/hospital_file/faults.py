"""What is wrong with a file: one place in words, or the whole file refused. No text holds a value that was sent."""

from dataclasses import dataclass
from typing import Literal

from health_record.language import Translated

Refusal = Literal["unreadable", "truncated", "too-many-episodes", "another-facility"]


@dataclass(frozen=True)
class FileFault:
    """One place: `table` (XML3), `row` (1 for the first), `field` (NGAY_YL), as far as they are known, and why."""

    code: str
    reason: Translated
    table: str | None = None
    row: int | None = None
    field: str | None = None

    @property
    def place(self) -> str:
        """`XML3[2].NGAY_YL`, or as much of it as is known."""
        row = f"[{self.row}]" if self.row is not None else ""
        field = f".{self.field}" if self.field else ""
        return f"{self.table or 'HOSO'}{row}{field}"


class FileRefusedError(Exception):
    """No episode of the file can be taken; `kind` decides the status of the answer."""

    def __init__(self, kind: Refusal, fault: FileFault) -> None:
        super().__init__(fault.code)
        self.kind = kind
        self.fault = fault
