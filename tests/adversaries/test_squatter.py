"""The squatter's walks of the gate; `make adversaries` walks for longer."""

import pytest
import time_machine

from tests.adversaries import promises, seeds
from tests.adversaries.squatter import MOVES, OPENING
from tests.adversaries.walk import START, Walk
from tests.conftest import World


@pytest.mark.parametrize("may_verify", [False, True], ids=["a key that reads and writes", "a key that sees cards"])
@pytest.mark.parametrize("place", range(seeds.games(1)))
def test_a_squatter_reads_nothing_and_hides_nobody(world: World, may_verify: bool, place: int) -> None:
    with time_machine.travel(START, tick=False) as clock:
        walk = Walk(world, clock, seeds.seed(place), may_verify)
        for number in range(seeds.steps(40)):
            walk.step(OPENING if number < 12 else MOVES)
            promises.check(walk)
