"""Printed forms with boxes, or with numbers as the ministry's: "[ ] có [x] không", "1.Có 2.Không [2]".

Words are read in small letters, with their marks or without. What takes the place of others is as long as they are, so
that a place in the words stays one in the text.
"""

import re

BOX, TICK = r"(?:[☐□◻⬜]|\[ {0,3}\]|\( {0,3}\))", r"(?:[☑☒■✓✔✅]|\[ {0,2}[xv✓✔] {0,2}\]|\( {0,2}[xv✓✔] {0,2}\))"
_YES, _NO = r"(?:c[óo]|yes)", r"(?:kh[ôo]ng|no)"
_AGREES = r"(?:[đd][ồo]ng [ýy]|ch[ấa]p nh[ậa]n)"
_REFUSES = rf"(?:t[ừu] ch[ốo]i|(?:kh[ôo]ng|ko) {_AGREES})"
_NEXT = r"(?:,?\s{1,9}| ?[/|] ?)"  # what parts two choices
_TICKED_NO = re.compile(
    rf"(?:{BOX} ?{_YES}{_NEXT}{TICK} ?{_NO}|\b{_YES} {BOX}{_NEXT}{_NO} {TICK}"
    rf"|1 ?[.)-] ?{_YES}[ ;,/]{{1,3}}2 ?[.)-] ?{_NO} ?[:(\[]? ?\(?2[)\]]?)"
)
_NOT_TICKED = re.compile(rf"(?:{BOX} ?{_YES}{_NEXT}{BOX} ?{_NO}|\b{_YES} {BOX}{_NEXT}{_NO} {BOX})(?!\W*\w)")
# "Truyền máu: ☐ Đồng ý ☑ Từ chối", with the boxes before or behind, in a row or one in a line.
_TICKED_REFUSAL = re.compile(
    rf"(?:{BOX} ?{_AGREES}{_NEXT}{TICK} ?{_REFUSES}"
    rf"|[:?\n]\s{{0,9}}{TICK} ?{_REFUSES}(?= *(?:$|[.,;)\n]|{BOX}|{TICK}))"  # with a treatment it says so by itself
    rf"|\b{_AGREES} ?{BOX}{_NEXT}{_REFUSES} ?{TICK}|[:?\n]\s{{0,9}}{_REFUSES} ?{TICK})"
)
_TICKED_AGREEMENT = re.compile(rf"{_REFUSES} ?{BOX}{_NEXT}{_AGREES} ?{TICK}")
_MARKS = (*"☐□◻⬜☑☒■✓✔✅", "[x", "[v", "[ ", "[]", "(x", "(v", "( ", "()", "2.", "2-", "2)", "2 ")
# A choice by itself, at the beginning of a line: "☐ Có ☑ Không từ chối truyền máu".
_IS_A_CHOICE = re.compile(r"^\n?[\W\d]*$"), re.compile(r" *\w")
LONGEST_BEFORE = 40  # letters of its line that are looked at
_LABEL = rf"(?:(?!{BOX}|{TICK})[^\n])*"
# Choices with a box before each, and one that nobody ticked; a row with a box behind each says nothing of what follows.
_CHOICES = re.compile(rf"(?:^|(?<=[:;.|\n])) *(?:(?:[-*•+–]|[a-z0-9]{{1,2}}[.)/]) *)?(?:(?:{BOX}|{TICK}){_LABEL})+")
_BEHIND = re.compile(rf":\s*(?:{BOX}|{TICK})|(?:{BOX}|{TICK})\W*$")
_NOT_CHOSEN = re.compile(rf"{BOX}(?:(?!{BOX}|{TICK}|[.;](?:\s|$))[^\n])*")
# Who speaks behind the last choice of a row: "☐ Sốt ☐ Phù - BN từ chối truyền máu".
_SOMEBODY = re.compile(
    r"\b(?:bn|benh nhan|nguoi benh|gd|gia dinh|nguoi nha|nhan chung|ghi chu|khac|patient|family|note|other)\b"
    r"|(?:[,;(\t]|  |- )\s*(?:da ky |xin )?(?:tu choi|dnr)\b"
)


def answered(words: str) -> str:
    """The words with "no" in place of boxes or numbers that say so, and "not yet" of those that nobody ticked."""
    if not any(map(words.__contains__, _MARKS)):
        return words
    words = _TICKED_REFUSAL.sub(lambda found: ": từ chối".rjust(len(found[0])), words)
    words = _TICKED_AGREEMENT.sub(lambda found: "đồng ý".ljust(len(found[0])), words)
    words = _TICKED_NO.sub(_answer_of, words)
    return _NOT_TICKED.sub(lambda found: ": chưa.".ljust(len(found[0])), words)


def chosen(words: str) -> str:
    """The words with dots in place of choices that nobody ticked: "□ DNR ☑ Full code"."""
    if not any(map(words.__contains__, _MARKS)):
        return words
    return _CHOICES.sub(_without_not_chosen, words)


def _answer_of(found: re.Match[str]) -> str:
    before, behind = _IS_A_CHOICE
    line = found.string[
        max(found.string.rfind("\n", 0, found.start()), found.start() - LONGEST_BEFORE, 0) : found.start()
    ]
    if before.search(line) and behind.match(found.string, found.end()):
        return "không".rjust(len(found[0]))
    return ": không.".ljust(len(found[0]))


def _without_not_chosen(row: re.Match[str]) -> str:
    if _BEHIND.search(row[0].lstrip(" :;.")):
        return row[0]
    return _NOT_CHOSEN.sub(_dots, row[0])


def _dots(choice: re.Match[str]) -> str:
    """Dots in place of a choice; of the last one of a row only up to where somebody else begins to speak."""
    is_last = choice.end() == len(choice.string)
    others = _SOMEBODY.search(choice[0]) if is_last else None
    end = others.start() if others and re.search(r"\w", choice[0][: others.start()]) else len(choice[0])
    return "." * end + choice[0][end:]
