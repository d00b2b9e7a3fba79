"""Everything that a resident and a facility can do, done for one canary after another."""

import base64
import json
from typing import Any

import pytest
import time_machine

from functions.declare.handler import handler as declare
from health_record.identity import sessions
from tests.conftest import Answer, World, call_handler
from tests.contribute import bundles
from tests.contribute.cards import NATIONAL_ID, verify
from tests.declare import people
from tests.declare.links import payload_of, read, token_of
from tests.facility_desk import Desk
from tests.hospital_file.files import episode_file
from tests.otp.authenticator import PRESENT, VERIFIED, Authenticator
from tests.otp.conftest import Browser, solve, wrong
from tests.posters import poster
from tests.secrecy.canaries import Canary

INSURANCE = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"


class Journey:
    """One canary's way through the service. Each step must be answered as it says, or the search would be idle."""

    def __init__(self, world: World, desk: Desk, person: Canary) -> None:
        """Who reads at the desk reads of this person alone: one practitioner may read only so many records."""
        self.world, self.desk, self.person = world, desk, person
        self.desk.practitioner = f"practitioner-{person.place}"
        self.browser = Browser(world, client=person.client)
        self.letter_id = f"{person.place:08d}-53c1-4a5f-8a49-0c4f0d9f7e21"

    def all(self) -> None:
        """Every journey, the last of which is erasure for every other."""
        self.sign_in()
        self.declare()
        self.lift()
        self.look()
        self.change()
        self.share()
        self.at_the_facility()
        self.at_the_hospital()
        self.dispute()
        self.mistakes()
        if self.person.place % 2:
            self.own("DELETE", "", 204)
        self.browser.call("DELETE", "/v1/session")

    def sign_in(self) -> None:
        people.call("POST", "/v1/visits", body={"poster": poster()})
        asked = self.browser.ask(self.person.phone, poster=poster())
        while asked.status == 429:
            asked = self.browser.ask(self.person.phone, poster=poster(), work=solve(asked.json["work"]))
        code = self.browser.code()
        self.person.codes.append(code)
        challenge = asked.json["challenge_id"]
        assert self.browser.verify(challenge, wrong(code)).status == 401
        assert self.browser.verify(challenge, code).status == 200
        assert self.browser.ask(self.person.phone).status in (202, 429)
        self._keep_tokens()

    def declare(self) -> None:
        answer = people.put(self.browser.cookies, self.declaration(), record_id=self.person.record_id)
        assert answer.status == 201, answer.body
        for path in ("", "/versions", "/summary"):
            self.own("GET", path)

    def lift(self) -> None:
        call, pin = self.browser.call, {"pin": self.person.pin}
        assert call("PUT", "/v1/pin", body={"pin": "123456"}).status == 422
        assert call("PUT", "/v1/pin", body=pin).status == 204
        assert call("POST", "/v1/pin/verify", body={"pin": wrong(self.person.pin)}).status == 401
        assert call("POST", "/v1/pin/verify", body=pin).status == 204
        self._keep_tokens()
        self.passkey()
        for route in ("/v1/session", "/v1/sessions", "/v1/events"):
            assert call("GET", route).status == 200
        assert call("POST", "/v1/session/extend").status == 200

    def passkey(self) -> None:
        """A device is added, opens the account elsewhere, and is removed; what it says is refused as well."""
        call, device, elsewhere = self.browser.call, Authenticator(), Browser(self.world, client=self.person.client)
        asked = call("POST", "/v1/passkeys/options", body={"current_pin": self.person.pin}).json
        credential = device.create(asked)
        assert call("POST", "/v1/passkeys", body={"credential": device.create(asked, flags=0)}).status == 400
        added = call("POST", "/v1/passkeys", body={"credential": credential})
        assert added.status == 201, added.body
        for flags, status in ((0, 401), (PRESENT | VERIFIED, 200)):
            asked = elsewhere.call("POST", "/v1/passkeys/sign-in/options", body={}).json
            body = {"credential": device.get(asked, flags=flags)}
            assert elsewhere.call("POST", "/v1/passkeys/sign-in", body=body).status == status
        self.person.tokens.append(elsewhere.cookies[sessions.COOKIE])
        assert call("GET", "/v1/passkeys").status == 200
        assert call("DELETE", "/v1/passkeys/{id}", path={"id": added.json["id"]}).status == 204

    def keep_passkey(self) -> None:
        """A device that stays."""
        asked = self.browser.call("POST", "/v1/passkeys/options", body={"current_pin": self.person.pin}).json
        added = self.browser.call("POST", "/v1/passkeys", body={"credential": Authenticator().create(asked)})
        assert added.status == 201, added.body

    def look(self) -> None:
        assert people.call("GET", "/v1/records", self.browser.cookies).status == 200
        for path in ("", "/versions", "/consents", "/accesses", "/summary", "/summary.pdf", "/shares"):
            self.own("GET", path)

    def change(self) -> None:
        body = self.declaration(measurements_weight={"valueDecimal": 61})
        answer = people.put(self.browser.cookies, body, record_id=self.person.record_id, version=1)
        assert answer.status == 200, answer.body
        consent = {"purpose": "notices", "given": True, "text_version": "1.0.0", "language": "vi"}
        self.own("PUT", "/consents", 200, consent)
        for restricted in (True, False):
            self.own("PUT", "/restriction", 204, {"restricted": restricted})

    def share(self) -> None:
        wish = {"minutes": 30, "label": self.person.name, "passcode": self.person.passcode}
        made = self.own("POST", "/shares", 201, wish).json
        token = token_of(made["shlink"])
        self.person.tokens += [token, payload_of(made["shlink"])["key"]]
        assert read(token, passcode=wrong(self.person.passcode)).status == 401
        assert read(token, passcode=self.person.passcode).status == 200
        self.own("GET", "/shares")
        assert self.desk.summary_by_id(self.person.record_id, share=token).status == 200
        assert self._own_part("DELETE", f"{people.RECORD}/shares/{{share}}", share=made["id"]).status == 204

    def at_the_facility(self) -> None:
        person, desk = self.person, self.desk
        patient = {
            "resourceType": "Patient",
            "identifier": [{"system": NATIONAL_ID, "value": person.national_id}],
            "birthDate": person.born,
            "name": [{"text": person.name}],
        }
        diagnosed = bundles.visit(person.record_id)
        for entry in diagnosed["entry"]:  # each facility's resource has an id of its own
            entry["resource"]["id"] = f"{person.place:08d}{entry['resource']['id'][8:]}"
            entry["request"]["url"] = f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
            entry["fullUrl"] = f"urn:uuid:{entry['resource']['id']}"
        diagnosed["entry"][1]["resource"].pop("encounter")
        diagnosed["entry"][1]["resource"]["note"] = [{"text": f"{person.name} {person.phone}"}]
        purpose = {"purpose": "ETREAT", "reason": "unconscious"} if person.place == 0 else {}
        answers: list[Any] = [
            desk.who_am_i(),
            desk.search(NATIONAL_ID, person.national_id, person.born),
            desk.match(patient),
            desk.summary(NATIONAL_ID, person.national_id, person.born, **purpose),  # type: ignore[arg-type]
            desk.summary(INSURANCE, person.insurance, person.born),
            desk.call("GET", "Patient/$summary", query=self._query()),
            desk.call("GET", "Patient", query=self._query()),
            desk.transaction(diagnosed),
            desk.everything(person.record_id),
            verify(desk, person.record_id, person.national_id, person.born),
            verify(desk, person.record_id, person.insurance, person.born, INSURANCE),
        ]
        assert [(answer.status, answer.body) for answer in answers if answer.status != 200] == []

    def at_the_hospital(self) -> None:
        """Its file of a visit, which the person reads, and a letter with an attachment."""
        person, desk = self.person, self.desk
        sent = desk.hospital_file(
            episode_file(person.national_id, person.born, person.name, person.phone),
            card_seen=[f"LK{person.national_id}"],
        )
        assert sent.json["entry"][0]["response"]["status"] == "201 Created", sent.body
        (visit,) = self.own("GET", "/episodes").json["episodes"]
        one = f"{people.RECORD}/episodes/{{episode}}"
        assert self._own_part("GET", one, episode=visit["id"]).status == 200
        letter = bundles.bundle(self._letter())
        checked = desk.call("POST", "Bundle/$validate", json.dumps(letter).encode())
        assert checked.status == 200, checked.body
        assert desk.transaction(letter).status == 200
        found = [
            each["resource"]["content"][0]["attachment"]["url"]
            for each in desk.everything(person.record_id).json["entry"]
            if each["resource"].get("id") == self.letter_id
        ]
        assert desk.call("GET", f"Binary/{found[0].rpartition('/')[2]}").status == 200

    def dispute(self) -> None:
        """The person's own words about the letter, kept and taken back by every other."""
        name = f"DocumentReference/{self.letter_id}"
        wrong_words = f"{self.person.name} {self.person.illness}"
        self.own("POST", "/disputes", 204, {"resource": name, "reason": wrong_words})
        self.own("GET", "/summary")
        if self.person.place % 2:
            one = f"{people.RECORD}/disputes/{{type}}/{{entry}}"
            assert self._own_part("DELETE", one, type="DocumentReference", entry=self.letter_id).status == 204

    def mistakes(self) -> None:
        """Secrets where none belongs, and a fault whose text names a person."""
        person = self.person
        name, number, phone = person.name, person.national_id, person.phone
        quiet: list[Any] = [
            people.call("POST", "/v1/visits", body={"poster": phone}),
            self.desk.match({"resourceType": "Patient", "name": [{"text": name}], "gender": number}),
        ]
        assert all(answer.status in (200, 204) for answer in quiet)
        refused: list[Any] = [
            self.browser.ask(f"{phone}9{name}"),
            self.desk.match({"resourceType": "Patient", "name": [{"text": name}], "birthDate": number}),
            self.browser.call("POST", "/v1/otp/verify", body={"challenge_id": name, "code": phone}),
            self.browser.call("PUT", "/v1/pin", body={"pin": number}),
            self.browser.call("DELETE", "/v1/sessions/{id}", path={"id": number}),
            people.call("GET", people.RECORD, self.browser.cookies, record_id=number),
            people.put(self.browser.cookies, {name: number, "item": [{"linkId": phone}]}, record_id=person.record_id),
            people.put(
                self.browser.cookies,
                self.declaration(identity_birth_date={"valueDate": name}),
                record_id=person.record_id,
                version=2,
            ),
            self._own_call("PUT", "/consents", {"purpose": name, "given": number}),
            self._own_call("POST", "/shares", {"minutes": 30, "passcode": number * 9, "label": [name]}),
            read(number * 4, recipient=name),
            self.desk.search(phone, number, person.born),
            self.desk.search(NATIONAL_ID, number, name),
            self.desk.summary(NATIONAL_ID, number, "1901-01-01"),
            self.desk.transaction({"resourceType": "Bundle", "type": name, "entry": [{"fullUrl": number}]}),
            self.desk.everything(number),
            self._broken(),
        ]
        assert all(answer.status >= 400 for answer in refused)

    def own(self, method: str, path: str, status: int = 200, body: Any = None) -> Answer:
        """A call about the canary's record that must be answered so."""
        answer = self._own_call(method, path, body)
        assert answer.status == status, (method, path, answer.body)
        return answer

    def declaration(self, **changes: Any) -> dict[str, Any]:
        """What the canary declares."""
        person = self.person
        given = {
            "identity_full_name": {"valueString": person.name},
            "identity_birth_date": {"valueDate": person.born},
            "identity_national_id": {"valueString": person.national_id},
            "identity_insurance_number": {"valueString": person.insurance},
            "identity_address": {"valueString": person.address},
            "history_cancer_type": {"valueString": person.illness},
        }
        return people.declaration(**(given | changes))

    def _own_call(self, method: str, path: str, body: Any = None) -> Answer:
        route = f"/v1/records/{{id}}{path}"
        return people.call(method, route, self.browser.cookies, record_id=self.person.record_id, body=body)

    def _own_part(self, method: str, route: str, **part: str) -> Answer:
        """A call about something within the canary's record."""
        return call_handler(
            declare, method, route, path={"id": self.person.record_id, **part}, cookies=self.browser.cookies
        )

    def _letter(self) -> dict[str, Any]:
        """A facility's letter, whose attachment tells all of the person."""
        person = self.person
        told = f"{person.name} {person.phone} {person.national_id} {person.born} {person.illness}"
        data = base64.b64encode(told.encode()).decode()
        return {
            "resourceType": "DocumentReference",
            "id": self.letter_id,
            "status": "current",
            "subject": {"reference": f"Patient/{person.record_id}"},
            "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
        }

    def _query(self) -> dict[str, str]:
        return {"identifier": f"{NATIONAL_ID}|{self.person.national_id}", "birthdate": self.person.born}

    def _keep_tokens(self) -> None:
        self.person.tokens += [self.browser.cookies[name] for name in (sessions.COOKIE, "__Host-device")]

    def _broken(self) -> Answer:
        """A call in which something throws an error that tells all it knows."""
        text = json.dumps(self.person.__dict__, ensure_ascii=False)

        def throw(*_: object, **__: object) -> None:
            raise RuntimeError(text)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("health_record.aws.dynamo.from_wire", throw)
            patch.setattr("health_record.identity.sessions.from_wire", throw)
            return people.call("GET", people.RECORD, self.browser.cookies, record_id=self.person.record_id)


def scheduled(world: World) -> None:
    """What runs by the clock: the day's aggregation, and the audit's digests in the night after it."""
    from functions.aggregate.handler import handler as aggregate
    from functions.digest.handler import handler as digest

    aggregate({"date": "2026-11-23"}, None)
    with time_machine.travel("2026-11-23T18:30:00Z", tick=False):
        digest({}, None)
