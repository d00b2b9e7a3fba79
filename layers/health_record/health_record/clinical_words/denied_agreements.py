"""Whether words around an agreement say that it is none: denied, asked, awaited, of another time, or taken back.

Words are read in small letters without their marks; in capitals is what would read as another word without them.
"""

import re

from health_record.clinical_words.forms import BOX

LIKE = (("chờ", "CHO"), ("đợi", "DOI"), ("đâu", "DAU"))
LONGEST_CLAUSE, LONGEST_BEHIND = 60, 120  # letters before an agreement and behind it
_WHO = (
    r"(?: (?:gia dinh|gd|bn|benh nhan|nguoi benh|nguoi nha|than nhan|con|vo|chong|me|bo|co|ho|lai|da|viec|ve|\w+ly))*"
)
_ENGLISH_WHO = r"(?: (?!(?:and|but|then|now|so)\b)[\w']+){0,4}"
_BEFORE = re.compile(
    r"(?:(?:\b(?:khong|ko|kg|chua|chang|DAU|tu choi|not|never|no|nobody|cannot|refus\w*|declin\w*|unable)|n't)"
    r"(?: (?!(?:nay|gio|hien|nua|now|but|then)\b)\S+){0,3}"
    rf"|\b(?:neu|khi nao|CHO|DOI|thuyet phuc|van dong|(?<!van )de|can|can nhac|hoi|xem|lieu|kho|mong|muon){_WHO}"
    r"|\b(?:truoc (?:day|kia)|ngay truoc|tung|giuong ben|nguoi khac)(?: (?!(?:nay|gio|hien)\b)\w+){0,4}"
    r"|\b(?:if|whether|does|did|(?:patient|he|she|they|family) (?:may|could|can)|might|ask\w*|neither|none|without"
    rf"|yet to|await\w*|pending|unless|should|previously|formerly|used to|discuss\w*|consider\w*){_ENGLISH_WHO}"
    r"|\b(?:was|were|from|off|instead of|rather than|versus|vs|may|could|can)(?: (?:being|the|a|an))*"
    rf"|(?<!ky )\bphieu|\b(?:bao hiem|bhyt|de nghi)\b[^.,;\n]*"
    rf"|{BOX}[^☑☒■✓✔✅\[(]*)\s*$"
)
_NO = r"(?:khong|ko|chua)"
_END = r"(?= *(?:$|[.,;?)\n]))"
_BEHIND = re.compile(
    rf"^[^.;\n]{{0,60}}?(?:\?(?! *(?:co|yes|roi|da)\b)|\b(?:hay|hoac) (?:{_NO}|tu choi)\b|\bchua (?:ky|duoc ky)"
    rf"|\b(?:nay|nhung|gio)(?: \w+){{0,4}} {_NO}(?: (?:dong y|chap nhan|chiu|muon|cho))?(?: nua)?{_END}"
    r"|\b(?:doi y|thay doi y|rut lai|phan doi|rescind\w*|revok\w*|discontinued|cancel\w*|declined|refused"
    r"|changed (?:his|her|their) mind|(?:now|to) (?:comfort|dnr|dni)|until"
    r"|(?:to be|not) (?:confirmed|discussed|decided))\b)"
    # of another person, to take somebody home, not after all, or left open
    r"|^ *(?:cho|thay) (?:vo|chong)\b"
    r"|^[^.;,\n]{0,20}\b(?:ve nha|dua ve|ngoai vien)\b|^ *(?:[:=?] *)*(?:\.{3,}|_{3,}|…)"
    r"|^[^.;\n]*\b(?:nhung|song|but|except|tru)\b[^.;\n]*\b(?:khong|ko|tu choi|no|not)\b"
    r"|^[^.;\n]*,(?: \w+)? (?:bn|benh nhan|nguoi benh|ban than|toi)\b[^.;\n]*\b(?:khong|ko|tu choi|van)\b"
    r"(?! (?:di ung|sot|kho tho|dau|non|phu|ngua|ho|tien su|co tien su|mac|on|tinh)\b)"
    rf"|^(?: \w+){{0,3}} {_NO}{_END}|^ *[-(–] *(?:{_NO}|no)\b{_END}"
)
_CLAUSES = re.compile(r"[.,;:()\n\r]")


def is_denied(bare: str, begin: int, end: int) -> bool:
    """Whether the words around an agreement from one place to another say that nobody gave it, or gives it now."""
    clause = _CLAUSES.split(bare[max(0, begin - LONGEST_CLAUSE) : begin])[-1]
    return bool(_BEFORE.search(clause) or _BEHIND.search(bare[end : end + LONGEST_BEHIND]))
