"""To which carrier the numbers of a prefix were first given: what delivery is measured by, since it names nobody.

Numbers are ported between carriers, so this is where most of a prefix's numbers are: Viettel 086, 096 to 098 and 03x,
VinaPhone 088, 091, 094 and 081 to 085, MobiFone 089, 090, 093 and 07x.
"""

import re

CARRIERS = {
    "viettel": re.compile(r"\+84(?:3\d|86|9[678])"),
    "vinaphone": re.compile(r"\+84(?:8[1-58]|9[14])"),
    "mobifone": re.compile(r"\+84(?:7\d|89|9[03])"),
}
OTHER = "other"  # Vietnamobile, Gmobile and those without a network of their own, together: each is too few to judge


def carrier_of(phone: str) -> str:
    """`+84901234567` -> `mobifone`"""
    return next((name for name, prefixes in CARRIERS.items() if prefixes.match(phone)), OTHER)
