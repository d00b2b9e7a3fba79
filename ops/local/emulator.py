"""MiniStack, the AWS emulator: started on loopback with its temporary files inside the stack's folder."""

import http.client
import json
import shutil
import socket
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from ops.errors import OpsError
from ops.local.aws import build_environment
from ops.local.emulator_changes.aws_limits import PATH as LIMITS_PATH
from ops.local.processes import Process, start_process
from ops.local.stack_location import MEMORY, REGION, ROOT, TOOLS, StackLocation

READY_SECONDS = 30
PROGRAM = ROOT / "ops" / "local" / "emulator_changes" / "main.py"
PLENTY_BYTES = 6 * 1024**3


def start_emulator(place: StackLocation) -> Process:
    """Start the emulator and return at once; `wait_until_ready` tells when it answers."""
    remove_leftovers(place)
    scratch = _scratch(place)
    scratch.mkdir(parents=True)
    settings = {
        "GATEWAY_PORT": str(place.emulator_port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        "LOG_LEVEL": "WARNING",
        "AUTH": "true",  # the functions may do what their roles say, and nothing else
        "TMPDIR": str(scratch),
        "S3_DATA_DIR": str(scratch / "s3"),
        "STATE_DIR": str(scratch / "state"),
    }
    if place.lambda_python:
        settings["SSK_LAMBDA_PYTHON"] = str(place.lambda_python)
    command = [TOOLS / "emulator" / "bin" / "python", PROGRAM]
    return start_process("emulator", command, env={**build_environment(place), **settings}, log=place.log("emulator"))


def wait_until_ready(place: StackLocation, emulator: Process) -> None:
    """Return when the emulator answers. Raises OpsError when it ends or stays silent."""
    deadline = time.monotonic() + READY_SECONDS
    while emulator.alive and time.monotonic() < deadline:
        if _answers(place.emulator_port, "/_ministack/ready"):
            return
        time.sleep(0.1)
    raise OpsError(f"The AWS emulator did not start; its log is {place.log('emulator')}.")


def set_limits(place: StackLocation, **switches: Any) -> None:
    """Set switches of `emulator_changes.aws_limits`: `strict=False`, `throttled={"kms": 1}`. Raises OpsError."""
    connection = http.client.HTTPConnection("127.0.0.1", place.emulator_port, timeout=10)
    try:
        connection.request("PUT", LIMITS_PATH, body=json.dumps(switches))
        answer = connection.getresponse()
        if answer.status != HTTPStatus.OK:
            raise OpsError(f"The emulator refuses these limits: {answer.read().decode()}")
    finally:
        connection.close()


def remove_leftovers(place: StackLocation) -> None:
    """Delete what the emulator left: a folder of some 30 MB for each Lambda environment that it ran."""
    for scratch in place.scratches:
        shutil.rmtree(scratch, ignore_errors=True)


def refuse_used_port(port: int, variable: str) -> None:
    """Raise OpsError when something else listens on `port` of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise OpsError(f"Port {port} is in use: end what uses it or choose another with {variable}.") from error


def _scratch(place: StackLocation) -> Path:
    """In memory it takes a fraction of the time, but only where there is plenty."""
    in_memory, on_disk = place.scratches
    plenty = MEMORY.is_dir() and min(shutil.disk_usage(MEMORY).free, _available_memory()) >= PLENTY_BYTES
    return in_memory if plenty else on_disk


def _available_memory() -> int:
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    sizes = dict(line.split(":", 1) for line in lines)
    return int(sizes["MemAvailable"].split()[0]) * 1024


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
