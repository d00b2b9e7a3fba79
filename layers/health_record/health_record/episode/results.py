"""Services with results: a DiagnosticReport for each line of XML3, an Observation for each value of XML4.

A value that is not there yet makes no Observation: its report is `registered`. There is no reference range in the
file, so that nothing is said about high or low.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from health_record.episode.source import OWN, KeptEpisode, code_of, licensed, quantity_of
from health_record.fhir.code_names import told_as_code
from health_record.hospital_file import units
from health_record.hospital_file.rows import Row
from health_record.rendering.phrases import bilingual
from health_record.summary_sources import coded
from health_record.summary_sources.sources import LOINC, Resource

LABORATORY = ("LAB", "laboratory")
REPORTS = {"1": LABORATORY, "2": ("RAD", "imaging"), "3": ("OTH", "procedure")}
SECTION_ID = "http://terminology.hl7.org/CodeSystem/v2-0074"
UCUM = "http://unitsofmeasure.org"
# "15,000" is fifteen in one language and fifteen thousand in the other: nobody rewrites it. "0,125" is no thousands.
AMBIGUOUS = re.compile(r"\D*[1-9][0-9]{0,2}[.,][0-9]{3}")
COMPARATORS = {"≤": "<=", "≥": ">="}
TEXTS = {"KET_LUAN": "Kết luận (conclusion)", "MO_TA": "Mô tả (description)"}
TIMES = ("NGAY_TH_YL", "NGAY_YL", "NGAY_KQ")
OF_SERVICE = ("TEN_DICH_VU", "MA_NHOM")


def results(episode: KeptEpisode) -> Iterator[Resource]:
    """Every report with its observations, what stands in XML4 alone, and the measurements of XML1."""
    joined = joined_rows(episode)
    reported: set[str] = set()
    for line, service in episode.lines("XML3"):
        if service.get("MA_NHOM") not in REPORTS or quantity_of(service) <= 0:
            continue
        rows = joined.get(line, [])
        reported |= {number for number, _ in rows}
        category = REPORTS[service["MA_NHOM"]]
        observations = [each for number, row in rows if (each := observation(episode, number, row, category[1]))]
        yield _report(episode, f"XML3|{line}", service, [row for _, row in rows], observations, category[0])
        yield from observations
    for number, row in episode.lines("XML4"):
        if number in reported:
            continue
        found = observation(episode, number, row, REPORTS.get(row.get("MA_NHOM", ""), LABORATORY)[1])
        if found:
            yield found
        elif "KET_LUAN" in row or "MO_TA" in row:
            yield _report(episode, f"XML4|{number}", row, [row], [], "OTH")
    yield from measurements(episode)


def observation(episode: KeptEpisode, line: str, row: Row, category: str) -> Resource | None:
    """A value of XML4; None while there is none."""
    text = row.get("GIA_TRI")
    if not text:
        return None
    moment = episode.moment(row, "NGAY_KQ") or episode.begin
    found: Resource = {
        "resourceType": "Observation",
        "id": episode.id_of("Observation", line),
        "status": "final",
        "category": [coded.status_concept("observation-category", category), *_service(row)],
        "code": _code(row),
        "subject": episode.subject,
        "encounter": episode.encounter,
        "effectiveDateTime": moment.fhir,
        "performer": [*licensed(row.get("MA_BS_DOC_KQ", "")), episode.facility],
        **value_of(text, row.get("DON_VI_DO", "")),
    }
    if moment.time:
        found["issued"] = moment.fhir
    notes = [f"{words}: {row[name]}" for name, words in TEXTS.items() if name in row]
    notes += episode.days_to_come(row, "NGAY_KQ")
    if notes:
        found["note"] = [{"text": note} for note in notes]
    return found


def kind_of(row: Row) -> str:
    """What makes two results the same kind: service, indicator and unit (the pH of blood is not that of urine)."""
    indicator = row.get("MA_CHI_SO") or row.get("TEN_CHI_SO") or ""
    return f"{row.get('MA_DICH_VU', '')}|{indicator}|{row.get('DON_VI_DO', '')}".casefold()


def value_of(text: str, unit: str) -> Resource:
    """`7,8`, `<100` as quantities with the unit as it was sent; anything else, and `15,000`, as the text that it is."""
    found = units.NUMBER.fullmatch(text)
    if found is None or AMBIGUOUS.fullmatch(text):
        return {"valueString": f"{text} {unit}".strip()}
    quantity: Resource = {"value": Decimal(found[2].replace(",", "."))}
    if found[1]:
        quantity["comparator"] = COMPARATORS.get(found[1], found[1])
    if unit:
        quantity["unit"] = unit
        if code := units.ucum(unit):
            quantity |= {"system": UCUM, "code": code}
    return {"valueQuantity": quantity}


def measurements(episode: KeptEpisode) -> Iterator[Resource]:
    """Weight and blood group, which stand in XML1."""
    row = episode.summary
    weight = row.get("CAN_NANG", "")
    if weight and 0 < float(weight) < 500:
        value = {"value": Decimal(weight), "unit": "kg", "system": UCUM, "code": "kg"}
        code = coded.make_concept(LOINC, "29463-7", "Cân nặng", "Body weight")
        yield _measurement(episode, "CAN_NANG", "vital-signs", code) | {"valueQuantity": value}
    if group := row.get("NHOM_MAU"):
        code = coded.make_concept(LOINC, "882-1", "Nhóm máu", "ABO and Rh group")
        yield _measurement(episode, "NHOM_MAU", "laboratory", code) | {"valueCodeableConcept": {"text": group}}


def _measurement(episode: KeptEpisode, name: str, category: str, code: Resource) -> Resource:
    return {
        "resourceType": "Observation",
        "id": episode.id_of("Observation", name),
        "status": "final",
        "category": [coded.status_concept("observation-category", category)],
        "code": code,
        "subject": episode.subject,
        "encounter": episode.encounter,
        "effectiveDateTime": episode.begin.fhir,
        "performer": [episode.facility],
    }


def joined_rows(episode: KeptEpisode) -> dict[str, list[tuple[str, Row]]]:
    """The rows of XML4 by the line of XML3 they belong to: the same service, and of several the same result time.

    Each has the name and group of its service (`TEN_DICH_VU`, `MA_NHOM`), which XML4 has not.
    """
    services: dict[str, list[tuple[str, Row]]] = {}
    for line, row in episode.lines("XML3"):
        if row.get("MA_NHOM") in REPORTS and quantity_of(row) > 0 and "MA_DICH_VU" in row:
            services.setdefault(row["MA_DICH_VU"], []).append((line, row))
    joined: dict[str, list[tuple[str, Row]]] = {}
    for number, row in episode.lines("XML4"):
        if candidates := services.get(row.get("MA_DICH_VU", "")):
            named = {name: candidates[0][1][name] for name in OF_SERVICE if name in candidates[0][1]}
            joined.setdefault(_nearest(candidates, row), []).append((number, row | named))
    return joined


def _nearest(candidates: list[tuple[str, Row]], result: Row) -> str:
    """The line with the same result time, else the last that was carried out before it."""
    moment = result.get("NGAY_KQ", "")
    same = [line for line, row in candidates if moment and row.get("NGAY_KQ") == moment]
    before = [line for line, row in candidates if row.get("NGAY_TH_YL", row.get("NGAY_YL", "")) <= moment]
    return same[0] if same else (before[-1] if before and moment else candidates[0][0])


def _report(
    episode: KeptEpisode, part: str, service: Row, rows: list[Row], observations: list[Resource], category: str
) -> Resource:
    done = next((moment for name in TIMES if (moment := episode.moment(service, name))), episode.begin)
    said = [text for row in rows if not row.get("GIA_TRI") for text in _words(row, str(_code(service)["text"]))]
    if said:
        said += dict.fromkeys(text for row in [service, *rows] for text in episode.days_to_come(row, *TIMES))
    is_there = bool(observations or said)
    found: Resource = {
        "resourceType": "DiagnosticReport",
        "id": episode.id_of("DiagnosticReport", part),
        "status": "final" if is_there else "registered",
        "category": [{"coding": [{"system": SECTION_ID, "code": category}]}],
        "code": _code(service),
        "subject": episode.subject,
        "encounter": episode.encounter,
        "effectiveDateTime": done.fhir,
        "performer": [episode.facility],
    }
    issued = [moment for row in [service, *rows] if (moment := episode.moment(row, "NGAY_KQ")) and moment.time]
    if is_there and issued:
        found["issued"] = max(issued, key=lambda moment: moment.fhir).fhir
    if readers := licensed(";".join(dict.fromkeys(row["MA_BS_DOC_KQ"] for row in rows if "MA_BS_DOC_KQ" in row))):
        found["resultsInterpreter"] = readers
    if observations:
        found["result"] = [{"reference": f"Observation/{each['id']}"} for each in observations]
    if said:
        found["conclusion"] = "\n".join(said)
    return found


def _words(row: Row, title: str) -> Iterator[str]:
    """KET_LUAN first, then MO_TA, said to be no conclusion; by the row's name where that is not the report's."""
    description = f"{TEXTS['MO_TA']}: {row['MO_TA']}" if "MO_TA" in row else ""
    said = " — ".join(each for each in (row.get("KET_LUAN", ""), description) if each)
    if said:
        name = row.get("TEN_CHI_SO", "")
        yield said if name.casefold() in title.casefold() else f"{name}: {said}"


def _service(row: Row) -> list[Resource]:
    """The service that a value came from, by its name: it says of what the sample was."""
    name = row.get("TEN_DICH_VU")
    return [{"text": name}] if name and name.casefold() != row.get("TEN_CHI_SO", "").casefold() else []


def _code(row: Row) -> Resource:
    system, code, name = (
        ("ma-chi-so", row.get("MA_CHI_SO"), row.get("TEN_CHI_SO"))
        if "TEN_CHI_SO" in row or "MA_CHI_SO" in row
        else ("ma-dich-vu", row.get("MA_DICH_VU"), row.get("TEN_DICH_VU"))
    )
    unnamed = bilingual((told_as_code(f"{OWN}{system}", code_of(code)),)) if code else "Không ghi (not stated)"
    found: Resource = {"text": name or unnamed}
    if code:
        found["coding"] = [{"system": f"{OWN}{system}", "code": code_of(code)}]
    return found
