"""A code in its system: what a choice is answered with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Coded:
    """A code in its system; `display` is the form's own text."""

    system: str | None
    code: str
    display: str | None = None

    @property
    def key(self) -> str:
        """`system|code`, as the facts rows and FHIR token searches write it."""
        return f"{self.system or ''}|{self.code}"


def parse_coding(coding: Mapping[str, Any]) -> Coded:
    """A FHIR Coding as a Coded."""
    return Coded(coding.get("system"), str(coding.get("code", "")), coding.get("display"))
