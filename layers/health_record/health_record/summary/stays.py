"""What visits and stays tell of the whole person: that they died, and that medicines were given which stand nowhere."""

import datetime
from collections.abc import Iterable

from health_record.language import Translated
from health_record.reconciliation.deaths import is_death, is_told_as_disease
from health_record.rendering import moments
from health_record.rendering.phrases import bilingual
from health_record.rendering.source_words import source_of
from health_record.summary.refusals import REFUSES
from health_record.summary_sources.patient import RECORD_SYSTEM
from health_record.summary_sources.sources import Resource

TOLD_DEAD = "told-dead"  # of RECORD_SYSTEM
DIED = Translated(
    "CƠ SỞ Y TẾ GHI NGƯỜI NÀY ĐÃ TỬ VONG: {0}. Nếu người đang gặp còn sống, xem lại có đúng hồ sơ không",
    "A FACILITY RECORDED THAT THIS PERSON DIED: {0}. Of a living person, check whether this is the right record",
)
# http://terminology.hl7.org/CodeSystem/v3-ActCode: somebody is given medicines there.
STAYS = frozenset({"IMP", "ACUTE", "NONAC", "SS", "OBSENC"})
STILL_ACTING = datetime.timedelta(days=90)  # after a stay
LASTING = frozenset({"in-progress", "onleave"})
GIVEN = Translated(
    "Thuốc dùng trong đợt nội trú không kê ở đây, xem giấy tờ của đợt và $everything: {0}.",
    "Medicines given in a stay are not listed here, see its papers and $everything: {0}.",
)


def with_death(patient: Resource, resources: Iterable[Resource], zone: str) -> Resource:
    """The Patient with a tag for each death that a stay or a disease tells of: of the living it is the wrong record."""
    deaths = dict.fromkeys(_told(each, zone) for each in resources if _tells_of_death(each))
    told = "; ".join(deaths)
    tag = {
        "system": RECORD_SYSTEM,
        "code": TOLD_DEAD,
        "display": f"{DIED.vi.format(told)} ({DIED.en.format(told)})",
    }
    meta = patient["meta"]
    return {**patient, "meta": {**meta, "tag": [tag, *meta["tag"]]}} if deaths else patient


def _tells_of_death(resource: Resource) -> bool:
    match resource["resourceType"]:
        case "Encounter":
            return is_death(resource)
        case "Condition":
            return is_told_as_disease(resource)
    return False


def told_at_the_top(patient: Resource) -> list[str]:
    """The sentences on death and on what the person refused, for the top of the document."""
    tags = patient.get("meta", {}).get("tag", ())
    return [str(tag["display"]) for tag in tags if tag.get("code") in (TOLD_DEAD, REFUSES)]


def medicines_of_stays(encounters: Iterable[Resource], zone: str, today: str) -> list[Translated]:
    """A sentence on the stays whose medicines may still act `today` (a FHIR date in the zone)."""
    since = (datetime.date.fromisoformat(today) - STILL_ACTING).isoformat()
    stays = [_told(each, zone) for each in encounters if _is_stay(each) and (_lasts(each) or _day(each, zone) >= since)]
    told = "; ".join(stays)
    return [Translated(GIVEN.vi.format(told), GIVEN.en.format(told))] if stays else []


def _is_stay(encounter: Resource) -> bool:
    took_place = encounter.get("status") == "finished" or encounter.get("status") in LASTING
    return took_place and encounter.get("class", {}).get("code") in STAYS


def _lasts(encounter: Resource) -> bool:
    """Whether the person is still in it, however long ago it began."""
    return encounter.get("status") in LASTING and "end" not in encounter.get("period", {})


def _day(resource: Resource, zone: str) -> str:
    period = resource.get("period", {})
    told = (period.get("end"), period.get("start"), *(resource.get(name) for name in ("onsetDateTime", "recordedDate")))
    return moments.local_date(next((str(each) for each in told if each), ""), zone)


def _told(resource: Resource, zone: str) -> str:
    """`16/10/2026, Bệnh viện Thử Nghiệm`; without brackets, which part the two languages of a sentence."""
    day = "/".join(reversed(_day(resource, zone).split("-")))
    words = ", ".join(each for each in (day, bilingual(source_of(resource))) if each)
    return words.replace("(", "[").replace(")", "]")
