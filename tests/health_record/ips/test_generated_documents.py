"""Whatever FHIR R4 accepts, made by chance from the definitions, together becomes a valid IPS document."""

import json
import random
from typing import Any

import pytest

from health_record import exact_json
from health_record.fhir.validator import validate
from health_record.record.contributions import CONTAINED, TYPES
from tests.health_record.ips.generated_resources import resource
from tests.health_record.summary.ips_checker import faults
from tests.health_record.summary.test_summary import RECORD_ID, summary


def generated_document(seed: int) -> dict[str, Any]:
    """The summary of a record to which chance wrote 30 resources, checked on the way."""
    chance = random.Random(seed)
    made = [resource(chance, chance.choice(TYPES), number, RECORD_ID) for number in range(30)]
    sound = [each for each in made if validate(each, each["resourceType"], TYPES, CONTAINED) == []]
    assert len(sound) >= 20
    return summary(None, *(exact_json.loads(json.dumps(each)) for each in sound))


@pytest.mark.parametrize("seed", range(40))
def test_a_record_of_chance_is_a_valid_document(seed: int) -> None:
    assert faults(generated_document(seed)) == []
