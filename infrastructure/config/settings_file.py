"""A settings file read into frozen dataclasses: every fault is kept with its line, and nothing is guessed.

>>> faults = Faults("79.toml", 'code = 79')
>>> fill(Sms, {"price": 9}, faults, "sms.")  # wrong or missing values: None, and `faults.texts` says why
"""

import dataclasses
import re
import types
import typing
from collections.abc import Mapping


class Faults:
    """What is wrong with one file: `79.toml line 12: sms.price_vnd must be more than 0`."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._lines = _lines_of(text)
        self.texts: list[str] = []

    def add(self, key: str, reason: str) -> None:
        """Keep a fault of `key` with the line on which it stands, else that of its table, else the first."""
        place = key
        while place not in self._lines:
            place = place.rpartition(".")[0]
        self.texts.append(f"{self.name} line {self._lines[place]}: {key} {reason}")


def fill_settings[Kind](
    kind: type[Kind], content: Mapping[str, object], faults: Faults, prefix: str = ""
) -> Kind | None:
    """`content` as a `kind`, or None where a value is missing or of another type. An unknown key is a fault as well."""
    hints = typing.get_type_hints(kind)
    for key in content:
        if key not in hints:
            faults.add(prefix + key, "is not a setting")
    before = len(faults.texts)
    values = {}
    optional = {field.name for field in dataclasses.fields(typing.cast("typing.Any", kind)) if _has_default(field)}
    for key, hint in hints.items():
        if key in content:
            values[key] = _value(hint, content[key], faults, prefix + key)
        elif key not in optional:
            faults.add(prefix + key, "is missing")
    return kind(**values) if len(faults.texts) == before else None


def _has_default(field: "dataclasses.Field[object]") -> bool:
    missing = dataclasses.MISSING
    return field.default is not missing or field.default_factory is not missing


def _value(hint: typing.Any, value: object, faults: Faults, key: str) -> object:
    if typing.get_origin(hint) is types.UnionType:  # `SmsGateway | None`: a table that may be left out
        hint = typing.get_args(hint)[0]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is dict and isinstance(value, dict):
        return {name: _value(arguments[1], inner, faults, f"{key}.{name}") for name, inner in value.items()}
    if origin is list and isinstance(value, list):
        return [_value(arguments[0], inner, faults, key) for inner in value]
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return fill_settings(typing.cast("type[object]", hint), value, faults, f"{key}.")
    if origin is None and type(value) is hint:
        return value
    expected = {str: "a text", int: "a whole number", bool: "true or false"}.get(
        hint, "a table" if origin is not list else "a list"
    )
    faults.add(key, f"must be {expected}, not {value!r}")
    return None


def _lines_of(text: str) -> dict[str, int]:
    """Line numbers of `sms.price_vnd`, of the table `sms`, and of the file itself (the empty key)."""
    lines = {"": 1}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?([\w.]+)\]", line):
            table = header[1] + "."
            lines.setdefault(header[1], number)
        elif assignment := re.match(r"\s*([\w.-]+)\s*=", line):
            lines.setdefault(table + assignment[1], number)
    return lines
