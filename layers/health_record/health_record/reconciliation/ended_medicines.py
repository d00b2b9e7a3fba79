"""Medicines whose days are over, or have not begun, by their own words, whatever their status says.

The last day is said by a period, or reckoned from the first one by a duration, by how many times it is taken, or by its
single times. `active` with a day that is past contradicts itself: it stands among what must be asked again. `unknown`
does not: it stands among the past medicines, with the day. What begins after today stands among the planned ones.
A medicine whose words say that it was stopped ("Aspirin (đã ngưng)") or is not taken ("Insulin: không") contradicts its
status too.
"""

import datetime
import math
import re

from health_record.clinical_words import urgent_medicines
from health_record.reconciliation.statements import Resource, Statement, tagged
from health_record.rendering import moments
from health_record.rendering.plain_words import plain
from health_record.rendering.source_words import (
    ENDED,
    ENDED_YET_ACTIVE,
    NOT_BEGUN,
    PERIOD_SYSTEM,
    STOPPED_IN_WORDS,
)
from health_record.rendering.statuses import State

# UCUM and FHIR's units of time, in days.
DAYS = {"s": 1 / 86400, "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 31.0, "a": 366.0}

# That it was stopped, and no advice when or how to stop.
_ADVICE = r"(?! (?:(?:thuốc |uống |dùng )?(?:nếu|khi|trước|sau|ngay|và)|từ từ|dần|&|lại))"
# How long before what ("ngưng 5 ngày trước mổ"); behind "đã" it was done.
_BEFORE = (
    r"(?! (?:thuốc )?(?:khoảng )?\d+ ?(?:h|giờ|gio|ngày|ngay|tuần|tuan) (?:trước|sau|truoc) (?:khi )?"
    r"(?:mổ|mo|phẫu|phau|chụp|chup|nhổ|nho|thủ|làm|sinh|can|nội soi|noi soi|chọc|xét|đẻ|tiêm|gây|lấy|test)\b)"
)
# A pause that comes again ("ngưng 7 ngày"), and no time that is past ("ngưng 7 ngày nay").
_PAUSE = r"(?! \d+ (?:ngày|tuần|tháng)(?! (?:nay|trước|qua)))"
# Behind its own name a medicine is stopped, and not what is named next: "Clopidogrel (đã ngừng aspirin)".
_ITSELF = (
    r"(?= ?(?:$|[^\w ]|\d|(?:từ|ngày|tuần|tháng|năm|uống|dùng|sử dụng|tiêm|thuốc|điều trị|cách|hôm|hẳn|hoàn toàn|rồi"
    r"|do|vì|theo|được|khoảng|hơn|gần|trong|tạm|chờ|để|bởi|tại|ở|lúc|từng|đợt|chuyển|sang|đổi|này|tu|ngay|thuoc|uong"
    r"|cho|chuyen|luc|vi|han|roi)\b))"
)
# That it was taken up again: not that it will be "when" or "if".
_AGAIN = (
    r"(?!.{0,80}(?<!không )(?<!ko )(?<!chưa )(?<!chưa được )(?<!chỉ định )(?<!nên )(?<!thể )"
    r"\b(?:(?:uống|dùng|tiêm|uong|dung|bắt đầu) (?:lại|tiếp|lai|tiep)|tiếp tục từ"
    r"|(?:nay|hiện)(?: vẫn)? (?:tiêm|uống|dùng)"
    r"|resumed|re-?started)\b(?! (?:khi|nếu|sau khi|if|when)))"
)
_TAKE = r"(?:uống|dùng|tiêm|sử dụng)"
_NO_MORE = rf"(?:không|ko|^k) (?:còn )?{_TAKE}(?: thuốc)? (?:nữa|nua)\b"
_TOBACCO = r"(?! (?:hút|rượu|bia|thuốc (?:lá|lào)|ăn|cà phê))"
# "Stop 3 days before surgery", "stop on the day of surgery"; "stop 3 days ago" was done.
_PLANNED = (
    r"(?! ?[(:-]? ?(?:\d+ ?(?:h|hrs?|hours?|d|days?|w|wks?|weeks?|months?)\b(?! ago)|on (?:the )?(?:day|morning)))"
)
_STOP = rf"(?:ngừng|ngưng|ngung|dừng)\b{_TOBACCO}"
_TIMES = r"sáng|trưa|chiều|tối|sang|trua|chieu|toi|trước|sau|bẻ|nghiền|nhai|chia|chú"
_STOPPED = re.compile(
    rf"^(?:(?:bn|bệnh nhân) )?{_STOP}{_ADVICE}{_BEFORE}{_PAUSE}{_AGAIN}"
    rf"|^(?:(?:bn|bệnh nhân|đã|tạm|tự ý|tự|mới|bs|bác sĩ|được|cho) )+{_STOP}{_ADVICE}{_AGAIN}"
    rf"|^(?:(?:bn|bệnh nhân|đã|tự) )*đã {_STOP}(?= (?:trước|sau|khi) ){_AGAIN}"
    rf"|\b(?:(?:đã|tạm|tự|da|tam|tu) ){{1,3}}{_STOP}{_ADVICE}{_ITSELF}{_AGAIN}"
    rf"|[(:\[-] ?{_STOP}{_ADVICE}{_BEFORE}{_PAUSE}{_ITSELF}{_AGAIN}"
    rf"|(?<!be )\b(?:stopped|discontinued)\b{_AGAIN}(?!.*\bcontinues\b)"
    r"|\b(?:no longer (?:taking|takes|taken|uses|using|on)|not (?:taking|using)(?: it)? any ?more)\b"
    rf"|(?:^|- )stop(?= ?(?:$|[\d(:.,;-]|from |on |since )){_PLANNED}"
    r"|^d/c\b|\bheld since\b|^(?:currently |now )?on hold\b(?! (?:if|when|before|for (?:surgery|the)))"
    r"|^(?:pt |patient )?quit(?: taking(?: it)?)?\b(?! (?:smoking|alcohol|tobacco))"
    r"|^off (?:từ|since|from)\b|^da (?:cat|bo) thu[oố]c\b"
    rf"|^(?:(?:bn|bệnh nhân|đã|tự) )*(?:cắt (?:hẳn|thuốc)"
    rf"|bỏ trị|thôi (?:uống|dùng|tiêm))\b{_AGAIN}"
    rf"|^(?:(?:bn|bệnh nhân) )?đã bỏ\b(?! (?:liều|cữ|bữa|qua|ăn|ống|bớt)){_TOBACCO}{_AGAIN}"
    rf"|(?<!thì )(?<!rồi )(?<!là )(?<!cần )(?<!phải )(?<!sẽ )\b{_NO_MORE}{_ADVICE}"
    rf"|(?<!thì )(?<!rồi )\b(?:không|ko|khong) (?:còn|con) {_TAKE}(?: thuốc)?{_ADVICE}{_ITSELF}"
    rf"|^(?:(?:bn|bệnh nhân|đã|da) )*(?:tu )?(?:bỏ|bo) (?:thuốc|điều trị)(?! (?:trong|uống))"
    rf"(?:{_ITSELF}|(?= đã lâu)){_AGAIN}"
    rf"|\btự(?: ý)? bỏ(?: thuốc| uống| điều trị| trị)?"
    rf"(?= ?(?:$|[^\w ]|\d+ (?:ngày|tuần|tháng|năm)\b|(?:từ|lâu|hẳn|rồi|nay|đã)\b)){_AGAIN}"
)
_NOT_TAKEN = re.compile(rf"(?![^:]*\b(?:{_TIMES})\b)([^:;,.]+): ?(?:không|ko|khong)(?: (?:dùng|uống|sử dụng))?$")
# What a form asks of a medicine when it asks whether it is taken; "Dị ứng: không" is an answer to something else.
_TAKING_WORDS = "thuốc này đang còn có hiện nay tại dùng uống sử dụng tiêm tiếp tục điều trị bn bệnh nhân"
_TAKING = frozenset(_TAKING_WORDS.split())
_TAKES = r"(?: (?:dùng|uống|tiêm|lại|thuốc|sử dụng)){0,3} "
_GOES_ON = (
    r"(?<!không )(?<!ko )(?<!khong )(?<!chưa )(?<!được )(?<!không còn )(?<!ko còn )(?<!khi )"
    r"\b(?:tiếp tục|tiep tuc|đang|vẫn|duy trì|chỉ|giữ|còn|chuyển sang|thay bằng|đổi sang)"
    rf"{_TAKES}"
)
_THIS_ONE = re.compile(r"\b(?:dùng|uống|tiêm|chuyển sang|bắt đầu) thuốc này\b")
_NO = re.compile(
    r"\b(?:không|ko|khong|đừng|chưa|cấm|tr[áa]nh(?! thai)|never|not|don't)\b"
    r"|\b(?:khi|nếu|thay|when|if)\b[^,;.(]{0,80}\(?$"
    r"|\b(?:hết|khỏi|đỡ|đủ|xong)\b(?!.*\bnên\b)[^,;.(]{0,80}$"
)
# What is said of days or doses before it makes it advice: "đủ 5 ngày, không uống nữa".
_OF_A_COURSE = re.compile(
    r"(?:\b(?:hết|đủ|trong|uống|dùng|tiêm|sau) (?:đủ |hết )?\d+ (?:ngày|tuần|viên|liều)|\bsau đó|\brồi\b)"
    r"(?!.*\b(?:nay|hiện|giờ)\b).*(?:nữa|nua)$"
)


def with_days(statement: Statement, today: str, zone: str) -> Statement:
    """The statement with a tag for the day on which it ended or will begin; `today` is a FHIR date in the zone."""
    if statement.kind != "MedicationStatement" or statement.state is not State.PRESENT or statement.says_none:
        return statement
    if _is_stopped_in_words(statement.resource):
        return tagged(statement, {"system": PERIOD_SYSTEM, "code": STOPPED_IN_WORDS})
    begin = _begin(statement)
    if begin is not None and moments.local_date(begin, zone) > today[: len(moments.local_date(begin, zone))]:
        return tagged(statement, _tag(NOT_BEGUN, begin, zone))
    end = _end(statement, zone)
    if end is None or moments.local_date(end, zone) >= today[: len(moments.local_date(end, zone))]:
        return statement
    code = ENDED_YET_ACTIVE if statement.resource["status"] == "active" else ENDED
    return tagged(statement, _tag(code, end, zone))


def _is_stopped_in_words(resource: Resource) -> bool:
    """Whether the name of a medicine, or how it is taken, says that it was stopped."""
    name = str(resource.get("medicationCodeableConcept", {}).get("text") or "")
    if _is_stopped(name, ""):
        return True
    own = next(iter(plain(name).split()), "")
    return any(_is_stopped(str(each.get("text") or ""), own) for each in resource.get("dosage", ()))


def _is_stopped(text: str, own: str) -> bool:
    """Whether a text says so of the medicine whose name begins with this word; empty where the text is the name."""
    words = plain(text).rstrip(" .)")
    if asked := _NOT_TAKEN.match(words):
        return not own or own in asked[1] or _TAKING.issuperset(asked[1].split())
    found = _STOPPED.search(words)
    if found is None or _NO.search(words, 0, found.start()) or _OF_A_COURSE.search(words, 0, found.end()):
        return False
    rest = words[found.end() :]
    beside = (
        rf"|\bkhi(?: đang| còn)?{_TAKES}{re.escape(own)}" if not re.match(_ITSELF, rest) else ""
    )  # "aspirin khi dùng warfarin"
    if own and _is_of_another(words[: found.start()], rest, own):
        return False
    return not own or rest.startswith(f" {own}") or not re.search(rf"{_GOES_ON}{re.escape(own)}{beside}", rest)


def _is_of_another(before: str, rest: str, own: str) -> bool:
    """Whether what was stopped is another medicine that stands right before the word or behind it."""
    behind, ahead = rest.split(maxsplit=1)[:1], before.replace("(", " ").split()[-1:]
    if _THIS_ONE.search(rest):
        return True
    named = [word for word in (*behind, *ahead) if urgent_medicines.WORDS.says(word)]
    return bool(named) and own not in before and own not in rest


def _tag(code: str, day: str, zone: str) -> Resource:
    return {"system": PERIOD_SYSTEM, "code": code, "display": moments.day(day, zone)}


def _begin(statement: Statement) -> str | None:
    resource = statement.resource
    begin = resource.get("effectiveDateTime") or resource.get("effectivePeriod", {}).get("start")
    return str(begin) if begin else None


def _end(statement: Statement, zone: str) -> str | None:
    """The last day of its period, or of the last of its dosages where each has one."""
    resource = statement.resource
    if end := resource.get("effectivePeriod", {}).get("end"):
        return str(end)
    begin = _begin(statement)
    dosages = resource.get("dosage", ())
    timings = [each.get("timing", {}) for each in dosages]
    if begin and len(begin) > len("2026-11") and all(_days_of(each) is not None for each in timings) and timings:
        days = [_days_of(each) or 0.0 for each in timings]
        one_after_the_other = len({each.get("sequence") for each in dosages}) == len(dosages) > 1
        last = moments.instant(moments.local_date(begin, zone), zone)
        last += datetime.timedelta(days=math.ceil(sum(days) if one_after_the_other else max(days)) - 1)
        return last.date().isoformat()
    ends = [_stated_end(each) for each in timings]
    return max(map(str, ends)) if ends and all(ends) else None


def _stated_end(timing: Resource) -> str | None:
    """The last day that a timing names: of its bounds, or of its single times."""
    end = timing.get("repeat", {}).get("boundsPeriod", {}).get("end")
    return end or max(timing.get("event", ()), default=None)


def _days_of(timing: Resource) -> float | None:
    """How many days a timing goes on, by its duration or by how many times it is taken; None where neither is said."""
    repeat = timing.get("repeat", {})
    bounds = repeat.get("boundsDuration") or repeat.get("boundsRange", {}).get("high") or {}
    unit = DAYS.get(str(bounds.get("code") or bounds.get("unit")))
    if unit is not None and "value" in bounds:
        return max(1.0, float(bounds["value"]) * unit)
    times, each, unit = (
        repeat.get("countMax") or repeat.get("count"),
        repeat.get("period"),
        DAYS.get(repeat.get("periodUnit", "")),
    )
    if not times or not each or unit is None:
        return None
    return max(1.0, float(times) / float(repeat.get("frequency") or 1) * float(each) * unit)
