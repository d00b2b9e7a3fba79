"""A good call of every route that reaches AWS, ready to be made again and again on a restored world."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from functions.declare import erasure
from functions.declare.handler import handler as declare
from health_record.errors import UnavailableError
from health_record.identity import account_events
from health_record.record import kept_summary
from so_suc_khoe_client import FacilityAnswer
from tests.conftest import Answer, World, call_handler
from tests.contribute import bundles, cards
from tests.declare import people
from tests.declare.links import made, read, token_of
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident
from tests.faults.call_sites import CallSite
from tests.hospital_file.files import episode_file, replaced
from tests.otp import campaigns
from tests.otp.authenticator import Authenticator
from tests.otp.conftest import Browser, solve
from tests.posters import poster

Call = Callable[[], Answer]
PHONE = "+84900000123"
EPISODE = episode_file(Resident.national_id, Resident.birth_date, Resident.full_name, PHONE)


@dataclass(frozen=True)
class Scenario:
    """`prepare` makes what the call needs and gives the call; `done` is its status.

    `repeated` is the status of the same call when it has been done already, where that is another one; `twice` how many
    things there are more when it is done a second time. `goes_on` says that the hourly work finishes what broke off.
    """

    route: str
    prepare: Callable[[World], Call]
    done: int = 200
    repeated: int | None = None
    twice: int = 0
    goes_on: bool = False
    name: str = ""

    def __str__(self) -> str:
        return f"{self.route} {self.name}".strip()


def _asking(world: World) -> Call:
    return lambda: Browser(world).ask(poster=poster())


def _asking_at_a_campaign(world: World) -> Call:
    campaigns.vouch(int(time.time()) - 60, int(time.time()) + 3_600)
    return _asking(world)


def _asking_with_work(world: World) -> Call:
    browser = Browser(world)
    browser.ask("0912345670")
    (ledger,) = [item for item in world.items("access") if item["pk"].startswith("budget#network#")]
    world.table("access").put_item(Item=ledger | {"wrong": 60})
    work = solve(browser.ask().json["work"])
    return lambda: Browser(world).ask(work=work)


def _asking_with_work_in_vain(world: World) -> Call:
    Browser(world).ask()
    return _asking_with_work(world)


def _verifying(world: World) -> Call:
    browser = Browser(world)
    challenge, code = browser.ask(poster=poster()).json["challenge_id"], browser.code()
    return lambda: Browser(world).verify(challenge, code)


def _signed_in(world: World) -> Browser:
    """A resident who has declared in this session, so that it may set the first PIN."""
    browser = Browser(world)
    browser.sign_in()
    answer = people.put(browser.cookies)
    assert answer.status == 201, (answer.body, browser.cookies)
    return browser


def _with_session(method: str, route: str, **sent: Any) -> Callable[[World], Call]:
    def prepare(world: World) -> Call:
        cookies = _signed_in(world).cookies
        return lambda: Browser(world, cookies=dict(cookies)).call(method, route, **sent)

    return prepare


def _with_pin(world: World) -> Call:
    browser = _signed_in(world)
    assert browser.call("PUT", "/v1/pin", body={"pin": "407193"}).status == 204
    cookies = dict(browser.cookies)
    return lambda: Browser(world, cookies=dict(cookies)).call("POST", "/v1/pin/verify", body={"pin": "407193"})


def _verifying_again(world: World) -> Call:
    browser = _signed_in(world)
    challenge, code = browser.ask().json["challenge_id"], browser.code()
    return lambda: Browser(world).verify(challenge, code)


def _verifying_on_paper(world: World) -> Call:
    _signed_in(world)
    desk = register(world)
    answer = cards.verify(desk, people.RECORD_ID, people.NATIONAL_ID, "1960-05-17", paper_code=True)
    given = {each["name"]: each.get("valueString") for each in answer.json["parameter"]}
    body = {"phone": "0901234567", "paper_code": given["paperCode"]}
    return lambda: Browser(world).call("POST", "/v1/otp/verify", body=body)


def _with_wrong_pin(world: World) -> Call:
    browser = _signed_in(world)
    assert browser.call("PUT", "/v1/pin", body={"pin": "407193"}).status == 204
    cookies, body = dict(browser.cookies), {"pin": "407194", "attempt": ATTEMPT}
    return lambda: Browser(world, cookies=dict(cookies)).call("POST", "/v1/pin/verify", body=body)


def _at_level_2(world: World) -> Browser:
    browser = _signed_in(world)
    assert browser.call("PUT", "/v1/pin", body={"pin": "407193"}).status == 204
    assert browser.call("POST", "/v1/pin/verify", body={"pin": "407193"}).status == 204
    return browser


def _with_passkey(world: World) -> tuple[Browser, Authenticator, str]:
    """A resident at level 2 with a passkey, and its id."""
    browser, device = _at_level_2(world), Authenticator()
    asked = browser.call("POST", "/v1/passkeys/options", body={"current_pin": "407193"}).json
    added = browser.call("POST", "/v1/passkeys", body={"credential": device.create(asked)})
    return browser, device, added.json["id"]


def _passkey_options(world: World) -> Call:
    cookies = dict(_at_level_2(world).cookies)
    body = {"current_pin": "407193"}
    return lambda: Browser(world, cookies=dict(cookies)).call("POST", "/v1/passkeys/options", body=body)


def _adding_a_passkey(world: World) -> Call:
    browser = _signed_in(world)
    asked = browser.call("POST", "/v1/passkeys/options", body={}).json
    body, cookies = {"credential": Authenticator().create(asked), "attempt": ATTEMPT}, dict(browser.cookies)
    return lambda: Browser(world, cookies=dict(cookies)).call("POST", "/v1/passkeys", body=body)


def _listing_passkeys(world: World) -> Call:
    cookies = dict(_at_level_2(world).cookies)
    return lambda: Browser(world, cookies=dict(cookies)).call("GET", "/v1/passkeys")


def _removing_a_passkey(world: World) -> Call:
    browser, _, passkey = _with_passkey(world)
    cookies, path = dict(browser.cookies), {"id": passkey}
    return lambda: Browser(world, cookies=dict(cookies)).call("DELETE", "/v1/passkeys/{id}", path=path)


def _signing_in_with_a_passkey(world: World) -> Call:
    _, device, _ = _with_passkey(world)
    asked = Browser(world).call("POST", "/v1/passkeys/sign-in/options", body={}).json
    body = {"credential": device.get(asked), "attempt": ATTEMPT}
    return lambda: Browser(world).call("POST", "/v1/passkeys/sign-in", body=body)


def _events(world: World) -> Call:
    """At level 2 by the PIN of the account."""
    cookies = dict(_at_level_2(world).cookies)
    return lambda: Browser(world, cookies=dict(cookies)).call("GET", "/v1/events")


def _other_session(world: World) -> Call:
    """Ending a session that is not the one that asks."""
    browser = _signed_in(world)
    cookies = dict(browser.cookies)
    listed = browser.call("GET", "/v1/sessions").json["sessions"]
    (here,) = (one["id"] for one in listed if one["current"])
    people.sign_in(_account(world))
    (other,) = (one["id"] for one in browser.call("GET", "/v1/sessions").json["sessions"] if one["id"] != here)
    return lambda: Browser(world, cookies=dict(cookies)).call("DELETE", "/v1/sessions/{id}", path={"id": other})


def _known_device(world: World) -> Call:
    """Forgetting a known device."""
    browser = _signed_in(world)
    cookies = dict(browser.cookies)
    (device,) = (one["id"] for one in browser.call("GET", "/v1/sessions").json["devices"])
    return lambda: Browser(world, cookies=dict(cookies)).call("DELETE", "/v1/sessions/{id}", path={"id": device})


def _account(world: World) -> str:
    """The account of the only session there is."""
    (session,) = (item for item in world.items("access") if item["pk"].startswith("session#"))
    return str(session["account"])


def _own(method: str, route: str, **sent: Any) -> Callable[[World], Call]:
    """A call at level 2 by whoever declared the record."""

    def prepare(world: World) -> Call:
        assert people.put(people.sign_in(level=2)).status == 201
        own = people.sign_in(level=2)
        return lambda: people.call(method, route, own, **sent)

    return prepare


def _treated(method: str, route: str) -> Callable[[World], Call]:
    """A call at level 2 by whoever declared the record, of which a hospital's file tells a visit."""

    def prepare(world: World) -> Call:
        assert people.put(people.sign_in(level=2)).status == 201
        file = episode_file(people.NATIONAL_ID, "1960-05-17", people.NAME)
        desk = register(world, provider_code="79999")
        assert cards.verify(desk, people.RECORD_ID, people.NATIONAL_ID, "1960-05-17", permit_pin=False).status == 200
        assert desk.hospital_file(file).json["entry"][0]["response"]["location"]
        own = people.sign_in(level=2)
        episode = people.call("GET", f"{RECORD}/episodes", own).json["episodes"][0]["id"]
        sent = {"episode": episode} if "{episode}" in route else {}
        return lambda: people.call(method, route, own, **sent)

    return prepare


def _writing_where_one_card_was_seen(world: World) -> Call:
    """Of a record with another number beside it, it is asked whether that one led the facility here."""
    assert people.put(people.sign_in(level=2)).status == 201
    desk = register(world)
    seen = cards.verify(desk, people.RECORD_ID, people.NATIONAL_ID, "1960-05-17", permit_pin=False)
    assert seen.status == 200
    return _plain(lambda: desk.transaction(bundles.visit(people.RECORD_ID)))


def _disputing(world: World) -> Call:
    assert people.put(people.sign_in(level=2)).status == 201
    desk = register(world)
    assert desk.transaction(bundles.visit(people.RECORD_ID)).status == 200
    seen = cards.verify(desk, people.RECORD_ID, people.NATIONAL_ID, "1960-05-17", permit_pin=False)
    assert seen.status == 200  # else the person is told of no entry
    other = (people.INSURANCE, "1960-05-17", cards.INSURANCE_NUMBER)  # who was found by neither needs both cards
    assert cards.verify(desk, people.RECORD_ID, *other, permit_pin=False).status == 200
    own = people.sign_in(level=2)
    body = {"resource": f"Condition/{bundles.CONDITION_ID}", "reason": "Không đúng"}
    return lambda: people.call("POST", f"{RECORD}/disputes", own, body=body)


def _withdrawing_a_dispute(world: World) -> Call:
    assert _disputing(world)().status == 204
    own = people.sign_in(level=2)
    path = {"id": people.RECORD_ID, "type": "Condition", "entry": bundles.CONDITION_ID}
    return lambda: call_handler(declare, "DELETE", "/v1/records/{id}/disputes/{type}/{entry}", path=path, cookies=own)


def _reading_an_attachment(world: World) -> Call:
    person, desk = store_resident(world, Resident()), register(world)
    letter = {
        "resourceType": "DocumentReference",
        "id": bundles.CONDITION_ID,
        "status": "current",
        "subject": {"reference": f"Patient/{person}"},
        "content": [{"attachment": {"contentType": "application/pdf", "data": "JVBERi0x" * 9_000}}],
    }
    assert desk.transaction(bundles.bundle(letter)).status == 200
    found = re.search(rb"Binary/[0-9a-f.]+", desk.summary_by_id(person).body)
    assert found is not None
    return _plain(lambda: desk.call("GET", found[0].decode()))


def _validating(desk: Desk, person: str) -> FacilityAnswer:
    return desk.call("POST", "Bundle/$validate", json.dumps(bundles.visit(person)).encode())


def _erasing_the_last(world: World) -> Call:
    """The account's last record, with which its events go."""
    erase = _own("DELETE", people.RECORD)(world)
    account = next(item["account"] for item in world.items("access") if item["pk"].startswith("session#"))
    account_events.put(account, "new-device")
    return erase


def _erasing_one_of_two(world: World) -> Call:
    """A record whose account goes on with another one, and forgets who made it."""
    body = people.declaration(identity_national_id=None, identity_insurance_number=None)
    assert people.put(people.sign_in(), body, record_id=people.OTHER_ID).status == 201
    return _own("DELETE", people.RECORD)(world)


def _first_declaration(world: World) -> Call:
    cookies = people.sign_in(poster=poster())
    return lambda: people.put(cookies)


def _next_version(world: World) -> Call:
    cookies = people.sign_in()
    assert people.put(cookies).status == 201
    return lambda: people.put(cookies, people.declaration(measurements_weight={"valueDecimal": 60}), version=1)


def _repeat(world: World) -> Call:
    """A first declaration whose answer was lost, sent again; at level 2, where the PIN's reach is read."""
    cookies = people.sign_in(level=2)
    assert people.put(cookies).status == 201
    return lambda: people.put(cookies)


def _claiming_what_is_verified(world: World) -> Call:
    """A number that a facility has verified for somebody else's record."""
    theirs = store_resident(world, Resident(national_id=people.NATIONAL_ID, insurance_number=None))
    assert cards.verify(register(world), theirs, people.NATIONAL_ID).status == 200
    cookies = people.sign_in()
    return lambda: people.put(cookies)


def _resuming_an_erasure(world: World) -> Call:
    """The hourly work after an erasure that broke off at once; it has no caller, so it raises and is called again."""
    erase = _own("DELETE", people.RECORD)(world)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(erasure, "finish", _unavailable)
        assert erase().status == 503

    def resume() -> Answer:
        try:
            declare({"task": "resume-erasures"}, None)
        except (BotoCoreError, ClientError, UnavailableError):
            return Answer(503, {"retry-after": "the schedule tries again"}, [], "")
        return Answer(200, {}, [], "")

    return resume


def _unavailable(_: str) -> None:
    raise UnavailableError


def _listing_shares(world: World) -> Call:
    listing = _own("GET", SHARES)(world)
    made(minutes=30)
    return listing


def _desk_scan(world: World) -> Call:
    """The summary of somebody who permits no sharing, by the link that they show at the desk."""
    body = people.declaration(consent_sharing={"valueBoolean": False})
    assert people.put(people.sign_in(level=2), body).status == 201
    token, desk = token_of(made(minutes=30)["shlink"]), register(world)
    return _plain(lambda: desk.summary_by_id(people.RECORD_ID, share=token))


def _stopping_a_share(world: World) -> Call:
    assert people.put(people.sign_in(level=2)).status == 201
    own = people.sign_in(level=2)
    made = people.call("POST", "/v1/records/{id}/shares", own, body={"minutes": 30}).json["id"]
    return lambda: _call_share(own, made)


def _call_share(own: dict[str, str], share_id: str) -> Answer:
    path = {"id": people.RECORD_ID, "share": share_id}
    return call_handler(declare, "DELETE", "/v1/records/{id}/shares/{share}", path=path, cookies=own)


def _reading_a_share(world: World) -> Call:
    assert people.put(people.sign_in(level=2)).status == 201
    own = people.sign_in(level=2)
    made = people.call("POST", "/v1/records/{id}/shares", own, body={"minutes": 30, "passcode": "4071"}).json
    return lambda: read(token_of(made["shlink"]), passcode="4071")


def _facility(call: Callable[[Desk, str], FacilityAnswer], phone: str | None = None) -> Callable[[World], Call]:
    """A signed call about a person whose record is there; each attempt is signed anew."""

    def prepare(world: World) -> Call:
        person, desk = store_resident(world, Resident(phone=phone)), register(world, provider_code="79999")
        return _plain(lambda: call(desk, person))

    return prepare


def _large_summary(world: World) -> Call:
    """The summary of a record of which facilities wrote much: it is kept for who reads it again."""
    person, desk = store_resident(world, Resident()), register(world)
    measured = [bundles.observation(person, id=new_uuid()) for _ in range(kept_summary.WORTH_KEEPING)]
    assert desk.transaction(bundles.bundle(*measured)).status == 200
    return _plain(lambda: desk.summary_by_id(person))


def _with_a_card_seen(desk: Desk, _: str) -> FacilityAnswer:
    return desk.hospital_file(EPISODE, card_seen=[f"LK{Resident.national_id}"])


def _newer_file(world: World) -> Call:
    """The file of an episode that is kept already, with a line less."""
    store_resident(world, Resident())
    desk = register(world, provider_code="79999")
    assert desk.hospital_file(EPISODE).status == 200
    newer = replaced(EPISODE, "XML1", "MA_BENH_KT", "E11.9").replace(b"<NGAYLAP>20261005<", b"<NGAYLAP>20261006<")
    return _plain(lambda: desk.hospital_file(newer))


def _plain(call: Callable[[], FacilityAnswer]) -> Call:
    def attempt() -> Answer:
        answer = call()
        return Answer(answer.status, answer.headers, [], answer.body.decode())

    return attempt


def _emergency(world: World) -> Call:
    """An emergency of which the person is told."""
    store_resident(world, Resident(sharing=False, told_at="+84911222333", card_seen=True))
    desk = register(world)
    return _plain(
        lambda: desk.summary(cards.NATIONAL_ID, cards.NUMBER, cards.BORN, purpose="ETREAT", reason="unconscious")
    )


def _several(world: World) -> Call:
    """A number that two accounts claim."""
    store_resident(world, Resident())
    store_resident(world, Resident(record_id=people.OTHER_ID, account="another account"))
    desk = register(world)
    return _plain(lambda: desk.summary(cards.NATIONAL_ID, cards.NUMBER, cards.BORN))


def _listing_what_waits(world: World) -> Call:
    """The records of an account, to one of which a facility wrote before anybody saw the card."""
    listing = _own("GET", "/v1/records")(world)
    assert register(world).transaction(bundles.visit(people.RECORD_ID)).status == 200
    return listing


def _search_by_get(desk: Desk, operation: str) -> FacilityAnswer:
    query = {"identifier": f"{cards.NATIONAL_ID}|{cards.NUMBER}", "birthdate": cards.BORN}
    return desk.call("GET", f"Patient{operation}", query=query)


PATIENT = {
    "resourceType": "Patient",
    "identifier": [{"system": cards.NATIONAL_ID, "value": cards.NUMBER}],
    "birthDate": cards.BORN,
}
ATTEMPT = "0b7a3a52-7d0e-4c3a-9b63-2f1d8a4f6a10"
RECORD, SHARES, CONSENTS = people.RECORD, "/v1/records/{id}/shares", "/v1/records/{id}/consents"
CONSENT = {"purpose": "statistics", "given": False, "text_version": "1.0.0", "language": "vi"}
STANDING = CONSENT | {"purpose": "notices"}
SCENARIOS = (
    Scenario("POST /v1/otp", _asking, 202),
    Scenario("POST /v1/otp", _asking_at_a_campaign, 202, name="at a campaign"),
    Scenario("POST /v1/otp", _asking_with_work, 202, repeated=429, name="with work"),  # which is spent by then
    Scenario("POST /v1/otp", _asking_with_work_in_vain, 202, name="with work, in the cooldown"),
    Scenario("POST /v1/otp/verify", _verifying, repeated=401),
    Scenario("POST /v1/otp/verify", _verifying_again, repeated=401, name="with a record"),
    Scenario("POST /v1/otp/verify", _verifying_on_paper, repeated=401, name="on paper"),
    Scenario("PUT /v1/pin", _with_session("PUT", "/v1/pin", body={"pin": "407193"}), 204, repeated=403),
    Scenario("POST /v1/pin/verify", _with_pin, 204, repeated=401),
    Scenario("POST /v1/pin/verify", _with_wrong_pin, 401, name="wrong"),
    Scenario("POST /v1/passkeys/options", _passkey_options),
    Scenario("POST /v1/passkeys", _adding_a_passkey, 201),
    Scenario("GET /v1/passkeys", _listing_passkeys),
    Scenario("DELETE /v1/passkeys/{id}", _removing_a_passkey, 204, repeated=404),
    Scenario(
        "POST /v1/passkeys/sign-in/options",
        lambda world: lambda: Browser(world).call("POST", "/v1/passkeys/sign-in/options", body={}),
    ),
    Scenario("POST /v1/passkeys/sign-in", _signing_in_with_a_passkey),
    Scenario("GET /v1/session", _with_session("GET", "/v1/session")),
    Scenario("DELETE /v1/session", _with_session("DELETE", "/v1/session"), 204, repeated=401),
    Scenario("POST /v1/session/extend", _with_session("POST", "/v1/session/extend")),
    Scenario("GET /v1/events", _events),
    Scenario("GET /v1/sessions", _with_session("GET", "/v1/sessions")),
    Scenario("DELETE /v1/sessions/{id}", _other_session, 204, repeated=404),
    Scenario("DELETE /v1/sessions/{id}", _known_device, 204, repeated=404, name="a known device"),
    Scenario("POST /v1/visits", lambda _: lambda: people.call("POST", "/v1/visits", body={"poster": poster()}), 204),
    Scenario("GET /v1/records", _own("GET", "/v1/records")),
    Scenario("GET /v1/records", _listing_what_waits, name="something waits"),
    Scenario("PUT /v1/records/{id}", _first_declaration, 201, name="first"),
    Scenario("PUT /v1/records/{id}", _next_version, name="next"),
    Scenario("PUT /v1/records/{id}", _repeat, 201, name="repeated"),
    Scenario("PUT /v1/records/{id}", _claiming_what_is_verified, 409, name="claimed"),
    Scenario("DELETE /v1/records/{id}", _resuming_an_erasure, name="resumed by the schedule"),
    Scenario("GET /v1/records/{id}", _own("GET", RECORD)),
    Scenario("GET /v1/records/{id}/episodes", _treated("GET", f"{RECORD}/episodes")),
    Scenario("GET /v1/records/{id}/episodes/{episode}", _treated("GET", f"{RECORD}/episodes/{{episode}}")),
    Scenario(
        "DELETE /v1/records/{id}",
        _treated("DELETE", RECORD),
        204,
        repeated=404,
        twice=1,
        goes_on=True,
        name="with an episode",
    ),
    Scenario("DELETE /v1/records/{id}", _erasing_the_last, 204, repeated=404, twice=1, goes_on=True),
    Scenario(
        "DELETE /v1/records/{id}",
        _erasing_one_of_two,
        204,
        repeated=404,
        twice=1,
        goes_on=True,
        name="one of two",
    ),
    Scenario("GET /v1/records/{id}/versions", _own("GET", f"{RECORD}/versions")),
    Scenario("GET /v1/records/{id}/consents", _own("GET", CONSENTS)),
    Scenario("PUT /v1/records/{id}/consents", _own("PUT", CONSENTS, body=CONSENT)),
    Scenario("PUT /v1/records/{id}/consents", _own("PUT", CONSENTS, body=STANDING), name="as it stands"),
    Scenario("GET /v1/records/{id}/accesses", _own("GET", f"{RECORD}/accesses")),
    Scenario("POST /v1/records/{id}/disputes", _disputing, 204),
    Scenario("DELETE /v1/records/{id}/disputes/{type}/{entry}", _withdrawing_a_dispute, 204),
    Scenario("PUT /v1/records/{id}/restriction", _own("PUT", f"{RECORD}/restriction", body={"restricted": True}), 204),
    Scenario("GET /v1/records/{id}/summary", _own("GET", f"{RECORD}/summary")),
    Scenario("GET /v1/records/{id}/summary.pdf", _own("GET", f"{RECORD}/summary.pdf")),
    Scenario("GET /v1/records/{id}/shares", _listing_shares),
    Scenario("POST /v1/records/{id}/shares", _own("POST", SHARES, body={"minutes": 30}), 201, twice=1),
    Scenario("DELETE /v1/records/{id}/shares/{share}", _stopping_a_share, 204, repeated=404),
    Scenario("POST /v1/shares/{token}", _reading_a_share),
    Scenario(
        "POST /v1/fhir/Patient/_search",
        _facility(lambda desk, _: desk.search(cards.NATIONAL_ID, cards.NUMBER, cards.BORN)),
    ),
    Scenario("GET /v1/fhir/Patient", _facility(lambda desk, _: _search_by_get(desk, ""))),
    Scenario("POST /v1/fhir/Patient/{operation}", _facility(lambda desk, _: desk.match(PATIENT)), name="$match"),
    Scenario("POST /v1/fhir/Patient/{operation}", _emergency, name="ETREAT"),
    Scenario("POST /v1/fhir/Patient/{operation}", _several, 409, name="several"),
    Scenario("GET /v1/fhir/Patient/{operation}", _facility(lambda desk, _: _search_by_get(desk, "/$summary"))),
    Scenario("GET /v1/fhir/Patient/{id}/{operation}", _facility(lambda desk, person: desk.summary_by_id(person))),
    Scenario(
        "GET /v1/fhir/Patient/{id}/{operation}", _facility(lambda desk, person: desk.everything(person)), name="all"
    ),
    Scenario("GET /v1/fhir/Patient/{id}/{operation}", _large_summary, name="large"),
    Scenario("GET /v1/fhir/Patient/{id}/{operation}", _desk_scan, name="by share"),
    Scenario("GET /v1/fhir/Binary/{id}", _reading_an_attachment),
    Scenario("GET /v1/facility-key", _facility(lambda desk, _: desk.who_am_i())),
    Scenario("POST /v1/fhir/Bundle/{operation}", _facility(_validating)),
    Scenario("POST /v1/fhir", _facility(lambda desk, person: desk.transaction(bundles.visit(person)))),
    Scenario("POST /v1/fhir", _writing_where_one_card_was_seen, name="one card of two seen"),
    Scenario("POST /v1/hospital-files", _facility(lambda desk, _: desk.hospital_file(EPISODE))),
    Scenario("POST /v1/hospital-files", _newer_file, name="newer"),
    Scenario("POST /v1/hospital-files", _facility(_with_a_card_seen, PHONE), name="card seen"),
    Scenario("POST /v1/fhir/Patient/{id}/{operation}", _facility(cards.verify)),
    Scenario(
        "POST /v1/fhir/Patient/{id}/{operation}",
        _facility(lambda desk, person: cards.verify(desk, person, "079185001235")),
        name="another number",
    ),
)

FUNCTIONS = ("otp", "declare", "lookup", "contribute")  # those that the scenes call
# Places that no good call reaches, and the tests that let them fail.
UNDOING = "tests/otp/test_faults.py::test_what_cannot_be_given_back_does_not_hide_the_refusal"
DIGESTS = "tests/digest/test_daily_digests.py::test_one_facility_that_fails_leaves_the_others_theirs"
REST = "tests/contribute/test_many_diagnoses.py::test_a_conflict_in_the_rest_is_tried_again"
REPEATS = "tests/otp/test_repeated_calls.py::test_a_repeat_that_the_table_refuses_is_503_and_repeats_later"
WRONG = "tests/otp/test_fraud.py::test_a_wrong_code_is_refused_alike_where_it_cannot_be_counted_for_the_network"
WORK = "tests/otp/test_answers_tell_nothing.py::test_work_is_given_back_where_the_channel_refuses_and_it_can_be"
RECOUNTS = (
    "tests/contribute/test_card_seen_in_facts.py"
    "::test_what_waits_for_a_person_who_is_no_longer_counted_only_goes_off_the_list"
)
JOINED = "tests/contribute/test_joined_records.py::test_what_breaks_at_any_call_is_done_in_the_next_hour"
ELSEWHERE = {
    CallSite("functions/declare/consent/statistics_rows.py", "put_missing_facts", "transact_write_items"): JOINED,
    CallSite("functions/declare/joined_pairs.py", "restore_alone", "transact_write_items"): JOINED,
    CallSite("functions/declare/joined_pairs.py", "_join", "transact_write_items"): JOINED,
    CallSite("functions/declare/hourly_work.py", "finish_recount", "delete_item"): RECOUNTS,
    CallSite("functions/otp/abuse/network_ledger.py", "count_wrong", "update_item"): WRONG,
    CallSite("functions/otp/proof/repeated_proof.py", "remember_refusal", "transact_write_items"): REPEATS,
    CallSite("functions/otp/repeated_call.py", "_renew", "transact_write_items"): REPEATS,
    CallSite("functions/otp/abuse/network_ledger.py", "refund_sent", "update_item"): UNDOING,
    CallSite("functions/contribute/contribution_writes.py", "_write_rest", "transact_write_items"): REST,
    CallSite("functions/otp/code/code_sending.py", "_restore", "transact_write_items"): UNDOING,
    CallSite("functions/otp/abuse/proof_of_work.py", "unspend", "delete_item"): WORK,
    CallSite("layers/health_record/health_record/aws/rate_limits.py", "refund", "update_item"): UNDOING,
    CallSite("layers/health_record/health_record/audit/audit_entries.py", "query_facility_day", "query"): DIGESTS,
}
