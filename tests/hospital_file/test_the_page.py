"""docs/hospital-files.md shows the fields as the code treats them, and its example is one that is there."""

import re

from tests.hospital_file import fields_page
from tests.hospital_file.files import FOLDER


def test_the_page_shows_the_fields_as_they_are() -> None:
    assert fields_page.printed() == fields_page.table(), "write it anew: python -m tests.hospital_file.fields_page"


def test_the_files_that_the_page_names_are_there() -> None:
    named = re.findall(r"examples/([\w.]+\.xml)", fields_page.PAGE.read_text(encoding="utf-8"))
    assert named
    assert all((FOLDER / name).is_file() for name in named)
