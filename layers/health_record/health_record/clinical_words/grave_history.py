"""What a history in free text must not be missed for: what somebody takes, carries or lives with for long.

A hospital's file has no table for it, and the diagnoses of a stay for a broken wrist do not name the pacemaker. Which
kinds there are, and why HIV, addiction and the mind are none of them: decision 0074.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from health_record.clinical_words.phrases import Phrases
from health_record.clinical_words.urgent_diseases import OF_RELATIVE
from health_record.rendering.plain_words import plain


class _Kind(NamedTuple):
    """By ICD-10 and in words."""

    codes: re.Pattern[str]
    words: str


# By what is done otherwise in the first minutes, the gravest first.
KINDS = {
    "anticoagulant": _Kind(
        re.compile(r"Z92\.1|D68\.3"),
        """
        !chống đông tại chỗ|!ống chống đông|!chất chống đông|!lọ chống đông|!không dùng chống đông khi lọc
        chống đông|kháng đông|loãng máu|warfarin*|wafarin|acenoco*|acenocu*|kháng vitamin k|noac|doac|coumadin
        sintrom|rivarox*|xarelto|apixaban|eliquis|dabigatran|pradaxa|edoxaban|lixiana|anticoag*|blood thinner*
        """,
    ),
    "adrenal": _Kind(
        re.compile(r"E2[47]|E23\.0|E89\.[36]"),
        """
        suy thượng thận|suy tuyến thượng thận|suy vỏ thượng thận|thượng thận bẩm sinh|cắt thượng thận|addison
        suy tuyến yên|corticoid kéo dài|corticoid dài ngày|corticoid nhiều năm|corticoid thường xuyên
        lệ thuộc corticoid|phụ thuộc corticoid|corticoid liên tục|prednisolon kéo dài|prednison kéo dài
        medrol kéo dài|medrol hàng ngày|medrol hằng ngày|prednisolon hàng ngày|prednisolon hằng ngày
        adrenal insufficiency|adrenal crisis|steroid depend*|long term steroid*|chronic steroid*
        hydrocortison hàng ngày|hydrocortison hằng ngày
        """,
    ),
    "heart device": _Kind(
        re.compile(r"Z95\.[0-5]|Z45\.0"),
        """
        !bắc cầu răng|!stent niệu quản|!stent jj|!stent thận|!stent đường mật|!stent mật|!stent thực quản|!stent tụy
        máy tạo nhịp|pacemaker|tạo nhịp vĩnh viễn|phá rung tự động|cấy máy phá rung|máy phá rung cấy|cấy icd|đặt icd
        máy icd|crt d|crt p|van cơ học|van nhân tạo|van sinh học|thay van|valve replace*|mechanical valve
        prosthetic valve|stent|bắc cầu mạch vành|bắc cầu chủ vành|cabg
        """,
    ),
    "insulin": _Kind(
        re.compile(r"E10"),
        """
        !kháng insulin|!đề kháng insulin|!insulin máu|!định lượng insulin|!insulinoma
        insulin*|mixtard|lantus|novorapid|novomix|humalog|humulin|actrapid|insulatard|tresiba|toujeo|levemir|ryzodeg
        basaglar
        """,
    ),
    "pregnancy": _Kind(
        re.compile(r"O|Z3[345]|Z32\.1"),
        """
        !sẩy thai|!sảy thai|!sẩy thai # tuần|!sảy thai # tuần|!phá thai # tuần|!bỏ thai # tuần|!nạo thai # tuần
        !hút thai # tuần|!đình chỉ thai # tuần|!thai lưu # tuần|!mổ thai # tuần|!sinh thai # tuần|!đẻ thai # tuần
        đang mang thai|hiện mang thai|hiện có thai|đang có thai|đang có bầu|mang thai #|có thai #|thai # tuần
        thai # #|song thai|tam thai|weeks pregnant|currently pregnant|is pregnant|pregnant #|weeks gestation
        """,
    ),
    "kidneys": _Kind(
        re.compile(r"N18\.[456]|Z99\.2|Z49|I12\.0"),
        """
        chạy thận|thận nhân tạo|lọc máu chu kỳ|lọc máu định kỳ|lọc màng bụng|thẩm phân phúc mạc|thẩm phân màng bụng
        ctnt|cầu nối động tĩnh mạch|cầu tay|suy thận mạn|bệnh thận mạn giai đoạn 4|bệnh thận mạn giai đoạn 5
        bệnh thận mạn gđ 4|bệnh thận mạn gđ 5|hemodialysis|haemodialysis|peritoneal dialysis|on dialysis|esrd
        av fistula
        """,
    ),
    "transplant or immunity": _Kind(
        re.compile(r"Z94|D8[0-4]|D70"),
        """
        ghép thận|ghép gan|ghép tim|ghép phổi|ghép tủy|ghép tuỷ|ghép tế bào gốc|ghép tạng|thải ghép|ức chế miễn dịch
        transplant*|immunosuppress*|tacrolimus|prograf|cellcept|mycophenol*|cyclosporin*|đang hóa trị|đang hoá trị
        cắt lách|mất lách|không có lách|lách đã cắt|asplen*|splenectom*
        """,
    ),
    "bleeding": _Kind(
        re.compile(r"D6[678]|D69\.[136]"),
        """
        hemophil*|haemophil*|máu khó đông|willebrand|thiếu yếu tố viii|thiếu yếu tố ix|thiếu yếu tố 8|thiếu yếu tố 9
        giảm tiểu cầu miễn dịch|xhgtc|itp
        """,
    ),
    "muscles and nerves": _Kind(
        re.compile(r"G4[01]|G7[0-3]|G12"),
        """
        động kinh|epilep*|nhược cơ|myasthen*|loạn dưỡng cơ|teo cơ tủy|xơ cứng cột bên
        """,
    ),
    "skull": _Kind(
        re.compile(r"Z98\.2|G91|I67\.1"),
        """
        shunt não|vp shunt|shunt vp|não thất ổ bụng|kẹp phình|clip phình|phình mạch não|phình động mạch não
        """,
    ),
    "lungs": _Kind(
        re.compile(r"J4[4-6]|Z93\.0|J95\.0|Z99\.[01]"),
        """
        hen phế quản|hpq|hen suyễn|suyễn|copd|bptnmt|phổi tắc nghẽn|thở oxy tại nhà|oxy dài hạn|thở máy tại nhà
        đã mở khí quản|mang ống mở khí quản|cắt thanh quản|laryngectom*|home oxygen|asthma
        """,
    ),
    "heart": _Kind(
        re.compile(r"I50|I4[4-9]|I4[25]"),
        """
        suy tim|rung nhĩ|heart failure|atrial fibrillation|brugada|wpw|qt dài|qt kéo dài|bệnh cơ tim|eisenmenger
        fontan
        """,
    ),
    "diabetes": _Kind(
        re.compile(r"E1[0-4]"),
        """
        !đái tháo đường thai kỳ|!tiền đái tháo đường|!tiền tiểu đường|!tiền đtđ
        đái tháo đường|tiểu đường|đái đường|đtđ*|diabet*
        """,
    ),
    "metabolism": _Kind(
        re.compile(r"D55\.0|E80\.[0-2]|E7[124]"),
        """
        !g6pd bình thường|!men g6pd bình thường
        g6pd|men g6pd|porphyr*|methemoglobin*|rối loạn chuyển hóa bẩm sinh|rối loạn chuyển hoá bẩm sinh
        """,
    ),
}
_PHRASES = {name: Phrases(kind.words) for name, kind in KINDS.items()}
# Of all kinds, without what says nothing of its own kind: a sentence that has none of these needs no closer look.
_ANY = Phrases("|".join(re.sub(r"![^|\n]*", "", kind.words).replace("\n", "|") for kind in KINDS.values()))
_SENTENCES = re.compile(r"[.;\n\r]+\s*")
_CLAUSES = re.compile(r"[,:()]+")
_OF_FAMILY = re.compile(r"(?:[-+*•] ?)?(?:tiền sử |ts )?gia đình\b(?!.*\b(?:bản thân|bn|bệnh nhân|người bệnh)\b)")
# Of a wife's child, of what is not so, not yet, or only thought of.
_NOT_SO = re.compile(
    r"\W*(?:(?:vợ|chồng|con(?! so| rạ)|(?:đã )?loại trừ|chẩn đoán phân biệt|cđpb|phân biệt với|dự kiến|cân nhắc"
    r"|chuẩn bị|xem xét|đề nghị|rule out|ruled out)\b|(?:có |không có |chưa có )?chỉ định\b"
    r"|(?:(?:bn|bệnh nhân|người bệnh) )?(?:không|ko|chưa) (?:đặt|cấy|mang|thay|ghép|mổ)\b).*"
)
# "Tiền sử: không ĐTĐ, THA, hen phế quản": nothing in what is denied first says that there is one after all.
_NONE_OF_A_LIST = re.compile(
    r"(?:[-+*•] ?)?(?:(?:tiền sử|tiền căn|ts|tc|bản thân|bệnh nhân|bn|người bệnh|nội khoa|ngoại khoa|bệnh lý|bệnh nền"
    r"|có)[:,]? ?)*(?:không|ko|chưa|phủ nhận|no|denies)\b"
    r"(?!.*\b(?:nhưng|có|đang|đã|bị|từng|mổ|dùng|uống|tiêm|but|has|on)\b)"
    r"(?! (?:rõ|tuân thủ|đều|kiểm soát|tái khám|thường xuyên|điều trị|uống|dùng|ngừng|ngưng|bỏ|được|thể|nên)).*"
)


def found_in(text: str) -> Iterator[tuple[str, int, str]]:
    """Each kind that a sentence of the text tells of the person, where that sentence begins, and the sentence."""
    if not _ANY.names(text):
        return
    begin = 0
    for end in (*(found.span() for found in _SENTENCES.finditer(text)), (len(text), len(text))):
        sentence = text[begin : end[0]]
        yield from ((kind, begin, sentence) for kind in _kinds_of(sentence))
        begin = end[1]


def place_in(sentence: str, kind: str) -> int:
    """Where the clause begins that tells of the kind; the sentence's begin where no clause does alone."""
    words = _PHRASES[kind]
    clauses = re.finditer(r"[^,:]+", sentence)
    return next((clause.start() for clause in clauses if words.says(clause[0])), 0)


def kinds_of_codes(codes: list[str]) -> set[str]:
    """The kinds that ICD-10 codes tell of."""
    return {name for name, kind in KINDS.items() if any(kind.codes.match(code) for code in codes)}


def kinds_in(text: str) -> set[str]:
    """The kinds that a text tells of."""
    return {kind for kind, _, _ in found_in(text)}


def _kinds_of(sentence: str) -> Iterator[str]:
    """A denied list of diseases, those of a family and what is only thought of tell of none."""
    if not _ANY.names(sentence):
        return
    told = [name for name, words in _PHRASES.items() if words.says(sentence)]
    if not told:
        return
    small = plain(sentence)
    if _OF_FAMILY.match(small) or _NONE_OF_A_LIST.fullmatch(small):
        return
    others = [clause for clause in _CLAUSES.split(sentence) if _is_of_nobody(plain(clause))]
    own = _without(sentence, others)
    yield from (name for name in told if not others or _PHRASES[name].says(own))


def _is_of_nobody(clause: str) -> bool:
    """Whether it is of a relative, or not so."""
    return OF_RELATIVE.fullmatch(clause) is not None or _NOT_SO.fullmatch(clause) is not None


def _without(sentence: str, clauses: list[str]) -> str:
    for clause in clauses:
        sentence = sentence.replace(clause, " ")
    return sentence
