"""Printed forms with boxes, or with numbers as the ministry's: "[ ] có [x] không", "1.Có 2.Không [2]".

Words are read in small letters, with their marks or without. What takes the place of others is as long as they are, so
that a place in the words stays one in the text.
"""

import re

BOX, TICK = r"(?:☐|□|◻|\[ ?\])", r"(?:☑|☒|■|✓|\[ ?[xv✓] ?\])"
_YES, _NO = r"(?:c[óo]|yes)", r"(?:kh[ôo]ng|no)"
_TICKED_NO = re.compile(
    rf"(?:{BOX} ?{_YES},? {TICK} ?{_NO}|\b{_YES} {BOX},? {_NO} {TICK}"
    rf"|1 ?[.)-] ?{_YES}[ ;,/]{{1,3}}2 ?[.)-] ?{_NO} ?[:(\[]? ?\(?2[)\]]?)"
)
_NOT_TICKED = re.compile(rf"(?:{BOX} ?{_YES},? {BOX} ?{_NO}|\b{_YES} {BOX},? {_NO} {BOX})(?!\W*\w)")
_MARKS = ("☑", "☒", "■", "✓", "[x", "[v", "[ x", "2.", "2-", "2)", "2 ", "☐", "□", "◻", "[ ]", "[]")
# A choice by itself, at the beginning of a line: "☐ Có ☑ Không từ chối truyền máu".
_IS_A_CHOICE = re.compile(r"(?:^|\n)[\W\d]*$"), re.compile(r" *\w")
# Choices with a box before each, and one that nobody ticked; a row with a box behind each says nothing of what follows.
_CHOICES = re.compile(rf"(?:^|(?<=[:;.\n])) *(?:(?:{BOX}|{TICK})[^☐□◻☑☒■✓\[\n]*)+")
_BEHIND = re.compile(rf":\s*(?:{BOX}|{TICK})|(?:{BOX}|{TICK})\W*$")
_NOT_CHOSEN = re.compile(rf"{BOX}[^☐□◻☑☒■✓\[\n]*")


def answered(words: str) -> str:
    """The words with "no" in place of boxes or numbers that say so, and "not yet" of those that nobody ticked."""
    if not any(map(words.__contains__, _MARKS)):
        return words
    words = _TICKED_NO.sub(_answer_of, words)
    return _NOT_TICKED.sub(lambda found: ": chưa.".ljust(len(found[0])), words)


def chosen(words: str) -> str:
    """The words with dots in place of choices that nobody ticked: "□ DNR ☑ Full code"."""
    if not any(map(words.__contains__, _MARKS)):
        return words
    return _CHOICES.sub(_without_not_chosen, words)


def _answer_of(found: re.Match[str]) -> str:
    before, behind = _IS_A_CHOICE
    if before.search(found.string[: found.start()]) and behind.match(found.string, found.end()):
        return "không".rjust(len(found[0]))
    return ": không.".ljust(len(found[0]))


def _without_not_chosen(row: re.Match[str]) -> str:
    if _BEHIND.search(row[0].lstrip(" :;.")):
        return row[0]
    return _NOT_CHOSEN.sub(lambda found: "." * len(found[0]), row[0])
