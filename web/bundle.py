"""Joins ES modules into one file, so that a page needs one request for its script.

The modules keep to a small dialect that needs no parser: one-line `import { a, b } from './room/c.js';`, exports only
before a declaration, no name used twice at the top of two modules, comments on lines of their own.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from rjsmin import jsmin  # type: ignore[import-untyped]

IMPORT = re.compile(r"^import \{ [\w, ]+ \} from '(\.{1,2}/[\w./-]+\.js)';$", re.MULTILINE)
NAME = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class) )", re.MULTILINE)
COMMENT = re.compile(r"^\s*(?://.*|/\*\*.*\*/)?\n", re.MULTILINE)
LEFT_OVER = re.compile(r"^(?:import|export)\b", re.MULTILINE)


class BundleError(Exception):
    """A module steps out of the dialect."""


def minify_bundle(entry: Path) -> str:
    """The script of `entry` as it is sent: white space is taken out, but for lines that hold a template in a template.

    The minifier takes the inner one's white space for that of the code.
    """
    return "".join(_minified(entry))


def _minified(entry: Path) -> Iterator[str]:
    for keeps, lines in groupby(bundle_modules(entry).splitlines(keepends=True), _nests_templates):
        text = "".join(lines)
        yield text if keeps else f"{jsmin(text)}\n"


def _nests_templates(line: str) -> bool:
    for start in re.finditer(r"\$\{", line):
        depth = 1
        for letter in line[start.end() :]:
            depth += {"{": 1, "}": -1}.get(letter, 0)
            if depth == 0:
                break
            if letter == "`":
                return True
    return False


def bundle_modules(entry: Path) -> str:
    """The script of `entry` with everything it imports, dependencies first."""
    ordered: list[Path] = []
    _visit(entry.resolve(), ordered, ())
    owners: dict[str, str] = {}
    for path in ordered:
        for name in NAME.findall(path.read_text("utf-8")):
            if name in owners:
                raise BundleError(f"{name} is declared in {owners[name]} and in {path.name}")
            owners[name] = path.name
    return "".join(_plain(path) for path in ordered)


def _visit(path: Path, ordered: list[Path], above: tuple[Path, ...]) -> None:
    if path in above:
        raise BundleError(f"{path.name} imports itself through {above[-1].name}")
    if path in ordered:
        return
    for name in IMPORT.findall(path.read_text("utf-8")):
        _visit((path.parent / name).resolve(), ordered, (*above, path))
    ordered.append(path)


def _plain(path: Path) -> str:
    text = COMMENT.sub("", EXPORT.sub("", IMPORT.sub("", path.read_text("utf-8"))))
    if LEFT_OVER.search(text):
        raise BundleError(f"{path.name}: an import or export that the bundler does not know")
    return text
