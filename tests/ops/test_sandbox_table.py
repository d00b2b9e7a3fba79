"""`ssk sandbox` prints what a reader copies whole, however narrow the terminal is."""

import pytest

from ops import sandbox


def test_no_number_or_id_is_cut_on_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    people = [sandbox.describe(person) for person in sandbox.PEOPLE]
    sandbox.print_people(people)
    printed = capsys.readouterr().out
    assert [
        each for each in people if not {each["number"], each["born"], each["record_id"]} <= set(printed.split())
    ] == []
