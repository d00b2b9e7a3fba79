"""The wards of one province with the names they had before July 2025, small enough for a phone."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
WARDS = ROOT / "layers/health_record/health_record/form/wards.json"
FORMER = Path(__file__).parent / "data/former_wards.json"


def load_province(code: str) -> dict[str, Any]:
    """`{"name", "short", "wards": {code: name}}`; a KeyError names a province that does not exist."""
    provinces: dict[str, dict[str, Any]] = json.loads(WARDS.read_text("utf-8"))["provinces"]
    return provinces[code]


def search_data(code: str) -> dict[str, Any]:
    """What the search reads.

    `{"wards": [[code, name], ...], "former": [[province, [[district, [[name, i, j, ...], ...]], ...]], ...]}`, where
    i, j are places in `wards`, the usual one first; more than one means that the old ward was divided.
    """
    wards = list(load_province(code)["wards"].items())
    place = {ward: number for number, (ward, _) in enumerate(wards)}
    old: dict[str, dict[str, dict[str, list[str]]]] = json.loads(FORMER.read_text("utf-8"))["provinces"].get(code, {})
    former = [
        [
            old_province,
            [
                [district, [[name, *(place[ward] for ward in codes)] for name, codes in names.items()]]
                for district, names in districts.items()
            ],
        ]
        for old_province, districts in old.items()
    ]
    return {"wards": [list(ward) for ward in wards], "former": former}
