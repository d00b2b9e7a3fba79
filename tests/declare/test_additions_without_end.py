"""What an account adds by its own calls has an end, so that no reader has to load, sign or pay for it without end."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from functions.declare import own_additions
from tests.conftest import Answer, World
from tests.declare.links import share
from tests.declare.people import (
    ALICE,
    BOB,
    OTHER_ID,
    RECORD,
    RECORD_ID,
    call,
    declaration,
    put,
    sign_in,
    sort_keys,
)

START = datetime.datetime(2026, 11, 2, 3, tzinfo=datetime.UTC)
LONG = {"other_note": {"valueString": "ế" * 2000}, "lifestyle_other": {"valueString": "ế" * 1000}}


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


class Writer:
    """One account that does one thing again and again to one record."""

    def __init__(self, account: str = ALICE, record_id: str = RECORD_ID) -> None:
        self.account, self.record_id, self.version, self.texts = account, record_id, 1, 0
        assert put(sign_in(account), declaration(identity_national_id=None), record_id=record_id).status == 201

    @property
    def cookies(self) -> dict[str, str]:
        return sign_in(self.account, level=2)

    def correct(self, **answers: Any) -> Answer:
        weight = {"valueDecimal": 50 + self.version % 40}
        body = declaration(identity_national_id=None, measurements_weight=weight, **answers)
        answer = put(self.cookies, body, record_id=self.record_id, version=self.version)
        self.version += answer.status == 200
        return answer

    def consent(self, purpose: str, *, given: bool) -> Answer:
        body = {"purpose": purpose, "given": given, "text_version": f"1.0.{self.texts}", "language": "vi"}
        return call("PUT", f"{RECORD}/consents", self.cookies, record_id=self.record_id, body=body)

    def give(self) -> Answer:
        self.texts += 1
        return self.consent("notices", given=True)

    def give_and_withdraw(self) -> Answer:
        given = self.consent("notices", given=True)
        assert self.consent("notices", given=False).status == 200
        return given

    def make_link(self) -> Answer:
        made = share(self.cookies, record_id=self.record_id)
        if made.status == 201:
            path = {"id": self.record_id, "share": made.json["id"]}
            stopped = call_share("DELETE", path, self.cookies)
            assert stopped.status == 204
        return made

    def begin_and_erase(self) -> Answer:
        cookies, record_id = sign_in(self.account), str(uuid.uuid4())
        body = declaration(identity_national_id=None, identity_insurance_number=None)
        made = put(cookies, body, record_id=record_id)
        if made.status == 201:
            assert call("DELETE", RECORD, cookies, record_id=record_id).status == 204
        return made


def call_share(method: str, path: dict[str, str], cookies: dict[str, str]) -> Answer:
    from functions.declare.handler import handler
    from tests.conftest import call_handler

    return call_handler(handler, method, f"{RECORD}/shares/{{share}}", path=path, cookies=cookies)


SMALL_A_DAY, LINKS, FIRSTS = 6, 5, 4  # in these tests, to be sooner at the end


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_additions, "KILOBYTES_A_DAY", SMALL_A_DAY * own_additions.SMALLEST)
    monkeypatch.setattr(own_additions, "LINKS_A_DAY", LINKS)
    monkeypatch.setattr(own_additions, "FIRST_A_MONTH", FIRSTS)


DAY = 86_400
# What is done again and again, and how often a day has room for it; a month for what is counted with the phone.
ENDLESS: dict[str, tuple[Callable[[Writer], Answer], int]] = {
    "a correction": (Writer.correct, SMALL_A_DAY),
    "a consent that is given by one text after another": (Writer.give, SMALL_A_DAY),
    "a consent that is given and withdrawn": (Writer.give_and_withdraw, SMALL_A_DAY // 2),
    "a link that is made and stopped": (Writer.make_link, LINKS),
    "a declaration that is made and erased": (Writer.begin_and_erase, FIRSTS - 1),
}


def until_refused(writer: Writer, act: Callable[[Writer], Answer], most: int) -> int:
    """How often it went well before the first refusal."""
    for times in range(most + 2):
        answer = act(writer)
        if answer.status == 429:
            assert answer.json["type"] == "/problems/too-many-changes"
            return times
        assert answer.status in (200, 201), answer.body
    return most + 2


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("what", ENDLESS)
def test_everything_that_adds_has_an_end_for_its_time_and_then_goes_on(
    world: World, clock: time_machine.Traveller, what: str
) -> None:
    act, most = ENDLESS[what]
    writer = Writer()
    assert until_refused(writer, act, most) == most
    kept = sort_keys(world)
    assert act(writer).status == 429
    assert sort_keys(world) == kept, "what is refused leaves nothing"
    clock.shift(31 * DAY if act is Writer.begin_and_erase else DAY)
    assert act(writer).status in (200, 201)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("what", ENDLESS)
def test_what_one_uses_up_nobody_else_misses(world: World, clock: time_machine.Traveller, what: str) -> None:
    act, most = ENDLESS[what]
    until_refused(Writer(), act, most)
    other = Writer(BOB, OTHER_ID)
    for neighbour, _ in ENDLESS.values():
        assert neighbour(other).status in (200, 201)


@pytest.mark.usefixtures("soon")
def test_another_record_of_the_account_is_corrected_all_the_same(world: World, clock: time_machine.Traveller) -> None:
    """Whoever had the phone for a minute writes to what they declared, and to nothing else."""
    until_refused(Writer(), Writer.correct, SMALL_A_DAY)
    sibling = Writer(ALICE, OTHER_ID)
    assert (sibling.correct().status, sibling.give().status, sibling.make_link().status) == (200, 200, 201)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("purpose", ["sharing", "statistics", "notices"])
def test_what_is_given_is_taken_back_whatever_was_added_before(
    world: World, clock: time_machine.Traveller, purpose: str
) -> None:
    writer = Writer()
    assert writer.consent(purpose, given=True).status == 200
    until_refused(writer, Writer.correct, SMALL_A_DAY)
    assert writer.consent(purpose, given=False).status == 200
    assert writer.consent(purpose, given=True).status == 429
    restricted = call("PUT", f"{RECORD}/restriction", writer.cookies, body={"restricted": True})
    assert (restricted.status, call("DELETE", RECORD, writer.cookies).status) == (204, 204)


def test_a_reader_never_loads_more_than_a_month_has_room_for(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest texts that the form takes: what lies there for readers after a month of trying."""
    monkeypatch.setattr(own_additions, "KILOBYTES_A_DAY", 64)
    monkeypatch.setattr(own_additions, "KILOBYTES_A_MONTH", 128)
    writer = Writer()
    for _ in range(5):
        while writer.correct(**LONG).status == 200:
            pass
        clock.shift(86_400)
    versions = [item for item in world.items("records") if item["sk"].startswith("version#")]
    assert sum(len(item["sealed"].value) for item in versions) < (own_additions.KILOBYTES_A_MONTH + 64) * 1024
    clock.shift(30 * 86_400)
    assert writer.correct(**LONG).status == 200, "the next month has room again"


def test_an_honest_day_of_a_household_has_room(world: World, clock: time_machine.Traveller) -> None:
    """Twelve people by the real numbers, each with long texts; one is corrected, shared and asked of ten times."""
    writers = [Writer(ALICE, str(uuid.UUID(int=place, version=4))) for place in range(12)]
    assert [writer.correct(**LONG).status for writer in writers] == [200] * 12
    for _ in range(9):
        assert (writers[0].correct(**LONG).status, writers[0].give().status) == (200, 200)
        assert writers[0].make_link().status == 201


@pytest.mark.usefixtures("soon")
def test_the_same_call_again_is_answered_whatever_was_added_since(world: World, clock: time_machine.Traveller) -> None:
    writer = Writer()
    until_refused(writer, Writer.correct, SMALL_A_DAY)
    writer.version -= 1
    assert writer.correct().status == 200
