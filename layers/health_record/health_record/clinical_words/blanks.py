"""Headings of allergies on printed forms, and what stands behind their dots: "Dị ứng (nếu có): ....... Penicillin".

A blank says nothing only where nothing is written in front of, inside or behind it. What is behind counts as written
unless it is a heading that charts have ("Mạch: 80") and no reaction stands there: better one line too many than one too
few. Where no blank stands and something follows nothing is read here: "Phản vệ: mạch 120, HA 60/40" is what happened.
Words are read in small letters with their marks (`rendering.plain_words`).
"""

import re

LONGEST_BEFORE = 40  # letters before a heading that say what it is
_HEADING = r"(?:(?:tiền sử |dị ứng ?[/,-] ?)phản vệ|dị ứng(?: ?[/,-] ?phản vệ)?|\ballerg(?:y|ies))\b"
_PARTS = ("dị ứng", "phản vệ", "allerg")  # one of these is in every heading
# Dots, lines, dashes and empty brackets, over several lines too. One dash alone denies, and one dot ends a sentence.
_MARKS = (
    r"(?:(?:\.{2,}|…|‥|_{2,}|-{2,}|-(?: ?-){2,}|[–—－](?: ?[–—－])*|[._·‧．•](?: ?[._·‧．•]){2,}|[*=]{3,}|·"
    r"|\([ .…_]*\)|\[[ .…_]*\]|\|_+\||<[.…_]+>)[.…/\\]{0,4}\s*+)"
)
# What every form asks for, and what it asks for before a colon alone: "Dị ứng hải sản ......" is an allergy.
_ASKED = r"(?:thuốc(?! (?:lá|lào|đang|đã|điều|hiện|thường|men))|thức ăn|thực phẩm|drugs?|foods?|medications?)\b"
_ASKED_TOO = (
    r"(?:hải sản|(?:hóa|hoá) chất|thời tiết|mỹ phẩm|dị nguyên|môi trường|tên|loại|kháng sinh|vắc xin|biểu hiện|khác|năm"
    r"|triệu chứng|mức độ|phản ứng)\b"
)
_PROMPTS = r"(?:n[ếe]u c[óo]|(?:ghi|nêu) (?:r[õo]|cụ thể)|cụ thể|có ?/ ?không|if any|(?:please )?specify)\b"
_BETWEEN = rf"[ \t(),/&;?☐□]|{_PROMPTS}|\b(?:gì|nào|với|và|hoặc|to|tên|loại|dị nguyên)\b|- ?(?=ghi|nêu)|{_MARKS}"
_FORM = re.compile(
    rf"(?P<heading>{_HEADING})(?P<form>(?:(?:{_BETWEEN}|\b(?:{_ASKED}|{_ASKED_TOO}|không(?= ?\??:)))*+:"
    rf"|(?:{_BETWEEN}|\b{_ASKED})*+)"
    rf"(?:{_BETWEEN}|:|\s*{_MARKS}|\b{_ASKED}(?=[ :]*{_MARKS})|\b{_ASKED_TOO}(?= ?: ?{_MARKS})"
    rf"|\b(?:khác|không)(?=[ :?]*{_MARKS}))*+)"
)
_FILLING = re.compile(rf"{_MARKS}|\b{_PROMPTS}|[☐□]")
_NOTHING = re.compile(r"\([ ,:;/]*\)")
# Before a heading with its colon nothing says so ("BN bị dị ứng: ....."); one without begins what it stands in.
_SAYS_SO = re.compile(
    r"\b(?:bị|có|hay|từng|đã|đang|hơi|cơ địa|chẩn đoán|cđ|lý do(?: vào viện| khám| nhập viện)?"
    r"|viêm (?:mũi|da|xoang|kết mạc|phế quản))(?: tiền sử| là)? ?:? ?$"
)
_BEGINS = re.compile(
    r"(?:^|[\n;:.,•+*()\]–-])\s*"
    r"(?:(?:có|tiền sử|tiền căn|ts|tc|bản thân|khai thác|known|history of|drug|food) )*$"
)
# At the beginning of a heading that charts have beside allergies.
_CHART_WORDS = r"""
bệnh(?! nhân)|khám|toàn thân|các cơ quan|tri giác|tinh thần|thể trạng|niêm|tim|phổi|hô hấp|tiêu (?:hóa|hoá)|tiết niệu
bụng|thần kinh|cơ xương|tai mũi|rhm|mạch|huyết áp|ha|nhiệt|nhịp|spo2|cân|chiều|bmi|nhóm máu|hút
gia đình|truyền máu|thuốc (?:lá|lào|đang dùng|thường dùng)
rượu bia|ma t[úu][ýy]|tha|đtđ|nghiện|thói quen|nghề|địa chỉ|tuổi|giới|giường
bác sĩ|điều dưỡng|sản|phụ khoa|para|kinh|thai|phẫu|tiền (?:sử|căn)(?! dị)|ts(?! dị)|ngoại khoa|nội khoa|chấn thương
dịch tễ|cls|cận lâm sàng|hướng|tiên lượng|y lệnh|đang dùng|vận động|tâm lý|nhận xét|đánh giá|mallampati|asa|nhịn
đường thở|hoàn cảnh|bảo hiểm|bhyt|điện thoại|liên hệ|diễn biến|quá trình|family|medications|social|pmh|vitals?|bp|hr
temp\w*|weight|smoking|alcohol|physical|chief
"""
_CHART = _CHART_WORDS.strip().replace("\n", "|")
_SILENT_BEHIND = re.compile(
    rf"[\s.;,:/|)\]?•*-]*(?:$|(?:\d{{1,2}} ?[.)/-] ?)?(?:(?:{_CHART})\b[^:;.…_\n☐□]{{0,40}}(?:[:☐□]|{_MARKS})"
    r"|(?:mạch|ha|huyết áp|nhiệt độ|nhịp thở|spo2|cân nặng|chiều cao|bmi|para|bp|hr)\b[^\n;:]{0,15}\d"
    r"|(?:tiền (?:sử|căn)|ts) (?:gia đình|bệnh|sản|ngoại|nội|phẫu|mổ|tha|đtđ|tăng|đái|khỏe|khoẻ)"
    r"|bản thân ?: ?(?:khỏe|khoẻ|bình thường|chưa|không|tha|tăng|đtđ|đái|mổ|viêm|hen|suy|bệnh)\b))"
)
# On a line of its own: how somebody came, or is.
_SILENT_LINE = re.compile(
    r"[\s.;,:)-]*\n\s*[-+•*]? ?(?:(?:bn|bệnh nhân|người bệnh|trẻ|bé|sản phụ|thai phụ|nam|nữ|cháu)(?: [^\W\d]+){0,3}"
    r" (?:vào|nhập|đến|tỉnh|đau|sốt|ho|nằm|tiếp xúc|\d)|(?:khám|tỉnh|vào viện|nhập viện|đau|sốt|ho|nôn|cách)\b"
    r"|không (?:sốt|ho|đau|nôn|phù|mắc|có bệnh|hút)\b)"
)


_NOTHING_MORE = re.compile(r"\s*(?:$|tiền sử gia đình\b)")
# A reaction on the line behind, which no form has.
_REACTS = re.compile(
    r"(?<!không )(?<!ko )(?:ngứa|mẩn|(?:mề|mày) đay|nổi ban|phát ban|sốc|phản vệ|đỏ (?:da|người|bừng)"
    r"|phù (?:mặt|môi|mạch|quincke)|hives|rash|swelling)"
    r"|\b(?:do|sau|gây|với) (?:tiêm |uống |dùng |truyền )?(?:thuốc|kháng sinh)"
)
LONGEST_LINE = 120  # letters behind in which a reaction is looked for


def without_blanks(words: str) -> str:
    """The words without blanks behind headings of allergies; "không rõ" (unknown) where nothing is written there."""
    return _FORM.sub(_read, words) if any(map(words.__contains__, _PARTS)) else words


def _read(found: re.Match[str]) -> str:
    form, words = found["form"], found.string
    if _FILLING.search(form) is None:
        is_all = ":" in form and _NOTHING_MORE.match(words, found.end())
        return f"{found['heading']}: không rõ; " if is_all and _only_asks(found) else found[0]
    if _is_silent_behind(found) and not _REACTS.search(words, found.end(), _end_of_next_line(words, found.end())):
        return f"{found['heading']}: không rõ; " if _only_asks(found) else found[0]
    return found["heading"] + _NOTHING.sub(" ", _FILLING.sub(" ", form))


def _is_silent_behind(found: re.Match[str]) -> bool:
    words = found.string
    return bool(_SILENT_BEHIND.match(words, found.end()) or _SILENT_LINE.match(words, _end_of_line(found)))


def _end_of_next_line(words: str, begin: int) -> int:
    """Where the line that has something behind `begin` ends."""
    line = re.compile(r"\s*[^\n]*").match(words, begin)
    return min(begin + LONGEST_LINE, line.end() if line else len(words))


def _only_asks(found: re.Match[str]) -> bool:
    """Whether it is the heading of a form, or a question, and the words before it tell of no allergy."""
    before = max(0, found.start() - LONGEST_BEFORE), found.start()
    if ":" in found["form"] or "không" in found["form"]:
        return "không" in found["form"] or not _SAYS_SO.search(found.string, *before)
    return _BEGINS.search(found.string, *before) is not None and not _SAYS_SO.search(found.string, *before)


def _end_of_line(found: re.Match[str]) -> int:
    """Where the form ends, before the line breaks that it took with its marks."""
    return found.start() + len(found[0].rstrip())
