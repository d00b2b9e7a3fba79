"""A visit or stay that ended by death: what was taken until then is no longer taken, unless a later visit speaks
against it.

A wrong line of a file makes nobody's medicines vanish: they stand among the past ones, with the day and why.
"""

import re
from collections.abc import Iterable, Iterator

from health_record.reconciliation.statements import Resource, Statement, against, tagged
from health_record.rendering import moments
from health_record.rendering.plain_words import plain
from health_record.rendering.source_words import DIED, PERIOD_SYSTEM
from health_record.rendering.statuses import State, state_of

DISPOSITION, EXPIRED = "http://terminology.hl7.org/CodeSystem/discharge-disposition", "exp"
MEDICINE, VISIT = "MedicationStatement", "Encounter"
_DIED = re.compile(
    r"(?:ra viện: |bệnh nhân |người bệnh |bn |đã |patient |has )*"
    r"(?:tử vong|tu vong|chết|died|deceased|expired|dead|death)"
    r"(?: (?:tại|trong|ngoài|trước|lúc|ngày|do|vì|in|at|on|before|due|from)\b.*)?\.?"
)
# That it was an unborn child's, which stands in the mother's record; Thai Nguyen is a town.
_OF_A_CHILD = re.compile(
    r"\b(?:trong|trước|truoc|in|before)(?: \w+){0,2} (?:tử cung|tu cung|bụng mẹ|bung me|chuyển dạ|chuyen da"
    r"|sinh(?! hoạt)|đẻ|utero|birth|delivery|labou?r)\b"
    r"|\bthai\b(?! (?:ngoài|ngoai|trứng|trung|nguyen|binh|lan)\b)"
)
_UNSURE = frozenset({"differential", "provisional", "unconfirmed"})
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
_CODES_OF_DEATH = re.compile(
    r"R9[689]|I46\.1"
)  # sudden, unattended or otherwise ill-defined death; sudden cardiac death


def with_deaths(statements: list[Statement], zone: str) -> tuple[list[Statement], list[Statement]]:
    """The statements, medicines taken until a death with its day; and each death that a later visit speaks against."""
    deaths = [each for each in statements if each.kind == VISIT and is_death(each.resource)]
    if not deaths:
        return statements, []
    visits = [each for each in statements if each.kind == VISIT and each.state is State.PRESENT]
    doubted: dict[int, Statement] = {}
    days: list[str] = []
    for death in deaths:
        day = _day(death, zone, last=True)
        if later := [each for each in visits if _day(each, zone, last=False) > day]:
            doubted[id(death)] = against(death, later, zone)
        else:
            days.append(day)
    standing = [_ended(each, days, zone) for each in statements if id(each) not in doubted]
    return standing, list(doubted.values())


def is_death(encounter: Resource) -> bool:
    """Whether a visit or stay ended by the person's death, by HL7's code or in words that say nothing else."""
    disposition = encounter.get("hospitalization", {}).get("dischargeDisposition", {})
    codings = disposition.get("coding", ())
    if any(coding.get("system") == DISPOSITION and coding.get("code") == EXPIRED for coding in codings):
        return True
    words = (disposition.get("text"), *(coding.get("display") for coding in codings))
    return any(_says_died(str(each)) for each in words if each)


def _says_died(text: str) -> bool:
    words = plain(text)
    return _DIED.fullmatch(words) is not None and _OF_A_CHILD.search(words) is None


def is_told_as_disease(condition: Resource) -> bool:
    """Whether a disease is the person's death: "Tử vong do ngưng tim", R96.0.

    "Chết não", an unborn child's death and one that is only suspected are none.
    """
    concept = condition.get("code", {})
    verified = {each.get("code") for each in condition.get("verificationStatus", {}).get("coding", ())}
    if state_of(condition) is not State.PRESENT or verified & _UNSURE:
        return False
    codings = concept.get("coding", ())
    if any(each.get("system") == ICD_10 and _CODES_OF_DEATH.match(str(each.get("code"))) for each in codings):
        return True
    words = (concept.get("text"), *(coding.get("display") for coding in codings))
    return any(_says_died(str(each)) for each in words if each)


def _ended(statement: Statement, days: Iterable[str], zone: str) -> Statement:
    if statement.kind != MEDICINE or statement.state is not State.PRESENT or statement.says_none:
        return statement
    said = max(_said(statement, zone))
    if not (after := [day for day in days if said <= day]):
        return statement
    return tagged(statement, {"system": PERIOD_SYSTEM, "code": DIED, "display": moments.day(min(after), zone)})


def _said(statement: Statement, zone: str) -> Iterator[str]:
    """The days by which a medicine was said to be taken; when it was sent, where it says none."""
    resource = statement.resource
    period = resource.get("effectivePeriod", {})
    told = [resource.get("effectiveDateTime"), period.get("start"), resource.get("dateAsserted")]
    days = [moments.local_date(str(each), zone) for each in told if each]
    yield from days or [moments.local_date(statement.at, zone)]


def _day(visit: Statement, zone: str, *, last: bool) -> str:
    """The last or first day of a visit, as far as it says one."""
    period = visit.resource.get("period", {})
    order = ("end", "start") if last else ("start", "end")
    return moments.local_date(next((str(period[each]) for each in order if each in period), visit.at), zone)
