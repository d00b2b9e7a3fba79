"""Which carrier a number counts for in the metrics of delivery."""

import pytest

from health_record.identity.carriers import CARRIERS, OTHER, carrier_of

PREFIXES = {
    "viettel": "032 033 034 035 036 037 038 039 086 096 097 098",
    "vinaphone": "081 082 083 084 085 088 091 094",
    "mobifone": "070 076 077 078 079 089 090 093",
    OTHER: "052 055 056 058 059 087 092 099",
}


@pytest.mark.parametrize(
    ("prefix", "carrier"), [(prefix, name) for name, prefixes in PREFIXES.items() for prefix in prefixes.split()]
)
def test_a_prefix_counts_for_the_carrier_that_it_was_given_to(prefix: str, carrier: str) -> None:
    assert carrier_of(f"+84{prefix[1:]}1234567") == carrier
    assert carrier in (*CARRIERS, OTHER)
