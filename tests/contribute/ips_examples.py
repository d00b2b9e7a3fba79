"""HL7's own IPS 2.0.0 examples as a hospital would send them here: new ids, our Patient, unwritten types inside others.

They come with the npm package `hl7.fhir.uv.ips` (CC0), which the test set-up brings.
"""

import json
import uuid
from pathlib import Path
from typing import Any

from health_record.record.contributions import CONTAINED, TYPES
from tests.node_packages import ips_package

Resource = dict[str, Any]
NAMESPACE = uuid.UUID("0d4f8a6e-3a51-4a3c-9b56-000000000000")


def bundles() -> dict[str, list[Resource]]:
    """The resources of each example document, and those that stand alone as one."""
    folder = ips_package() / "example"
    found = {path.stem: _resources(path) for path in sorted(folder.glob("Bundle-*.json"))}
    alone = [_read(path) for path in sorted(folder.glob("*.json")) if not path.stem.startswith("Bundle-")]
    return {**found, "alone": alone}


def sendable(resources: list[Resource], person: str) -> list[Resource]:
    """What of them facilities may write, about our `person`."""
    return [_Sender(resources, person).convert(each) for each in resources if each["resourceType"] in TYPES]


def new_id(resource: Resource) -> str:
    """The id that it gets here."""
    return str(uuid.uuid5(NAMESPACE, f"{resource['resourceType']}/{resource['id']}"))


def _read(path: Path) -> Resource:
    found: Resource = json.loads(path.read_text(encoding="utf-8"))
    return found


def _resources(path: Path) -> list[Resource]:
    return [{**entry["resource"], "_url": entry.get("fullUrl", "")} for entry in _read(path)["entry"]]


class _Sender:
    def __init__(self, resources: list[Resource], person: str) -> None:
        self.person = person
        self.known = {f"{each['resourceType']}/{each['id']}": each for each in resources}
        self.known |= {each["_url"]: each for each in resources if each.get("_url")}

    def convert(self, resource: Resource) -> Resource:
        inside: dict[str, Resource] = {each["id"]: each for each in resource.get("contained", ())}
        body = {name: value for name, value in resource.items() if name not in ("_url", "id", "meta", "contained")}
        made: Resource = self._element(body, inside)
        made["id"] = new_id(resource)
        if profile := resource.get("meta", {}).get("profile"):
            made["meta"] = {"profile": profile}
        return made | ({"contained": list(inside.values())} if inside else {})

    def _element(self, element: Any, inside: dict[str, Resource]) -> Any:
        if isinstance(element, list):
            return [self._element(each, inside) for each in element]
        if not isinstance(element, dict):
            return element
        made = {name: self._element(each, inside) for name, each in element.items()}
        if isinstance(element.get("reference"), str):
            made |= self._reference(element, inside)
            if "reference" not in self._reference(element, inside):
                del made["reference"]
        return made

    def _reference(self, element: Resource, inside: dict[str, Resource]) -> Resource:
        reference = element["reference"]
        target = self.known.get(reference)
        kind = target["resourceType"] if target else reference.rpartition("/")[0].rpartition("/")[2]
        if reference.startswith("#"):
            return {"reference": reference}
        if kind == "Patient":
            return {"reference": f"Patient/{self.person}"}
        if target and kind in TYPES:
            return {"reference": f"{kind}/{new_id(target)}"}
        if target and kind in CONTAINED:
            key = target["id"].lower()[:60]
            if key not in inside:
                body = {name: value for name, value in target.items() if name not in ("_url", "text", "meta")}
                inside[key] = {}
                inside[key] = {**self._element(body, inside), "id": key}
            return {"reference": f"#{key}"}
        return {"display": element.get("display", reference)}
