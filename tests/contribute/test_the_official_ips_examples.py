"""Every official example of IPS 2.0.0 goes in by the API, and comes back with the same content and meaning."""

import html
import re
from typing import Any

import pytest

from tests.conftest import World
from tests.contribute import ips_examples
from tests.contribute.bundles import bundle
from tests.facility_desk import Resident, register, store_resident
from tests.health_record.summary.ips_checker import faults

EXAMPLES = ips_examples.bundles()
# By example and section what its authors say in it, read from their files and not from what we make of them.
MEANT: dict[str, dict[str, list[str]]] = {
    "Bundle-IPS-examples-Bundle-01": {
        "11450-4": [
            "Menopausal flushing (finding); Menopausal and female climacteric states; "
            "mức độ (severity): Moderate severity"
        ],
        "11348-0": ["lui bệnh, còn nguy cơ tái phát (in remission, may return): Malignant tumor of breast"],
        "48765-2": ["NGUY HIỂM, có thể đe dọa tính mạng (HIGH RISK, may be life-threatening)", "No known food allergy"],
        "10160-0": ["Product containing anastrozole (medicinal product)", "từ (from) 03/2015"],
        "30954-2": ["Blood group A Rh(D) positive", "little c Ab [Presence] in Serum or Plasma: âm tính (Negative)"],
    },
    "Bundle-IPS-examples-Bundle-with-immunization": {
        "11369-6": ["mũi 1 (dose 1); phòng bệnh (against): ho gà (Pertussis)", "số lô (lot): AXK23RWERS"],
    },
    "Bundle-bundle-ips-all-sections": {
        "11348-0": ["đã khỏi (resolved): sốt (Fever)"],
        "past-medications": ["ĐÃ NGỪNG (STOPPED): cilazapril 500 microgram tablet, 90"],
        "8716-3": ["huyết áp tâm thu (Systolic blood pressure) 140 mmHg", "(Diastolic blood pressure) 80 mmHg"],
        "29762-2": ["tình trạng hút thuốc (Tobacco smoking status): chưa bao giờ hút thuốc (Never smoker)"],
        "10162-6": ["tình trạng thai (Pregnancy status): không mang thai (Not Pregnant)"],
    },
    "Bundle-bundle-minimal": {"11450-4": ["Menopausal flushing"], "48765-2": ["penicillin"]},
    "Bundle-bundle-no-info-required-sections": {
        "11450-4": ["Chưa hỏi, chưa có thông tin. (Not asked, no information.)"],
        "11369-6": ["mũi 2 (dose 2)"],
    },
    "alone": {
        "29762-2": ["đã bỏ thuốc lá (Former smoker)", "(Alcoholic drinks per day): 2 wine glasses per day"],
        "10162-6": ["số lần sinh ([#] Births total): 1|", "(Pregnancy status): đang mang thai (Pregnant)"],
        "30954-2": [
            "creatinin huyết thanh (Creatinine [Mass/volume] in Serum or Plasma): 2,46 (2.46) mg/dL; cao (high)",
            "Normal Range 0,76 (0.76) – 1,27 (1.27) mg/dL, cho (for): Male, từ (from) 15 tuổi (15 years)",
            "Normal Range 0,57 (0.57) – 1 mg/dL, cho (for): Female, từ (from) 15 tuổi (15 years)",
            "có nhưng được giữ kín (withheld)",
        ],
        "past-allergies": ["đã hết dị ứng (resolved): Ragweed pollen"],
        "differing": ["No known allergy"],
        "47519-4": ["ngày (date): không biết (unknown)"],
    },
}


def narratives(document: dict[str, Any]) -> dict[str, str]:
    """What each section says, by its code; its cells end with a bar."""
    found = {}
    for section in document["entry"][0]["resource"]["section"]:
        text = re.sub("<[^>]+>", "", section["text"]["div"].replace("</td>", "|"))
        found[section["code"]["coding"][0]["code"]] = html.unescape(text)
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_official_example_comes_back_as_it_was_sent(world: World, name: str) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    sent = ips_examples.sendable(EXAMPLES[name], person)
    answer = desk.transaction(bundle(*sent))
    assert answer.status == 200, answer.body
    kept: dict[str, dict[str, Any]] = {}
    url = {"_count": "100"}
    for entry in desk.everything(person, **url).json["entry"]:
        kept[entry["resource"]["id"]] = entry["resource"]
    for each in sent:
        given = {member: value for member, value in each.items() if member != "meta"}
        assert {member: kept[each["id"]].get(member) for member in given} == given
    shown = desk.call("GET", f"Patient/{person}/$summary").json
    assert faults(shown) == []
    told = narratives(shown)
    for code, words in MEANT[name].items():
        assert [each for each in words if each not in told[code]] == [], (code, told[code])
