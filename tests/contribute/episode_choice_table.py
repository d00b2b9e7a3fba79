"""The table of `person_choice`, made from the decision itself, as it stands in docs/access.md."""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

from functions.contribute.hospital_file import person_choice
from functions.contribute.hospital_file.person_choice import Chosen
from health_record.record.identifier_claims import ClaimedRecord

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
BEGIN, END = "<!-- whose episode: made by `make matrix` -->\n", "<!-- end of whose episode -->\n"
NOBODY, ONE, ONE_NAMED, SEVERAL, SEEN, SEEN_NAMED = (
    "nobody",
    "one account, another name",
    "one account, the file's name",
    "several accounts, one with the file's name",
    "a card seen, another name",
    "a card seen, the file's name",
)
NUMBERS: Mapping[str, tuple[tuple[bool, bool], ...]] = {  # (card seen, the file's name) of each account's record
    NOBODY: (),
    ONE: ((False, False),),
    ONE_NAMED: ((False, True),),
    SEVERAL: ((False, True), (False, False)),
    SEEN: ((True, False),),
    SEEN_NAMED: ((True, True),),
}
Case = tuple[str, str, bool]  # what each of two numbers leads to, and whether the first record of both is one


def every_case() -> Iterator[Case]:
    for first, second in itertools.product(NUMBERS, NUMBERS):
        yield first, second, False
        if NOBODY not in (first, second):
            yield first, second, True


def decide(case: Case) -> str:
    """Whose the episode is: the record of the first number, of the second, several or nobody."""
    first, second, is_one = case
    claims = [_claims("1", first), _claims("1" if is_one else "2", second)]
    chosen = person_choice.choose(claims)
    if not isinstance(chosen, Chosen):
        return chosen or "nobody"
    return "both" if is_one else chosen.record_id.replace("1-0", "first").replace("2-0", "second")


def _claims(record: str, state: str) -> list[ClaimedRecord]:
    accounts = [f"account {record}-{n}" for n in range(len(NUMBERS[state]))]
    of_each = zip(accounts, NUMBERS[state], strict=True)
    return [ClaimedRecord(f"{record}-{n}", account, account, *how) for n, (account, how) in enumerate(of_each)]


def render() -> str:
    """The table in Markdown: rows for the first number, columns for the second, of two different records."""
    words = {"first": "first", "second": "second", "several": "`several-records`", "nobody": "`no-such-record`"}
    lines = [
        "| first number leads to \\ second leads to | " + " | ".join(NUMBERS) + " |",
        "|---" * (len(NUMBERS) + 1) + "|",
        *(
            f"| {first} | " + " | ".join(words[decide((first, second, False))] for second in NUMBERS) + " |"
            for first in NUMBERS
        ),
    ]
    return "\n".join(lines) + "\n"


def read_printed() -> str:
    """The table as the page holds it now."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def write() -> None:
    """Put the table into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + render() + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    write()
