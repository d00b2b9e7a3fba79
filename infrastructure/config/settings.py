"""Settings of a province: one frozen dataclass for each file `infrastructure/provinces/<code>.toml`.

    >>> read_province(PROVINCES / "79.toml").stack_name
    'ssk-79'

Every fault is told with file, line and reason, all of them at once; a file with any fault builds nothing.
"""

import functools
import re
import tomllib
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from infrastructure.config import otp_limits
from infrastructure.config.routes import API_FUNCTIONS, ROUTES_OF_FUNCTION, SCHEDULED_FUNCTIONS
from infrastructure.config.settings_file import Faults, fill_settings
from infrastructure.provinces import PROVINCES_SINCE_JULY_2025

PROVINCES = Path(__file__).parent.parent / "provinces"
FUNCTIONS = (*ROUTES_OF_FUNCTION, "aggregate")
# Some of what CloudWatch Logs accepts (PutRetentionPolicy).
RETENTION_DAYS = (7, 14, 30, 60, 90, 180, 365, 400)
# 150 people behind one address must get through in five minutes: a journey is some 25 calls and two codes at most.
PEOPLE_BEHIND_ONE_ADDRESS = 150
LONGEST_DOMAIN = 34  # with which the notice of an emergency is one message of 160 characters
MOST_WARM = 40_000  # what an account lets one table take, unless AWS is asked
OUR_TAGS = ("project", "province")
SNS, GATEWAY = "sns", "gateway"  # channels of text messages
# Regions from which SNS sends none: docs.aws.amazon.com/sns/latest/dg/sns-supported-regions-countries.html
WITHOUT_SMS = ("ap-east-1", "ap-southeast-5", "ap-southeast-7")


class SettingsError(ValueError):
    """Settings files have faults; the text names file, line and reason of each, one on a line."""


@dataclass(frozen=True, kw_only=True)
class SmsGateway:
    """Where a gateway in the country takes messages: an https address (docs/sms-gateway.md)."""

    url: str


@dataclass(frozen=True, kw_only=True)
class Sms:
    """What a message costs and how much may be spent in a day. `sender_id` is the one registered in Vietnam.

    `channels` are asked in their order, the second one where the first is known not to have taken a message; the price
    is that of the dearer one. `monthly_limit_usd` is what AWS lets this account spend in a month; beyond it SNS sends
    nothing. `delivery_log` lets SNS tell what became of each message, for metrics by carrier; its lines hold numbers.
    """

    sender_id: str
    price_vnd: int
    daily_budget_vnd: int
    monthly_limit_usd: int
    channels: list[str] = field(default_factory=lambda: [SNS])
    gateway: SmsGateway | None = None
    delivery_log: bool = False


@dataclass(frozen=True, kw_only=True)
class Insights:
    """When the aggregation runs (`HH:MM`, province time) and how it gets the facts (`export` or `scan`)."""

    snapshot: str
    daily_at: str


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """Whom alarms reach (the e-mail address of a duty, not of a person) and where its runbooks are read.

    `runbooks` is the address of the operators' copy of `docs/operations.md`; each alarm adds `#` and its heading.
    `monthly_budget_usd` is what the account should cost in a month at most, messages included.
    """

    receiver: str
    runbooks: str
    monthly_budget_usd: int


@dataclass(frozen=True, kw_only=True)
class RetentionDays:
    """How long logs stay (what functions write, who called what when), and the backups of each day and month."""

    debug_logs: int
    access_logs: int
    daily_backups: int
    monthly_backups: int


@dataclass(frozen=True, kw_only=True)
class WebAcl:
    """What one address may call in five minutes before the web ACL steps in: anything at all, and `POST /v1/otp`."""

    calls_in_5_minutes: int
    codes_in_5_minutes: int


@dataclass(frozen=True, kw_only=True)
class Throttle:
    """Calls in a second that each route of a function takes: steadily, and in a burst."""

    rate: int
    burst: int


@dataclass(frozen=True, kw_only=True)
class WarmThroughput:
    """Reads and writes in a second that every table and index takes at once, before a campaign is announced.

    AWS gives the defaults for nothing, charges once for more, and never lowers them again:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
    """

    reads: int = 12_000
    writes: int = 4_000


@dataclass(frozen=True, kw_only=True)
class Province:
    """A province's settings. `predecessors` are codes of provinces merged into it; `domain` is what people type.

    `hotline` is printed on posters, `languages` are those of the site, `tags` are put on every resource. `limits`
    changes those of codes, fraud and PINs; their names, units and defaults stand in docs/sign-in.md.
    """

    code: str
    name: str
    predecessors: list[str]
    region: str
    time_zone: str
    domain: str
    hotline: str
    languages: list[str]
    sms: Sms
    insights: Insights
    alarms: Alarms
    retention_days: RetentionDays
    web_acl: WebAcl
    tags: dict[str, str]
    concurrency: dict[str, int]
    throttle: dict[str, Throttle]
    limits: dict[str, int] = field(default_factory=dict)
    warm_throughput: WarmThroughput = field(default_factory=WarmThroughput)

    @property
    def stack_name(self) -> str:
        """The name of the province's stack, and the prefix of its key aliases and of its other stacks."""
        return f"ssk-{self.code}"

    @property
    def all_limits(self) -> dict[str, int]:
        """Every limit of codes, fraud and PINs as the province has it, defaults included."""
        return {**otp_limits.read_default_limits(), **self.limits}

    def reserved_concurrency(self, function: str) -> int | None:
        """Executions set aside for a function; None where it shares those of the account.

        Where every number is 0 nothing is set aside, not even for what runs by the clock: a new account has 10
        executions, of which Lambda lets none be set aside.
        """
        if not any(self.concurrency.values()):
            return None
        return self.concurrency.get(function, 1 if function in SCHEDULED_FUNCTIONS else 0) or None

    @property
    def all_reserved_concurrency(self) -> int:
        """Executions set aside for all functions together."""
        return sum(self.reserved_concurrency(name) or 0 for name in (*API_FUNCTIONS, *SCHEDULED_FUNCTIONS))

    @property
    def all_tags(self) -> dict[str, str]:
        """What stands on every resource of the province."""
        return {**self.tags, "project": "so-suc-khoe", "province": self.code}


def read_provinces(folder: Path = PROVINCES) -> dict[str, Province]:
    """Every province of the folder by its code. Raises SettingsError, also when two share a sender id or a domain."""
    provinces: dict[str, Province] = {}
    faults_of: dict[str, Faults] = {}
    for path in sorted(folder.glob("*.toml")):
        province, faults_of[path.stem] = _read(path)
        if province:
            provinces[path.stem] = province
    for value_of, key in ((_sender, "sms.sender_id"), (_domain, "domain")):
        owner: dict[str, str] = {}
        for code, province in provinces.items():
            other = owner.setdefault(value_of(province), code)
            if other != code:
                faults_of[code].add(key, f"is the same as that of province {other}")
    _raise(*faults_of.values())
    return provinces


def read_province(path: Path) -> Province:
    """One province's settings. Raises SettingsError with line and reason of every fault."""
    province, faults = _read(path)
    _raise(faults)
    assert province
    return province


def _read(path: Path) -> tuple[Province | None, Faults]:
    text = path.read_text(encoding="utf-8")
    faults = Faults(path.name, text)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.texts.append(f"{path.name}: {error}")
        return None, faults
    province = fill_settings(Province, content, faults)
    if province:
        for key, holds, reason in _RULES:
            if not holds(province):
                faults.add(key, reason)
        _check_functions(province, faults)
        for name, reason in otp_limits.find_faults(province.limits):
            faults.add(f"limits.{name}", reason)
        if path.stem != province.code:
            faults.add("code", f"is {province.code}, but the file is called {path.name}")
    return province, faults


def _raise(*faults: Faults) -> None:
    texts = [text for each in faults for text in each.texts]
    if texts:
        raise SettingsError("\n".join(texts))


def _check_functions(province: Province, faults: Faults) -> None:
    for table, functions, given in (
        ("concurrency", FUNCTIONS, province.concurrency.keys()),
        ("throttle", API_FUNCTIONS, province.throttle.keys()),
    ):
        for name in sorted(given ^ set(functions)):
            reason = "is missing" if name in functions else f"is no function; these are: {', '.join(functions)}"
            faults.add(f"{table}.{name}", reason)
    for name, limit in province.concurrency.items():
        if limit < 0:
            faults.add(f"concurrency.{name}", "must not be negative")
    for name, throttle in province.throttle.items():
        if not 0 < throttle.rate <= throttle.burst:
            faults.add(f"throttle.{name}.rate", "must be more than 0 and at most the burst")


def _sender(province: Province) -> str:
    return province.sms.sender_id


def _domain(province: Province) -> str:
    return province.domain


def _merged_into(code: str) -> set[str]:
    return set(PROVINCES_SINCE_JULY_2025.get(code, ("", ()))[1])


@functools.cache
def _is_time_zone(name: str) -> bool:
    return name in zoneinfo.available_timezones()


def _is(pattern: str, value: str) -> bool:
    return re.fullmatch(pattern, value) is not None


def _leaves_room(province: Province) -> bool:
    """Whether one address may take less than a third of a route of `declare`; a missing throttle is told apart."""
    throttle = province.throttle.get("declare")
    return throttle is None or throttle.rate <= 0 or province.web_acl.calls_in_5_minutes < 300 * throttle.rate / 3


_ONE_OF_THE_PERIODS = f"must be one of {RETENTION_DAYS}"
_RULES: tuple[tuple[str, Callable[[Province], bool], str], ...] = (
    ("code", lambda p: p.code in PROVINCES_SINCE_JULY_2025, "is not the code of a province since July 2025"),
    (
        "predecessors",
        lambda p: set(p.predecessors) <= _merged_into(p.code),
        "names a province that was not merged into this one",
    ),
    ("name", lambda p: bool(p.name.strip()), "must not be empty"),
    ("region", lambda p: _is(r"[a-z]{2}-[a-z]+-\d", p.region), "is not an AWS region"),
    ("time_zone", lambda p: _is_time_zone(p.time_zone), "is not a time zone"),
    ("domain", lambda p: _is(r"([a-z0-9-]{1,63}\.)+[a-z]{2,63}", p.domain), "is not a domain name in small letters"),
    (
        "domain",
        lambda p: len(p.domain) <= LONGEST_DOMAIN,
        f"must have at most {LONGEST_DOMAIN} characters, else the text messages that name it cost twice",
    ),
    ("hotline", lambda p: _is(r"[0-9]{3,11}", p.hotline), "must be 3 to 11 digits"),
    (
        "languages",
        lambda p: p.languages in (["vi"], ["vi", "en"]),
        'must be ["vi"] or ["vi", "en"]: these are the languages that the questions are written in',
    ),
    (
        "sms.sender_id",
        lambda p: _is(r"(?=.*[A-Za-z])[A-Za-z0-9]{3,11}", p.sms.sender_id),
        "must be 3 to 11 letters and digits with at least one letter",
    ),
    (
        "sms.channels",
        lambda p: bool(p.sms.channels) and len(set(p.sms.channels)) == len(p.sms.channels),
        "must name a channel, and none of them twice",
    ),
    ("sms.channels", lambda p: set(p.sms.channels) <= {SNS, GATEWAY}, f"must be of {SNS} and {GATEWAY}"),
    (
        "sms.channels",
        lambda p: SNS not in p.sms.channels or p.region not in WITHOUT_SMS,
        f"must be {GATEWAY} alone: SNS sends no text messages from {', '.join(WITHOUT_SMS)}",
    ),
    (
        "sms.gateway",
        lambda p: (p.sms.gateway is not None) == (GATEWAY in p.sms.channels),
        f"must be there where {GATEWAY} is one of the channels, and only there",
    ),
    (
        "sms.gateway.url",
        lambda p: p.sms.gateway is None or _is(r"https://[a-z0-9.-]+(:\d{1,5})?/[\w./-]+", p.sms.gateway.url),
        "must be an https address with a path, without query and fragment",
    ),
    (
        "sms.delivery_log",
        lambda p: not p.sms.delivery_log or SNS in p.sms.channels,
        f"is of {SNS}, which is none of the channels",
    ),
    ("sms.price_vnd", lambda p: p.sms.price_vnd > 0, "must be more than 0"),
    (
        "sms.daily_budget_vnd",
        lambda p: p.sms.daily_budget_vnd >= p.sms.price_vnd,
        "must pay for one message at least, else nobody gets a code",
    ),
    ("sms.monthly_limit_usd", lambda p: p.sms.monthly_limit_usd > 0, "must be more than 0"),
    ("alarms.monthly_budget_usd", lambda p: p.alarms.monthly_budget_usd > 0, "must be more than 0"),
    ("insights.snapshot", lambda p: p.insights.snapshot in ("export", "scan"), "must be export or scan"),
    (
        "alarms.receiver",
        lambda p: _is(r"[\w.+-]+@([a-z0-9-]+\.)+[a-z]{2,63}", p.alarms.receiver),
        "must be an e-mail address",
    ),
    (
        "alarms.receiver",
        lambda p: p.alarms.receiver.rpartition("@")[2] != p.domain,
        "gets no mail at the domain itself, which leads to the CDN (RFC 1034, section 3.6.2): take another address",
    ),
    ("insights.daily_at", lambda p: _is(r"([01]\d|2[0-3]):[0-5]\d", p.insights.daily_at), "must be a time as 02:30"),
    (
        "retention_days.debug_logs",
        lambda p: p.retention_days.debug_logs in RETENTION_DAYS,
        _ONE_OF_THE_PERIODS,
    ),
    ("retention_days.access_logs", lambda p: p.retention_days.access_logs in RETENTION_DAYS, _ONE_OF_THE_PERIODS),
    (
        "retention_days.daily_backups",
        lambda p: 7 <= p.retention_days.daily_backups <= p.retention_days.monthly_backups,
        "must be 7 at least and at most monthly_backups",
    ),
    ("retention_days.monthly_backups", lambda p: p.retention_days.monthly_backups <= 3660, "must be 3660 at most"),
    (
        "web_acl.calls_in_5_minutes",
        lambda p: p.web_acl.calls_in_5_minutes >= 25 * PEOPLE_BEHIND_ONE_ADDRESS,
        f"must be {25 * PEOPLE_BEHIND_ONE_ADDRESS} at least: so many calls make {PEOPLE_BEHIND_ONE_ADDRESS} people",
    ),
    (
        "web_acl.calls_in_5_minutes",
        _leaves_room,
        "must be under a third of what a route of declare takes in five minutes, else two addresses could take it all",
    ),
    (
        "web_acl.codes_in_5_minutes",
        lambda p: p.web_acl.codes_in_5_minutes >= 2 * PEOPLE_BEHIND_ONE_ADDRESS,
        f"must be {2 * PEOPLE_BEHIND_ONE_ADDRESS} at least: so many codes ask {PEOPLE_BEHIND_ONE_ADDRESS} people",
    ),
    (
        "warm_throughput.reads",
        lambda p: WarmThroughput.reads <= p.warm_throughput.reads <= MOST_WARM,
        f"must be from {WarmThroughput.reads} to {MOST_WARM}",
    ),
    (
        "warm_throughput.writes",
        lambda p: WarmThroughput.writes <= p.warm_throughput.writes <= MOST_WARM,
        f"must be from {WarmThroughput.writes} to {MOST_WARM}",
    ),
    (
        "alarms.runbooks",
        lambda p: _is(r"https://[\w.-]+(/[\w./-]*)?", p.alarms.runbooks),
        "must be an https address without query and fragment",
    ),
    (
        "tags",
        lambda p: all(_is(r"(?!aws:)[\w.:/=+@-]{1,128}", name) and name not in OUR_TAGS for name in p.tags),
        f"must have names of letters, digits and ._:/=+@-, other than {' and '.join(OUR_TAGS)}",
    ),
)
