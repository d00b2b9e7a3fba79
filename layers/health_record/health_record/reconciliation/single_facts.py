"""Facts of which a person has one at a time: blood group, pregnancy, smoking, drinking; what a statement says of them.

A blood group stays for life: of two, neither may be trusted. A pregnancy passes: two words are compared that are no
further apart than one lasts. Of smoking and drinking the newest word counts (Composition-uv-ips takes one alone).
"""

from typing import Any, NamedTuple

from health_record.reconciliation.blood_groups import blood_group

Resource = dict[str, Any]
LOINC = "http://loinc.org"
BLOOD, PREGNANCY = "blood group", "pregnancy"
BY_CODE = {
    "72166-2": "tobacco",
    "74013-4": "alcohol",
    "82810-3": PREGNANCY,
    "883-9": BLOOD,
    "10331-7": BLOOD,
    "882-1": BLOOD,
}
UNKNOWN_IF_SMOKES = "266927001"  # SNOMED CT: tobacco smoking consumption unknown
ONE_ALONE = frozenset({"tobacco", "alcohol"})
PREGNANCY_DAYS = 294  # 42 weeks


class Fact(NamedTuple):
    """Which fact, and what is said of it, by part: two words differ where they say different things of one part."""

    name: str
    parts: dict[str, Any]


def fact_of(observation: Resource) -> Fact | None:
    """The fact that an Observation is about; its parts are empty where it says nothing of it."""
    name, standard = None, False
    for coding in observation.get("code", {}).get("coding", ()):
        if coding.get("system") == LOINC:
            standard, name = True, BY_CODE.get(coding.get("code", ""))
            if name:
                break
    if name == BLOOD or not standard:
        parts = blood_group(observation)
        return Fact(BLOOD, parts) if parts else None
    if name is None:
        return None
    return Fact(name, {} if _says_nothing(observation) else {"value": value_of(observation)})


def differ(one: Fact, other: Fact) -> bool:
    """Whether the two cannot both be true."""
    return any(one.parts[part] != other.parts[part] for part in one.parts.keys() & other.parts.keys())


def value_of(observation: Resource) -> Any:
    """What an Observation says, whatever its words: the codes or the amount of its value and of its components."""
    parts = [observation, *observation.get("component", ())]
    return [
        [_core(name, value) for name, value in part.items() if name.startswith(("value", "dataAbs"))] for part in parts
    ]


def _says_nothing(observation: Resource) -> bool:
    codes = [coding.get("code") for coding in observation.get("valueCodeableConcept", {}).get("coding", ())]
    return UNKNOWN_IF_SMOKES in codes or not any(name.startswith("value") for name in observation)


def _core(name: str, value: Any) -> Any:
    if name in ("valueCodeableConcept", "dataAbsentReason"):
        codes = [(coding.get("system"), coding.get("code")) for coding in value.get("coding", ())]
        return codes or value.get("text")
    if name == "valueQuantity":
        return value.get("comparator"), float(value.get("value", 0)), value.get("code") or value.get("unit")
    return value
