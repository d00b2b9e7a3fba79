"""Settings of a province: one frozen dataclass for each file `infrastructure/provinces/<code>.toml`.

    >>> read_province(PROVINCES / "79.toml").stack_name
    'ssk-79'

Every fault is told with file, line and reason; a file with any fault builds nothing.
"""

import dataclasses
import re
import tomllib
import typing
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infrastructure.provinces import PROVINCES_SINCE_JULY_2025
from infrastructure.routes import API_FUNCTIONS, ROUTES_OF_FUNCTION

PROVINCES = Path(__file__).parent / "provinces"
FUNCTIONS = (*ROUTES_OF_FUNCTION, "aggregate")
# Some of what CloudWatch Logs accepts (PutRetentionPolicy).
RETENTION_DAYS = (7, 14, 30, 60, 90, 180, 365, 400)


class SettingsError(ValueError):
    """A settings file has a fault; the text names file, line and reason."""


@dataclass(frozen=True, kw_only=True)
class Sms:
    """What a message costs and how much may be spent in a day. `sender_id` is the one registered in Vietnam."""

    sender_id: str
    price_vnd: int
    daily_budget_vnd: int


@dataclass(frozen=True, kw_only=True)
class Insights:
    """When the aggregation runs (`HH:MM`, province time) and how it gets the facts (`export` or `scan`)."""

    snapshot: str
    daily_at: str


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """Whom alarms reach: the e-mail address of a duty, not of a person."""

    receiver: str


@dataclass(frozen=True, kw_only=True)
class RetentionDays:
    """How long logs stay: what functions write, and who called what when."""

    debug_logs: int
    access_logs: int


@dataclass(frozen=True, kw_only=True)
class Throttle:
    """Calls in a second that each route of a function takes: steadily, and in a burst."""

    rate: int
    burst: int


@dataclass(frozen=True, kw_only=True)
class Province:
    """A province's settings. `predecessors` are codes of provinces merged into it; `domain` is what people type."""

    code: str
    name: str
    predecessors: list[str]
    region: str
    time_zone: str
    domain: str
    sms: Sms
    insights: Insights
    alarms: Alarms
    retention_days: RetentionDays
    concurrency: dict[str, int]
    throttle: dict[str, Throttle]

    @property
    def stack_name(self) -> str:
        """The name of the province's stack, and the prefix of its key aliases."""
        return f"ssk-{self.code}"


def read_provinces(folder: Path = PROVINCES) -> dict[str, Province]:
    """Every province of the folder by its code. Raises SettingsError, also when two share a sender id or a domain."""
    provinces = [read_province(path) for path in sorted(folder.glob("*.toml"))]
    for value_of, what in ((_sender, "sms.sender_id"), (_domain, "domain")):
        owner: dict[str, str] = {}
        for province in provinces:
            other = owner.setdefault(value_of(province), province.code)
            if other != province.code:
                path = folder / f"{province.code}.toml"
                raise _Source.of(path).fault(what, f"is the same as that of province {other}")
    return {province.code: province for province in provinces}


def read_province(path: Path) -> Province:
    """One province's settings. Raises SettingsError with the line and the reason."""
    source = _Source.of(path)
    try:
        content = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name}: {error}") from error
    province = typing.cast(Province, _fill(Province, content, source, ""))
    for key, holds, reason in _RULES:
        if not holds(province):
            raise source.fault(key, reason)
    _check_functions(province, source)
    if path.stem != province.code:
        raise source.fault("code", f"is {province.code}, but the file is called {path.name}")
    return province


@dataclass(frozen=True)
class _Source:
    """A settings file's text, which knows on which line a key stands."""

    path: Path
    text: str

    @classmethod
    def of(cls, path: Path) -> "_Source":
        return cls(path, path.read_text(encoding="utf-8"))

    def fault(self, key: str, reason: str) -> SettingsError:
        return SettingsError(f"{self.path.name} line {self._line_of(key)}: {key} {reason}")

    def _line_of(self, key: str) -> int:
        """The line of `sms.price_vnd`, else of its table, else the first."""
        lines = {"": 1}
        table = ""
        for number, line in enumerate(self.text.splitlines(), start=1):
            if header := re.match(r"\s*\[([\w.]+)\]", line):
                table = header[1] + "."
                lines.setdefault(header[1], number)
            elif assignment := re.match(r"\s*([\w.-]+)\s*=", line):
                lines.setdefault(table + assignment[1], number)
        while key not in lines:
            key = key.rpartition(".")[0]
        return lines[key]


def _fill(kind: type[object], content: Mapping[str, object], source: _Source, prefix: str) -> object:
    hints = typing.get_type_hints(kind)
    for key in content:
        if key not in hints:
            raise source.fault(prefix + key, "is not a setting")
    for key in hints:
        if key not in content:
            raise source.fault(prefix + key, "is missing")
    return kind(**{key: _value(hint, content[key], source, prefix + key) for key, hint in hints.items()})


def _value(hint: typing.Any, value: object, source: _Source, key: str) -> object:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is dict and isinstance(value, dict):
        return {name: _value(arguments[1], inner, source, f"{key}.{name}") for name, inner in value.items()}
    if origin is list and isinstance(value, list):
        return [_value(arguments[0], inner, source, key) for inner in value]
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return _fill(typing.cast("type[object]", hint), value, source, f"{key}.")
    if origin is None and type(value) is hint:
        return value
    expected = {str: "a text", int: "a whole number"}.get(hint, "a table" if origin is not list else "a list")
    raise source.fault(key, f"must be {expected}, not {value!r}")


def _check_functions(province: Province, source: _Source) -> None:
    for table, functions, given in (
        ("concurrency", FUNCTIONS, province.concurrency.keys()),
        ("throttle", API_FUNCTIONS, province.throttle.keys()),
    ):
        for name in sorted(given ^ set(functions)):
            reason = "is missing" if name in functions else f"is no function; these are: {', '.join(functions)}"
            raise source.fault(f"{table}.{name}", reason)
    for name, limit in province.concurrency.items():
        if limit < 0:
            raise source.fault(f"concurrency.{name}", "must not be negative")
    for name, throttle in province.throttle.items():
        if not 0 < throttle.rate <= throttle.burst:
            raise source.fault(f"throttle.{name}.rate", "must be more than 0 and at most the burst")


def _sender(province: Province) -> str:
    return province.sms.sender_id


def _domain(province: Province) -> str:
    return province.domain


def _is(pattern: str, value: str) -> bool:
    return re.fullmatch(pattern, value) is not None


_ONE_OF_THE_PERIODS = f"must be one of {RETENTION_DAYS}"
_RULES: tuple[tuple[str, Callable[[Province], bool], str], ...] = (
    ("code", lambda p: p.code in PROVINCES_SINCE_JULY_2025, "is not the code of a province since July 2025"),
    (
        "predecessors",
        lambda p: set(p.predecessors) <= set(PROVINCES_SINCE_JULY_2025[p.code][1]),
        "names a province that was not merged into this one",
    ),
    ("region", lambda p: _is(r"[a-z]{2}-[a-z]+-\d", p.region), "is not an AWS region"),
    ("time_zone", lambda p: p.time_zone in zoneinfo.available_timezones(), "is not a time zone"),
    ("domain", lambda p: _is(r"([a-z0-9-]{1,63}\.)+[a-z]{2,63}", p.domain), "is not a domain name in small letters"),
    (
        "sms.sender_id",
        lambda p: _is(r"(?=.*[A-Za-z])[A-Za-z0-9]{3,11}", p.sms.sender_id),
        "must be 3 to 11 letters and digits with at least one letter",
    ),
    ("sms.price_vnd", lambda p: p.sms.price_vnd > 0, "must be more than 0"),
    (
        "sms.daily_budget_vnd",
        lambda p: p.sms.daily_budget_vnd >= p.sms.price_vnd,
        "must pay for one message at least, else nobody gets a code",
    ),
    ("insights.snapshot", lambda p: p.insights.snapshot in ("export", "scan"), "must be export or scan"),
    (
        "alarms.receiver",
        lambda p: _is(r"[\w.+-]+@([a-z0-9-]+\.)+[a-z]{2,63}", p.alarms.receiver),
        "must be an e-mail address",
    ),
    ("insights.daily_at", lambda p: _is(r"([01]\d|2[0-3]):[0-5]\d", p.insights.daily_at), "must be a time as 02:30"),
    (
        "retention_days.debug_logs",
        lambda p: p.retention_days.debug_logs in RETENTION_DAYS,
        f"must be one of {RETENTION_DAYS}",
    ),
    (
        "retention_days.access_logs",
        lambda p: p.retention_days.access_logs in RETENTION_DAYS,
        f"must be one of {RETENTION_DAYS}",
    ),
)
