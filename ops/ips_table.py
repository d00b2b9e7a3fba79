"""Make `health_record/ips/profiles.json` from the StructureDefinitions of HL7's IPS 2.0.0.

    npm pack hl7.fhir.uv.ips@2.0.0 && tar xzf hl7.fhir.uv.ips-2.0.0.tgz
    python -m ops.ips_table package

Of each profile of a type that facilities write: what it asks for beyond FHIR R4 (`required`, by member: the data types
that it allows), and what it forbids (`forbidden`). What HL7's base definitions ask for anyway is left out.
"""

import json
import sys
from pathlib import Path
from typing import Any

from health_record.fhir.validator import definitions
from health_record.record.contributions import CONTAINED, TYPES

OUTPUT = Path(__file__).parent.parent / "layers" / "health_record" / "health_record" / "ips" / "profiles.json"
NOT_OURS = ("extension", "text", "meta", "contained")  # members that our own resources fill or that slices name


def table(folder: Path) -> dict[str, Any]:
    """Profile id -> type, required and forbidden members."""
    found = {}
    for path in sorted(folder.glob("StructureDefinition-*.json")):
        structure = json.loads(path.read_text(encoding="utf-8"))
        if structure["type"] in (*TYPES, *CONTAINED) and structure["kind"] == "resource":
            found[structure["id"]] = profile(structure)
    return found


def profile(structure: dict[str, Any]) -> dict[str, Any]:
    """What one profile asks for at the first level, beyond its base."""
    kind = structure["type"]
    required, forbidden = {}, []
    for element in structure["snapshot"]["element"][1:]:
        member = element["id"].removeprefix(f"{kind}.")
        if "." in member or ":" in member or member in NOT_OURS:
            continue
        if element["max"] == "0":
            forbidden.append(member)
        elif element["min"] and not _base_minimum(kind, member):
            required[member] = [each["code"] for each in element["type"]]
    return {"type": kind, "required": required, "forbidden": sorted(forbidden)}


def _base_minimum(kind: str, member: str) -> int:
    specs = definitions().types[kind]
    if not member.endswith("[x]"):
        return specs[member].minimum
    return next(spec.choice_minimum for spec in specs.values() if spec.choice == member.removesuffix("[x]"))


def main() -> None:
    """Write the table of the package in the folder that the command line names."""
    made = table(Path(sys.argv[1]))
    lines = ",\n".join(f"{json.dumps(name)}:{json.dumps(found)}" for name, found in made.items())
    OUTPUT.write_text(f"{{{lines}}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
