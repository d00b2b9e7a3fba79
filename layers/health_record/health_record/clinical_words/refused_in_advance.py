"""Words that refuse or ask for something in advance: not to be resuscitated or intubated, no blood, no dialysis.

A text says so where its words refuse a treatment ("từ chối mọi biện pháp hồi sức", "GĐ ko đồng ý đặt NKQ"), where a
wish or a belief stands with "no" and a treatment, or where a word means nothing else ("DNR").
"""

import re
import unicodedata
from collections.abc import Iterator

from health_record.clinical_words.forms import BOX, TICK, answered, chosen
from health_record.clinical_words.standing_refusals import find_standing, may_stand
from health_record.remembered import remembered
from health_record.rendering.plain_words import without_marks

# Letters without their marks, small. What would read as another word without its marks is in capitals: see `_LIKE`.
_LIKE = (("mẫu", "MAU"), ("đừng", "DUNG"), ("dừng", "STOP"), ("xin dùng", "XIN USED"))
_NO = r"\b(?:khong|ko|k|kg)"  # "K" is cancer, but before none of these verbs
_OF_BLOOD = (
    r"(?<!lay )(?<!thu )(?:che pham |khoi )?(?:mau|hong cau|tieu cau|huyet tuong|hcl|khc|httdl)\b"
    r"(?! (?:kinh|toan phan|cung nhom|khac nhom))"
)
_BLOOD = rf"(?:(?:truyen|tiep|nhan)(?: truyen| tiep)? {_OF_BLOOD}|che pham mau\b)"
_RESUSCITATION = r"(?:hoi suc|hoi sinh|hstp|cpr)\b"
_NO_AIRWAY = r"(?! (?:thong(?! (?:noi )?khi quan)|da day|dan luu|nuoi an|cho an)\b)"  # of bladder, stomach, a wound
_TUBE = rf"(?:dat (?:lai )?(?:ong(?: noi khi quan|nkq)?{_NO_AIRWAY}|noi khi quan|nkq)|mo khi quan|mkq)\b"
_ACUTE = rf"(?:{_BLOOD}|{_RESUSCITATION}|{_TUBE}|(?:ep tim|bop tim|soc dien)\b)"
_TREATMENT = rf"(?:{_ACUTE}|(?:tho may|cap cuu|can thiep (?:xam lan|xam nhap|tich cuc)|keo dai su song)\b)"
# What a refusal in so many words may be of beside: a course or a plan without it is none.
_REFUSABLE = (
    rf"(?:{_TREATMENT}|{_OF_BLOOD}(?! (?:benh pham|xet nghiem))"
    r"|(?:nkq|xam lan|loc mau|chay than|than nhan tao|tham phan|ecmo|van mach)\b"
    r"|can thiep\b(?! (?:mach|dmv|dong mach|tim mach|pci|phau thuat)))"
)
_SAME = (
    r"(?: (?:cac|moi|tat ca|bat ky|bat cu|nhung|viec|thu thuat|bien phap|ky thuat|phuong phap|nhan|duoc|co|cho|phai"
    r"|tiep tuc|thuc hien|tien hanh|lam|dung|thuoc|dat|truyen|tiep)\b){0,6}"
)
_FAMILY = r"\b(?:gia dinh|gd|nguoi nha|than nhan)"
_PERSON = r"\b(?:bn|benh nhan|nguoi benh|toi|me|bo|ba|cha|vo|chong|con)\b"
_INSISTS = rf"(?:va|{_FAMILY}|{_PERSON}|benh nhan|kien quyet|nhat quyet|tuyet doi|van|deu|nhat dinh)"
_END = r"(?= *(?:$|[.,;)\n\r]))"  # of an answer
_ASKS = r" *(?:[:=?] *){1,2}"
_WISH = r"\b(?:xin|mong|muon|yeu cau|de nghi|nguyen vong|cam ket|ky(?: giay| ten)?)\b"
_BELIEF = r"(?:ton giao|niem tin|(?:theo|vi|do) dao\b|\(dao\b)"
_OWN_WISH = r"(?:nguyen vong|y nguyen|y muon|yeu cau(?! (?:bs|bac si|chuyen mon|phau thuat|dieu tri)))"
_BARE_HOPE = r"(?:truyen mau|hoi suc|dat ong|dat noi khi|ep tim|cap cuu)"
# Each of the words below begins with one of these: most words of a paper need no closer look.
_BEGINS = (
    r"\b(?=k(?:hong|o|g)?\b|DUNG|xin\b|m[ou]|yeu cau|de nghi|nguyen vong|nguoi nha|nhat quyet|cam\b|ky\b|kien quyet"
    r"|cuong quyet|tuyet doi|thong nhat|than nhan|dong y|g(?:ia dinh|d\b|ie)|tu choi|jehovah|dn|do not|no |not "
    r"|bn\b|benh nhan|nguoi benh|(?:toi|me|bo|ba|cha|vo|chong|con)\b"
    r"|allow|comfort|chi |consent |doi y|full code|rut lai |does|did|will"
    r"|would|won't|withhold|refus|declin|advance|living|y nguyen|y muon)"
)
_WORDS = re.compile(
    _BEGINS + rf"(?:(?:{_WISH}(?: \w+){{0,2}} (?:khong|ko)|DUNG)"
    rf"(?: (?:co|duoc|cho|dat|dung|lam|tiep tuc|thuc hien))? {_TREATMENT}|xin dung (?:co )?{_BARE_HOPE}"
    rf"|{_WISH}(?: ve| \w+ (?:nhe nhang|ve)| (?:ra di|nam icu)(?: \w+){{0,2}}), *(?:\w+ ){{0,2}}khong {_ACUTE}"
    r"|xin (?:STOP|ngung) (?:hoi suc|may tho|tho may|dieu tri tich cuc|(?:moi|cac|tat ca) )"
    rf"|dong y (?:khong {_TREATMENT}|(?:STOP|ngung) (?:hoi suc|may tho|tho may)\b)"
    rf"|dong y {_REFUSABLE}(?: tim phoi)?{_ASKS}{_NO}(?: co)?{_END}"
    rf"|(?:nguyen vong|y nguyen|y muon|mong muon)(?: \w+){{0,3}}: *(?:\w+ ){{0,2}}khong {_TREATMENT}"
    rf"|{_FAMILY}(?: \w+){{0,2}} khong (?:hoi suc\b(?! duoc)|ep tim\b(?! duoc))"
    rf"|(?:{_FAMILY}(?: \w+){{0,2}} thong nhat|thong nhat (?:voi|cung) (?:{_FAMILY}|bn|benh nhan)):? {_NO} {_TREATMENT}"
    rf"|{_NO} (?:dong y|chap nhan|muon|chiu|cho phep)(?: \w+){{0,2}} {_REFUSABLE}"
    rf"|(?:{_FAMILY}|{_PERSON})(?: {_INSISTS}){{0,4}} {_NO} cho {_BLOOD}|\A{_NO} cho {_BLOOD}\W*\Z"
    rf"|{_WISH} khong can thiep(?: gi| them| nua)?\b(?! (?:ngoai|phau))"
    rf"|{_NO} (?:dong y|chap nhan|muon|chiu)(?: \w+){{1,4}}, *(?:\w+ )?khong {_ACUTE}"
    rf"|\b(?:nhat quyet|kien quyet|cuong quyet|tuyet doi) (?:khong|ko) (?:nhan |cho )?{_TREATMENT}"
    rf"|\b(?:rut lai (?:su )?|khong con )dong y{_SAME} {_REFUSABLE}|\bdoi y, *(?:\w+ )?khong {_ACUTE}"
    rf"|xin (?:(?:rut|tat|thao|bo) (?:may tho|nkq|noi khi quan|ong{_NO_AIRWAY})\b|thoi (?:cac |moi )?{_REFUSABLE})"
    r"|(?:does|did|will|would|do) ?n[o']t (?:consent|agree|accept|want|wish)\w*(?: to| for)?(?: be| receive| have)?"
    r" (?:blood|transfus|cpr|resuscitat|intubat|ventilat|dialysis)|won't (?:accept|have|take) blood"
    r"|no blood products\b(?! (?:given|needed|required|used))|withhold (?:cpr|resuscitation|intubation)"
    r"|(?:not|no longer) (?:a )?full code"
    r"|consent (?:for|to) (?:blood |a )?(?:transfusion|cpr|resuscitation|intubation|ventilation|dialysis)"
    r" (?:was |is |has been )?(?:withdrawn|revoked|refused)|full code (?:except|but no)"
    rf"|\bcam truyen mau|{_NO} {_BLOOD} (?:cho (?:toi|em|minh|chau)\b|(?:duoi|trong) (?:moi|bat))"
    rf"|{_NO} (?:duoc |cho )?{_TREATMENT}\W+(?:\w+ ){{0,3}}?(?:{_BELIEF}|theo {_OWN_WISH})"
    rf"|{_NO} (?:duoc )?{_BLOOD} cho toi\b"
    rf"|{_NO} (?:{_TUBE}|{_RESUSCITATION}|tho may\b)[^.;\n]{{1,40}}?"
    r"theo (?:nguyen vong|y (?:nguyen|muon|gia dinh|gd|bn))\b"
    r"|khong (?:can thiep (?:xam lan|xam nhap)|ap dung hoi suc|keo dai su song)"
    rf"|{_NO} (?:{_RESUSCITATION}(?! (?:duoc|sau sinh|thanh cong))|ep tim\b(?! duoc))"
    rf"|{_NO} nhan (?:truyen |tiep )*{_OF_BLOOD}"
    rf"|(?:tu choi|khong (?:dong y|thuc hien|ap dung|lam)){_SAME}(?: \w+){{0,2}}:[\s.]*"
    rf"(?:(?:{BOX}|{TICK})[^.;\n]{{1,30}}){{0,4}}{TICK} ?{_REFUSABLE}"
    rf"|tu choi{_SAME}:? {_REFUSABLE}"
    r"|gie[- ]?ho[- ]?va|jehovah|\bdn(?:r|ar|i|acpr)\b|do not (?:attempt )?(?:resuscitat|intubat)"
    r"|no (?:cpr|resuscitation)\b|no intubation\b(?! (?:need|requir|necess|indicat|attempt))"
    r"|not want (?:cpr|resuscitation|to be (?:resuscitated|intubated)|intubation|blood|transfusion)"
    r"|not for (?:attempted )?(?:cpr|resus|cardiopulmonary)|allow natural death|comfort (?:care|measures) only"
    r"|chi (?:cham soc|dieu tri) giam nhe"
    r"|(?:refus|declin)\w*(?: of| to receive| all| any)*"
    r" (?:blood|transfusion|cpr|resuscitation|intubation|ventilation|dialysis)"
    r"|advance (?:care )?directive|living will|y nguyen dinh truoc)"
)
# The answer to a question, of a form or not: that a treatment is refused.
_ANSWERED = re.compile(
    r"(?<!khoa )(?<!phong )(?<!huyet hoc )(?<!huyet hoc va )(?<!hoc truyen )(?<!hoc va truyen )"
    rf"\b{_REFUSABLE}[^.,;:=?\n]{{0,30}}?\s*[:=?][\s:=]*(?:(?:{_PERSON}|{_FAMILY}) )?"
    rf"(?:{_NO} (?:dong y|chap nhan)|tu choi)\b"
    r"|\b(?:blood(?: products?| transfusions?)?|transfusions?|cpr|resuscitation|intubation|ventilation|dialysis)"
    r" *[:=?][ :=]*(?:(?:pt|patient|family|he|she|they) )?(?:was |were |has |have )?(?:refused|declined)\b"
    # Of English charts alone: in others "no" behind a treatment says that it was not needed.
    rf"|\bcpr *[:=?][ :=]*(?:no|khong|ko){_END}"
    # "Tư vấn đặt NKQ, gia đình từ chối"
    rf"|\b{_REFUSABLE}[^.,;:=?\n]{{0,20}}?(?:,| nhung) *(?:{_PERSON}|{_FAMILY})(?: \w+)?"
    rf" (?:{_NO} (?:dong y|chap nhan)|tu choi){_END}"
)
_PAPER = r"(?:dn(?:r|ar|i)|advance (?:care )?directive|living will|y nguyen dinh truoc)"
_PAPERS = rf"{_PAPER}(?: ?[/,+&] ?{_PAPER}){{0,3}}"
_SEVERAL = rf"{_REFUSABLE}(?: tim phoi)?(?:(?:, ?|/| va | hoac ){_REFUSABLE}(?: tim phoi)?){{0,3}}"
_NO_ANSWER = rf"(?:(?:khong|ko|chua|no|none)(?: co| ro)?{_END}|[-−](?! *\w)|{BOX}{_END})"
# That a refusal was taken back: only where nothing beside it says that it was not, not yet, or not for good.
_WITHDRAWS = (
    r"\b(?:huy(?: bo)?|rut(?: lai)?|thu hoi|cham dut|khong con|revoke[sd]?|rescind(?:s|ed)?|cancel(?:s|l?ed)?"
    r"|no longer)"
    r"(?: (?:don|giay|y lenh|lenh|cam ket|quyet dinh|hieu luc|the)){0,3}"
)
_WITHDRAWN = re.compile(
    rf"{_WITHDRAWS} (?:{_PAPERS}\b|tu choi{_SAME} {_REFUSABLE})(?! *[:=?])"
    rf"|\b{_PAPERS}(?: order)? \(?(?:da (?:duoc )?(?:huy|rut|thu hoi)"
    r"|(?:(?:was|has been|is(?: now)?|now) )?(?:revoked|rescinded|cancell?ed|reversed|lifted|withdrawn))\b"
)
_TO_WITHDRAW = re.compile(rf"{_WITHDRAWS} $")
# That nothing was refused, that it is no belief of the person, that the body does not allow it, that the paper is none.
_NOT_REFUSED = re.compile(
    r"\b(?:khong|chua|chang|ko)(?: (?:he|tung|bao gio|duoc|duoc phep|nen|the|phai|co))* tu choi"
    r"|\b(?:not|never|no)(?: been)? (?:refus|declin)\w*"
    r"|\b(?:khong|chua|chang|ko|not|no)(?: (?:phai|la|theo|dao|nhan chung|tin do|nguoi|tin|an?))*"
    r" (?:gie[- ]?ho[- ]?va|jehovah)"
    r"|(?:tinh trang|huyet dong|dieu kien|the trang|benh canh)(?: \w+){0,3} khong cho phep"
    rf"|\b(?:khong|chua|ko|no|not)(?: (?:co|y lenh|lenh|giay))* {_PAPER}\b"
    rf"|\b{_PAPERS}(?:{_ASKS}| *)(?:{_NO_ANSWER}|\([-−]\))"
    rf"|\btu choi{_SAME} {_SEVERAL}(?:{_ASKS}{_NO_ANSWER}| *\([-−]\))"
    r"|khoa (?:xn|xet nghiem) tu choi"
    # Who breathes by himself needs the machine no more.
    r"|\bcai (?:may(?: tho)?|tho may)\b[^.;\n]{0,40}?dong y (?:STOP|ngung) (?:tho may|may tho)\b"
    r"|dong y (?:STOP|ngung) (?:tho may|may tho),? (?:vi|do|khi)(?: \w+){0,3} (?:on dinh|tu tho|cai duoc|hoi phuc)\b"
    # Who refuses to stop, or to sign such a paper, wants everything.
    rf"|{_NO} (?:dong y|chap nhan|muon|chiu|dong thuan)(?: (?:de|viec|cho))?"
    rf" (?:(?:(?:ngung|STOP|thoi)(?: (?:cac|moi|viec))?|khong|ko) {_REFUSABLE}"
    rf"|(?:rut|tat|thao|bo) (?:may(?: tho)?|ong(?: tho)?|nkq|noi khi quan)\b|{_PAPERS}\b)"
    rf"|\b(?:phan doi|tu choi(?: ky)?|(?:chua|khong|ko) ky(?: giay)?|not an?|refus\w+|declin\w+) {_PAPERS}\b"
    rf"|\b{_PAPERS}(?:{_ASKS}| )(?:n/a|not (?:discussed|applicable|decided)|chua (?:ky|ban|quyet dinh))\b"
    rf"|\b{_PAPERS}{_ASKS}(?:n|da (?:huy|rut)(?: lai)?){_END}"
    rf"|\bdong y (?:khong|ngung|STOP) [^.:;\n]{{1,40}}{_ASKS}{_NO_ANSWER}"
)
_SENTENCES = re.compile(r"[.;\n\r]+\s*")
_OF_A_BIRTH = ("khong hoi suc", "ko hoi suc", "k hoi suc")
LONGEST_BESIDE = 200  # letters of the sentences beside it
_CRIES = re.compile(r"khoc (?:ngay|to)|apgar")  # a newborn that needed none
# One of these is in every text that refuses, with its marks or without.
_PARTS = tuple(
    """
từ chối|tu choi|hồi s|hoi s|hstp|ép tim|ep tim|nhận |nhan |truyền|truyen|tiếp|tiep |chế phẩm|che pham|nội khí|noi khi
nkq|ống|dat ong|thở máy|tho may|mở khí|mo khi|mkq|cấp cứu|cap cuu|xâm|xam|sốc đi|soc dien|can thi|kéo dài|keo dai
bóp tim|bop tim|consent|transfus|blood|full code|dialysis|ventilat|giảm nhẹ|giam nhe
giê|gie|jehova|dnr|dnar|dnacpr|dni|resus|intub|cpr|refus|declin|directive|living will|ý nguy|y nguy
lọc máu|loc mau|chạy thận|chay than|thận nhân tạo|than nhan tao|thẩm phân|tham phan|natural death|comfort|may tho
máy thở|tích cực|ecmo|vận mạch|van mach
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@remembered(2048)
def refuses(text: str) -> bool:
    """Whether words say that something was refused in advance."""
    return next(places_of(text), None) is not None


def places_of(text: str) -> Iterator[tuple[int, int]]:
    """Where a text in NFC says it, from and to: `đừng` is a wish, and not `dừng`, which means to end."""
    small = unicodedata.normalize("NFC", text).casefold()
    if not any(map(small.__contains__, _PARTS)):
        return
    for word, unlike in _LIKE:
        small = small.replace(word, unlike)
    bare = without_marks(answered(small))
    if not _WORDS.search(bare) and not _ANSWERED.search(bare):
        return
    bare = _without(bare, withdrawn_in(bare))
    bare = chosen(_NOT_REFUSED.sub(_without_what_is_not, bare))
    yield from (found.span() for found in _ANSWERED.finditer(bare))
    for found in _WORDS.finditer(bare):
        if found[0] not in _OF_A_BIRTH or not _CRIES.search(_around(bare, found)):
            yield found.span()


def _without_what_is_not(found: re.Match[str]) -> str:
    """Dots in place of what is not refused; but "no" behind "DNR revoked?" says that it was not revoked."""
    before = found.string[max(0, found.start() - LONGEST_BESIDE) : found.start()]
    return found[0] if _TO_WITHDRAW.search(before) else "." * len(found[0])


def withdrawn_in(bare: str) -> list[re.Match[str]]:
    """Where words without marks take a refusal back, and do not say that it was not, only if, or made anew."""
    found = list(_WITHDRAWN.finditer(bare))
    standing = find_standing(bare) if found else []
    return [each for each in found if not may_stand(bare, each.start(), each.end(), standing)]


def _without(bare: str, places: list[re.Match[str]]) -> str:
    """The words with dots in these places."""
    parts, end = [], 0
    for place in places:
        parts += [bare[end : place.start()], "." * len(place[0])]
        end = place.end()
    return "".join([*parts, bare[end:]])


def _around(bare: str, found: re.Match[str]) -> str:
    """The sentence of what was found, and those beside it."""
    before = _SENTENCES.split(bare[max(0, found.start() - LONGEST_BESIDE) : found.start()])[-2:]
    return " ".join([*before, *_SENTENCES.split(bare[found.end() : found.end() + LONGEST_BESIDE])[:2]])
