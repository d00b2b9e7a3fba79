"""`ssk release` in a repository of its own, whose checks are files that say what was run."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from ops import ssk
from ops.commands import release
from ops.local.stack_location import ROOT

CHANGELOG = """# Changes

Newest first.

## 1.2.0, not yet released

- A page says more. Nothing to do.

## 1.1.0, 2026-01-02

- The first.
"""
MAKEFILE = "%:\n\t@echo $@ >> ran; test ! -e fail-$@\n"


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files = {
        "pyproject.toml": '[project]\nname = "example"\nversion = "1.2.0"\n',
        "CHANGELOG.md": CHANGELOG,
        "Makefile": MAKEFILE,
        ".gitignore": ".local\nran\nfail-*\n__pycache__\n",
        "ops/sbom.sh": 'mkdir -p "$1"; echo {} > "$1/layer.cdx.json"\n',
        "infrastructure/__init__.py": "",
        "infrastructure/checks/__init__.py": "",
        "infrastructure/checks/stateful_resources.py": "open('released.json', 'w').write('{\"new\": 1}')\n",
        "released.json": "{}",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "user.name", "A Person")
    git(tmp_path, "config", "user.email", "a.person@example.org")
    commit(tmp_path)
    return tmp_path


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "State of the project")


def run(folder: Path, *words: str) -> int:
    return ssk.main(["release", "--folder", str(folder), *words])


def test_a_release_checks_builds_dates_commits_and_tags(repository: Path) -> None:
    assert run(repository) == 0

    assert (repository / "ran").read_text().split() == [*release.CHECKS, "synth"]
    assert (repository / ".local/release/v1.2.0/sbom/layer.cdx.json").exists()
    assert re.search(r"^## 1\.2\.0, \d{4}-\d\d-\d\d$", (repository / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert "## 1.1.0, 2026-01-02" in (repository / "CHANGELOG.md").read_text()
    assert json.loads((repository / "released.json").read_text()) == {"new": 1}
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "log", "-1", "--format=%s") == "Release 1.2.0"
    assert git(repository, "tag", "--list", "--format=%(contents)") == "v1.2.0\n\n- A page says more. Nothing to do."


def test_a_dry_run_changes_nothing_that_git_sees(repository: Path) -> None:
    before = git(repository, "rev-parse", "HEAD")

    assert run(repository, "--dry-run") == 0

    assert (git(repository, "rev-parse", "HEAD"), git(repository, "tag"), git(repository, "status", "--porcelain")) == (
        before,
        "",
        "",
    )
    assert (repository / "ran").read_text().split() == [*release.CHECKS, "synth"]


def test_a_release_that_broke_off_goes_on_where_it_was_and_another_tree_begins_anew(repository: Path) -> None:
    broken, ran = repository / f"fail-{release.CHECKS[2]}", repository / "ran"
    broken.touch()
    assert run(repository) == 1
    assert ran.read_text().split() == list(release.CHECKS[:3])
    ran.unlink()
    broken.unlink()

    assert run(repository, "--dry-run") == 0

    assert ran.read_text().split() == [*release.CHECKS[2:], "synth"]
    ran.unlink()
    (repository / "product.py").touch()
    commit(repository)

    assert run(repository) == 0

    assert ran.read_text().split() == [*release.CHECKS, "synth"]


@pytest.mark.parametrize("target", [*release.CHECKS, "synth"])
def test_what_fails_releases_nothing_and_names_its_log(
    repository: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / f"fail-{target}").touch()

    assert run(repository) == 1

    assert f"`make {target}` failed, nothing is released: see " in capsys.readouterr().err
    assert (git(repository, "tag"), git(repository, "status", "--porcelain")) == ("", "")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("pyproject.toml", "1.2.0", "1.3.0", "has to be `## 1.3.0, not yet released`"),
        ("CHANGELOG.md", "not yet released", "2026-02-03", "has to be `## 1.2.0, not yet released`"),
        ("CHANGELOG.md", "- A page says more. Nothing to do.\n", "", "says nothing"),
        ("CHANGELOG.md", "## ", "### ", "has to be"),
    ],
)
def test_a_changelog_that_does_not_fit_is_refused_before_any_check(
    repository: Path, name: str, old: str, new: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = repository / name
    file.write_text(file.read_text().replace(old, new))
    commit(repository)

    assert run(repository) == 1

    assert said in capsys.readouterr().err
    assert not (repository / "ran").exists()


def test_what_is_not_committed_and_what_is_tagged_already_is_refused(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository, "tag", "v1.2.0")
    assert run(repository) == 1
    assert "is tagged already" in capsys.readouterr().err
    (repository / "more").touch()
    assert run(repository) == 1
    assert "something is not committed" in capsys.readouterr().err
    assert not (repository / "ran").exists()


def test_the_project_has_one_version_and_the_changelog_begins_with_it() -> None:
    read = {
        name: tomllib.loads((ROOT / name).read_text(encoding="utf-8"))["project"]["version"]
        for name in ("pyproject.toml", "sdk/python/pyproject.toml")
    }
    read["sdk/js/package.json"] = json.loads((ROOT / "sdk/js/package.json").read_text(encoding="utf-8"))["version"]
    newest = re.search(r"^## (\S+), ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert set(read.values()) == {newest[1]}, read
