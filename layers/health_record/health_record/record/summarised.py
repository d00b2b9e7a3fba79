"""How much of what facilities wrote a summary takes: of each the newest, so that no facility makes a summary slow.

What it leaves out stands in `$everything`, and the summary says by section how much that is.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from health_record.aws.dynamo import Item
from health_record.record import provenance

MOST_OF_TYPE, MOST_OBSERVATIONS = 300, 1000  # of one type of resource of one facility


def select(newest: Sequence[Item]) -> tuple[list[Item], Counter[str]]:
    """Those of the newest versions that a summary takes, in their order, and by section how many it does not.

    The items were revealed and are not open yet.
    """
    if len(newest) <= MOST_OF_TYPE:
        return list(newest), Counter()
    taken: Counter[tuple[str, str]] = Counter()
    too_many: dict[str, str] = {}
    for item in sorted(newest, key=lambda each: str(each["recorded"]), reverse=True):
        kind, facility_id = provenance.entry_of(item)[0], item["facility_id"]
        taken[kind, facility_id] += 1
        if taken[kind, facility_id] > (MOST_OBSERVATIONS if kind == "Observation" else MOST_OF_TYPE):
            too_many[item["sk"]] = kind
    return [item for item in newest if item["sk"] not in too_many], _by_section(too_many.values())


def _by_section(kinds: Collection[str]) -> Counter[str]:
    """Nearly always none, and then nothing is imported for it."""
    if not kinds:
        return Counter()
    from health_record.summary.sections import find_section_of_type

    return Counter(section for kind in kinds if (section := find_section_of_type(kind)))
