"""Hospital files from the grammar: an episode is there whole and once, or not at all, and no word loses its no."""

import pytest
import time_machine

from tests.adversaries import seeds
from tests.adversaries.reception import FileGrammar, Written
from tests.adversaries.test_clinic import all_that_is_kept, told
from tests.conftest import World
from tests.declare import people
from tests.declare.links import document, share
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.visits import BORN
from tests.kept import list_stored

START, FILES = "2026-11-28T02:00:00Z", 15
WOMAN = Resident(card_seen=True, **BORN)  # type: ignore[arg-type]


def episodes() -> int:
    return sum(item["sk"]["S"].startswith("episode") for item in list_stored("records")["records"])


def cut(written: list[Written], text: str) -> list[str]:
    """Things that are named outside of their phrase."""
    return [f"{word}: cut out of its phrase" for word in written if text.count(word.name) != text.count(word.phrase)]


def sent(desk: Desk, file: bytes) -> list[str]:
    """The status of each entry; nothing where the file is refused as a whole."""
    answer = desk.hospital_file(file)
    assert answer.status in (200, 400, 413, 422), answer.body
    if answer.status != 200:
        assert answer.json["resourceType"] == "OperationOutcome"
        return []
    return [str(entry["response"]["status"])[:3] for entry in answer.json["entry"]]


@pytest.mark.parametrize("place", range(seeds.games(1)))
def test_files_are_whole_and_once_and_no_word_loses_its_no(world: World, place: int) -> None:
    seed = seeds.seed(place)
    grammar, found, kept, statuses = FileGrammar(seed), list[str](), list[Written](), list[str]()
    with time_machine.travel(START, tick=False):
        store_resident(world, WOMAN)
        desk = register(world, provider_code="79999", bounds_lifted_until="2027-11-23")
        for number in range(FILES):
            file, key, written = grammar.file()
            before, there = list_stored("records", "keys", "facts"), episodes()
            answered = sent(desk, file)
            statuses += answered or ["refused"]
            assert set(answered) <= {"200", "201", "400", "404", "409", "413", "422", "429"}, (seed, number, answered)
            if "201" not in answered and list_stored("records", "keys", "facts") != before:
                found.append(f"{number}: refused, and something is kept")
            if "201" in answered:
                kept += written
                assert answered.count("201") == 1, (seed, number, answered)
                after, of_it = list_stored("records"), episodes()
                assert of_it > there
                again = sent(desk, file)
                if "201" in again or (episodes(), len(list_stored("records")["records"])) != (
                    of_it,
                    len(after["records"]),
                ):
                    found.append(f"{number} ({key}): the same file again counts again")
            found += [f"{number}: {fault}" for fault in cut(kept, "\n".join(told(desk, WOMAN.record_id)))]
        everything = all_that_is_kept(desk, WOMAN.record_id)
        found += cut(kept, everything)
        found += [f"{word}: nowhere" for word in kept if word.name not in everything]
        cookies = people.sign_in(WOMAN.account, level=2)
        link = share(cookies, record_id=WOMAN.record_id, contents="not-sensitive").json["shlink"]
        shown = str(document(link))
        found += [
            f"{word}: in a copy without what is sensitive" for word in kept if word.is_sensitive and word.name in shown
        ]
    assert found == [], f"seed {seed}: {found} {grammar.spoils}"
    assert "201" in statuses, f"seed {seed}: {statuses}"
