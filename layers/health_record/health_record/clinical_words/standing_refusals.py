"""Whether words around "DNR revoked" leave the refusal standing, because of what else they say, or may say.

Only somebody who did it, a day and a few words more may stand in the clause; whatever else does leaves the refusal
standing, and it is quoted with them. So do doubts in the rest of the sentence, and what makes it anew behind.
Words are read in small letters without their marks.
"""

import bisect
import re

LONGEST_BESIDE = 200  # letters of the clause before and of what is behind
LONGEST_BEHIND = 1000  # letters in which a refusal that was taken back may be made anew
_WHO = (
    r"gia dinh|gd|bn|benh nhan|nguoi benh|nguoi nha|than nhan|truong khoa|con|trai|gai|truong|vo|chong|me|bo|cha|ba|ong"
    r"|toi|bac si|bs|patient|pt|family|he|she|they|i|son|daughter|wife|husband|mother|father|doctor|dr|team"
)
_WHEN = r"hom (?:nay|qua)|sang|chieu|luc|ngay|thang|nam|nay|today|yesterday|now|on|at|[\d/:h+*•–-]++"
_DID = (
    r"da(?: duoc)?|moi|vua|roi|quyet dinh|dong y|thong nhat|nhat tri|tu|(?:ky|lam|nop|viet) (?:don|giay)|ky(?: ten)?"
    r"|cung|deu|tinh(?: tao)?|sau (?:khi )?(?:duoc )?(?:nghe )?giai thich|doi y|y lenh|lenh|va"
    r"|has|have|had|was|been|the|his|her|their|then|and|(?:decided|agreed|chose) to|order|status"
)
_HOW = r"by|theo|cua|nguyen vong|yeu cau|full code|hoan toan|vinh vien"
_CLAUSE_BEFORE = re.compile(rf"(?:\s|[-*•+–]|(?:{_WHO}|{_WHEN}|{_DID})(?!\w))*+")
_CLAUSE_BEHIND = re.compile(rf"(?:\s|(?:{_WHO}|{_WHEN}|{_DID}|{_HOW})(?!\w))*+(?=$|[.,;()\n])")
_NO = r"(?:khong|ko|chua)"
_DOUBTED = re.compile(
    r"^[^.;\n]*?(?:\?|\b(?:neu|(?<!sau )khi(?! quan)|trong (?:luc|mo|khi|phau|gay|qua trinh|thoi gian|ca mo)"
    r"|tam thoi|bat (?:cu|ky) luc|any ?time|if|when|unless|during|until|error|mistake|nham|temporar\w*|ky vao"
    r"|by signing|khac|another|vo hieu|chua (?:ky|xac nhan|co|duoc|ro|hop)"
    r"|(?:not|un)[ -]?(?:yet|confirmed|valid|signed)|invalid|verbal\w*"
    r"|khong (?:hop le|co (?:gia tri|chu ky|hieu luc)))\b)"
    rf"|^ *[-(–] *(?:{_NO}|no|not)\b"
)
_STANDS = re.compile(
    r"\b(?:ky|lam|lap|cap|viet|ghi) (?:lai|moi)|lai (?:ky|xin|dnr|tu choi)|tai (?:lap|ky)|khoi phuc|thay bang|ban moi"
    r"|hieu luc (?:tro )?lai|nay lai|doi y|phan doi|van (?:con|giu|muon|hieu luc)|giu nguyen"
    rf"|{_NO} (?:dong y|chap nhan|chiu)(?= *(?:$|[.,;)\n])| (?:viec )?(?:huy|rut))"
    r"|reinstat|re-?sign|renewed|re-?issued|re-?activat|restor|replaced"
    r"|back in force|(?:sign\w*|dnr|made|refus\w*) again"
    r"|\bnew (?:dnr|one|order|form)|\bobject\w*|\bdisagree|\boppos"
)
_CLAUSES = re.compile(r"[.,;:()\n\r]+")


def find_standing(bare: str) -> list[int]:
    """Where words make a refusal anew, or say that it stands, in their order."""
    return [found.start() for found in _STANDS.finditer(bare)]


def may_stand(bare: str, begin: int, end: int, standing: list[int]) -> bool:
    """Whether a refusal may stand although words from one place to another take it back.

    `standing` are the places of `find_standing`.
    """
    before = _CLAUSES.split(bare[max(0, begin - LONGEST_BESIDE) : begin])[-1]
    behind = bare[end : end + LONGEST_BESIDE]
    following = bisect.bisect_left(standing, end)
    return (
        not _CLAUSE_BEFORE.fullmatch(before)
        or not _CLAUSE_BEHIND.match(behind)
        or bool(_DOUBTED.search(behind))
        or (following < len(standing) and standing[following] < end + LONGEST_BEHIND)
    )
