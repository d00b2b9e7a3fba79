"""`ssk arm64`: every packaged function under a Python for arm64, one true call each and more.

The local stack with the layers that AWS gets, whose functions run under qemu: residents declare, a hospital reads and
writes, the day is aggregated and digested. An imitated processor is many times slower: minutes, not seconds.
"""

import argparse
import json
import shutil
import uuid
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from ops.drills import drill_stack
from ops.drills.arm64 import machine
from ops.drills.drill_stack import Finding
from ops.local.aws import create_client
from ops.local.stack_location import StackLocation, read_location
from ops.pilot import rehearse, target
from ops.progress_steps import ProgressSteps

EVENTS = {"aggregate": {}, "digest": {}, "report": {"task": "measure-backups"}}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--residents", type=int, default=3, metavar="N", help="how many declare (3)")
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Bring a Python for arm64, run the stack with it, call every function; 1 when one did not do its work."""
    python = machine.bring_python()
    place = replace(drill_stack.new_location(read_location().folder, "arm64"), lambda_python=python)
    with ProgressSteps() as steps, drill_stack.run_stack(place, steps):
        findings = [Finding("the functions' Python is 3.13 for arm64", 1, machine.machine_of(python) != "aarch64 3.13")]
        with steps.step("Letting residents declare"):
            findings.append(_declare(place, arguments.residents))
        with steps.step("Reading and writing as a hospital"):
            findings += _call_as_facility(place)
        with steps.step("Running what runs by the clock"):
            findings += [_run_by_clock(place, name) for name in EVENTS]
    shutil.rmtree(place.folder, ignore_errors=True)
    return drill_stack.print_findings("arm64", findings, as_json=arguments.json)


def _declare(place: StackLocation, residents: int) -> Finding:
    wanted = argparse.Namespace(residents=residents, concurrency=1, minutes=float("inf"), seed=None, json=False)
    failed = rehearse(target.read_target(place), wanted)
    return Finding("otp and declare: residents declare and are counted", residents, failed)


def _call_as_facility(place: StackLocation) -> list[Finding]:
    client = target.read_target(place).facility("127.0.0.1")
    nobody = f"Patient/{uuid.uuid4()}"
    written = {"resourceType": "Bundle", "type": "transaction", "entry": [_measurement(nobody)]}
    read = client.who_am_i()
    refused = client.transaction(written)
    return [
        Finding("lookup: a signed call is answered", 1, read.status != HTTPStatus.OK),
        Finding("contribute: a signed Bundle is read, and refused for nobody", 1, refused.status not in (404, 422)),
    ]


def _measurement(subject: str) -> dict[str, Any]:
    pulse = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": subject},
        "effectiveDateTime": "2026-11-30",
        "valueQuantity": {"value": 72, "system": "http://unitsofmeasure.org", "code": "/min"},
    }
    return {
        "fullUrl": f"urn:uuid:{uuid.uuid4()}",
        "resource": pulse,
        "request": {"method": "POST", "url": "Observation"},
    }


def _run_by_clock(place: StackLocation, name: str) -> Finding:
    functions = create_client(place, "lambda")
    pages = functions.get_paginator("list_functions").paginate()
    (found,) = [
        one["FunctionName"]
        for page in pages
        for one in page["Functions"]
        if one["Handler"].startswith(f"functions.{name}.")
    ]
    answer = functions.invoke(FunctionName=found, Payload=json.dumps(EVENTS[name]))
    return Finding(f"{name}: the day's work is done", 1, "FunctionError" in answer)
