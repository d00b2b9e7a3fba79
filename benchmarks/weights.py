"""Bytes: what a phone loads, and what Lambda unpacks."""

import gzip
import re
import tempfile
import zipfile
from pathlib import Path

from benchmarks.measure import Row
from infrastructure.packaging.layers import LAMBDA_ARM64, build_function_code, build_shared_layer, build_wheels_layer
from web.build import build_site

PAGES = {"first page": "index.html", "form": "declare.html", "own page": "records.html"}
LOADED = re.compile(r'(?:src|href|data-[a-z-]+)="/(assets/[^"]+|questionnaire\.json)"')
KIB = 1024


def rows() -> list[Row]:
    """Pages with all they load, compressed, then the packages."""
    return [*_pages(), *_packages()]


def _pages() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        build_site("79", site, hotline="1022")
        loaded = {name: _loaded_by(site, page) for name, page in PAGES.items()}
        loaded["whole journey"] = set().union(*loaded.values())
        return [
            Row("page weight", name, sum(_compressed(path) for path in paths) / KIB, "KiB gzip", f"{len(paths)} files")
            for name, paths in loaded.items()
        ]


def _loaded_by(site: Path, page: str) -> set[Path]:
    html = (site / page).read_text("utf-8")
    return {site / page, *(site / found for found in LOADED.findall(html) if (site / found).is_file())}


def _compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def _packages() -> list[Row]:
    packages = {
        "layer dependencies": build_wheels_layer("dependencies", LAMBDA_ARM64),
        "layer health_record": build_shared_layer(),
        "layer analytics": build_wheels_layer("analytics", LAMBDA_ARM64),
        **{
            f"function {name}": build_function_code(name)
            for name in ("otp", "declare", "lookup", "contribute", "aggregate")
        },
    }
    return [_package(name, built.path) for name, built in packages.items()]


def _package(name: str, path: Path) -> Row:
    with zipfile.ZipFile(path) as package:
        unpacked = sum(entry.file_size for entry in package.infolist())
    return Row("package size", name, unpacked / KIB**2, "MiB unpacked", f"{path.stat().st_size / KIB**2:.2f} MiB zip")
