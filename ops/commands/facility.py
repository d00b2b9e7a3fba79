"""`ssk facility`: register facilities, change their keys, rights and bounds, revoke and restore them.

Only public keys are ever read.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from health_record.instants import HOME_ZONE
from ops import device_link
from ops.commands import facility_check
from ops.deployment import Deployment, add_province_argument, find_deployment, province_words
from ops.device_code import DeviceCode
from ops.errors import OpsError
from ops.facility_registry import KEY_LIFE, OVERLAP, PERMISSIONS, Device, FacilityRegistry, FacilitySize
from ops.whole_table import create_table

FACILITY_ID = re.compile(r"[A-Za-z0-9-]{1,32}")
PROVIDER_CODE = re.compile(r"[0-9A-Z]{5}|[0-9]{13}")
MOST_PATIENTS = 20_000
MOST_HOURS = 7 * 24
LONGEST_LABEL = 60
POSTER = re.compile(r"[0-9]{5}-[0-9a-z]{1,8}-[0-9a-z]{1,16}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="|".join([*ACTIONS, "check"]))
    add = actions.add_parser("add", help="register a facility with its first public key")
    add.add_argument("id", help="the facility's code, e.g. 79001")
    add.add_argument("--name", required=True)
    add.add_argument("--key", required=True, type=Path, help="file with the public key (PEM)")
    add.add_argument("--permission", action="append", choices=PERMISSIONS, help="may be repeated; default: read")
    resize = actions.add_parser("resize", help="write down the provider code or the patients a day")
    resize.add_argument("id")
    for action in (add, resize):
        action.add_argument("--provider-code", type=_provider_code, help="MA_CSKCB of its own files, e.g. 79999")
        action.add_argument("--daily-patients", type=_daily_patients, help="about how many a day: limits follow")
    rotate = actions.add_parser("rotate", help="add a key; the one before stays valid for a while")
    rotate.add_argument("id")
    rotate.add_argument("--key", required=True, type=Path, help="file with the new public key (PEM)")
    rotate.add_argument("--overlap-days", type=int, default=OVERLAP.days, help="how long both keys are valid")
    device = actions.add_parser("add-device", help="let a station's browser in, by the code that its page shows")
    device.add_argument("id", help="the facility's code, e.g. 79001")
    device.add_argument("--code", required=True, help="SSK1-..., as the page shows it")
    device.add_argument("--label", required=True, type=_label, help='how people call it, e.g. "Tablet, reception"')
    device.add_argument("--permission", action="append", required=True, choices=PERMISSIONS, help="may be repeated")
    device.add_argument("--poster", type=_poster, help="id of the station's poster: people helped there count under it")
    device.add_argument("--qr", type=Path, metavar="FILE", help="the QR code as an SVG file, to be sent to the station")
    device.add_argument("--days", type=_days, default=180, help=f"days until it ends (1 to {KEY_LIFE.days})")
    revoke = actions.add_parser("revoke", help="revoke a key (79001.1) or a facility with all its keys (79001)")
    revoke.add_argument("id", help="key id or facility id")
    restore = actions.add_parser("restore", help="let a revoked facility call again, by a new key alone")
    restore.add_argument("id")
    restore.add_argument("--key", required=True, type=Path, help="file with its new public key (PEM)")
    permit = actions.add_parser("permit", help="change what a facility may do")
    permit.add_argument("id")
    permit.add_argument("--permission", action="append", choices=PERMISSIONS, required=True, help="all that it keeps")
    lift = actions.add_parser("lift", help="lift a facility's bounds for reading for a time: ten times as much")
    lift.add_argument("id")
    lift.add_argument("--hours", required=True, type=_hours, help=f"1 to {MOST_HOURS}; 0 ends it now")
    check = actions.add_parser("check", help="run the conformance list with a facility's key, or judge one call")
    facility_check.add_arguments(check)
    actions.add_parser("list", help="all facilities and their keys")
    for action in actions.choices.values():
        add_province_argument(action)
        action.add_argument("--json", action="store_true", help="print one JSON object as the last line")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked and say so."""
    if arguments.action == "check":
        return facility_check.run(arguments)
    where = find_deployment(arguments)
    registry = FacilityRegistry(where.client("dynamodb"), where.outputs["TableFacilities"])
    said, content = ACTIONS[arguments.action](registry, arguments)
    if arguments.action == "add-device":
        said, content = _with_link(where, arguments, said, content)
    if said:
        print(said)
    if arguments.json:
        print(json.dumps(content, ensure_ascii=False))
    return 0


def _add(registry: FacilityRegistry, arguments: argparse.Namespace) -> tuple[str, dict[str, object]]:
    if FACILITY_ID.fullmatch(arguments.id) is None:
        raise OpsError("A facility's id has 1 to 32 letters, digits and hyphens.")
    permissions = list(dict.fromkeys(arguments.permission or ["read"]))
    size = _size(arguments)
    key_id = registry.add(arguments.id, arguments.name, permissions, _pem(arguments.key), datetime.now(UTC), size)
    said = f"Registered; it signs as {key_id} and may {', '.join(permissions)}."
    return _with_others_of_code(registry, arguments, said, {"key_id": key_id})


def _resize(registry: FacilityRegistry, arguments: argparse.Namespace) -> tuple[str, dict[str, object]]:
    size = _size(arguments)
    if not size.attributes:
        raise OpsError("Give --provider-code or --daily-patients.")
    registry.resize(arguments.id, size)
    words = {"provider_code": "provider code", "daily_patients": "patients a day"}
    kept = ", ".join(f"{words[name]} {value}" for name, value in size.attributes.items())
    said = f"{arguments.id} has {kept}; every function knows within a minute."
    return _with_others_of_code(registry, arguments, said, size.attributes)


def _with_others_of_code(
    registry: FacilityRegistry, arguments: argparse.Namespace, said: str, content: dict[str, object]
) -> tuple[str, dict[str, object]]:
    """A warning where other facilities have the provider code too: an episode that both send is there twice."""
    code = arguments.provider_code
    others = [each["id"] for each in registry.list() if code and each.get("provider_code") == code]
    others = [each for each in others if each != arguments.id]
    if not others:
        return said, content
    return f"{said}\nAttention: {', '.join(others)} has provider code {code} as well.", content | {"same_code": others}


def _size(arguments: argparse.Namespace) -> FacilitySize:
    return FacilitySize(arguments.provider_code, arguments.daily_patients)


def _provider_code(text: str) -> str:
    if PROVIDER_CODE.fullmatch(text) is None:
        raise argparse.ArgumentTypeError("a provider code has 5 letters or digits, or 13 digits")
    return text


def _daily_patients(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_PATIENTS:
        raise argparse.ArgumentTypeError(f"patients a day: 1 to {MOST_PATIENTS}")
    return int(text)


def _rotate(registry: FacilityRegistry, arguments: argparse.Namespace) -> tuple[str, dict[str, object]]:
    if arguments.overlap_days < 0:
        raise OpsError("--overlap-days must not be negative.")
    overlap = timedelta(days=arguments.overlap_days)
    key_id = registry.rotate(arguments.id, _pem(arguments.key), datetime.now(UTC), overlap)
    return f"The new key is {key_id}; earlier keys end in {arguments.overlap_days} days.", {"key_id": key_id}


def _add_device(registry: FacilityRegistry, arguments: argparse.Namespace) -> tuple[str, dict[str, object]]:
    code, permissions = DeviceCode.parse(arguments.code), list(dict.fromkeys(arguments.permission))
    device = Device(arguments.label, permissions, timedelta(days=arguments.days), arguments.poster)
    key_id = registry.add_device(arguments.id, device, code.public_key_pem, datetime.now(UTC))
    said = (
        f"Registered as {key_id}; it may {', '.join(permissions)} for {arguments.days} days.\n"
        f"Say this to the station: the device is {key_id}, and its page must show {code.fingerprint}.\n"
        "If the page shows other digits, somebody changed the code on its way: "
        f"ssk facility revoke {key_id}{province_words(arguments)}"
    )
    return said, {"key_id": key_id, "fingerprint": code.fingerprint}


def _with_link(
    where: Deployment, arguments: argparse.Namespace, said: str, content: dict[str, object]
) -> tuple[str, dict[str, object]]:
    """What is said of a new device with the link that its browser opens, and the QR code of it."""
    key_id, fingerprint = str(content["key_id"]), str(content["fingerprint"])
    link = device_link.enrolment_link(where.origin, key_id, fingerprint, datetime.now(UTC))
    lines = [
        said,
        "Or let the station's browser open this within a day; it does so only if the digits are its own:",
        link,
    ]
    if arguments.qr:
        lines.append(device_link.write_svg(link, arguments.qr))
    lines.append(device_link.draw(link, coloured=sys.stdout.isatty()))
    return "\n".join(lines), content | {"link": link}


def _label(text: str) -> str:
    if not 1 <= len(text.strip()) <= LONGEST_LABEL or not text.isprintable():
        raise argparse.ArgumentTypeError(f"a label has 1 to {LONGEST_LABEL} characters")
    return text.strip()


def _poster(text: str) -> str:
    if POSTER.fullmatch(text) is None:
        raise argparse.ArgumentTypeError("a poster's id stands below its QR code, like 26911-01-7sza1m4n")
    return text


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= KEY_LIFE.days:
        raise argparse.ArgumentTypeError(f"days: 1 to {KEY_LIFE.days}")
    return int(text)


def _revoke(registry: FacilityRegistry, arguments: argparse.Namespace) -> tuple[str, dict[str, object]]:
    facility_id, _, number = arguments.id.partition(".")
    registry.revoke(facility_id, number or None)
    return f"{arguments.id} is revoked; every function refuses it within a minute.", {"revoked": arguments.id}


def _restore(registry: FacilityRegistry, arguments: argparse.Namespace) -> tuple[str, dict[str, object]]:
    key_id = registry.restore(arguments.id, _pem(arguments.key), datetime.now(UTC))
    return f"{arguments.id} signs as {key_id} and by no earlier key, within a minute.", {"key_id": key_id}


def _permit(registry: FacilityRegistry, arguments: argparse.Namespace) -> tuple[str, dict[str, object]]:
    permissions = list(dict.fromkeys(arguments.permission))
    registry.permit(arguments.id, permissions)
    said = f"{arguments.id} may {', '.join(permissions)} and nothing else, within a minute."
    return said, {"permissions": permissions}


def _lift(registry: FacilityRegistry, arguments: argparse.Namespace) -> tuple[str, dict[str, object]]:
    until = datetime.now(UTC) + timedelta(hours=arguments.hours)
    registry.lift_bounds(arguments.id, until)
    shown = until.astimezone(HOME_ZONE).strftime("%d/%m/%Y %H:%M")
    now = f"may read ten times as much until {shown}" if arguments.hours else "reads within its bounds again"
    return f"{arguments.id} {now}; every function knows within a minute.", {
        "bounds_lifted_until": until.isoformat(timespec="seconds")
    }


def _list(registry: FacilityRegistry, arguments: argparse.Namespace) -> tuple[str, dict[str, object]]:
    facilities = registry.list()
    if not arguments.json:
        table = create_table("facility", "name", "status", "code", "patients a day", "permissions", "keys")
        for known in facilities:
            keys = "\n".join(map(_describe_key, known["keys"]))
            size = (known.get("provider_code", ""), str(known.get("daily_patients", "")))
            table.add_row(known["id"], known["name"], known["status"], *size, ", ".join(known["permissions"]), keys)
        Console().print(table)
    return "", {"facilities": facilities}


def _hours(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MOST_HOURS:
        raise argparse.ArgumentTypeError(f"hours: 0 to {MOST_HOURS}")
    return int(text)


def _describe_key(key: dict[str, Any]) -> str:
    until = datetime.fromisoformat(key["not_after"]).strftime("%Y-%m-%d %H:%M %Z")
    device = f" ({key['label']}: {', '.join(key['permissions'])})" if "label" in key else ""
    return f"{key['id']} {key['status']} to {until}{device}"


def _pem(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise OpsError(f"{file} is no readable PEM file.") from error


ACTIONS: dict[str, Callable[[FacilityRegistry, argparse.Namespace], tuple[str, dict[str, object]]]] = {
    "add": _add,
    "add-device": _add_device,
    "list": _list,
    "resize": _resize,
    "permit": _permit,
    "lift": _lift,
    "rotate": _rotate,
    "revoke": _revoke,
    "restore": _restore,
}
