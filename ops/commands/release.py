"""`ssk release`: the long checks, what is handed out with a version, the date in the changelog, the commit and its tag.

The version is the one of `pyproject.toml`; its entry in `CHANGELOG.md` says "not yet released" until then. Nothing is
committed before every check has passed, and nothing is pushed: whoever releases looks at the tag first. A check that
passed is not run again for the same tree, so that a release that broke off goes on where it was.
"""

import argparse
import datetime
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from ops.errors import OpsError
from ops.local.stack_location import ROOT
from ops.progress_steps import ProgressSteps

# The gate first, then what takes too long for it; each is a make target.
CHECKS = ("check", "faults", "canaries", "campaign", "mutants", "adversaries", "provinces", "arm64")
OPEN = "not yet released"


@dataclass(frozen=True)
class Release:
    """What is released: `entry` is the changelog's text of the version, without its heading."""

    version: str
    entry: str

    @property
    def tag(self) -> str:
        """`v0.2.0`"""
        return f"v{self.version}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--dry-run", action="store_true", help="check and build, but commit and tag nothing")
    parser.add_argument("--folder", type=Path, default=ROOT, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Check, build, commit and tag; OpsError tells what to mend first."""
    folder = arguments.folder
    release = read_release(folder)
    require_clean(folder, release)
    built = folder / ".local" / "release" / release.tag
    tree = _git(folder, "rev-parse", "HEAD^{tree}")
    with ProgressSteps() as steps:
        for target in CHECKS:
            if _passed(built, target, tree):
                with steps.step(f"make {target}, which passed for this tree before"):
                    continue
            with steps.step(f"make {target}"):
                _make(folder, built, target)
                _stamp(built, target).write_text(tree, encoding="utf-8")
        with steps.step("Bills of materials"):
            _do(folder, "sh", "ops/sbom.sh", str(built / "sbom"))
        with steps.step("Templates of all provinces"):
            _make(folder, built, "synth", f"ARGS=--output {built / 'templates'}")
        if not arguments.dry_run:
            with steps.step("What this release fills with data"):
                _do(folder, sys.executable, "-m", "infrastructure.checks.stateful_resources")
            close_entry(folder, release, datetime.datetime.now(tz=datetime.UTC).date())
            commit_and_tag(folder, release)
    said = (
        "would be released"
        if arguments.dry_run
        else f"is committed and tagged; push both: git push --follow-tags\n{built}"
    )
    sys.stdout.write(f"{release.tag} {said}\n")
    return 0


def read_release(folder: Path) -> Release:
    """The version of `pyproject.toml` and its entry. Raises OpsError where the newest entry is of another version."""
    version = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    newest = re.search(r"^## (\S+), (.+?)\n(.*?)(?=^## |\Z)", _changelog(folder), re.MULTILINE | re.DOTALL)
    if newest is None or (newest[1], newest[2]) != (version, OPEN):
        raise OpsError(f"the newest entry of CHANGELOG.md has to be `## {version}, {OPEN}`, as pyproject.toml says")
    if not (entry := newest[3].strip()):
        raise OpsError(f"the entry {version} of CHANGELOG.md says nothing")
    return Release(version, entry)


def require_clean(folder: Path, release: Release) -> None:
    """Raises OpsError where something is not committed or the tag is there already."""
    if _git(folder, "status", "--porcelain"):
        raise OpsError("something is not committed: a release is what others can check out")
    if _git(folder, "tag", "--list", release.tag):
        raise OpsError(f"{release.tag} is tagged already: raise the version in pyproject.toml and begin its entry")


def close_entry(folder: Path, release: Release, today: datetime.date) -> None:
    """Put the day into the heading of the version's entry."""
    opened, closed = f"## {release.version}, {OPEN}\n", f"## {release.version}, {today}\n"
    (folder / "CHANGELOG.md").write_text(_changelog(folder).replace(opened, closed, 1), encoding="utf-8")


def commit_and_tag(folder: Path, release: Release) -> None:
    """One commit, and an annotated tag with the entry as its text."""
    _do(folder, "git", "commit", "--quiet", "--all", "--message", f"Release {release.version}")
    text = f"{release.tag}\n\n{release.entry}\n"
    _do(folder, "git", "tag", "--annotate", "--cleanup=verbatim", "--message", text, release.tag)


def _stamp(built: Path, target: str) -> Path:
    """The file that holds for which tree of git a check passed last."""
    return built / f"{target}.passed"


def _passed(built: Path, target: str, tree: str) -> bool:
    stamp = _stamp(built, target)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == tree


def _make(folder: Path, built: Path, target: str, *words: str) -> None:
    """Run a make target, its output in a file that the error names."""
    built.mkdir(parents=True, exist_ok=True)
    log = built / f"{target}.log"
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(["make", target, *words], cwd=folder, stdout=output, stderr=output, check=False)
    if done.returncode:
        raise OpsError(f"`make {target}` failed, nothing is released: see {log}")


def _do(folder: Path, *words: str) -> None:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OpsError(f"`{' '.join(words[:3])}` failed: {done.stderr.strip() or done.stdout.strip()}")


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def _changelog(folder: Path) -> str:
    return (folder / "CHANGELOG.md").read_text(encoding="utf-8")
