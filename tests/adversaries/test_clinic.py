"""Bundles from the grammar of what is dangerous: kept whole or refused whole, and told with every no that they say."""

import json
import re
from typing import Any

import pytest
import time_machine

from tests.adversaries import seeds
from tests.adversaries.clinic import Grammar, Said, as_sent
from tests.conftest import World
from tests.declare import people
from tests.declare.links import document, share
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.kept import list_stored
from tests.lookup.doctor import rows
from tests.lookup.test_attachments_and_pages import pages

START, BUNDLES = "2026-11-23T02:00:00Z", 60
# Words that stand for "it is not so" and "it was a mistake" in the product, in both languages.
DENIED = re.compile(r"LOẠI TRỪ|REFUTED|KHÔNG TIÊM|NOT GIVEN|KHÔNG DÙNG|NOT TAKEN|KHÔNG LÀM|NOT DONE|ĐÃ HỦY|CANCELLED")
MISTAKEN = re.compile(r"GHI NHẦM|ENTERED IN ERROR")
STRANGER = Resident(record_id="5f0c1a52-9d5e-4c7b-8a3e-2f6b7c8d9e02", national_id="079185009999", account="b" * 64)


def told(desk: Desk, person: str) -> list[str]:
    """Every row of the summary in words."""
    answer = desk.summary_by_id(person)
    assert answer.status == 200, answer.body
    sections = answer.json["entry"][0]["resource"]["section"]
    return [row for section in sections for row in rows(section["text"]["div"])]


def faults(said: Said, shown: list[str]) -> list[str]:
    """How the words about a thing say the opposite of what was sent."""
    about = [row for row in shown if said.name in row]
    found = [f"cut out of its phrase: {row}" for row in about if said.phrase.strip() not in row]
    for row in about:
        denied, mistaken = bool(DENIED.search(row)), bool(MISTAKEN.search(row))
        if said.says == "not there" and not denied:
            found.append(f"said to be there, and is not: {row}")
        if said.says == "by mistake" and not mistaken:
            found.append(f"told as it was written by mistake: {row}")
        if said.says in ("there", "was") and (denied or mistaken):
            found.append(f"denied, and is said: {row}")
    if said.says in ("there", "was") and not about:
        found.append("not told at all")
    return [f"{said}: {fault}" for fault in found]


def check_refused(answer: Any, before: Any) -> None:
    assert answer.status in (400, 404, 409, 413, 422), answer.body
    assert list_stored("records", "keys", "facts") == before
    assert answer.json["resourceType"] == "OperationOutcome"


def all_that_is_kept(desk: Desk, person: str) -> str:
    """Every page of `$everything`, as text."""
    return json.dumps([page.json for page in pages(desk, person)], ensure_ascii=False)


def labels_left(made: list[Said], person: str) -> list[str]:
    """What a link without what is sensitive shows of resources with a label."""
    cookies = people.sign_in(Resident().account, level=2)
    made_link = share(cookies, record_id=person, contents="not-sensitive")
    assert made_link.status == 201, made_link.body
    shown = str(document(made_link.json["shlink"]))
    return [
        f"{said}: shown by a link without what is sensitive" for said in made if said.is_labelled and said.name in shown
    ]


@pytest.mark.parametrize("place", range(seeds.games(2)))
def test_bundles_are_whole_and_never_say_the_opposite(world: World, place: int) -> None:
    seed = seeds.seed(place)
    grammar, found, statuses, kept = Grammar(seed), [], [], list[Said]()
    with time_machine.travel(START, tick=False):
        person = store_resident(world, Resident(card_seen=True))
        stranger = store_resident(world, STRANGER)
        desk = register(world, bounds_lifted_until="2027-11-23")
        for number in range(BUNDLES):
            before = list_stored("records", "keys", "facts")
            sent, made = grammar.bundle(person, stranger)
            answer = desk.send(desk.sign_call("POST", "", as_sent(sent)))
            statuses.append(answer.status)
            if answer.status != 200:
                check_refused(answer, before)
                continue
            kept += made
            shown = told(desk, person)
            found += [f"{number}: {fault}" for said in made for fault in faults(said, shown)]
        everything = all_that_is_kept(desk, person)
        found += [f"{said}: not kept" for said in kept if said.name not in everything]
        found += labels_left(kept, person)
        assert "Zq" not in str(told(desk, stranger)), "written to somebody else"
    assert found == [], f"seed {seed}: {found}"
    assert {200, 422} <= set(statuses), f"seed {seed}: {statuses}"
