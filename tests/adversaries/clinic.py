"""A grammar of what is dangerous in a Bundle: negations, sizes, duplicates, references, labels, chosen by a seed.

Each resource is about one made-up thing, whose name stands nowhere else, and the grammar knows what it says of that
thing: that it is there, that it is not, that it was, or that it was written by mistake.
"""

import copy
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.contribute.bundles import ICD_10, LOINC, bundle, status

Resource = dict[str, Any]
type Says = Literal["there", "not there", "was", "by mistake"]
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
# Words in which hospitals say no, maybe or not any more of a thing; cut in two, they say the opposite.
PHRASES = (
    "{}",
    "Không có {}",
    "Chưa loại trừ {}",
    "Theo dõi {}",
    "{} âm tính",
    "{}: KHÔNG phát hiện",
    "Tiền sử {} đã khỏi",
    "No known {}",
    "{} ruled out",
    "Khong di ung {}",
    "Mẹ bị {}, con không",
)
LONG = "và nhiều chi tiết khác " * 150
CLINICAL = {"there": "active", "not there": "active", "was": "resolved"}
VERIFIED = {"there": "confirmed", "not there": "refuted", "was": "confirmed", "by mistake": "entered-in-error"}
STATUS: dict[str, dict[Says, str]] = {
    "MedicationStatement": {
        "there": "active",
        "not there": "not-taken",
        "was": "stopped",
        "by mistake": "entered-in-error",
    },
    "Immunization": {"there": "completed", "not there": "not-done", "by mistake": "entered-in-error"},
    "Procedure": {"there": "completed", "not there": "not-done", "by mistake": "entered-in-error"},
    "Observation": {"there": "final", "not there": "cancelled", "by mistake": "entered-in-error"},
}
STATED = ("status", "verificationStatus", "clinicalStatus")
KINDS = ("AllergyIntolerance", "Condition", *STATUS)


@dataclass(frozen=True)
class Said:
    """One resource of a Bundle: the name of its thing, the whole phrase with it, and what it says."""

    name: str
    phrase: str
    says: Says
    kind: str
    is_labelled: bool = False


class Grammar:
    """Bundles of one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def bundle(self, person: str, stranger: str) -> tuple[dict[str, Any], list[Said]]:
        """A transaction about `person`, and what it says; about half are spoiled somewhere."""
        made = [self._resource(person) for _ in range(self.chance.choice((1, 1, 2, 3, 8)))]
        sent = bundle(*(resource for resource, _ in made))
        if self.chance.random() < 0.5:
            self._spoil(sent, stranger)
        as_meant = [
            all(each["resource"].get(name) == resource.get(name) for name in STATED)
            for each, (resource, _) in zip(sent["entry"], made, strict=False)
        ]
        return sent, [said for (_, said), meant in zip(made, as_meant, strict=True) if meant]

    def _resource(self, person: str) -> tuple[dict[str, Any], Said]:
        kind = self.chance.choice(KINDS)
        says = self.chance.choice([*STATUS.get(kind, VERIFIED)])
        name = f"Zq{self.chance.getrandbits(48):012x}"
        phrase = self.chance.choice(PHRASES).format(name)
        resource = {"resourceType": kind, "id": self._id(), **self._stated(kind, says)}
        subject = "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"
        resource[subject] = {"reference": f"Patient/{person}"}
        self._name(resource, phrase)
        labelled = self.chance.random() < 0.25
        if labelled:
            self._label(resource)
        if self.chance.random() < 0.15:
            resource["note"] = [{"text": self.chance.choice((LONG, "Không " + LONG, "\u202e" + phrase))}]
        return resource, Said(name, phrase, says, kind, labelled and kind != "AllergyIntolerance")

    def _stated(self, kind: str, says: Says) -> dict[str, Any]:
        if kind in STATUS:
            return {"status": STATUS[kind][says], **self._beside(kind)}
        prefix = "allergyintolerance" if kind == "AllergyIntolerance" else "condition"
        verification = f"{prefix}-verification" if kind == "AllergyIntolerance" else f"{prefix}-ver-status"
        stated = {"verificationStatus": status(verification, VERIFIED[says])}
        if says in CLINICAL:
            stated["clinicalStatus"] = status(f"{prefix}-clinical", CLINICAL[says])
        return stated

    def _beside(self, kind: str) -> dict[str, Any]:
        match kind:
            case "Immunization":
                return {"occurrenceDateTime": "2026-03-04"}
            case "Observation":
                value = self.chance.choice(("Âm tính", "Không phát hiện", "Dương tính", "< 0,5"))
                return {
                    "category": [status("observation-category", "laboratory")],
                    "effectiveDateTime": "2026-11-20",
                    "valueString": value,
                }
            case "Procedure":
                return {"performedDateTime": "2026-03-04"}
        return {}

    def _name(self, resource: dict[str, Any], phrase: str) -> None:
        member = {"MedicationStatement": "medicationCodeableConcept", "Immunization": "vaccineCode"}
        code = f"{self.chance.randrange(10**9)}-1"  # of nothing else, or the two would differ
        coding = {"coding": [{"system": self.chance.choice((ICD_10, LOINC, "urn:own")), "code": code}]}
        resource[member.get(resource["resourceType"], "code")] = {
            "text": phrase,
            **(coding if self.chance.random() < 0.3 else {}),
        }

    def _label(self, resource: dict[str, Any]) -> None:
        labels = ({"system": ACT_CODE, "code": "HIV"}, {"system": CONFIDENTIALITY, "code": "R"})
        resource["meta"] = {"security": [self.chance.choice(labels)]}

    def _spoil(self, sent: dict[str, Any], stranger: str) -> None:
        entry = self.chance.choice(sent["entry"])
        spoil = self.chance.choice([*SPOILS, *OF_ENTRIES])
        if spoil in OF_ENTRIES:
            sent["entry"] += OF_ENTRIES[spoil](entry, self._id)
        elif spoil != "another person's":
            SPOILS[spoil](entry["resource"], self._id())
        elif len(sent["entry"]) > 1:
            name = "subject" if "subject" in entry["resource"] else "patient"
            entry["resource"][name] = {"reference": f"Patient/{stranger}"}

    def _id(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))


def _contain(resource: Resource, _: str) -> None:
    inner = {"resourceType": "Organization", "id": "x", "contained": [copy.deepcopy(resource)]}
    resource["contained"] = [inner]


def _nest(resource: Resource, _: str) -> None:
    for _ in range(60):
        resource["extension"] = [{"url": "urn:x", "extension": resource.pop("extension", [])}]


def _refer(resource: Resource, other: str) -> None:
    resource["encounter"] = {"reference": f"Encounter/{other}"}


def _refer_to_itself(resource: Resource, _: str) -> None:
    resource["encounter"] = {"reference": f"urn:uuid:{resource['id']}"}


def _lengthen(resource: Resource, _: str) -> None:
    resource["note"] = [{"text": "x" * 300_000}]


def _say_no_status(resource: Resource, _: str) -> None:
    for member in STATED:
        resource.pop(member, None)


def _say_another_status(resource: Resource, _: str) -> None:
    resource["status"] = resource["clinicalStatus"] = "không"


def _count_beyond_all(resource: Resource, _: str) -> None:
    resource["extension"] = [{"url": "urn:x", "valueDecimal": 10**40}]


SPOILS: dict[str, Callable[[Resource, str], None]] = {
    "another person's": _refer,
    "a reference to nothing": _refer,
    "a reference to itself": _refer_to_itself,
    "contained within contained": _contain,
    "deep": _nest,
    "long": _lengthen,
    "no status": _say_no_status,
    "a status of nobody": _say_another_status,
    "a number beyond all": _count_beyond_all,
}
OF_ENTRIES: dict[str, Callable[[dict[str, Any], Callable[[], str]], list[dict[str, Any]]]] = {
    "the same entry twice": lambda entry, _: [copy.deepcopy(entry)],
    "the same id for two types": lambda entry, _: [
        {**entry, "resource": {**copy.deepcopy(entry["resource"]), "resourceType": "Condition"}}
    ],
    "many": lambda entry, new: [{**entry, "fullUrl": f"urn:uuid:{new()}"} for _ in range(300)],
}


def as_sent(sent: dict[str, Any]) -> bytes:
    """The body as it is signed."""
    return json.dumps(sent, ensure_ascii=False).encode()
