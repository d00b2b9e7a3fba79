"""Words as they are compared: small letters, single spaces, and Vietnamese that was typed without its marks.

Hospital software and hurried hands write `soc phan ve`. A text without any letter of Vietnamese gets the marks of the
phrases below back, letter for letter. What is English stays. `DƯ`, `SPV` and `k` are written out as what they mean.
"""

import re
import unicodedata

from health_record.remembered import remembered

_PHRASES = """
âm tính|ăn|biết|bị|cần|chẳng|chế phẩm máu|chỉ định|chống|chưa|có dị ứng|có tiền sử|dị nguyên|dị ứng|dương tính
gia đình|ghi nhận|hồ sơ|huyết thống|kết quả|kháng|kháng thể|khai thác|không|không có|ko có|lạ|mày đay|mẫn cảm|máu|mẹ
môi trường|người bệnh|người cho|người thân|nhóm máu|nổi mề đay|phác đồ|phản ứng|phản vệ|phát hiện|phù mạch
phù Quincke|phủ nhận|phụ nữ|quá mẫn|rõ|sốc|sữa|tác dụng phụ|thai nhi|thấy|thời tiết|thuốc|thực phẩm|thức ăn
tiền sử|tiêm|trước đây|túi máu|tương tự|vắc xin|với|xác định|xét nghiệm|yếu tố|gây tê|uống|dùng|truyền
kháng sinh|khi|sau|bệnh|bệnh lý|bệnh nền|bệnh nào|bệnh nhân|mạn tính|mãn tính|gì đặc biệt|dị ứng gì|thuốc gì
thuốc nào|vắc xin nào|phẫu thuật|thủ thuật|sử dụng|bất kỳ|lần nào|chưa mổ|điều trị|bệnh lý nền
mang thai|có thai|có bầu|thai kỳ|thai lưu|tuần|mổ lấy thai|mổ đẻ|sảy thai|sẩy thai|phá thai|đẻ thường|sinh thường
sau sinh|hậu sản|ngoài tử cung|dọa|tình trạng|trái|phải|phản ứng
nổi mẩn|nổi ban|mẩn ngứa|mẩn đỏ|mề đay|phát ban|khó thở|tím tái|sưng môi|sưng mặt|phù mặt|ăn tôm|ăn cua|ăn hải sản
bị nổi mẩn|bị nổi ban|bị nổi mề đay|bị nổi mày đay|bị ngứa|bị sưng|bị khó thở|bị sốc|bị choáng|toàn thân
viêm mũi dị ứng|viêm da dị ứng|viêm kết mạc dị ứng|viêm xoang dị ứng
"""


def without_marks(text: str) -> str:
    """The letters alone, so that a text with its marks equals the same without."""
    bare = unicodedata.normalize("NFD", text).replace("đ", "d")
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


_ENGLISH_TOO = frozenset({"an", "la", "me", "bi"})  # and so said by no letters alone
_MARKED = {
    bare: phrase
    for line in _PHRASES.split("\n")
    for phrase in filter(None, line.casefold().split("|"))
    if (bare := without_marks(phrase)) not in _ENGLISH_TOO
}
_BARE = re.compile(r"\b(?:" + "|".join(sorted(_MARKED, key=lambda bare: -len(bare))) + r")\b")

SHORT = 120  # letters of a name, not of a report
_PARTS = re.compile(r"([:;.\n])")
# Abbreviations of hurried hands: allergy, anaphylactic shock, no. `K` is cancer or a vitamin, but before nothing named;
# `dư` in small letters is a surplus, and so in capitals beside what there may be too much of; Dư and Du are names too.
_SHORT = ("DƯ", "DU", "SPV", "k d", "K d", "K D")  # one of these is in every text that has one
_ABBREVIATION = re.compile(
    r"\bSPV\b|\bTSD[ƯU]\b|\bDƯT\b|\bKD[ƯU]\b|(?<!(?i:vitamin) )(?<!(?i:vit) )\bk(?= (?:(?i:d[ịi] [ứu]ng)|D[ƯU])\b)"
    r"|(?:\A|(?<=(?i:ứng): ))K(?= (?:(?i:d[ịi] [ứu]ng)|D[ƯU])(?:\s*(?:\Z|[.,;\n])|\s+(?i:thuốc|thuoc|thức ăn|gì)\b))"
    r"|(?<!(?i:tồn) )(?<!(?i:số) )(?<!(?i:kiềm) )(?<!(?i:răng) )(?<!(?i:ngón) )(?<!(?i:giáp) )(?<!(?i:sỏi) )"
    r"(?<!(?i:axit) )(?<!(?i:acid) )(?<!(?<!VIÊM )DA )(?<!MÔ )(?<!MỠ )(?<!XƯƠNG )(?<!VĂN )(?<!THỊ )"
    r"\bDƯ\b(?!\s*(?i:(?:cân|ối|thừa|lượng|âm|khí|nước|ra|sức|ngón|da|kiềm|mi|răng|mô|mỡ)\b))"
    r"(?!\s*(?i:a[cx]id?t?)(?:\s*(?:\Z|[^\w\s])|\s+(?i:dạ|uric)))"
    r"|(?<!THI )(?<!THỊ )(?<!NGUYEN )(?<!NGUYỄN )(?<!VAN )(?<!VĂN )"
    r"\bDU\b(?=\s*[:+]|[\s(-]+(?i:thu[oố]c|th[uứ]c|kh[aá]ng|pen|ce[fp]|am[op]|aug|asp|nsa|h[aả]i|t[oô]m|v[oớ]i|iod"
    r"|vanc|bac|cot|sul|quin|lid|par|ibu|dic))"
)


def marked(text: str) -> str:
    """The text in small letters, the marks of each part of it restored where it has none, letter for letter.

    `ghi chú của cơ sở: BN DI UNG CEFTRIAXON`: a label with its marks stands before what was typed without.
    """
    return _marked_once(text) if len(text) <= SHORT else _marked(text)


def _marked(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    small = (_ABBREVIATION.sub(_meant, composed) if any(map(composed.__contains__, _SHORT)) else composed).casefold()
    if small.isascii():
        return _BARE.sub(_with_marks, small)
    return "".join(_BARE.sub(_with_marks, part) if part.isascii() else part for part in _PARTS.split(small))


_marked_once = remembered(2048)(_marked)  # a record says the same few names again and again


def _meant(found: re.Match[str]) -> str:
    """What an abbreviation means."""
    short = found[0]
    if short == "SPV":
        return "sốc phản vệ"
    if short in ("DƯ", "DU"):
        return "dị ứng"
    if short in ("TSDƯ", "TSDU", "DƯT"):
        return "dị ứng thuốc" if short == "DƯT" else "tiền sử dị ứng"
    return "không" if len(short) == 1 else "không dị ứng"


def _with_marks(found: re.Match[str]) -> str:
    return _MARKED[found[0]]


def plain(text: str) -> str:
    """The same in single spaces.

    >>> plain("Tien su  SOC PHAN VE voi Ceftriaxon")
    'tiền sử sốc phản vệ với ceftriaxon'
    >>> plain("Không dị ứng"), plain("No drug allergy")
    ('không dị ứng', 'no drug allergy')
    >>> plain("TS: DƯ Penicillin, SPV 2019"), plain("BN k DƯ, dư cân, K phổi")
    ('ts: dị ứng penicillin, sốc phản vệ 2019', 'bn không dị ứng, dư cân, k phổi')
    """
    return " ".join(marked(text).split())
