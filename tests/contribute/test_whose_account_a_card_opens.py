"""A card proves who somebody is. Whose account a record is, and which number led there, has to be known as well.

A stranger can declare all that stands on her card. A hospital's file opens no record without the phone of its account,
takes no visit from whom a card vouches for, and asks about nobody without being counted and seen.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from functions.contribute import daily_quota
from health_record.aws.rate_limits import Window
from tests.conftest import World
from tests.contribute.cards import INSURANCE_NUMBER, NATIONAL_ID, verify
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.hospital_file.files import episode_file, inside, replaced
from tests.put_at_once import phone_of

NUMBER, DATE, NAME, CARD = "079160012399", "1960-05-17", "Trần Thị Bà", "DN4790123456789"
SHE, ME = people.OTHER_ID, people.RECORD_ID


@pytest.fixture
def hospital(world: World) -> Desk:
    return register(world, "79001", permissions=["read", "write", "verify"], provider_code="79999", daily_patients=3)


def declare(
    account: str, record_id: str, number: str | None, card: str | None = None, version: int = 0, **changes: Any
) -> int:
    body = people.declaration(
        identity_national_id={"valueString": number} if number else None,
        identity_insurance_number={"valueString": card} if card else None,
        **{
            "identity_full_name": {"valueString": NAME},
            "identity_birth_date": {"valueDate": DATE},
            **changes,
        },
    )
    return people.put(people.sign_in(account, level=2), body, record_id=record_id, version=version).status


def send(
    hospital: Desk,
    key: str = "K1",
    *,
    number: str = NUMBER,
    card: str = "",
    phone: str = "",
    seen: bool = False,
    made: str = "20261101",
) -> str:
    file = replaced(episode_file(NUMBER, DATE, NAME, phone), "XML1", "MA_THE_BHYT", card)
    file = inside(replaced(file, "XML1", "SO_CCCD", number), lambda text: text.replace(f"LK{NUMBER}", key))
    file = re.sub(rb"<NGAYLAP>\d+<", f"<NGAYLAP>{made}<".encode(), file)
    entry = hospital.hospital_file(file, card_seen=[key] if seen else []).json["entry"][0]["response"]
    words = [issue.get("diagnostics", "") for issue in entry["outcome"]["issue"]]
    return " ".join([entry["status"][:3], words[0], *(["card-not-confirmed"] if "card-not-confirmed" in words else [])])


def visits(account: str, record_id: str) -> int:
    cookies = people.sign_in(account, level=2)
    return len(people.call("GET", "/v1/records/{id}/episodes", cookies, record_id=record_id).json["episodes"])


def told(world: World, account: str) -> list[str]:
    return [item["kind"] for item in world.items("access") if item["pk"] == f"events#{account}"]


def texts(world: World, account: str) -> list[str]:
    return [text for to, text in world.sms() if to == phone_of(account)]


def lines(world: World, record_id: str) -> list[tuple[str, str, str]]:
    return [
        (item["action"], item["outcome"], item.get("detail", ""))
        for item in world.items("audit")
        if item.get("record_id") == record_id and "facility_id" in item
    ]


def reads(world: World) -> int:
    items = [item for item in world.items("access") if item["pk"] == "budget#reads#79001"]
    return int(items[0]["n86400"]) if items else 0


@pytest.mark.parametrize("phone", ["", "0900000001", "02838123456", "not a phone"])
def test_her_card_seen_opens_no_record_that_a_stranger_declared_of_her(
    world: World, hospital: Desk, phone: str
) -> None:
    assert declare(people.ALICE, ME, NUMBER) == 201
    assert send(hospital, phone=phone, seen=True) == "201 kept card-not-confirmed"
    assert (people.verified_numbers(world), visits(people.ALICE, ME)) == ([], 0)
    assert declare(people.BOB, SHE, NUMBER) == 201, "she can still declare it"


@pytest.mark.parametrize("written", ["{}", "0{rest}", "84{rest}", "02838123456;0{rest}"])
def test_the_accounts_phone_in_the_file_opens_her_own(world: World, hospital: Desk, written: str) -> None:
    assert declare(people.BOB, SHE, NUMBER) == 201
    phone = phone_of(people.BOB)
    written = written.format(phone, rest=phone.removeprefix("+84"))
    assert send(hospital, phone=written, seen=True) == "201 kept"
    assert (people.verified_numbers(world), visits(people.BOB, SHE)) == ([SHE], 1)


def test_a_file_that_names_the_card_that_staff_saw_needs_no_phone(world: World, hospital: Desk) -> None:
    assert declare(people.BOB, SHE, NUMBER, CARD) == 201
    assert verify(hospital, SHE, CARD, DATE, INSURANCE_NUMBER, permit_pin=False).status == 200
    assert send(hospital, seen=True) == "201 kept card-not-confirmed", "the file does not name the card that staff saw"
    assert send(hospital, "K2", card=CARD, seen=True) == "201 kept"
    assert people.verified_numbers(world) == [SHE]


def test_no_declared_number_takes_a_visit_that_a_card_vouches_for(world: World, hospital: Desk) -> None:
    """The same file sent again, with the one number that she did not declare and a stranger did."""
    assert declare(people.BOB, SHE, None, CARD) == 201
    assert verify(hospital, SHE, CARD, DATE, INSURANCE_NUMBER, permit_pin=False).status == 200
    assert send(hospital, card=CARD) == "201 kept"
    assert declare(people.ALICE, ME, NUMBER) == 201
    assert send(hospital, card=CARD) == "200 unchanged", "her card and her name in one file"
    assert send(hospital) == "409 several-records"
    assert (visits(people.BOB, SHE), visits(people.ALICE, ME)) == (1, 0)
    assert "visit-moved" not in told(world, people.BOB)


def test_a_visit_that_goes_from_one_proven_person_to_another_is_told(world: World, hospital: Desk) -> None:
    assert declare(people.BOB, SHE, None, CARD) == 201
    assert verify(hospital, SHE, CARD, DATE, INSURANCE_NUMBER, permit_pin=False).status == 200
    assert send(hospital, card=CARD, number="") == "201 kept"
    assert declare(people.ALICE, ME, NUMBER) == 201
    assert verify(hospital, ME, NUMBER, DATE, permit_pin=False).status == 200
    assert send(hospital)[:3] == "200"
    assert (visits(people.BOB, SHE), visits(people.ALICE, ME)) == (0, 1)
    assert told(world, people.BOB).count("visit-moved") == 1
    assert [text for text in texts(world, people.BOB) if "mot lan kham" in text and len(text) <= 160]
    assert "visit-moved" not in told(world, people.ALICE)


def test_a_visit_that_nothing_proves_goes_where_the_corrected_number_leads(world: World, hospital: Desk) -> None:
    assert declare(people.BOB, SHE, None, CARD) == 201
    assert send(hospital, card=CARD, number="") == "201 kept"
    assert declare(people.ALICE, ME, NUMBER) == 201
    assert send(hospital)[:3] == "200"
    assert told(world, people.BOB) == [], "a stranger who declared her card would learn when she is treated"


def test_several_in_answer_to_a_file_are_counted_and_find_a_line_each(world: World, hospital: Desk) -> None:
    assert [declare(people.BOB, SHE, NUMBER), declare(people.ALICE, ME, NUMBER)] == [201, 201]
    before = reads(world)
    assert send(hospital) == "409 several-records"
    assert reads(world) == before + 2
    assert lines(world, SHE) == lines(world, ME) == [("episode", "denied", "several-records")]


def test_a_file_tries_no_more_people_than_the_facility_may_read(world: World, hospital: Desk) -> None:
    assert [declare(people.BOB, SHE, NUMBER), declare(people.ALICE, ME, NUMBER)] == [201, 201]
    answers = {send(hospital, f"K{n}") for n in range(60)}
    assert answers == {"409 several-records", "429 too-many-reads"}


def test_a_birth_date_is_not_tried_day_by_day(world: World) -> None:
    """A correction of date or name claims the number anew; one whose card was seen is nobody else's to try."""
    assert declare(people.ALICE, ME, NUMBER) == 201
    dates = [f"1960-{month:02d}-{day:02d}" for month in (1, 2) for day in range(1, 26)]
    statuses = [
        declare(people.ALICE, ME, NUMBER, None, version, identity_birth_date={"valueDate": date})
        for version, date in enumerate(dates, 1)
    ]
    assert statuses[:29] == [200] * 29
    assert statuses[29] == 429
    assert declare(people.ALICE, ME, NUMBER, None, 30, identity_full_name={"valueString": "Ai Đó"}) == 429
    assert declare(people.ALICE, ME, None, None, 30) == 200, "what claims nothing is corrected as before"


def test_a_correction_of_other_answers_claims_nothing(world: World) -> None:
    assert declare(people.ALICE, ME, NUMBER) == 201
    for version in range(1, 35):
        weight = {"measurements_weight": {"valueDecimal": 40 + version}}
        assert declare(people.ALICE, ME, NUMBER, None, version, **weight) == 200


def test_the_phone_of_the_person_at_the_desk_opens_no_other_account(world: World, hospital: Desk) -> None:
    assert declare(people.ALICE, ME, NUMBER) == 201
    hers, mine = phone_of(people.BOB)[-3:], phone_of(people.ALICE)[-3:]
    refused = verify(hospital, ME, NUMBER, DATE, permit_pin=False, phone_ending=hers)
    assert refused.status == 404
    assert refused.body == verify(hospital, ME, NUMBER, "1960-05-18", permit_pin=False).body
    assert people.verified_numbers(world) == []
    misses = [item for item in world.items("access") if item["pk"] == "budget#misses#79001"]
    assert int(misses[0]["n3600"]) == 2, "a wrong phone is a wrong pair"
    assert verify(hospital, ME, NUMBER, DATE, permit_pin=False, phone_ending=mine).status == 200


@pytest.mark.parametrize("ending", ["", "12", "1234", "12a", "१२३"])
def test_what_is_no_ending_of_a_phone_is_refused(world: World, hospital: Desk, ending: str) -> None:
    assert declare(people.ALICE, ME, NUMBER) == 201
    assert verify(hospital, ME, NUMBER, DATE, permit_pin=False, phone_ending=ending).status == 400


def is_restricted(world: World, hospital: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    assert declare(people.ALICE, ME, NUMBER) == 201
    signed_in = {"cookies": people.sign_in(people.ALICE, level=2), "body": {"restricted": True}}
    assert people.call("PUT", "/v1/records/{id}/restriction", **signed_in, record_id=ME).status == 204
    return "403 record-restricted"


def has_used_the_days_quota(world: World, hospital: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    assert declare(people.ALICE, ME, NUMBER) == 201
    monkeypatch.setattr(daily_quota, "KILOBYTES", (Window(86400, 0),))
    return "429 too-much-for-one-record"


def has_a_proven_holder(world: World, hospital: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    assert declare(people.BOB, SHE, None, CARD) == 201
    assert verify(hospital, SHE, CARD, DATE, INSURANCE_NUMBER, permit_pin=False).status == 200
    assert send(hospital, card=CARD) == "201 kept"
    assert declare(people.ALICE, ME, NUMBER) == 201
    return "409 several-records"


REFUSED = [is_restricted, has_used_the_days_quota, has_a_proven_holder]


@pytest.mark.parametrize("set_up", REFUSED)
def test_what_tells_of_a_record_and_keeps_nothing_is_a_read_with_a_line(
    world: World, hospital: Desk, monkeypatch: pytest.MonkeyPatch, set_up: Callable[..., str]
) -> None:
    answer = set_up(world, hospital, monkeypatch)
    before, found = reads(world), lines(world, ME)
    assert send(hospital) == answer
    assert reads(world) == before + 1
    assert lines(world, ME) == [*found, ("episode", "denied", answer[4:])]


def test_an_older_file_of_another_person_counts_whom_it_names(world: World, hospital: Desk) -> None:
    other = "079160012388"
    assert declare(people.BOB, SHE, other) == 201
    assert declare(people.ALICE, ME, NUMBER) == 201
    assert send(hospital, number=other) == "201 kept"
    before = reads(world)
    assert send(hospital, made="20251101") == "200 older"
    assert reads(world) == before + 1
    assert lines(world, ME)[-1:] == [("episode", "allowed", "")]
    assert send(hospital, number=other) == "200 unchanged"
    assert reads(world) == before + 1, "whose episode it is was known"


@pytest.mark.parametrize(("hers", "added"), [(NUMBER, CARD), (CARD, NUMBER)])
@pytest.mark.parametrize("seen", [False, True])
def test_a_namesake_who_adds_her_number_to_an_own_card_gets_no_visit_of_hers(
    world: World, hospital: Desk, hers: str, added: str, seen: bool
) -> None:
    """One card is seen for the namesake's own number of the one kind; the file's number of that kind is another."""
    own, kind = ("079160099999", "national-id") if hers == NUMBER else ("DN4790999999999", "insurance")
    mine = (own, None) if kind == "national-id" else (None, own)
    both = (own, added) if kind == "national-id" else (added, own)
    assert declare(people.ALICE, ME, *mine) == 201
    system = INSURANCE_NUMBER if kind == "insurance" else NATIONAL_ID
    assert verify(hospital, ME, own, DATE, system, permit_pin=False).status == 200
    assert declare(people.ALICE, ME, *both, version=1) == 200
    assert send(hospital, number=NUMBER, card=CARD, phone="0987654321", seen=seen) == "404 no-such-record"
    assert send(
        hospital, "K2", number="" if added == CARD else NUMBER, card=CARD if added == CARD else "", seen=True
    ) == ("201 kept card-not-confirmed"), "the added number alone contradicts nothing, and is hers by nobody's word"
    assert visits(people.ALICE, ME) == 0
    assert declare(people.BOB, SHE, NUMBER, CARD) == 201


def test_a_refusal_that_the_number_on_the_card_led_to_stands_in_the_list(world: World, hospital: Desk) -> None:
    assert declare(people.BOB, SHE, NUMBER, CARD) == 201
    assert verify(hospital, SHE, NUMBER, DATE, permit_pin=False).status == 200
    restrict = {"cookies": people.sign_in(people.BOB, level=2), "body": {"restricted": True}}
    assert people.call("PUT", "/v1/records/{id}/restriction", **restrict, record_id=SHE).status == 204
    assert send(hospital) == "403 record-restricted"
    cookies = people.sign_in(people.BOB, level=2)
    shown = people.call("GET", "/v1/records/{id}/accesses", cookies, record_id=SHE).json["accesses"]
    assert [each["action"] for each in shown if each["outcome"] == "denied"] == ["episode"]


def test_one_episodes_lines_say_nothing_of_what_led_to_another(world: World, hospital: Desk) -> None:
    """In one file: a namesake's own visit by the number on their card, then hers by the number that they only claim."""
    own = "079160099999"
    assert declare(people.ALICE, ME, own) == 201
    assert verify(hospital, ME, own, DATE, permit_pin=False).status == 200
    assert declare(people.ALICE, ME, own, CARD, version=1) == 200
    assert declare(people.BOB, SHE, None, CARD) == 201
    theirs = episode_file(own, DATE, NAME)
    hers = replaced(replaced(episode_file(NUMBER, DATE, NAME), "XML1", "SO_CCCD", ""), "XML1", "MA_THE_BHYT", CARD)
    (second,) = re.findall(rb"<HOSO>.*?</HOSO>", hers, re.S)
    both = re.sub(rb"<SOLUONGHOSO>\d+<", b"<SOLUONGHOSO>2<", theirs.replace(b"</HOSO>", b"</HOSO>" + second, 1))
    answered = [entry["response"]["status"][:3] for entry in hospital.hospital_file(both).json["entry"]]
    assert answered == ["201", "409"]
    assert ("episode", "denied", "several-records") in lines(world, ME)
    cookies = people.sign_in(people.ALICE, level=2)
    shown = people.call("GET", "/v1/records/{id}/accesses", cookies, record_id=ME).json["accesses"]
    assert [each["action"] for each in shown if each["outcome"] == "denied"] == []
