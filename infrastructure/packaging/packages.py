"""Packages that Lambda unpacks: zip files with ready bytecode, built once for each content.

Zips set every file time to 1980, so bytecode that Python checks by time is thrown away at each cold start. Bytecode
here is marked `unchecked-hash`, which Python takes as it is; measured, that makes imports two to three times faster.
"""

import compileall
import hashlib
import platform
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "layers" / ".build"
KEPT_BUILDS = 8
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
JUNK = ("__pycache__", "*.pyc", "*.pyi", "py.typed", ".DS_Store")


@dataclass(frozen=True)
class Package:
    """A built zip file and the hash of what it was built from, which is the asset's hash for CDK."""

    path: Path
    content_hash: str


def build_package(name: str, *, inputs: list[str], fill: Callable[[Path], None], mounted_at: str) -> Package:
    """The package `name` made of what `fill` puts into an empty folder, taken from the cache when nothing changed.

    `inputs` decides what counts as a change; `mounted_at` is the folder where Lambda unpacks the zip, which is
    written into tracebacks.
    """
    content_hash = _hash_of([name, mounted_at, platform.python_version(), _own_source(), *inputs])
    built = CACHE / f"{name}-{content_hash[:16]}.zip"
    if not built.exists():
        _prepare_cache()
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            tree = Path(scratch) / "tree"
            tree.mkdir()
            fill(tree)
            _compile(tree, mounted_at)
            fresh = Path(scratch) / "package.zip"
            _zip(tree, fresh)
            fresh.replace(built)  # atomic, so that two builds at once cannot show each other half a file
        _forget_old_builds(name)
    return Package(built, content_hash)


def copy_source(source: Path, target: Path) -> None:
    """Copy a source tree without bytecode and other leavings."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*JUNK), dirs_exist_ok=True)


def hash_source(source: Path) -> str:
    """A hash over the names and contents of a source tree (or of one file)."""
    parts = [f"{path.relative_to(ROOT)}:{_hash_of_bytes(path.read_bytes())}" for path in _source_files(source)]
    return _hash_of(parts)


def _source_files(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
        return
    for path in sorted(source.rglob("*")):
        if path.is_file() and not any(part == "__pycache__" for part in path.parts) and path.suffix != ".pyc":
            yield path


def _compile(tree: Path, mounted_at: str) -> None:
    done = compileall.compile_dir(
        str(tree),
        quiet=1,  # a fault is printed with file and line
        stripdir=str(tree),
        prependdir=mounted_at,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not done:
        raise RuntimeError(f"bytecode of {tree} could not be compiled")


def _zip(tree: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for path in sorted(tree.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), ZIP_TIME)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                package.writestr(entry, path.read_bytes())


def _forget_old_builds(name: str) -> None:
    """Keep the newest of this name; the hash in a file's name has 16 digits."""
    builds = sorted(CACHE.glob(f"{name}-{'[0-9a-f]' * 16}.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in builds[KEPT_BUILDS:]:
        path.unlink(missing_ok=True)


def _prepare_cache() -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / ".gitignore").write_text("*\n", encoding="utf-8")


def _own_source() -> str:
    return _hash_of_bytes(Path(__file__).read_bytes())


def _hash_of(parts: list[str]) -> str:
    return _hash_of_bytes("\n".join(parts).encode())


def _hash_of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
