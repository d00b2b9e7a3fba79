"""A province's settings say which languages its site has."""

from pathlib import Path

import pytest

from ops.local.site import build_command
from web.build import build_site, main


def test_a_site_in_vietnamese_alone_has_no_english_page_and_no_switch(tmp_path: Path) -> None:
    files = build_site("40", tmp_path, hotline="1022", languages=["vi"])

    assert not [path for path in files if path.relative_to(tmp_path).parts[0] == "en"]
    pages = [path.read_text("utf-8") for path in files if path.suffix == ".html"]
    assert len(pages) >= 4
    assert not [page for page in pages if 'class="switch"' in page or 'href="/en/' in page]


@pytest.mark.parametrize("languages", ["en", "vi,fr", ""])
def test_other_languages_than_the_form_has_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], languages: str
) -> None:
    with pytest.raises(SystemExit):
        main(["--province", "40", "--hotline", "1022", "--languages", languages, "--out", str(tmp_path / "site")])

    assert f"languages are vi, or vi,en, not {languages}" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_the_commands_build_what_the_settings_say(tmp_path: Path) -> None:
    words = build_command("79", tmp_path)

    assert words[1:] == [
        "-m",
        "web.build",
        "--province",
        "79",
        "--hotline",
        "1022",
        "--languages",
        "vi,en",
        "--out",
        str(tmp_path),
    ]
