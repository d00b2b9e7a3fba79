"""`ssk audit`: check the audit against its signed digests and the public record, list emergencies for review."""

import argparse
import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from health_record.audit.audit_entries import LINKS
from ops.audit_checks.daily_digests import AuditDigests, CheckResult
from ops.audit_checks.public_access_log import LOG_NAME, PublicAccessLog
from ops.deployment import Deployment, add_province_argument, find_deployment
from ops.facility_registry import FacilityRegistry
from ops.local.stack_location import PROVINCE
from ops.progress_steps import ProgressSteps

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="verify|emergencies")
    verify = actions.add_parser("verify", help="check every audit item against what was signed of its day")
    verify.add_argument("--facility", help="one facility; all by default")
    verify.add_argument("--since", type=_day, help="first day; by default the first that has a digest")
    emergencies = actions.add_parser("emergencies", help="the accesses of a day that need a review")
    emergencies.add_argument("--day", type=_day, default=_today() - timedelta(days=1), help="default: yesterday")
    for action in (verify, emergencies):
        add_province_argument(action)
        action.add_argument("--json", action="store_true", help="print one JSON object as the last line")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; the exit status is 1 where something is not as it must be."""
    action = {"verify": _verify, "emergencies": _emergencies}[arguments.action]
    sound, content = action(find_deployment(arguments), arguments)
    if arguments.json:
        print(json.dumps(content, ensure_ascii=False))
    return 0 if sound else 1


def _verify(where: Deployment, arguments: argparse.Namespace) -> tuple[bool, dict[str, Any]]:
    digests = AuditDigests.from_deployment(where)
    owners = [arguments.facility] if arguments.facility else [*_facilities(where), LINKS]
    now, checked, record = datetime.now(LOCAL), dict[str, CheckResult](), dict[str, CheckResult]()
    with ProgressSteps() as steps:
        with steps.step(f"Checking {len(owners)} facilities"):
            for owner in owners:
                checked[owner] = digests.check_facility(owner, arguments.since, now)
        if not arguments.facility:
            with steps.step("Checking the public record of accesses"):
                records = PublicAccessLog.from_deployment(where, arguments.province or PROVINCE, digests)
                record[LOG_NAME] = records.check_days(owners, arguments.since, now)
    return _print_result(checked, record)


def _print_result(checked: dict[str, CheckResult], record: dict[str, CheckResult]) -> tuple[bool, dict[str, Any]]:
    both = checked | record
    not_begun = [name for name, one in both.items() if not one.begun]
    findings = [finding for one in both.values() for finding in one.findings]
    days, documents = (sum(one.days for one in of.values()) for of in (checked, record))
    for name in not_begun:
        print(f"{name}: not begun yet")
    for finding in findings:
        print(f"{finding.facility} {finding.day}: {finding.what}")
    told = f"{days} signed days of {len(checked)} facilities and {documents} public documents checked"
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
        table = Table("at", "facility", "practitioner", "reason", "what", "record", title=f"Emergencies of {day}")
        for row in rows:
            what = f"{row['action']} {row['outcome']} {row.get('detail', '')}".strip()
            who = f"{row['facility_id']} {row['facility_name']}"
            table.add_row(row["at"], who, row["practitioner"], row.get("reason", ""), what, row.get("record_id", ""))
        Console().print(table)
    return True, {"day": day, "emergencies": rows}


def _facilities(where: Deployment) -> list[str]:
    registry = FacilityRegistry(where.client("dynamodb"), where.outputs["TableFacilities"])
    return [str(known["id"]) for known in registry.list()]


def _today() -> date:
    return datetime.now(LOCAL).date()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no day as 2026-11-23") from error
