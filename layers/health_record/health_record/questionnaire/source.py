"""Where the form comes from: the project's Questionnaire, and what a province appends to it."""

import json
from pathlib import Path
from typing import Any

NOT_COUNTED = "urn:x-so-suc-khoe:extension:not-counted"
FILE = Path(__file__).parent.parent / "form" / "questionnaire.json"
PROVINCES = FILE.parent / "provinces"
OF_PROVINCE = "province-"


class FormError(ValueError):
    """The Questionnaire itself is broken; it is refused when it is loaded, never when somebody answers."""


def load_questionnaire(province: str = "") -> dict[str, Any]:
    """The form as FHIR, with the groups that the province appends in `form/provinces/<code>.json`.

    What a province asks is kept and shown as all else, and not counted. Raises FormError for groups of other names.
    """
    questionnaire: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    file = PROVINCES / f"{province}.json"
    if not province or not file.is_file():
        return questionnaire
    added = json.loads(file.read_text(encoding="utf-8"))
    for group in added["item"]:
        if group["type"] != "group" or not str(group["linkId"]).startswith(OF_PROVINCE):
            raise FormError(f"{file.name}: {group['linkId']} is no group named {OF_PROVINCE}...")
        group["extension"] = [*group.get("extension", []), {"url": NOT_COUNTED, "valueBoolean": True}]
    questionnaire["version"] += f"+{province}.{added['version']}"
    questionnaire["contained"] = [*questionnaire.get("contained", []), *added.get("contained", [])]
    questionnaire["item"] += added["item"]
    return questionnaire
