"""An old backup, restored after an erasure by who holds every MAC root, leads nowhere (decision 0015)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine

from tests import facility_desk
from tests.conftest import TABLES, World, province_world
from tests.secrecy import old_backups
from tests.secrecy.canaries import Canary, canaries
from tests.secrecy.journeys import Journey
from tests.secrecy.old_backups import BACKED_UP, Attacker, Tables

NOW = 1_795_402_800  # 23 November 2026, ten in the morning in Vietnam
LAW = 20 * 86_400  # Law 91/2025: erased from every copy within 20 days
# Items of `access` that are named by a MAC of the phone, all of which expire.
OF_A_PHONE = ("phone#", "budget#numbers#", "budget#begun#", "budget#network#", "budget#credential-notices#")
# Which hold their phone, sealed under a root of MACs: a session for 12 hours, an account's passkey until it ends.
WITH_PHONE = ("session#", "account#")
# What an item of a record holds in clear: whose account, how it may be used, when, and MACs under the record's own key.
OF_THE_RECORD = {"pk", "sk", "account", "session", "relation", "version", "created_at", "updated_at", "sealed", "held"}
OF_THE_RECORD |= {
    "sharing_until",
    "statistics",
    "notices",
    "restricted",
    "erasing",
    "attested",
    "card_seen",
    "joined",
    "record_id",
    "newest",
}
OF_THE_RECORD |= {"authored", "body_mac", "mac", "parts", "derivation", "provenance"}
OF_THE_RECORD |= {"purpose", "given", "text_version", "language", "at", "level", "until"}
OF_THE_RECORD |= {"token_hash", "share_id", "salt", "passcode", "expires_at", "tries", "times_read"}
IN_CLEAR = {
    "records": OF_THE_RECORD | {"begun", "since"},
    "audit": {
        *(
            "pk",
            "at",
            "action",
            "outcome",
            "detail",
            "record_id",
            "own_record",
            "account",
            "ttl",
            "seal",
            "recipient",
            "share_id",
            "call",
        ),
        *("facility_id", "facility_name", "facility_day", "key_id", "practitioner", "purpose", "reason", "emergency"),
        "led_by",  # numbers by MACs under the record's own key
    },
    "facilities": {
        *("pk", "sk", "name", "status", "permissions", "provider_code", "daily_patients"),
        *("algorithm", "public_key_pem", "not_before", "not_after"),
    },
}
# How sort keys of `records` may look: no type, id or day of what facilities wrote.
SORT_KEY = re.compile(
    r"meta|account|share|record#[0-9a-f-]{36}|version#\d{6}|consent#[a-z]+#[0-9TZ:.-]+|share#[0-9a-f-]{36}"
    r"|contribution#[0-9a-f]{32}#\d{6}|dispute#[0-9a-f]{32}|~?episode#[0-9a-f]{32}(#\d{6}#\d\d)?"
    r"|~attachment#[0-9a-f]{31}#\d\d|joined#[0-9a-f]{32}"
)


@dataclass(frozen=True)
class Province:
    """What all tables held before an erasure, and what they hold after it."""

    world: World
    person: Canary
    account: str
    before: Tables
    after: Tables

    def attacker(self, tables: Tables) -> Attacker:
        return Attacker(tables, self.world.macs())

    @property
    def backups(self) -> Tables:
        """What the long backups hold of the time before, beside all tables as they are when the law's time is over."""
        live = old_backups.without_expired(self.after, NOW + LAW)
        return {**live, **{f"backup of {table}": self.before[table] for table in BACKED_UP}}


@pytest.fixture(scope="module")
def province() -> Iterator[Province]:
    """Two people who do everything that can be done; then the first one erases, and the other stays."""
    with time_machine.travel(NOW, tick=False), province_world() as world:
        desk = facility_desk.register(world, "79001", provider_code="79999")
        journeys = [Journey(world, desk, person) for person in canaries(2, seed=16)]
        for journey in journeys:
            for step in (journey.sign_in, journey.declare, journey.lift, journey.look, journey.change, journey.share):
                step()
            journey.keep_passkey()
            journey.at_the_facility()
            journey.at_the_hospital()
            journey.dispute()
            journey.own("POST", "/shares", 201, {"minutes": 30, "label": journey.person.name, "passcode": "806253"})
        person = journeys[0].person
        before = tables_of(world)
        (account,) = {
            item["account"]
            for item in before["records"]
            if item["pk"] == f"record#{person.record_id}" and item["sk"] == "meta"
        }
        journeys[0].own("DELETE", "", 204)
        yield Province(world, person, account, before, tables_of(world))


def tables_of(world: World) -> dict[str, list[dict[str, Any]]]:
    return {table: world.items(table) for table in TABLES}


def of_the_record(province: Province, tables: Tables) -> set[old_backups.Place]:
    return {
        place
        for place, item in old_backups.items_of(tables)
        if old_backups.is_of_record(item, province.person.record_id, province.account)
    }


def test_only_keys_and_what_expires_hold_a_mac_of_a_living_person(province: Province) -> None:
    found = province.attacker(province.before).find_person(province.person)
    elsewhere = {place for place in found if place[0] != "keys"}
    assert {table for table, _, _ in elsewhere} == {"access"}
    assert [place for place in elsewhere if not place[1].startswith((*OF_A_PHONE, *WITH_PHONE))] == []
    kept = old_backups.items_of(province.before)
    expiring = {(table, item["pk"], item.get("sk")) for (table, *_), item in kept if "ttl" in item}
    assert {place for place in elsewhere if place not in expiring} == {("access", f"account#{province.account}", "pin")}
    assert {place[1].partition("#")[0] for place in found if place[0] == "keys"} == {"identifier", "phone"}


def test_with_keys_of_before_the_attacker_would_find_the_person(province: Province) -> None:
    """The search is not idle: it finds who is there."""
    attacker = province.attacker(province.before)
    reached = attacker.follow(attacker.find_person(province.person))
    assert of_the_record(province, province.before) <= reached


def test_a_backup_leads_from_no_phone_and_no_number_to_the_erased_person(province: Province) -> None:
    attacker = province.attacker(province.backups)
    found = attacker.find_person(province.person)
    assert [place for place in found if not place[1].startswith(OF_A_PHONE)] == []
    assert {table for table, _, _ in found} == {"access"}
    reached = attacker.follow(found)
    assert reached & of_the_record(province, province.backups) == set()
    assert of_the_record(province, province.backups)


def test_no_point_in_time_after_the_erasure_leads_to_the_erased_person(province: Province) -> None:
    """All that can be restored once `access` and `keys` of before are out of reach: the erasure's own moment on.

    DynamoDB takes away what is over when it likes, so that here it has taken nothing.
    """
    tables = {**province.after, **{f"backup of {table}": province.before[table] for table in BACKED_UP}}
    attacker = province.attacker(tables)
    found = attacker.find_person(province.person)
    assert found
    assert attacker.follow(found) & of_the_record(province, tables) == set()


def test_no_backup_joins_the_phone_to_the_account_while_the_person_is_there(province: Province) -> None:
    """Nor do the tables that are recoverable for 15 days, but for `keys`, a session, and a passkey's item."""
    tables = {
        name: [item for item in items if not item["pk"].startswith(WITH_PHONE)]
        for name, items in province.before.items()
        if name != "keys"
    }
    attacker = province.attacker(tables)
    found = attacker.find_person(province.person)
    assert found
    assert attacker.follow(found) & of_the_record(province, tables) == set()


@pytest.mark.parametrize("table", BACKED_UP)
def test_what_a_backup_shows_in_clear_is_this_and_no_more(province: Province, table: str) -> None:
    shown = {name for items in (province.before, province.after) for item in items[table] for name in item}
    assert shown - IN_CLEAR[table] == set()


def test_no_sort_key_says_what_facilities_wrote(province: Province) -> None:
    assert [item["sk"] for item in province.before["records"] if SORT_KEY.fullmatch(item["sk"]) is None] == []


def test_nothing_of_the_erased_record_opens(province: Province) -> None:
    assert [item for item in province.after["keys"] if province.person.record_id in item["pk"]] == []
    sealed = [
        item for item in province.before["records"] if "sealed" in item and province.person.record_id in item["pk"]
    ]
    assert sealed


def test_whoever_is_signed_in_stays_so_in_an_account_that_no_backup_knows(province: Province) -> None:
    def sessions(tables: Tables) -> list[str]:
        return [item["account"] for item in tables["access"] if item["pk"].startswith("session#")]

    mine = sessions(province.before).count(province.account)
    assert mine
    left = sessions(province.after)
    assert province.account not in left
    assert len(left) == len(sessions(province.before))
    assert len(set(left) - set(sessions(province.before))) == mine, "each is in an account of its own"


def test_what_still_lies_in_the_tables_of_the_account_is_nothing(province: Province) -> None:
    left = {
        (table, item["pk"].partition("#")[0])
        for (table, *_), item in old_backups.items_of(old_backups.without_expired(province.after, NOW + LAW))
        if province.account in str(item)
    }
    assert left == {("audit", "resident")}
