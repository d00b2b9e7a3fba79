"""The three layers and the code of each function, built without Docker from pinned wheels.

`dependencies` and `analytics` come from their `requirements.txt` (hashes checked, wheels only), `health_record` from
the shared package. botocore is pinned with them, since Lambda changes the one of its runtime without a word and the
functions hook into how it reads an answer; of its 400 services those stay that functions call.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from infrastructure.packaging import icd10_list
from infrastructure.packaging.packages import ROOT, Package, build_package, copy_source, hash_source

LAYER_MOUNT = "/opt"
CODE_MOUNT = "/var/task"
NO_FUNCTION_USES = ("boto3", "s3transfer")
SERVICES = ("backup", "cloudwatch", "dynamodb", "kms", "s3", "secretsmanager", "sns")  # that functions call
UNUSED_FOLDERS = ("tests", "test", "bin", "__pycache__")
KEPT_METADATA = ("METADATA", "LICENSE", "LICENCE", "COPYING", "NOTICE")


class LayerBuildError(RuntimeError):
    """A layer could not be built; the text says which and why."""


@dataclass(frozen=True)
class Platform:
    """Where wheels will run: a uv platform tag, or None for this machine."""

    name: str
    tag: str | None


LAMBDA_ARM64 = Platform("lambda-arm64", "aarch64-manylinux_2_28")
THIS_MACHINE = Platform(f"this-{sys.platform}", None)


def build_wheels_layer(name: str, platform: Platform) -> Package:
    """The layer `layers/<name>` for `platform`: the wheels pinned in its requirements.txt, under `python/`."""
    requirements = ROOT / "layers" / name / "requirements.txt"
    return build_package(
        f"{name}-{platform.name}",
        inputs=[hash_source(requirements), hash_source(Path(__file__)), str(platform.tag)],
        fill=lambda tree: _install(requirements, tree / "python", platform),
        mounted_at=LAYER_MOUNT,
    )


def build_shared_layer() -> Package:
    """The layer with the shared package `health_record`, and the department's ICD-10 list where it is given."""
    source = ROOT / "layers" / "health_record" / "health_record"
    codes = icd10_list.read_lines(icd10_list.FILE) if icd10_list.FILE.exists() else []
    return build_package(
        "health_record",
        inputs=[hash_source(source), *codes],
        fill=lambda tree: _lay_out_shared(source, codes, tree / "python" / "health_record"),
        mounted_at=LAYER_MOUNT,
    )


def build_function_code(name: str) -> Package:
    """The code of one function, laid out so that `functions.<name>.handler` imports; no other function is in it."""
    package, source = ROOT / "functions" / "__init__.py", ROOT / "functions" / name
    return build_package(
        f"function-{name}",
        inputs=[hash_source(package) if package.exists() else "", hash_source(source)],
        fill=lambda tree: _lay_out(package, source, tree / "functions"),
        mounted_at=CODE_MOUNT,
    )


def _lay_out_shared(source: Path, codes: list[str], target: Path) -> None:
    copy_source(source, target)
    if codes:
        (target / "fhir" / "icd10_list.txt").write_text("\n".join(codes) + "\n", encoding="utf-8")


def _lay_out(package: Path, source: Path, target: Path) -> None:
    target.mkdir()
    (target / "__init__.py").write_bytes(package.read_bytes() if package.exists() else b"")
    copy_source(source, target / source.name)


def _install(requirements: Path, target: Path, platform: Platform) -> None:
    command = [_uv(), "pip", "install", "--quiet", "--requirement", str(requirements), "--target", str(target)]
    command += ["--python", sys.executable, "--python-version", "3.13"]
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--link-mode", "copy"]
    if platform.tag:
        command += ["--python-platform", platform.tag]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (fixed words only)
    if done.returncode:
        raise LayerBuildError(f"{requirements.relative_to(ROOT)} for {platform.name}: {done.stderr.strip()}")
    _trim(target)


def _uv() -> str:
    beside_python = Path(sys.executable).with_name("uv")
    found = str(beside_python) if beside_python.exists() else shutil.which("uv")
    if not found:
        raise LayerBuildError("uv is needed to build the layers: install the project's development group")
    return found


def _trim(target: Path) -> None:
    """Leave what is imported, the services that are called, and the licences; refuse what no function uses."""
    unused = [name for name in NO_FUNCTION_USES if (target / name).exists()]
    if unused:
        raise LayerBuildError(f"{', '.join(unused)} must not be in a layer: functions call AWS by botocore alone")
    for folder in (target / "botocore" / "data").glob("*/"):
        if folder.name not in SERVICES:
            shutil.rmtree(folder)
    for folder in sorted(target.rglob("*"), reverse=True):
        if folder.is_dir() and folder.name in UNUSED_FOLDERS:
            shutil.rmtree(folder)
    for path in target.rglob("*"):
        if path.is_file() and _unused(path):
            path.unlink()


def _unused(path: Path) -> bool:
    if path.suffix == ".pyi" or path.name in (".lock", "py.typed"):
        return True
    in_metadata = path.parent.suffix == ".dist-info"
    return in_metadata and not path.name.upper().startswith(KEPT_METADATA)
