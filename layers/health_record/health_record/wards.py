"""The wards, communes and special zones in force since July 2025, by their five-digit code."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from health_record.questionnaire.coded import Coded

SYSTEM = "urn:x-so-suc-khoe:wards"
FILE = Path(__file__).parent / "form" / "wards.json"


@dataclass(frozen=True)
class Ward:
    """One ward; `province` is the two-digit code."""

    code: str
    name: str
    province: str

    @property
    def coded(self) -> Coded:
        """The ward as an answer of the form."""
        return Coded(SYSTEM, self.code, self.name)


def find(code: str) -> Ward | None:
    """The ward with this code anywhere in the country, or None."""
    for province, content in _provinces().items():
        if code in content["wards"]:
            return Ward(code, content["wards"][code], province)
    return None


def list_wards(province: str) -> Mapping[str, str]:
    """The province's wards, code -> name. Raises KeyError for an unknown province."""
    wards: dict[str, str] = _provinces()[province]["wards"]
    return wards


def find_in_province(code: str, province: str) -> Ward | None:
    """The ward with this code if it belongs to `province`, else None."""
    name = list_wards(province).get(code)
    return Ward(code, name, province) if name is not None else None


def province_name(province: str) -> str:
    """The full name of a province, as people write it."""
    return str(_provinces()[province]["name"])


@functools.cache
def _provinces() -> dict[str, Any]:
    provinces: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))["provinces"]
    return provinces
