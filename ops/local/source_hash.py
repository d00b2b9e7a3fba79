"""What a stack is made of: a hash over source files, so that a running stack of the same content is used again."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ops.local.stack_location import ROOT

# What decides over the deployed resources; the site and the proxy come on top.
DEPLOYED = ("cdk.json", "pyproject.toml", "functions", "infrastructure", "layers")
SERVED = (*DEPLOYED, "ops/facility_registry.py", "ops/local", "sdk/js", "web")
JUNK = frozenset({"__pycache__", "dist", "node_modules"})


def hash_sources(*sources: str, root: Path = ROOT) -> str:
    """A hash over the names and bytes of these files and folders of the project; FileNotFoundError for one missing."""
    digest = hashlib.sha256()
    for source in sources:
        if not (root / source).exists():
            raise FileNotFoundError(f"{source}: no such file or folder, so its content cannot be compared")
        for path in _files(root / source):
            digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def current_commit(root: Path = ROOT) -> str:
    """The commit that is checked out; empty outside of a git checkout."""
    try:
        answer = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _files(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if name not in JUNK and not name.startswith("."))
        yield from (Path(folder) / name for name in sorted(names) if not name.startswith("."))
