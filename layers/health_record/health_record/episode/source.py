"""One kept episode: where it came from, its fields, and how its resources get their ids."""

import functools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from health_record.hospital_file import values
from health_record.hospital_file.rows import Row
from health_record.hospital_file.values import Moment
from health_record.identity.identifiers import PROVIDER_CODE, VN_CORE
from health_record.remembered import remembered
from health_record.summary_sources.sources import Resource, derive_uuid

OWN = "urn:x-so-suc-khoe:"
ICD_9_CM = "http://hl7.org/fhir/sid/icd-9-cm"
LICENCE = VN_CORE + "provider-license-number"
# NGAY_RA is the last day of the medicine that was given, and not the day on which somebody left.
MEDICINE_DAYS = frozenset({"02", "05", "07"})
INPATIENT = frozenset({"03", "04", "06", "09"})
TO_COME = "NGÀY GHI TRONG TỆP Ở TƯƠNG LAI (THE FILE HAS A DAY TO COME)"
CHRONIC_CARE = frozenset({"05", "07", "08"})


@dataclass(frozen=True)
class KeptEpisode:
    """An episode as it is kept. `content` is what `Episode.content` gave; `recorded` is the ISO time of its arrival.

    `prepared` is NGAYLAP with 14 digits, `file_sha256` that of the file it came in.
    """

    record_id: str
    provider_code: str
    facility_id: str
    facility_name: str
    prepared: str
    recorded: str
    file_sha256: str
    content: dict[str, Any]
    version: int = 1

    def with_content(self, content: dict[str, Any]) -> "KeptEpisode":
        """The same episode with other tables; `dataclasses.replace` takes four times as long, for hundreds of them."""
        return KeptEpisode(
            self.record_id,
            self.provider_code,
            self.facility_id,
            self.facility_name,
            self.prepared,
            self.recorded,
            self.file_sha256,
            content,
            self.version,
        )

    @property
    def key(self) -> str:
        """The MA_LK."""
        return str(self.content["key"])

    @functools.cached_property
    def summary(self) -> Row:
        """The row of XML1."""
        row: Row = self.content["tables"]["XML1"][0]
        return row

    @property
    def subject(self) -> Resource:
        """The reference to the person."""
        return {"reference": f"Patient/{self.record_id}"}

    @property
    def encounter(self) -> Resource:
        """The reference to the episode's Encounter."""
        return {"reference": f"Encounter/{self._encounter_id}"}

    @property
    def facility(self) -> Resource:
        """A logical reference to the facility."""
        return {"identifier": {"system": PROVIDER_CODE, "value": self.provider_code}, "display": self.facility_name}

    @property
    def care(self) -> str:
        """MA_LOAI_KCB."""
        return self.summary["MA_LOAI_KCB"]

    @functools.cached_property
    def begin(self) -> Moment:
        """NGAY_VAO."""
        found = values.moment(self.summary["NGAY_VAO"])
        assert found is not None  # the door lets nothing else in
        return found

    @functools.cached_property
    def end(self) -> Moment | None:
        """When the person left, if that is what NGAY_RA says: not the end of a medicine's days, nor a day to come."""
        found = values.moment(self.summary["NGAY_RA"])
        if found is None or self.care in MEDICINE_DAYS or self._is_to_come(found):
            return None
        return found

    def moment(self, row: Row, name: str) -> Moment | None:
        """When something was done; None where the file has no such day, or one after it was made."""
        found = values.moment(row.get(name, ""))
        return None if found and self._is_to_come(found) else found

    def days_to_come(self, row: Row, *names: str) -> list[str]:
        """In words, each day on which something was done after the file that says so was made."""
        found = (values.moment(row.get(name, "")) for name in names)
        return [f"{TO_COME}: {each.day:%d/%m/%Y}" for each in found if each and self._is_to_come(each)]

    def rows(self, table: str) -> list[Row]:
        """The rows of a table."""
        found: list[Row] = self.content["tables"].get(table, [])
        return found

    def lines(self, table: str) -> Iterator[tuple[str, Row]]:
        """The rows of a table with what names each within the episode: its STT, else its place."""
        for place, row in enumerate(self.rows(table), 1):
            yield row.get("STT", str(place)), row

    def id_of(self, *parts: str) -> str:
        """UUIDv5 of the record, facility, MA_LK and `parts`: the same whenever it is derived."""
        return derive_uuid(self._namespace, "|".join(["episode", self.provider_code, self.key, *parts]))

    def _is_to_come(self, moment: Moment) -> bool:
        prepared = values.moment(self.prepared)
        return prepared is not None and moment.day > prepared.day

    @functools.cached_property
    def _encounter_id(self) -> str:
        return self.id_of("Encounter")

    @functools.cached_property
    def _namespace(self) -> bytes:
        return uuid.UUID(self.record_id).bytes


def is_inpatient(episode: KeptEpisode) -> bool:
    """Whether somebody stayed: its medicines are given day by day, and not taken home."""
    return episode.care in INPATIENT


def licensed(numbers: str) -> list[Resource]:
    """Practitioners by their licence numbers alone: the file has no names."""
    return [
        {"identifier": {"system": LICENCE, "value": number}, "display": number}
        for number in numbers.split(";")
        if number.strip()
    ]


def diagnosis_codes(episode: KeptEpisode) -> list[str]:
    """The ICD-10 codes, the main one first, each once."""
    row = episode.summary
    return list(_codes(row["MA_BENH_CHINH"], row.get("MA_BENH_KT", "")))


@remembered(1024)  # the same diseases come back in every visit
def _codes(main: str, others: str) -> tuple[str, ...]:
    sent = [main, *values.split_list(others)]
    return tuple(dict.fromkeys(code for each in sent if (code := values.icd_10(each))))


def code_of(text: str) -> str:
    """A code as FHIR takes it: single blanks only."""
    return " ".join(text.split())


def quantity_of(row: Row) -> float:
    """SO_LUONG; a line without it counts as one. Nothing or less means that the line was taken back."""
    return float(row.get("SO_LUONG", "1"))
