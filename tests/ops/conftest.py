"""The `ssk facility` command against the tests' table, and keys for it."""

import argparse
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ops.commands import facility
from ops.deployment import Deployment
from tests.conftest import World, aws

Ssk = Callable[..., Any]


def pem_of(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def another(key: str) -> str:
    """A file with another fresh public key, beside that of `key`."""
    file = Path(key).with_name(f"{uuid.uuid4()}.pem")
    file.write_text(pem_of(ed25519.Ed25519PrivateKey.generate()))
    return str(file)


@pytest.fixture
def key_file(tmp_path: Path) -> Callable[[str], str]:
    """Writes a PEM file and tells its path."""

    def write(pem: str) -> str:
        file = tmp_path / "key.pem"
        file.write_text(pem)
        return str(file)

    return write


@pytest.fixture
def key(key_file: Callable[[str], str]) -> str:
    return key_file(pem_of(ed25519.Ed25519PrivateKey.generate()))


@pytest.fixture
def ssk(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ssk:
    """Runs `ssk facility ... --json` against the tests' table; the last line as JSON."""
    where = Deployment({"TableFacilities": "facilities", "PublicOrigin": "https://suckhoe.example"}, aws)
    monkeypatch.setattr(facility, "find_deployment", lambda _: where)

    def run(*words: str) -> Any:
        parser = argparse.ArgumentParser()
        facility.add_arguments(parser)
        assert facility.run(parser.parse_args([*words, "--json"])) == 0
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    return run
