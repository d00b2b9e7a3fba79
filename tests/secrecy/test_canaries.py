"""Canaries go through every journey; nowhere is a name, phone, number, birth date, answer, PIN, code or token found.

The gate sends a few, `make canaries` two hundred.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine

from infrastructure.config.routes import ROUTES
from tests import facility_desk
from tests.conftest import World, aws, province_world
from tests.secrecy import sinks
from tests.secrecy.canaries import Canary, canaries
from tests.secrecy.journeys import Journey, scheduled
from tests.secrecy.search import Search

NOW = "2026-11-23T03:00:00Z"
CANARIES = int(os.environ.get("SSK_CANARIES", "2"))
NOT_CALLED = {"GET /v1/fhir/metadata", "OPTIONS /v1/shares/{token}"}  # nobody is named in these


@dataclass
class Found:
    """All that was written, by the place where it lies."""

    people: list[Canary]
    routes: set[str]
    refusals: int
    texts: dict[str, str]


@pytest.fixture(scope="module")
def province() -> Iterator[World]:
    with time_machine.travel(NOW, tick=False), province_world() as world, pytest.MonkeyPatch.context() as patch:
        aws("s3").create_bucket(Bucket="digests", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
        key = aws("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        patch.setenv("SSK_DIGEST_BUCKET", "digests")
        patch.setenv("SSK_DIGEST_KEY_ID", key)
        yield world


@pytest.fixture(scope="module")
def found(province: World) -> Found:
    people = canaries(CANARIES)
    # A facility is stopped after so many misses, and each journey makes some.
    desks = [
        facility_desk.register(province, f"79{number:03d}", provider_code="79999")
        for number in range(CANARIES // 10 + 1)
    ]
    with sinks.watch_sinks() as written:
        for person in people:
            Journey(province, desks[person.place // 10], person).all()
        scheduled(province)
    return Found(
        people,
        {event["routeKey"] for event, _ in written.calls},
        sum(answer["statusCode"] >= 400 for _, answer in written.calls),
        written.texts(province),
    )


def test_the_journeys_lead_through_every_route(found: Found) -> None:
    assert found.routes >= {route.key for route in ROUTES} - NOT_CALLED
    assert found.refusals > 15 * len(found.people)


def test_no_secret_is_found_anywhere(found: Found) -> None:
    search = Search(found.people)
    hits = {place: search.hits(text) for place, text in found.texts.items()}
    assert {place: hit for place, hit in hits.items() if hit} == {}


def test_the_search_was_made_where_something_is(found: Found) -> None:
    """Each kind of place is there and holds what it should: an idle search finds nothing as well."""
    assert '"_aws"' in found.texts["logs and metrics"]
    assert found.texts["logs and metrics"].count('"request_answered"') > 40 * len(found.people)
    assert all(person.record_id in found.texts["tables"] for person in found.people[::2])
    kinds = {place.split("/")[1] for place in found.texts if "/" in place}
    assert {"snapshots", "statistics", "published", "digests"} <= kinds
    assert any(place.startswith("site/accesses/2026-11-23/") for place in found.texts)
    assert found.texts["messages"].count("\n") >= len(found.people)
    assert "record" in found.texts["contexts of keys"]
