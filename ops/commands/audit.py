"""`ssk audit`: check the audit against digests and public record; list emergencies, unusual reading and refusals."""

import argparse
import json
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from rich.console import Console

from health_record.audit import audit_entries
from health_record.audit.audit_entries import LINKS
from health_record.aws.dynamo import Item
from health_record.facility.registry import SMALLEST_PATIENTS
from health_record.instants import HOME_ZONE
from ops.audit_checks import reading_days
from ops.audit_checks.daily_digests import AuditDigests, CheckResult
from ops.audit_checks.public_access_log import LOG_NAME, PublicAccessLog
from ops.deployment import Deployment, add_province_argument, find_deployment, province_of
from ops.errors import OpsError
from ops.facility_registry import FacilityRegistry
from ops.progress_steps import ProgressSteps
from ops.whole_table import create_table

# What has no facility's id.
IN_WORDS = {LINKS: "readings by links", LOG_NAME: "the public record of accesses"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="verify|emergencies|reads|refusals")
    verify = actions.add_parser("verify", help="check every audit item against what was signed of its day")
    verify.add_argument("--facility", help="one facility; all by default")
    verify.add_argument("--since", type=_day, help="first day; by default the first that has a digest")
    emergencies = actions.add_parser("emergencies", help="the accesses of a day that need a review")
    emergencies.add_argument("--day", type=_day, default=_today() - timedelta(days=1), help="default: yesterday")
    reads = actions.add_parser("reads", help="the days on which a facility read unusually much")
    refusals = actions.add_parser("refusals", help="what facilities were refused, by day and kind")
    for action in (reads, refusals):
        action.add_argument("--facility", help="one facility; all by default")
        action.add_argument("--since", type=_day, default=_today() - timedelta(days=7), help="default: seven days ago")
    for action in (verify, emergencies, reads, refusals):
        add_province_argument(action)
        action.add_argument("--json", action="store_true", help="print one JSON object as the last line")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; the exit status is 1 where something is not as it must be."""
    action = {"verify": _verify, "emergencies": _emergencies, "reads": _reads, "refusals": _refusals}[arguments.action]
    sound, content = action(find_deployment(arguments), arguments)
    if arguments.json:
        print(json.dumps(content, ensure_ascii=False))
    return 0 if sound else 1


def _verify(where: Deployment, arguments: argparse.Namespace) -> tuple[bool, dict[str, Any]]:
    digests = AuditDigests.from_deployment(where)
    owners = [arguments.facility] if arguments.facility else [*_facilities(where), LINKS]
    now, checked, record = datetime.now(HOME_ZONE), dict[str, CheckResult](), dict[str, CheckResult]()
    with ProgressSteps() as steps:
        with steps.step(f"Checking {len(owners)} facilities"):
            for owner in owners:
                checked[owner] = digests.check_facility(owner, arguments.since, now)
        if not arguments.facility:
            with steps.step("Checking the public record of accesses"):
                records = PublicAccessLog.from_deployment(where, province_of(arguments), digests)
                record[LOG_NAME] = records.check_days(owners, arguments.since, now)
    return _print_result(checked, record)


def _print_result(checked: dict[str, CheckResult], record: dict[str, CheckResult]) -> tuple[bool, dict[str, Any]]:
    both = checked | record
    not_begun = [name for name, one in both.items() if not one.begun]
    findings = [finding for one in both.values() for finding in one.findings]
    days, documents = (sum(one.days for one in of.values()) for of in (checked, record))
    for name in not_begun:
        print(f"{IN_WORDS.get(name, name)}: not begun yet")
    for finding in findings:
        print(f"{IN_WORDS.get(finding.facility, finding.facility)} {finding.day}: {finding.what}")
    told = f"{days} signed days of {len(checked.keys() - {LINKS})} facilities and {documents} public documents checked"
    print(f"{told}; {len(findings)} findings.")
    counts = {"facilities": len(checked), "days": days, "documents": documents, "not_begun": not_begun}
    return not findings, counts | {"findings": [finding._asdict() for finding in findings]}


def _emergencies(where: Deployment, arguments: argparse.Namespace) -> tuple[bool, dict[str, Any]]:
    digests = AuditDigests.from_deployment(where)
    day = arguments.day.isoformat()
    items = [
        item
        for facility_id in _facilities(where)
        for item in digests.list_items(facility_id, day)
        if item.get("purpose") == "ETREAT"
    ]
    names = ("at", "facility_id", "facility_name", "practitioner", "reason", "action", "outcome", "detail", "record_id")
    rows = [{name: item[name] for name in names if item.get(name)} for item in sorted(items, key=lambda one: one["at"])]
    if not arguments.json:
        table = create_table(
            "at", "facility", "practitioner", "reason", "what", "record", title=f"Emergencies of {day}"
        )
        for row in rows:
            what = f"{row['action']} {row['outcome']} {row.get('detail', '')}".strip()
            who = f"{row['facility_id']} {row['facility_name']}"
            table.add_row(row["at"], who, row["practitioner"], row.get("reason", ""), what, row.get("record_id", ""))
        Console().print(table)
    return True, {"day": day, "emergencies": rows}


def _reads(where: Deployment, arguments: argparse.Namespace) -> tuple[bool, dict[str, Any]]:
    known, rows = _asked_for(where, arguments), []
    with ProgressSteps() as steps, steps.step(f"Reading the audit of {len(known)} facilities"):
        for facility in known:
            rows += _unusual_days(where, facility, arguments.since)
    if not arguments.json:
        _print_reads(rows, arguments.since)
    return True, {"since": arguments.since.isoformat(), "facilities": len(known), "days": rows}


def _unusual_days(where: Deployment, facility: dict[str, Any], since: date) -> list[dict[str, Any]]:
    """The facility's unusual days from `since` until today, each compared with the four weeks before it."""
    patients = facility.get("daily_patients") or SMALLEST_PATIENTS
    before: deque[int] = deque(maxlen=reading_days.DAYS_TO_COMPARE)
    devices = {key["id"] for key in facility["keys"] if "label" in key and "write" in key["permissions"]}
    rows, day = [], since - timedelta(days=reading_days.DAYS_TO_COMPARE)
    while day <= _today():
        counted = reading_days.count_day(facility["id"], day.isoformat(), _items(where, facility["id"], day), devices)
        reasons = reading_days.find_reasons(counted, [reads for reads in before if reads], patients)
        if day >= since and reasons:
            rows.append({"facility_name": facility["name"], **reading_days.to_row(counted, reasons)})
        before.append(counted.reads)
        day += timedelta(days=1)
    return rows


def _print_reads(rows: list[dict[str, Any]], since: date) -> None:
    names = ("day", "facility", "reads", "people", "busiest hour", "emergencies", "refused", "who read most", "why")
    table = create_table(*names, title=f"Unusual reading since {since}")
    for row in rows:
        most = "\n".join(
            [
                *(f"{reader['practitioner']}: {reader['reads']}" for reader in row["practitioners"][:3]),
                *(f"{device['key_id']}: {device['unwritten']} of {device['people']}" for device in row["fishing"]),
            ]
        )
        counts = (row[name] for name in ("reads", "people", "busiest_hour", "emergencies", "refused"))
        who = f"{row['facility_id']} {row['facility_name']}"
        table.add_row(row["day"], who, *map(str, counts), most, ", ".join(row["why"]))
    Console().print(table)


def _refusals(where: Deployment, arguments: argparse.Namespace) -> tuple[bool, dict[str, Any]]:
    """How often which call was refused and why: what a facility's software, or somebody with its key, does wrong."""
    counts: Counter[tuple[str, ...]] = Counter()
    for facility in _asked_for(where, arguments):
        for age in range((_today() - arguments.since).days + 1):
            day = arguments.since + timedelta(days=age)
            counts.update(
                (day.isoformat(), facility["id"], item["action"], item.get("detail", ""), item["practitioner"])
                for item in _items(where, facility["id"], day)
                if item["outcome"] == "denied"
            )
    names = ("day", "facility_id", "action", "why", "practitioner", "count")
    rows = [dict(zip(names, (*key, count), strict=True)) for key, count in sorted(counts.items())]
    if not arguments.json:
        table = create_table(*names, title=f"Refused since {arguments.since}")
        for row in rows:
            table.add_row(*(str(row[name]) for name in names))
        Console().print(table)
    return True, {"since": arguments.since.isoformat(), "refusals": rows}


def _items(where: Deployment, facility_id: str, day: date) -> Iterator[Item]:
    dynamodb, table = where.client("dynamodb"), where.outputs["TableAudit"]
    return audit_entries.query_facility_day(dynamodb, table, facility_id, day.isoformat())


def _asked_for(where: Deployment, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """The facility that the arguments name, or all. Raises OpsError where there is no such."""
    known = [facility for facility in _registered(where) if arguments.facility in (None, facility["id"])]
    if arguments.facility and not known:
        raise OpsError(f"There is no facility {arguments.facility}.")
    return known


def _facilities(where: Deployment) -> list[str]:
    return [str(known["id"]) for known in _registered(where)]


def _registered(where: Deployment) -> list[dict[str, Any]]:
    return FacilityRegistry(where.client("dynamodb"), where.outputs["TableFacilities"]).list()


def _today() -> date:
    return datetime.now(HOME_ZONE).date()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no day as 2026-11-23") from error
