"""The demonstration facility: its private key is made on this machine and stays in the stack's folder."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ops.facility_registry import PERMISSIONS, FacilityRegistry, FacilitySize
from ops.local.aws import create_client, read_outputs
from ops.local.stack_location import StackLocation

FACILITY_ID = "79001"
KEY_ID = f"{FACILITY_ID}.1"
PROVIDER_CODE, DAILY_PATIENTS = "79999", 200
NAME = "Trạm Y tế trình diễn (demonstration)"


def private_key_file(place: StackLocation) -> Path:
    """Where the demonstration facility's private key lies."""
    return place.folder / "demo_facility.pem"


def register(place: StackLocation) -> None:
    """Register the demonstration facility with every permission, unless the table knows it."""
    registry = FacilityRegistry(create_client(place, "dynamodb"), read_outputs(place)["TableFacilities"])
    if any(facility["id"] == FACILITY_ID for facility in registry.list()):
        return
    key, size = _public_key(private_key_file(place)), FacilitySize(PROVIDER_CODE, DAILY_PATIENTS)
    registry.add(FACILITY_ID, NAME, list(PERMISSIONS), key, datetime.now(UTC), size)


def _public_key(file: Path) -> str:
    if not file.exists():
        fresh = Ed25519PrivateKey.generate()
        file.touch(mode=0o600)
        file.write_bytes(fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key = load_pem_private_key(file.read_bytes(), password=None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
