"""One SIM, a list and a facility's key against people's identity: a random walk over the real handlers.

The list has everybody's numbers, names and birth dates. With the SIM the squatter declares them, alone and mixed with
numbers of their own, corrects, erases, shares and reads; with the key they look up, read, write, send hospital files
and, in one of the two games, say that they saw cards. Meanwhile people declare, change consents, restrict, and come to
an honest hospital, which looks them up, writes and sees their cards. What must hold is in `promises.py`.
"""

import json
import uuid
from collections.abc import Callable

from tests.adversaries.walk import EMERGENCY, SQUATTER, Entry, Number, Walk, declare
from tests.conftest import World
from tests.contribute import bundles
from tests.contribute.cards import verify
from tests.declare import people
from tests.declare.links import document, share
from tests.hospital_file.files import episode_file, inside, replaced

# What people do.


def somebody_declares(walk: Walk) -> None:
    """By the own phone, with both numbers or one."""
    person = walk.a_person()
    if person.record_id not in walk.records:
        numbers = set(person.numbers[: walk.chance.choice((1, 2))])
        sharing = walk.chance.random() < 0.6
        status = declare(walk, person.account, person.record_id, person.name, person.born, numbers, sharing=sharing)
        held = any(walk.holders.get(number) for number in numbers)
        assert status == 201 or (status == 409 and held), f"a person could not declare: {status}"


def somebody_changes_a_consent(walk: Walk) -> None:
    person = walk.a_person()
    if record := walk.records.get(person.record_id):
        given = walk.chance.random() < 0.5
        body = {"purpose": "sharing", "given": given, "text_version": "1.0.0", "language": "vi"}
        cookies = people.sign_in(person.account, level=2)
        answer = people.call("PUT", "/v1/records/{id}/consents", cookies, record_id=person.record_id, body=body)
        assert answer.status == 200, answer.body
        record.sharing = given


def somebody_restricts(walk: Walk) -> None:
    person = walk.a_person()
    if record := walk.records.get(person.record_id):
        record.restricted = not record.restricted
        cookies = people.sign_in(person.account, level=2)
        body = {"restricted": record.restricted}
        answer = people.call("PUT", "/v1/records/{id}/restriction", cookies, record_id=person.record_id, body=body)
        assert answer.status == 204, answer.body


def somebody_comes_to_the_hospital(walk: Walk) -> None:
    """Reception looks them up by one number; staff knows who stands there, and whose record it is not."""
    person = walk.a_person()
    found_by = walk.chance.choice((person.numbers[0], *person.numbers))
    answer = walk.hospital.search(*found_by, person.born)
    assert answer.status == 200, answer.body
    ids = [each["resource"]["id"] for each in answer.json.get("entry", [])]
    record_id = person.record_id if person.record_id in ids else ids[0] if len(ids) == 1 else None
    if record_id is None or walk.records[record_id].restricted:
        return
    mark = walk.mark("wrote")
    sent = bundles.bundle(bundles.condition(record_id, id=str(uuid.UUID(int=walk.chance.getrandbits(128), version=4))))
    del sent["entry"][0]["resource"]["encounter"]
    sent["entry"][0]["resource"]["code"] = {"text": mark}
    written = walk.hospital.transaction(sent)
    assert written.status == 200, written.body
    walk.entries.append(Entry(mark, record_id, found_by, person))


def the_hospital_sends_a_file(walk: Walk) -> None:
    """A visit of somebody, by the national id alone; it may land at nobody."""
    person, mark = walk.a_person(), walk.mark("filed")
    file = episode_file(person.numbers[0][1], person.born, person.name)
    before = _episodes(walk.world)
    answer = walk.hospital.hospital_file(_marked(file, mark, f"K{len(walk.history)}"))
    assert answer.status == 200, answer.body
    for pk in _episodes(walk.world) - before:
        walk.entries.append(Entry(mark, pk[0].removeprefix("record#"), person.numbers[0], person))


def the_hospital_sees_a_card(walk: Walk) -> None:
    """The person stands at the desk, with a card and the own record open; staff may override and says why."""
    person = walk.a_person()
    number = walk.chance.choice(person.numbers)
    if person.record_id not in walk.records:
        return
    answer = verify(
        walk.hospital, person.record_id, number[1], person.born, number[0], permit_pin=False, reason="card seen"
    )
    assert answer.status == 200, answer.body
    hold(walk, number, person.record_id)


def hold(walk: Walk, number: Number, record_id: str) -> None:
    for other, holder in list(walk.holders.items()):
        if holder == record_id and other[0] == number[0]:
            del walk.holders[other]
    walk.holders[number] = record_id
    record = walk.records[record_id]
    record.numbers = {each for each in record.numbers if each[0] != number[0]} | {number}


def _episodes(world: World) -> set[tuple[str, str]]:
    return {(item["pk"], item["sk"]) for item in world.items("records") if item["sk"].startswith("episode")}


def _marked(file: bytes, mark: str, key: str) -> bytes:
    file = inside(file, lambda text: text.replace(text.partition("<MA_LK>")[2].partition("<")[0], key))
    return replaced(file, "XML1", "CHAN_DOAN_RV", mark)


# What the squatter does with the SIM.


def the_squatter_declares(walk: Walk) -> None:
    """Numbers of the list, of one person or of two, or one of the list beside an own one; anew or as a correction."""
    one, other = walk.a_person(), walk.chance.choice([*walk.people, walk.own, walk.own])
    numbers = {one.numbers[0], other.numbers[1]} if walk.chance.random() < 0.5 else {walk.chance.choice(one.numbers)}
    born = walk.chance.choice((one.born, one.born, other.born, one.born[:4], one.born[:7]))
    new = str(uuid.UUID(int=walk.chance.getrandbits(128), version=4))
    theirs = [one.record_id] if one.record_id in walk.records else []
    record_id = walk.chance.choice([new, *walk.own_records()[-3:], *theirs])
    declare(walk, SQUATTER, record_id, walk.chance.choice((one.name, walk.own.name)), born, numbers)


def the_squatter_hides_behind_an_own_card(walk: Walk) -> None:
    """A number of the list beside an own one, born in a year alone, and the own card shown at the honest hospital."""
    if walk.holders.get(walk.own.numbers[1]) in walk.records:
        return  # shown again it would only leave the record that has it
    new = str(uuid.UUID(int=walk.chance.getrandbits(128), version=4))
    numbers = {walk.a_person().numbers[0], walk.own.numbers[1]}
    if declare(walk, SQUATTER, new, walk.own.name, walk.own.born[:4], numbers) != 201:
        return
    shown = verify(
        walk.hospital, new, walk.own.numbers[1][1], walk.own.born, walk.own.numbers[1][0],
        permit_pin=False, reason="card seen",
    )  # fmt: skip
    if shown.status == 200:
        hold(walk, walk.own.numbers[1], new)


def the_squatter_reads(walk: Walk) -> None:
    """All that an account can ask for, about an own record or anybody's whose id the key has shown."""
    written = {entry.record_id for entry in walk.entries}
    chosen = [each for each in walk.own_records() if each in written][-3:] or walk.own_records()[-1:]
    for record_id in sorted({*chosen, walk.a_record() or ""} - {""}):
        read_as(walk, SQUATTER, record_id)


def read_as(walk: Walk, account: str, record_id: str) -> None:
    """Every reading route of the account, and a link."""
    cookies = people.sign_in(account, level=2)
    for route in ("", "/versions", "/summary", "/episodes", "/accesses", "/consents", "/shares"):
        answer = people.call("GET", f"/v1/records/{{id}}{route}", cookies, record_id=record_id)
        walk.heard(account, "read", record_id, answer.body)
        if route == "/episodes" and answer.status == 200:
            for episode in answer.json["episodes"]:
                detail = people.call(
                    "GET", "/v1/records/{id}/episodes/{episode}", cookies, record_id=record_id, episode=episode["id"]
                )
                walk.heard(account, "read", record_id, detail.body)
    made = share(cookies, record_id=record_id)
    if made.status == 201:
        walk.heard(account, "read", record_id, json.dumps(document(made.json["shlink"]), ensure_ascii=False))


def the_squatter_erases(walk: Walk) -> None:
    if (record_id := walk.a_record()) is None:
        return
    answer = people.call("DELETE", "/v1/records/{id}", people.sign_in(SQUATTER, level=2), record_id=record_id)
    if answer.status == 204:
        assert walk.records[record_id].account == SQUATTER, "a record of another account was erased"
        del walk.records[record_id]
        walk.entries = [entry for entry in walk.entries if entry.record_id != record_id]
        walk.holders = {number: holder for number, holder in walk.holders.items() if holder != record_id}


def the_squatter_restricts(walk: Walk) -> None:
    if (record_id := walk.a_record()) is None:
        return
    record, wanted = walk.records[record_id], walk.chance.random() < 0.3
    cookies = people.sign_in(SQUATTER, level=2)
    answer = people.call(
        "PUT", "/v1/records/{id}/restriction", cookies, record_id=record_id, body={"restricted": wanted}
    )
    if answer.status == 204:
        assert record.account == SQUATTER, "a record of another account was restricted"
        record.restricted = wanted


# What the squatter does with the key.


def the_key_looks_up(walk: Walk) -> None:
    person = walk.a_person()
    number = walk.chance.choice(person.numbers)
    context: dict[str, str] = EMERGENCY if walk.chance.random() < 0.2 else {}
    walk.heard("key", "find", "", walk.key.search(*number, person.born).body.decode())
    walk.heard(
        "key", context.get("purpose", "TREAT"), "", walk.key.summary(*number, person.born, **context).body.decode()
    )


def the_key_reads_by_id(walk: Walk) -> None:
    if (record_id := walk.a_record()) is None:
        return
    context: dict[str, str] = EMERGENCY if walk.chance.random() < 0.2 else {}
    for operation in ("$summary", "$everything"):
        answer = walk.key.call("GET", f"Patient/{record_id}/{operation}", **context)
        walk.heard("key", context.get("purpose", "TREAT"), record_id, answer.body.decode())


def the_key_writes(walk: Walk) -> None:
    if (record_id := walk.a_record()) is not None:
        walk.heard("key", "write", record_id, walk.key.transaction(bundles.visit(record_id)).body.decode())


def the_key_sends_a_file(walk: Walk) -> None:
    person = walk.a_person()
    file = _marked(episode_file(person.numbers[0][1], person.born, person.name), "sai", f"M{walk.chance.randrange(3)}")
    seen = [f"M{number}" for number in range(3)] if walk.may_verify else []
    walk.heard("key", "write", "", walk.key.hospital_file(file, card_seen=seen).body.decode())


def the_key_sees_a_card(walk: Walk) -> None:
    """Says that it saw a card of the list for any record, and what becomes of the others."""
    person, record_id = walk.chance.choice([*walk.people, walk.own]), walk.a_record()
    if record_id is None:
        return
    number = walk.chance.choice(person.numbers)
    others = [each for each in walk.records if each != record_id]
    settle = {walk.chance.choice(others): walk.chance.choice(("keep", "join", "release"))} if others else {}
    answer = verify(
        walk.key, record_id, number[1], person.born, number[0], permit_pin=False,
        settle=settle if walk.chance.random() < 0.4 else None,
    )  # fmt: skip
    walk.heard("key", "write", record_id, answer.body.decode())
    if answer.status == 200:
        assert walk.may_verify, "a key without the permission saw a card"
        hold(walk, number, record_id)


def time_passes(walk: Walk) -> None:
    """Minutes, an hour or a day; what is due each hour is done."""
    from functions.declare.handler import handler

    walk.clock.shift(walk.chance.choice((60, 3_700, 90_000)))
    handler({"task": "resume-erasures"}, None)


MOVES: dict[Callable[[Walk], None], int] = {
    somebody_declares: 3,
    somebody_changes_a_consent: 2,
    somebody_restricts: 1,
    somebody_comes_to_the_hospital: 5,
    the_hospital_sends_a_file: 3,
    the_hospital_sees_a_card: 2,
    the_squatter_declares: 6,
    the_squatter_hides_behind_an_own_card: 1,
    the_squatter_reads: 6,
    the_squatter_erases: 1,
    the_squatter_restricts: 1,
    the_key_looks_up: 3,
    the_key_reads_by_id: 3,
    the_key_writes: 1,
    the_key_sends_a_file: 2,
    the_key_sees_a_card: 3,
    time_passes: 3,
}
# What the first steps are taken from, so that there is something to hide and to read.
OPENING: dict[Callable[[Walk], None], int] = {
    somebody_declares: 2,
    somebody_comes_to_the_hospital: 3,
    the_hospital_sends_a_file: 2,
    the_squatter_declares: 3,
    the_squatter_hides_behind_an_own_card: 3,
}
