"""The command lines that a newcomer meets, by page and in their order, as they are printed."""

import re
from pathlib import Path

from tests.aws_command_lines import lines_of

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "docs/facilities.md", "docs/hospital-files.md", "docs/stations.md")
PROGRAMS = ("make", "ssk", "ssk-hospital-files", "openssl")
_INDENTED = re.compile(r"^ {4,}((?:make|ssk|openssl) .+)$", re.MULTILINE)
_BARE = re.compile(r"(?:^|`)(make [a-z-]+)(?: *(?:#.*)?$|`)", re.MULTILINE)
_ARGS = re.compile(r'^make ([a-z-]+)(?: ARGS=(?:"([^"]*)"|(\S+)))?$')


def text_of(page: str) -> str:
    """A page as it is in the repository."""
    return (ROOT / page).read_text(encoding="utf-8")


def command_lines(page: str) -> list[str]:
    """Every line of a page that somebody types, each once, without what is said of it after `#`."""
    text = text_of(page)
    found = [line for program in PROGRAMS for line in lines_of(text, program)] + _INDENTED.findall(text)
    lines = [re.sub(r"\s+#.*$", "", line).strip() for line in [*found, *_BARE.findall(text)]]
    return list(dict.fromkeys(lines))


def made(line: str) -> tuple[str, str] | None:
    """The target and the `ARGS` of a line of make; None for any other line."""
    match = _ARGS.match(line)
    return (match[1], match[2] or match[3] or "") if match else None
