"""`ssk upgrade-drill`: deploy an earlier commit, let invented residents declare, upgrade to this one, compare.

The earlier commit is deployed by its own commands, in a folder of its own with an environment that sees its code only.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from ops.drills import drill_stack, table_dump
from ops.drills.drill_stack import Finding
from ops.drills.table_dump import DecryptedValues, TableStore
from ops.errors import OpsError
from ops.local import demo_facility
from ops.local.aws import build_environment
from ops.local.stack import LocalStack
from ops.local.stack_location import ROOT, TOOLS, StackLocation, read_location
from ops.progress_steps import ProgressSteps
from so_suc_khoe_client import FacilityClient

# Codes and sessions end by themselves; everything else has to be there as it was.
KEPT = ("records", "keys", "facts", "facilities", "audit")
NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
READ = 20
PRACTITIONER = "dien-tap"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--from", dest="commit", default="HEAD~1", metavar="COMMIT", help="what runs first (HEAD~1)")
    parser.add_argument("--residents", type=int, default=40, metavar="N", help="how many declare before (40)")
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Drill and tell; 1 when anything was lost."""
    place = drill_stack.new_location(read_location().folder, "upgrade-drill")
    earlier = place.folder / "earlier"
    stack = LocalStack(place)
    stack.end_with_this_process()
    try:
        with ProgressSteps() as steps:
            with steps.step(f"Taking out {arguments.commit}"):
                python = check_out_commit(arguments.commit, earlier)
            with steps.step("Deploying it"):
                _its_ssk(place, earlier, python, "up", "--detach")
            with steps.step("Letting residents declare"):
                _its_ssk(place, earlier, python, "pilot", "--residents", str(arguments.residents))
            before = _take(place)
            stack.up(steps)
            with steps.step("Comparing, opening and reading"):
                findings = _compare(place, before)
    finally:
        stack.down()
    shutil.rmtree(place.folder, ignore_errors=True)
    return drill_stack.print_findings(f"Upgrade from {arguments.commit}", findings, as_json=arguments.json)


def check_out_commit(commit: str, folder: Path) -> Path:
    """The files of a commit in `folder`, with the tools of this checkout; the Python that sees that code only.

    Raises OpsError when there is no such commit.
    """
    folder.mkdir()
    archive = subprocess.Popen(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    unpacked = subprocess.run(["tar", "-x"], cwd=folder, stdin=archive.stdout, check=False)
    if archive.wait() or unpacked.returncode:
        raise OpsError(f"There is no commit {commit} here.")
    (folder / ".local").mkdir()
    (folder / ".local" / "tools").symlink_to(TOOLS)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    (packages,) = (folder / ".venv").glob("lib/python*/site-packages")
    ours = Path(sys.prefix, *packages.relative_to(folder / ".venv").parts)
    seen = (folder, folder / "layers" / "health_record", ours)  # files named .pth in `ours` are not followed
    (packages / "earlier.pth").write_text("".join(f"{path}\n" for path in seen), encoding="utf-8")
    programs = folder / ".venv" / "bin"
    (programs / "uv").symlink_to(Path(sys.prefix, "bin", "uv"))  # it builds the layers
    return programs / "python"


def _its_ssk(place: StackLocation, folder: Path, python: Path, *words: str) -> None:
    log = place.log(f"earlier-{words[0]}")
    with log.open("wb") as output:
        done = subprocess.run(
            [python, "-m", "ops.ssk", *words],
            cwd=folder,
            env={**build_environment(place), **place.variables},
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode:
        last = (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no output"])[-1]
        raise OpsError(f"The earlier commit's `ssk {words[0]}` failed: {last}")


def _take(place: StackLocation) -> dict[str, list[table_dump.Wire]]:
    store = TableStore.from_local_stack(place)
    return {table: store.read_table(table) for table in KEPT}


def _compare(place: StackLocation, before: dict[str, list[table_dump.Wire]]) -> list[Finding]:
    after = _take(place)
    findings = [
        Finding(
            f"{table}: every item as it was", len(before[table]), table_dump.count_lost(before[table], after[table])
        )
        for table in KEPT
    ]
    opened = table_dump.decrypt_values(after["records"], after["keys"], TableStore.from_local_stack(place))
    findings.append(Finding("sealed values open", opened.sealed, opened.broken))
    people = count_findable(before["records"], opened)[:READ]
    misread = sum(not _is_read(place, record_id, person) for record_id, person in people)
    findings.append(Finding("summaries that a facility reads", len(people), misread))
    return findings


def count_findable(records: list[table_dump.Wire], opened: DecryptedValues) -> list[tuple[str, dict[str, Any]]]:
    """Record id and identity of those whom a facility may read by their number: they share, and gave number and day."""
    sharing = {
        item["pk"]["S"].removeprefix("record#")
        for item in records
        if item["sk"]["S"] == "meta" and "S" in item.get("sharing_until", {})
    }
    return [
        (record_id, identity)
        for record_id, identity in sorted(opened.identities.items())
        if record_id in sharing and identity["national_id"] and len(identity["birth_date"]) == 10
    ]


def _is_read(place: StackLocation, record_id: str, person: dict[str, Any]) -> bool:
    key = demo_facility.private_key_file(place).read_bytes()
    desk = FacilityClient(place.web_url, demo_facility.KEY_ID, key, practitioner=PRACTITIONER, timeout=60)
    answer = desk.summary(NATIONAL_ID, person["national_id"], person["birth_date"])
    if answer.status != 200:
        return False
    patients = [entry["resource"] for entry in answer.json["entry"] if entry["resource"]["resourceType"] == "Patient"]
    return [patient["id"] for patient in patients] == [record_id]
