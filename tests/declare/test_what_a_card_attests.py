"""A card says that one number is of somebody with one birth date and name, and of nothing that is declared since."""

from typing import Any

import pytest
import time_machine

from tests.conftest import World
from tests.contribute.bundles import visit
from tests.contribute.cards import NATIONAL_ID, verify
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.hospital_file.files import episode_file

INSURANCE_SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"
OWN, OWN_INSURANCE, OWN_BORN, OWN_NAME = "079056000777", "0123456789", "1956-01-02", "Kẻ Tấn Công"
HERS, HER_BORN, HER_NAME = "079156000123", "1956-03-04", "Trần Thị Bà"
ME = people.RECORD_ID


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999")


def saying(national: str | None, insurance: str | None, born: str = OWN_BORN, name: str = OWN_NAME) -> dict[str, Any]:
    return people.declaration(
        identity_national_id={"valueString": national} if national else None,
        identity_insurance_number={"valueString": insurance} if insurance else None,
        identity_birth_date={"valueDate": born},
        identity_full_name={"valueString": name},
    )


def declare(body: dict[str, Any], version: int = 0) -> Any:
    answer = people.put(people.sign_in(level=2), body, version=version)
    assert answer.status in (200, 201)
    return answer


def see(desk: Desk, number: str, born: str = OWN_BORN, system: str = NATIONAL_ID) -> None:
    assert verify(desk, ME, number, born, system, permit_pin=False).status == 200


def send_file(desk: Desk, number: str = HERS, born: str = HER_BORN, name: str = HER_NAME) -> str:
    status: str = desk.hospital_file(episode_file(number, born, name)).json["entry"][0]["response"]["status"]
    return status[:3]


def visits() -> int:
    return len(people.call("GET", "/v1/records/{id}/episodes", people.sign_in(level=2)).json["episodes"])


def shows_results() -> bool:
    return "Tiểu cầu" in people.call("GET", "/v1/records/{id}/summary", people.sign_in(level=2)).body


def readers() -> list[str]:
    """What the account is told that facilities did."""
    listed = people.call("GET", "/v1/records/{id}/accesses", people.sign_in(level=2)).json
    return sorted(access["action"] for access in listed["accesses"])


def tag(desk: Desk, number: str, born: str, system: str = NATIONAL_ID) -> tuple[str, str] | None:
    entries = desk.search(system, number, born).json.get("entry", [])
    if not entries:
        return None
    tags = {each["system"]: each["code"] for each in entries[0]["resource"]["meta"]["tag"]}
    return tags["urn:x-so-suc-khoe:assurance"], entries[0]["search"]["extension"][0]["valueCode"]


CHANGES = {
    "her number, name and birth date": saying(HERS, OWN_INSURANCE, HER_BORN, HER_NAME),
    "her number alone, and a year that fits both": saying(HERS, OWN_INSURANCE, "1956", HER_NAME),
    "her number as that of the insurance": saying(None, HERS, HER_BORN, HER_NAME),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_correction_carries_no_assurance_to_what_the_card_did_not_say(world: World, desk: Desk, change: str) -> None:
    declare(saying(None, OWN_INSURANCE))
    see(desk, OWN_INSURANCE, system=INSURANCE_SYSTEM)
    answer = declare(CHANGES[change], 1)
    assert "identity.full-name" in [each["linkId"] for each in answer.json["warnings"]]
    assert (people.meta_of(world) or {})["card_seen"] is False
    assert tag(desk, HERS, HER_BORN) in (None, ("declared", "probable"))
    assert send_file(desk) in ("201", "404")
    assert desk.transaction(visit(ME)).status == 200
    assert (visits(), shows_results()) == (0, False)
    declare(saying(None, OWN_INSURANCE), 2)
    assert (visits(), shows_results()) == (0, False), "a card counts again once it is seen again"
    see(desk, OWN_INSURANCE, system=INSURANCE_SYSTEM)
    assert (visits(), shows_results()) == (0, False), "what came by her number stays hers"
    assert send_file(desk, HERS, OWN_BORN, OWN_NAME) in ("404",)


@pytest.mark.parametrize("is_declared_first", [True, False])
def test_a_number_that_was_on_no_card_has_no_assurance_beside_one_that_was(
    world: World, desk: Desk, is_declared_first: bool
) -> None:
    """Both are born on one day, and the record says the year."""
    declare(saying(HERS if is_declared_first else None, OWN_INSURANCE, "1956", HER_NAME))
    if is_declared_first:
        assert desk.transaction(visit(ME)).status == 200, "found by either of two numbers"
    see(desk, OWN_INSURANCE, HER_BORN, INSURANCE_SYSTEM)
    if not is_declared_first:
        declare(saying(HERS, OWN_INSURANCE, "1956", HER_NAME), 1)
    assert tag(desk, HERS, HER_BORN) == ("declared", "probable")
    assert tag(desk, OWN_INSURANCE, HER_BORN, INSURANCE_SYSTEM) == ("card-seen", "certain")
    assert send_file(desk) == "201"
    assert desk.transaction(visit(ME, onsetDateTime="2026-11-18")).status == 200
    assert (visits(), shows_results()) == (0, False)
    assert "card not seen" not in desk.summary_by_id(ME).body.decode()
    assert readers() == ["search", "verify"], "who came by the number of the card that was seen, and nobody else"
    see(desk, HERS, HER_BORN)
    assert (visits(), shows_results()) == (1, True), "the card of the other number shows what came by it"
    assert {"episode", "search", "summary", "transaction", "verify"} == set(readers()), "those of before included"


def test_who_was_not_led_by_the_other_number_writes_what_shows(desk: Desk, world: World) -> None:
    declare(saying(OWN, OWN_INSURANCE))
    see(desk, OWN)
    assert tag(desk, OWN, OWN_BORN) == ("card-seen", "certain")
    assert desk.transaction(visit(ME)).status == 200
    assert send_file(desk, OWN, OWN_BORN, OWN_NAME) == "201"
    assert (visits(), shows_results()) == (1, True)


def test_a_personal_number_typed_as_an_insurance_number_is_no_second_number(world: World, desk: Desk) -> None:
    declare(saying(OWN, None))
    see(desk, OWN)
    declare(saying(OWN, HERS), 1)
    assert people.claims_of(world) == [("national-id", ME)]
    assert (tag(desk, HERS, OWN_BORN), tag(desk, OWN, OWN_BORN)) == (None, ("card-seen", "certain"))


@pytest.mark.parametrize(
    "changes",
    [
        {"measurements_weight": {"valueDecimal": 70}},
        {"identity_ward": people.coding("26944")},
        {"identity_full_name": {"valueString": "KẺ TẤN CÔNG"}},
        {"identity_birth_date": {"valueDate": "1956"}},
    ],
    ids=str,
)
def test_what_the_card_does_not_say_is_corrected_freely(world: World, desk: Desk, changes: dict[str, Any]) -> None:
    declare(saying(OWN, None))
    see(desk, OWN)
    assert send_file(desk, OWN, OWN_BORN, OWN_NAME) == "201"
    body = people.declaration(
        **{
            "identity_national_id": {"valueString": OWN},
            "identity_insurance_number": None,
            "identity_birth_date": {"valueDate": OWN_BORN},
            "identity_full_name": {"valueString": OWN_NAME},
            **changes,
        }
    )
    warned = [each["linkId"] for each in declare(body, 1).json["warnings"]]
    assert "identity.full-name" not in warned
    assert (tag(desk, OWN, OWN_BORN), visits()) == (("card-seen", "certain"), 1)


def test_a_card_seen_before_cards_were_kept_is_to_be_seen_again(world: World, desk: Desk) -> None:
    declare(saying(OWN, None))
    world.table("records").update_item(
        Key={"pk": f"record#{ME}", "sk": "meta"},
        UpdateExpression="SET card_seen = :yes REMOVE attested",
        ExpressionAttributeValues={":yes": True},
    )
    (pk,) = people.number_pks(world)
    people.put_verified(world, pk, ME)
    world.table("keys").update_item(
        Key={"pk": f"{pk}#{ME}"}, UpdateExpression="SET verified_at = :at", ExpressionAttributeValues={":at": "2026"}
    )
    assert send_file(desk, OWN, OWN_BORN, OWN_NAME) == "201"
    assert (tag(desk, OWN, OWN_BORN), visits()) == (("declared", "probable"), 0)
    see(desk, OWN)
    assert (tag(desk, OWN, OWN_BORN), visits()) == (("card-seen", "certain"), 1)


def test_a_look_up_before_the_own_card_was_seen_is_remembered_as_well(world: World, desk: Desk) -> None:
    """Her hospital finds her by her number, then the stranger shows a card for the other one at the same desk."""
    declare(saying(HERS, OWN_INSURANCE, "1956", HER_NAME))
    assert tag(desk, HERS, HER_BORN) == ("declared", "probable")
    see(desk, OWN_INSURANCE, HER_BORN, INSURANCE_SYSTEM)
    assert desk.transaction(visit(ME)).status == 200, "by the id of before"
    assert desk.summary_by_id(ME).status == 200
    assert (shows_results(), readers()) == (False, ["verify"])
    see(desk, HERS, HER_BORN)
    assert shows_results()


def test_who_gave_two_numbers_shows_one_card_and_sees_what_came_by_it(world: World, desk: Desk) -> None:
    declare(saying(OWN, OWN_INSURANCE))
    assert tag(desk, OWN, OWN_BORN) == ("declared", "probable")
    see(desk, OWN)
    assert desk.transaction(visit(ME)).status == 200
    assert desk.summary_by_id(ME).status == 200
    assert send_file(desk, OWN, OWN_BORN, OWN_NAME) == "201"
    assert (visits(), shows_results()) == (1, True)
    assert readers() == ["episode", "search", "summary", "transaction", "verify"]


def test_a_look_up_counts_for_ninety_days_from_the_last(world: World, desk: Desk) -> None:
    with time_machine.travel("2026-11-23T01:00:00Z", tick=False) as clock:
        declare(saying(HERS, OWN_INSURANCE, "1956", HER_NAME))
        assert tag(desk, HERS, HER_BORN) is not None
        see(desk, OWN_INSURANCE, HER_BORN, INSURANCE_SYSTEM)
        clock.shift(89 * 86_400)
        assert tag(desk, HERS, HER_BORN) is not None
        clock.shift(89 * 86_400)
        assert desk.transaction(visit(ME)).status == 200
        assert not shows_results()
