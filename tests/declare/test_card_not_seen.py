"""What facilities write about a record whose card nobody has seen waits for the card, for its account and its links."""

import json

from tests.conftest import World
from tests.contribute.bundles import visit
from tests.contribute.cards import verify
from tests.declare.links import document, made, token_of
from tests.declare.people import NATIONAL_ID, RECORD_ID, call, declaration, put, sign_in
from tests.declare.test_summary import SUMMARY, kinds
from tests.facility_desk import register

SYSTEM, BORN = "http://fhir.ehealth.gov.vn/core/sid/national_id", "1960-05-17"
WORDS = "card not seen"


def test_what_a_facility_wrote_shows_once_the_card_was_seen(world: World) -> None:
    put(sign_in(), declaration(identity_insurance_number=None))
    desk, cookies = register(world), sign_in(level=2)
    assert desk.transaction(visit(RECORD_ID)).status == 200
    hidden = call("GET", SUMMARY, cookies)
    assert "Encounter" not in kinds(hidden.json)
    assert "98" not in json.dumps([e for e in hidden.json["entry"] if e["resource"]["resourceType"] == "Observation"])
    assert WORDS in hidden.json["entry"][0]["resource"]["text"]["div"]
    (row,) = call("GET", "/v1/records", cookies).json["records"]
    assert row["waiting"] is True
    assert "Tiểu cầu" in desk.summary(SYSTEM, NATIONAL_ID, BORN).body.decode(), "facilities see it"
    assert verify(desk, RECORD_ID, NATIONAL_ID, BORN).status == 200
    shown = call("GET", SUMMARY, cookies)
    assert "Tiểu cầu" in shown.body
    assert WORDS not in shown.body
    (row,) = call("GET", "/v1/records", cookies).json["records"]
    assert "waiting" not in row


def test_every_record_whose_card_nobody_has_seen_says_so_whether_a_facility_wrote_or_not(world: World) -> None:
    """Else it tells whoever declared a stranger's number that she is treated."""
    put(sign_in())
    (row,) = call("GET", "/v1/records", sign_in(level=2)).json["records"]
    assert row["waiting"] is True


def test_a_link_opens_no_more_than_its_account_sees(world: World) -> None:
    put(sign_in(), declaration(identity_insurance_number=None))
    desk = register(world)
    assert desk.transaction(visit(RECORD_ID)).status == 200
    link = str(made()["shlink"])
    hidden = json.dumps(document(link), ensure_ascii=False)
    assert "Tiểu cầu" not in hidden
    assert WORDS in hidden
    assert desk.summary_by_id(RECORD_ID, share=token_of(link)).body.decode().count("Tiểu cầu") > 0
    assert verify(desk, RECORD_ID, NATIONAL_ID, BORN).status == 200
    assert "Tiểu cầu" in json.dumps(document(link), ensure_ascii=False)
