"""An emergency opens a record without consent: marked, bounded, and told to its person by SMS if they wish so."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

from functions.lookup import emergencies
from health_record.identity import message_texts
from health_record.sms import delivery
from health_record.sms.message import SmsRefusedError
from tests.conftest import World, call_handler
from tests.contribute.cards import verify
from tests.declare import people
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.faults.injection import LOST, inject_faults
from tests.gsm7 import fits_one_segment

SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
PHONE = "+84911222333"
NOW, EPOCH = "2026-11-23T01:30:00Z", 1795397400
PUBLIC_ORIGIN = "https://hososuckhoe.tphcm.example"


def declared(world: World, *, notices: bool = True) -> None:
    """A record as a resident makes it: a code to their phone, then the declaration; a facility has seen the card."""
    from functions.otp.handler import handler

    asked = call_handler(handler, "POST", "/v1/otp", body={"phone": "0911222333"})
    code = re.search(r"[0-9]{6}", world.sms()[-1][1])
    assert code is not None
    proof = {"challenge_id": asked.json["challenge_id"], "code": code[0]}
    cookie = call_handler(handler, "POST", "/v1/otp/verify", body=proof).cookie("__Host-session")
    body = people.declaration(consent_notices={"valueBoolean": notices}, consent_sharing={"valueBoolean": False})
    assert people.put({"__Host-session": str(cookie)}, body).status == 201
    seen = verify(register(world, "79009"), people.RECORD_ID, people.NATIONAL_ID, "1960-05-17", permit_pin=False)
    assert seen.status == 200


def emergency(desk: Desk, number: str = people.NATIONAL_ID, born: str = "1960-05-17") -> Any:
    return desk.summary(SYSTEM, number, born, purpose="ETREAT", reason="unconscious")


def notices(world: World) -> list[tuple[str, str]]:
    return [(phone, text) for phone, text in world.sms() if "ma xac nhan" not in text]


def test_the_person_is_told_on_the_phone_that_declared_and_only_there(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        declared(world)
        desk, other = register(world), register(world, "79002")
        assert emergency(desk).status == 200
        assert notices(world) == [
            (
                PHONE,
                "So Suc Khoe: luc 08:30 ngay 23/11, ho so khai bang so dien thoai nay duoc bac si cap cuu xem. "
                "Xem do la ai o: 127.0.0.1, muc Ai da xem.",
            )
        ]
        assert emergency(desk).status == emergency(other).status == 200
        assert len(notices(world)) == 2  # once an hour for each facility
        clock.shift(3600)
        assert emergency(desk).status == 200
        assert len(notices(world)) == 3
    assert [item["emergency"] for item in world.items("audit") if "emergency" in item] == [True] * 4
    for read in (emergency(desk), desk.everything(people.RECORD_ID)):
        assert b"911222333" not in read.body
    tables = [each for table in ("records", "access", "facts", "audit", "keys") for each in world.items(table)]
    assert "911222333" not in people.dump(tables)


def test_without_the_consent_to_notices_no_message_is_sent(world: World) -> None:
    declared(world, notices=False)
    assert emergency(register(world)).status == 200
    assert notices(world) == []


@pytest.mark.parametrize(
    ("failure", "counted"), [(SmsRefusedError(), "EmergencyNoticeRefused"), (TimeoutError(), "PostResponseFailed")]
)
def test_a_message_that_fails_never_blocks_the_reading_and_is_counted(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    written: Callable[[], str],
    failure: Exception,
    counted: str,
) -> None:
    declared(world)

    def fail(*_: Any) -> None:
        raise failure

    monkeypatch.setitem(delivery.CHANNELS, "sns", fail)
    desk = register(world)
    answer = emergency(desk)
    assert (answer.status, answer.json["type"]) == (200, "document")
    assert f'"{counted}":[1.0]' in written()
    monkeypatch.undo()
    assert (emergency(desk).status, len(notices(world))) == (200, 1)  # what was not sent counts for nothing


def test_a_refused_or_replayed_emergency_tells_nobody(world: World) -> None:
    declared(world)
    assert emergency(register(world, permissions=["read"])).status == 403
    desk = register(world)
    message = desk.sign_call("GET", f"Patient/{people.RECORD_ID}/$summary", purpose="ETREAT", reason="unable")
    assert [desk.send(message).status for _ in range(2)] == [200, 401]
    assert len(notices(world)) == 1


def test_the_notice_is_one_message_of_plain_letters() -> None:
    import datetime

    at = datetime.datetime(2026, 12, 31, 23, 59, tzinfo=datetime.UTC)
    message = message_texts.emergency_message(PHONE, at, PUBLIC_ORIGIN)
    assert fits_one_segment(message.text)
    assert re.search(r"[0-9]{6}", message.text) is None
    assert message.values == {"at": "23:59 ngay 31/12"}


def put_spent(world: World, name: str, hour: int, day: int) -> None:
    ends = {f"until{seconds}": EPOCH + 60 for seconds in (3600, 86_400)}
    world.table("access").put_item(Item={"pk": f"budget#{name}", "sk": "window", "n3600": hour, "n86400": day, **ends})


@pytest.mark.parametrize("patients", [None, 1, 30, 200, 5000])
def test_no_emergency_is_refused_for_what_others_of_the_facility_opened(
    world: World, patients: int | None, written: Callable[[], str]
) -> None:
    """Every patient of a day opened as an emergency, each ten times, all in one hour."""
    store_resident(world, Resident(sharing=False))
    desk, opened = register(world, daily_patients=patients), 10 * (patients or 30) - 1
    with time_machine.travel(NOW, tick=False):
        put_spent(world, "emergencies#79001", opened, opened)
        person = Resident()
        assert emergency(desk, person.national_id, person.birth_date).status == 200
        assert '"EmergenciesUnusual":[1.0]' in written() or (patients == 1)


@pytest.mark.parametrize(("opened", "woken"), [(38, False), (39, False), (40, True)])
def test_more_than_a_fifth_of_the_patients_wakes_somebody(
    world: World, opened: int, woken: bool, written: Callable[[], str]
) -> None:
    store_resident(world, Resident(sharing=False))
    with time_machine.travel(NOW, tick=False):
        put_spent(world, "emergencies#79001", 0, opened)
        assert (
            emergency(register(world, daily_patients=200), Resident().national_id, Resident().birth_date).status == 200
        )
    assert ("EmergenciesUnusual" in written()) is woken


def test_no_emergency_is_refused_for_numbers_that_others_mistyped(world: World) -> None:
    store_resident(world, Resident(sharing=False))
    desk = register(world, daily_patients=30)
    with time_machine.travel(NOW, tick=False):
        put_spent(world, "misses#79001", 60, 300)
        assert desk.summary(SYSTEM, Resident().national_id, Resident().birth_date).status == 429
        assert emergency(desk, Resident().national_id, Resident().birth_date).status == 200
        put_spent(world, "misses#79001#emergency", 149, 299)
        assert emergency(desk, born="1961-01-01").status == 404
        assert emergency(desk, born="1961-01-01").status == 429
        assert emergency(desk, Resident().national_id, Resident().birth_date).status == 429, "beyond any hospital"
        without = register(world, permissions=["read"])
        assert emergency(without, Resident().national_id, Resident().birth_date).status == 429, "a word is no way round"


@pytest.mark.parametrize("window", emergencies.bounds_of(1000))
def test_where_no_hospital_comes_emergencies_end(world: World, window: Any) -> None:
    store_resident(world, Resident(sharing=False))
    desk, other = register(world), register(world, "79002")
    bounds = emergencies.bounds_of(1000)
    with time_machine.travel(NOW, tick=False) as clock:
        spent = {f"n{each.seconds}": each.limit - 1 if each == window else 0 for each in bounds}
        ends = {f"until{each.seconds}": EPOCH + 60 for each in bounds}
        world.table("access").put_item(Item={"pk": "budget#emergencies#79001", "sk": "window", **spent, **ends})
        person = Resident()
        assert emergency(desk, person.national_id, person.birth_date).status == 200
        refused = emergency(desk, person.national_id, person.birth_date)
        assert (refused.status, refused.json["issue"][0]["diagnostics"]) == (429, "too-many-emergencies")
        assert refused.headers["retry-after"] == "60"
        assert emergency(other, person.national_id, person.birth_date).status == 200
        clock.shift(60)
        assert emergency(desk, person.national_id, person.birth_date).status == 200


@time_machine.travel(EPOCH, tick=False)  # the registry is read again at every 45 s
def test_an_emergency_takes_one_call_more_than_a_summary_where_the_person_is_told(world: World) -> None:
    person, desk = Resident(sharing=False, told_at=PHONE, card_seen=True), register(world)
    store_resident(world, person)
    assert desk.search(SYSTEM, person.national_id, person.birth_date).status == 200  # the facility's keys are known
    with inject_faults() as made:
        assert emergency(desk, person.national_id, person.birth_date).status == 200
    assert [place.operation for place in made.call_sites] == [
        *("query", "batch_get_item", "decrypt", "update_item", "update_item", "query"),
        *("transact_write_items", "publish"),
    ]
    with inject_faults() as made:
        assert emergency(desk, person.national_id, person.birth_date).status == 200
    assert (len(made.call_sites), len(notices(world))) == (7, 1)


@pytest.mark.parametrize(("spent", "second"), [(9998, 200), (9999, 429)])
def test_two_emergencies_at_the_same_moment_are_counted_as_two_and_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch, spent: int, second: int
) -> None:
    """The second has read both budgets when the first one writes."""
    person, desk = Resident(sharing=False, told_at=PHONE, card_seen=True), register(world)
    store_resident(world, person)
    real = BaseClient._make_api_call  # type: ignore[attr-defined]
    first: list[int | None] = []

    def overtaken(self: Any, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems" and not first:
            first.append(None)
            first.append(emergency(desk, person.national_id, person.birth_date).status)
        return real(self, operation, arguments)

    with time_machine.travel(NOW, tick=False):
        place = {"pk": "budget#emergencies#79001", "sk": "window"}
        put_spent(world, "emergencies#79001", spent, spent)
        monkeypatch.setattr(BaseClient, "_make_api_call", overtaken)
        assert (emergency(desk, person.national_id, person.birth_date).status, first[1]) == (second, 200)
    assert world.table("access").get_item(Key=place)["Item"]["n3600"] == 10_000
    assert len(notices(world)) == 1
    lines = sorted((item["outcome"], item.get("emergency")) for item in world.items("audit"))
    assert lines == [("allowed", True), ("allowed", True) if second == 200 else ("denied", None)]


def test_an_emergency_whose_answer_was_lost_is_told_and_its_repeat_is_not(world: World) -> None:
    person, desk = Resident(sharing=False, told_at=PHONE, card_seen=True), register(world)
    store_resident(world, person)
    assert desk.search(SYSTEM, person.national_id, person.birth_date).status == 200
    with inject_faults(6, LOST) as made:
        assert emergency(desk, person.national_id, person.birth_date).status == 503
    assert made.call_sites[6].operation == "transact_write_items"
    assert len(notices(world)) == 1
    assert emergency(desk, person.national_id, person.birth_date).status == 200
    assert len(notices(world)) == 1


def cancelled(reason: str) -> ClientError:
    told = {
        "Error": {"Code": "TransactionCanceledException"},
        "CancellationReasons": [{"Code": "None"}, {"Code": reason}],
    }
    return ClientError(told, "TransactWriteItems")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "failure", [cancelled("TransactionConflict"), cancelled("ThrottlingError"), ReadTimeoutError(endpoint_url="")]
)
def test_a_copy_that_read_the_budgets_too_early_tells_nobody_again(
    world: World, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    """The first copy of the message is done when the second one, delivered with it, comes to write."""
    person = Resident(sharing=False, told_at=PHONE, card_seen=True)
    store_resident(world, person)
    with time_machine.travel(EPOCH, tick=False):
        desk = register(world)
        message = desk.sign_call("GET", f"Patient/{person.record_id}/$summary", purpose="ETREAT", reason="unable")
    real, first = BaseClient._make_api_call, list[int]()  # type: ignore[attr-defined]

    def overtaken(self: Any, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems" and not first:
            first.append(0)
            with time_machine.travel(EPOCH, tick=False):
                first[0] = desk.send(message).status
        if operation == "TransactWriteItems" and first[0]:
            raise failure
        return real(self, operation, arguments)

    monkeypatch.setattr(emergencies, "LONGEST_PAUSE_SECONDS", 0)
    with time_machine.travel(EPOCH + 1, tick=False):
        monkeypatch.setattr(BaseClient, "_make_api_call", overtaken)
        assert (desk.send(message).status, first) == (503, [200])
    assert len(notices(world)) == 1


def test_a_phone_sealed_for_another_account_is_nobodys(world: World) -> None:
    from health_record.identity import phone_encryption

    macs = world.macs()
    sealed = phone_encryption.encrypt_phone(macs, people.ALICE, PHONE)
    assert phone_encryption.decrypt_phone(macs, people.ALICE, sealed) == PHONE
    assert phone_encryption.decrypt_phone(macs, people.BOB, sealed) is None
    assert phone_encryption.decrypt_phone(macs, people.ALICE, None) is None
