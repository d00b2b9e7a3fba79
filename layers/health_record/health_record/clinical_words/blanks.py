"""Headings of allergies on printed forms, and what stands behind their dots: "Dị ứng (nếu có): ....... Penicillin".

A blank says nothing only where nothing is written in front of, inside or behind it. What is behind counts as written
unless it is a heading that charts have ("Mạch: 80"): better one line too many than one too few.
Words are read in small letters with their marks (`rendering.plain_words`).
"""

import re

LONGEST_BEFORE = 40  # letters before a heading that say what it is
_HEADING = r"(?:dị ứng|phản vệ|phản ứng (?:với )?thuốc|\ballerg(?:y|ies))\b"
_PARTS = ("dị ứng", "phản vệ", "phản ứng", "allerg")  # one of these is in every heading
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
_SAYS_SO = re.compile(r"\b(?:bị|có|hay|từng|đã|đang|hơi|viêm (?:mũi|da|xoang|kết mạc|phế quản))(?: tiền sử)? $")
_BEGINS = re.compile(
    r"(?:^|[\n;:.,•+*()\]–-])\s*"
    r"(?:(?:có|tiền sử|tiền căn|ts|tc|cơ địa|bản thân|khai thác|known|history of|drug|food) )*$"
)
# At the beginning of a heading that charts have beside allergies.
_CHART_WORDS = r"""
bệnh(?! nhân)|l[ýí] do|chẩn đoán|cđ|khám|toàn thân|các cơ quan|tri giác|tinh thần|thể trạng|da|niêm|tim|phổi|hô hấp
tiêu (?:hóa|hoá)|tiết niệu|bụng|gan|thần kinh|cơ xương|tai mũi|rhm|răng|mắt|mạch|huyết áp|ha|nhiệt|nhịp|spo2|cân
chiều|bmi|nhóm máu|hút|thuốc (?:lá|lào|đang|đã|điều trị|hiện|thường)|rượu|ma t[úu][ýy]|tha|đtđ|nghiện|thói quen|nghề
địa chỉ|họ|tuổi|giới|ngày|giờ|số|khoa|phòng|giường|bác sĩ|bs|điều dưỡng|người (?:nhà|làm|khám|ghi)|sản|phụ khoa|para
tiêm (?:chủng|phòng)|kinh|thai|phẫu|tiền (?:sử|căn)(?! dị)|ts(?! dị)|gia đình|ngoại khoa|nội khoa|chấn thương|truyền máu
dịch tễ|xét nghiệm|cls|cận lâm sàng|điều trị|hướng|tiên lượng|y lệnh|đang dùng|chế độ|dinh dưỡng|vận động|tâm lý
nhận xét|đánh giá|mallampati|asa|nhịn|đường thở|hoàn cảnh|bảo hiểm|bhyt|điện thoại|liên hệ|diễn biến|quá trình
family|history|past|medications?|current|social|pmh|vitals?|bp|hr|temp\w*|weight|smoking|alcohol|physical|chief
diagnos[ie]s|blood
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


def without_blanks(words: str) -> str:
    """The words without blanks behind headings of allergies; "không rõ" (unknown) where nothing is written there."""
    return _FORM.sub(_read, words) if any(map(words.__contains__, _PARTS)) else words


def _read(found: re.Match[str]) -> str:
    form, words = found["form"], found.string
    has_marks = _FILLING.search(form) is not None
    if not has_marks and ":" not in form:
        return found[0]
    if _SILENT_BEHIND.match(words, found.end()) or _SILENT_LINE.match(words, _end_of_line(found)):
        return f"{found['heading']}: không rõ; " if _only_asks(found) else found[0]
    return found["heading"] + _NOTHING.sub(" ", _FILLING.sub(" ", form)) if has_marks else found[0]


def _only_asks(found: re.Match[str]) -> bool:
    """Whether it is the heading of a form, or a question, and the words before it tell of no allergy."""
    before = max(0, found.start() - LONGEST_BEFORE), found.start()
    if ":" in found["form"] or "không" in found["form"]:
        return "không" in found["form"] or not _SAYS_SO.search(found.string, *before)
    return _BEGINS.search(found.string, *before) is not None and not _SAYS_SO.search(found.string, *before)


def _end_of_line(found: re.Match[str]) -> int:
    """Where the form ends, before the line breaks that it took with its marks."""
    return found.start() + len(found[0].rstrip())
