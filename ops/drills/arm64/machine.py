"""A Python 3.13 for arm64 on a machine of another kind: Debian's packages, run by Debian's qemu-user.

It is brought once into `.local/tools/arm64` and never installed. AWS runs the functions on Graviton; what differs there
are the compiled wheels of the layers (cryptography, cffi, Pillow, DuckDB), which no test on another processor loads.
"""

import os
import shutil
import subprocess
from pathlib import Path

from ops.errors import OpsError
from ops.local.stack_location import TOOLS

RELEASE = "trixie"  # the first Debian with Python 3.13
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PACKAGES = ("python3.13", "libpython3.13-stdlib", "libstdc++6")  # the last is in Lambda too, for DuckDB
FOLDER = TOOLS / "arm64"
MERGED = ("bin", "lib")  # folders that a Debian of today has as links into /usr


def bring_python() -> Path:
    """The program that runs Python 3.13 for arm64, without HOME, as in Lambda. Raises OpsError without qemu-user."""
    wrapper = FOLDER / "python"
    if wrapper.exists():
        return wrapper
    qemu = shutil.which("qemu-aarch64")
    if qemu is None or shutil.which("apt-get") is None:
        raise OpsError("arm64 needs Debian's tools: apt-get install qemu-user, on Debian or Ubuntu.")
    root = FOLDER / "root"
    shutil.rmtree(FOLDER, ignore_errors=True)
    for package in _download(FOLDER / "apt"):
        _run(["dpkg", "-x", str(package), str(root)])
    for name in MERGED:
        if not (root / name).exists():
            (root / name).symlink_to(f"usr/{name}")
    command = f'exec env -u HOME -u PYTHONPATH {qemu} -L "{root}" "{root}/usr/bin/python3.13" "$@"'
    wrapper.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
    wrapper.chmod(0o755)
    return wrapper


def machine_of(python: Path) -> str:
    """What the Python says it runs on: `aarch64 3.13`."""
    code = "import platform; print(platform.machine(), platform.python_version().rpartition('.')[0])"
    return _run([str(python), "-c", code]).strip()


def _download(folder: Path) -> list[Path]:
    """The packages and all that they need, by an apt of their own that leaves the machine's alone."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    source = f"deb [arch=arm64 signed-by={KEYS}] {_debian_address()} {RELEASE} main\n"
    (folder / "sources.list").write_text(source, encoding="utf-8")
    config = folder / "apt.conf"
    config.write_text(
        f'Dir::State::lists "{folder}/lists"; Dir::Cache "{folder}/cache"; Dir::State::status "{folder}/status";\n'
        f'Dir::Etc::sourcelist "{folder}/sources.list"; Dir::Etc::sourceparts "-";\n'
        'APT::Architecture "arm64"; APT::Architectures {"arm64";}; APT::Sandbox::User "root";\n',
        encoding="utf-8",
    )
    environment = {**os.environ, "APT_CONFIG": str(config)}
    _run(["apt-get", "update", "-qq"], environment)
    words = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "--download-only", *PACKAGES]
    _run(words, environment)
    return sorted((folder / "cache/archives").glob("*.deb"))


def _debian_address() -> str:
    """Where this machine gets Debian's packages from."""
    for line in _run(["apt-cache", "policy"]).splitlines():
        words = line.split()
        if len(words) > 1 and words[1].startswith("http") and words[1].rstrip("/").endswith("debian"):
            return words[1]
    return "http://deb.debian.org/debian"


def _run(words: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OpsError(f"{' '.join(words[:2])} failed: {done.stderr.strip()[-300:]}")
    return done.stdout
