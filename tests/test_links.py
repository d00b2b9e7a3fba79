"""Every link between the pages of the repository leads somewhere: to a file, and to a heading of it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for folder in (
        ".",
        "docs",
        "docs/decisions",
        "sdk/python",
        "sdk/js",
        "sdk/java",
        "tests",
        "benchmarks",
        "benchmarks/data",
        "benchmarks/history",
        ".github",
    )
    for page in (ROOT / folder).glob("*.md")
)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page, the second of a name with `-1`."""
    found: dict[str, int] = {}
    anchors = set()
    for heading in re.findall(r"^#+ +(.+?) *$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        anchors.add(f"{anchor}-{found[anchor]}" if anchor in found else anchor)
        found[anchor] = found.get(anchor, 0) + 1
    return anchors


def _broken(page: Path, text: str) -> list[str]:
    broken = []
    for target in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in _anchors(file)):
            broken.append(target)
    return broken


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_the_pages_leads_somewhere(name: str) -> None:
    page = ROOT / name
    assert _broken(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("target", ["missing.md", "law.md#no-such-heading", "#no-such-heading"])
def test_a_link_to_nothing_is_found(target: str) -> None:
    assert _broken(ROOT / "docs/security.md", f"[there]({target})") == [target]


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/") and page.count("/") == 1])
def test_each_page_begins_with_whom_it_is_for(page: str) -> None:
    beginning = (ROOT / page).read_text(encoding="utf-8").split("\n\n", 2)[:2]

    assert any(word in " ".join(beginning) for word in ("For ", "Dành cho ", "By who you are")), page
