"""`ssk facility check`: the conformance list with a facility's key, or one captured call judged."""

import argparse
import dataclasses
import json
import time
from http.client import HTTPException
from pathlib import Path

from health_record.facility.signed_call import PRACTITIONER
from ops.captured_call import judge_request
from ops.conformance import Conformance, Finding
from ops.errors import OpsError
from ops.facility_registry import key_algorithm
from ops.pilot.target import find_running_target
from so_suc_khoe_client import FacilityClient


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command; `--json` is that of every action."""
    parser.add_argument("--url", help="the service's public origin; without it the local stack and its own facility")
    parser.add_argument("--key-id", help="such as 79001.1")
    parser.add_argument("--key", type=Path, help="the facility's private key (PEM); with --request its public key")
    parser.add_argument("--practitioner", default="conformance", help="who asks, as the audit will say")
    parser.add_argument("--request", type=Path, help="a call as your program sent it (HTTP text), to be judged here")


def run(arguments: argparse.Namespace) -> int:
    """One line for each rule; the exit status is 1 where one does not hold."""
    findings = [_judge(arguments)] if arguments.request else _check(_client(arguments))
    for finding in findings:
        print(f"{'ok  ' if finding.holds else 'FAIL'}  {finding.rule}" + ("" if finding.holds else f": {finding.told}"))
    if arguments.json:
        print(json.dumps({"findings": [dataclasses.asdict(finding) for finding in findings]}, ensure_ascii=False))
    return 0 if all(finding.holds for finding in findings) else 1


def _check(client: FacilityClient) -> list[Finding]:
    try:
        return list(Conformance(client).check())
    except (OSError, HTTPException) as error:
        told = f"{client.origin} is not reached ({type(error).__name__}): look at --url, the network and its proxy."
        raise OpsError(told) from error
    except (ValueError, KeyError) as error:
        raise OpsError(f"What answers at {client.origin} is not this service: look at --url.") from error


def _client(arguments: argparse.Namespace) -> FacilityClient:
    if arguments.url is None:
        client = find_running_target().facility("127.0.0.1")
        client.language = "en"
        return client
    if arguments.key is None or arguments.key_id is None:
        raise OpsError("With --url give --key-id and --key.")
    if not arguments.url.startswith(("https://", "http://")):
        raise OpsError("--url is the public address with its scheme, such as https://suckhoe.example.")
    if PRACTITIONER.fullmatch(arguments.practitioner) is None:
        raise OpsError("--practitioner is 1-64 ASCII characters.")
    key = _read(arguments.key)
    try:
        return FacilityClient(arguments.url, arguments.key_id, key, practitioner=arguments.practitioner, language="en")
    except (ValueError, TypeError) as error:
        raise OpsError(f"{arguments.key} is no private key that signs here: Ed25519 or ECDSA P-256, as PEM.") from error


def _judge(arguments: argparse.Namespace) -> Finding:
    if arguments.url is None or arguments.key is None:
        raise OpsError("With --request give --url and the public key by --key.")
    pem = _read(arguments.key).decode("ascii", "replace")
    origin = arguments.url.rstrip("/")
    return judge_request(_read(arguments.request), origin, pem, key_algorithm(pem), int(time.time()))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise OpsError(f"{file} cannot be read.") from error
