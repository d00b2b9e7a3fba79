"""Two residents with a record each, three facilities, and each caller's way to each route."""

import copy
import importlib
import json
from dataclasses import dataclass, replace
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from health_record.aws import envelope_encryption
from health_record.identity import sessions
from health_record.record import attachments
from infrastructure.config.routes import CONTRIBUTE, LOOKUP, ROUTES, Route
from so_suc_khoe_client.client import FHIR_JSON, FORM
from tests import facility_desk
from tests.conftest import REGION, Answer, World, call_handler, forget_caches
from tests.contribute import bundles
from tests.contribute.cards import NATIONAL_ID
from tests.declare import people
from tests.declare.links import token_of
from tests.hospital_file.files import episode_file
from tests.otp.authenticator import Authenticator
from tests.otp.conftest import Browser
from tests.posters import poster
from tests.put_at_once import put_session

PIN = "407193"
LETTER = "7b0f5f43-53c1-4a5f-8a49-0c4f0d9f7e21"
ATTACHMENT = {"contentType": "application/pdf", "data": "JVBERi0x"}
KEPT = ("records", "keys", "facts", "facilities")

# What a person sends of a record.
BODIES: dict[str, Any] = {
    "PUT /v1/records/{id}/consents": {
        "purpose": "statistics",
        "given": False,
        "text_version": "1.0.0",
        "language": "vi",
    },
    "PUT /v1/records/{id}/restriction": {"restricted": True},
    "POST /v1/records/{id}/disputes": {"resource": f"DocumentReference/{LETTER}", "reason": "Không đúng"},
    "POST /v1/records/{id}/shares": {"minutes": 30},
    "POST /v1/shares/{token}": {"recipient": "BS Thử"},
}


@dataclass(frozen=True)
class Person:
    """A resident, what only they know, and the sessions of their account."""

    name: str
    number: str
    born: str
    record_id: str
    phone: str
    sharing: bool
    creator: str = ""  # tokens: the session that declared, a later one of level 1, one elevated by the PIN, one to end
    later: str = ""
    elevated: str = ""
    spare: str = ""
    share_id: str = ""
    episode: str = ""
    token: str = ""
    passkey: str = ""

    @property
    def own(self) -> tuple[str, ...]:
        """What no one else may see."""
        return self.name, self.number, self.born


ALICE = Person("Trần Thị An Nhiên", "079160012345", "1960-05-17", people.RECORD_ID, "0901234567", True)
BOB = Person("Lê Văn Bình Minh", "079171054321", "1971-08-29", people.OTHER_ID, "0912345678", False)


@dataclass(frozen=True)
class Caller:
    """Who calls, and about whom: `session` names a session of Alice, `facility` one of the three."""

    title: str
    session: str | None = None
    facility: str | None = None
    others: bool = False  # about Bob's record, not Alice's


NOBODY = Caller("nobody")
CREATOR = Caller("level 1, declared now", "creator")
LATER = Caller("level 1, declared before", "later")
ELEVATED = Caller("level 2", "elevated")
STRANGER_1 = Caller("level 1, another's", "creator", others=True)
STRANGER_2 = Caller("level 2, another's", "elevated", others=True)
FACILITY = Caller("facility, consent", facility="79001")
NO_CONSENT = Caller("facility, no consent", facility="79001", others=True)
POWERLESS = Caller("facility, no permission", facility="79002")
REVOKED = Caller("revoked facility", facility="79003")
CALLERS = (NOBODY, CREATOR, LATER, ELEVATED, STRANGER_1, STRANGER_2, FACILITY, NO_CONSENT, POWERLESS, REVOKED)


SETTING = ("PUT /v1/pin", "POST /v1/passkeys/options", "POST /v1/passkeys")  # by the first session, of what is first
NAMED_IN_THE_BODY = ("/v1/fhir", "/v1/fhir/Patient", "/v1/fhir/Patient/_search", "/v1/hospital-files")


WITH_CREDENTIAL = ("POST /v1/passkeys", "POST /v1/passkeys/sign-in")


@dataclass(frozen=True)
class Operation:
    """A route, with its operation where it has one."""

    route: Route
    operation: str = ""

    @property
    def title(self) -> str:
        """As people write it: `GET /v1/fhir/Patient/{id}/$everything`."""
        return self.route.key.replace("{operation}", self.operation)

    @property
    def speaks_fhir(self) -> bool:
        """Whether facilities call it."""
        return self.route.function in (LOOKUP, CONTRIBUTE)

    @property
    def names_a_person(self) -> bool:
        """Whether the call says whose record or session it means."""
        return "{" in self.route.path or self.route.path in NAMED_IN_THE_BODY


OPERATIONS = {
    "POST /v1/fhir/Patient/{operation}": ("$match", "$summary"),
    "GET /v1/fhir/Patient/{operation}": ("$summary",),
    "GET /v1/fhir/Patient/{id}/{operation}": ("$summary", "$everything"),
    "POST /v1/fhir/Patient/{id}/{operation}": ("$verify",),
    "POST /v1/fhir/Bundle/{operation}": ("$validate",),
}
ALL_OPERATIONS = tuple(
    Operation(route, operation) for route in ROUTES for operation in OPERATIONS.get(route.key, ("",))
)


class FixtureWorld:
    """The world, which can be set back to what it was before a call changed it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.authenticators: dict[str, Authenticator] = {}
        self.desks = {key: facility_desk.register(world, key, provider_code="79999") for key in ("79001", "79003")}
        self.desks["79002"] = facility_desk.register(world, "79002", permissions=[])
        _revoke(world, "79003")
        self.challenge = Browser(world).ask("0987654321").json["challenge_id"]
        self.code = Browser(world).code()
        self.alice = self._declared(ALICE)
        self.before_pin = _taken()
        self.alice, self.bob = self._with_pin(self.alice), self._with_pin(self._declared(BOB))
        self.alice, self.bob = self._treated(self.alice), self._treated(self.bob)
        for person in (self.alice, self.bob):
            assert self.desks["79001"].transaction(bundles.bundle(_letter(person))).status == 200
        self.binaries = {person.record_id: _binary_id(world, person) for person in (self.alice, self.bob)}
        self.settled, self.kept_before = _taken(), self.kept()

    def call(self, way: Operation, caller: Caller) -> tuple[Answer, bool]:
        """A call that is right in all but who makes it, and whether it changed what is kept; then all is as it was."""
        first_pin = way.route.key in SETTING and caller is CREATOR
        if first_pin:
            _put_back(self.before_pin)
        answer = self._sent(way, caller)
        changed = not first_pin and self.kept() != self.kept_before
        if first_pin or (answer.status < 300 and way.route.method != "GET"):
            _put_back(self.settled)
        return answer, changed

    def kept(self) -> list[Any]:
        """Everything that a call might have changed without right."""
        tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
        return [item.to_json() for name in KEPT for item in tables[name].all_items()]

    def _sent(self, way: Operation, caller: Caller) -> Answer:
        person = self.bob if caller.others else self.alice
        if way.speaks_fhir:
            return self._fhir(way, caller, person)
        cookies = {sessions.COOKIE: getattr(self.alice, caller.session)} if caller.session else None
        signature = self.desks[caller.facility].sign_call("GET", "metadata").headers if caller.facility else {}
        headers = {**signature, **({"if-match": '"1"'} if way.title == "PUT /v1/records/{id}" else {})}
        body = self._credential(way, cookies) if way.title in WITH_CREDENTIAL else self._body(way, person)
        return self._delivered(way, person, body, headers=headers, cookies=cookies)

    def _credential(self, way: Operation, cookies: dict[str, str] | None) -> Any:
        """What an authenticator says to the caller: Alice's, or at registering a new one."""
        browser = Browser(self.world, cookies=dict(cookies or {}))
        if way.title == "POST /v1/passkeys/sign-in":
            asked = browser.call("POST", "/v1/passkeys/sign-in/options", body={})
            return {"credential": self.authenticators[ALICE.phone].get(asked.json)}
        asked = browser.call("POST", "/v1/passkeys/options", body={"current_pin": PIN})
        anybodys = {"publicKey": {"user": {"id": "AA"}, "challenge": "AA"}}
        return {"credential": Authenticator().create(asked.json if asked.status == 200 else anybodys)}

    def _fhir(self, way: Operation, caller: Caller, person: Person) -> Answer:
        body, query, kind = fhir_call(way, person)
        if caller.facility is None:
            cookies = {sessions.COOKIE: getattr(self.alice, caller.session)} if caller.session else None
            headers = {"content-type": kind, "purpose-of-use": "TREAT", "practitioner": "000123"}
            return self._delivered(way, person, body or None, headers=headers, cookies=cookies)
        named = self.binaries[person.record_id] if "Binary" in way.title else person.record_id
        path = way.title.partition("/v1/fhir")[2].removeprefix("/").replace("{id}", named)
        if not way.route.path.startswith("/v1/fhir"):
            path = way.route.path.removeprefix("/v1")
        sent = {"content_type": kind} if body else {}
        answer = self.desks[caller.facility].call(way.route.method, path, body, query=query, **sent)
        return Answer(answer.status, answer.headers, [], answer.body.decode())

    def _delivered(self, way: Operation, person: Person, body: Any, **sent: Any) -> Answer:
        one = sessions.hash_token(person.spare) if "sessions" in way.route.path else person.record_id
        one = person.passkey if "passkeys" in way.route.path else one
        names = {"id": one, "operation": way.operation, "share": person.share_id, "token": person.token}
        names["episode"] = person.episode
        names |= {"type": "DocumentReference", "entry": LETTER}
        path = {name: value for name, value in names.items() if "{" + name + "}" in way.route.path}
        handler = importlib.import_module(f"functions.{way.route.function}.handler").handler
        return call_handler(handler, way.route.method, way.route.path, path=path, body=body, **sent)

    def _body(self, way: Operation, person: Person) -> Any:
        bodies: dict[str, Any] = {
            "POST /v1/otp": {"phone": "0976543210"},
            "POST /v1/otp/verify": {"challenge_id": self.challenge, "code": self.code},
            "PUT /v1/pin": {"pin": PIN, "current_pin": PIN},
            "POST /v1/pin/verify": {"pin": PIN},
            "POST /v1/passkeys/options": {"current_pin": PIN},
            "POST /v1/visits": {"poster": poster()},
            "PUT /v1/records/{id}": _declaration(person, measurements_weight={"valueDecimal": 60}),
            **BODIES,
        }
        return bodies.get(way.title)

    def _declared(self, person: Person) -> Person:
        browser = Browser(self.world)
        browser.sign_in(person.phone)
        answer = people.put(browser.cookies, _declaration(person), record_id=person.record_id)
        assert answer.status == 201, answer.body
        return replace(person, creator=browser.cookies[sessions.COOKIE])

    def _treated(self, person: Person) -> Person:
        """A hospital's file tells of a visit of the person."""
        file = episode_file(person.number, person.born, person.name, person.phone)
        sent = self.desks["79001"].hospital_file(file, card_seen=[f"LK{person.number}"])
        assert sent.json["entry"][0]["response"]["status"] == "201 Created"
        pk = f"record#{person.record_id}"
        sks = [item["sk"] for item in self.world.items("records") if item["pk"] == pk]
        (head,) = [sk for sk in sks if sk.startswith("episode#")]
        return replace(person, episode=head.removeprefix("episode#"))

    def _with_pin(self, person: Person) -> Person:
        creator = Browser(self.world, cookies={sessions.COOKIE: person.creator})
        assert creator.call("PUT", "/v1/pin", body={"pin": PIN}).status == 204
        account = next(
            item["account"]
            for item in self.world.items("access")
            if item["pk"] == f"session#{sessions.hash_token(person.creator)}"
        )
        later, spare, rising = (put_session(account)[0] for _ in range(3))
        elevated = Browser(self.world, cookies={sessions.COOKIE: rising})
        assert elevated.call("POST", "/v1/pin/verify", body={"pin": PIN}).status == 204
        device = self.authenticators[person.phone] = Authenticator()
        asked = elevated.call("POST", "/v1/passkeys/options", body={"current_pin": PIN}).json
        passkey = elevated.call("POST", "/v1/passkeys", body={"credential": device.create(asked)}).json["id"]
        made = people.call(
            "POST", "/v1/records/{id}/shares", elevated.cookies, record_id=person.record_id, body={"minutes": 30}
        ).json
        return replace(
            person,
            later=later,
            spare=spare,
            elevated=elevated.cookies[sessions.COOKIE],
            share_id=made["id"],
            passkey=passkey,
            token=token_of(made["shlink"]),
        )


def _declaration(person: Person, **changes: Any) -> dict[str, Any]:
    return people.declaration(
        identity_full_name={"valueString": person.name},
        identity_birth_date={"valueDate": person.born},
        identity_national_id={"valueString": person.number},
        identity_insurance_number=None,
        consent_sharing={"valueBoolean": person.sharing},
        **changes,
    )


def _letter(person: Person) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": LETTER,
        "status": "current",
        "subject": {"reference": f"Patient/{person.record_id}"},
        "content": [{"attachment": ATTACHMENT}],
    }


def _binary_id(world: World, person: Person) -> str:
    """What a summary would name the person's letter by."""
    (kept,) = [item for item in world.items("keys") if item["pk"] == f"record#{person.record_id}"]
    key = envelope_encryption.decrypt_data_key(world.data_key_id, "79", person.record_id, kept["wrapped"].value)
    return attachments.compute_binary_id(key, person.record_id, ATTACHMENT)


def fhir_call(way: Operation, person: Person) -> tuple[bytes, dict[str, str] | None, str]:
    """Body, query and content type of a sound call about the person."""
    identifier, query = f"{NATIONAL_ID}|{person.number}", {"birthdate": person.born}
    if way.route.method == "GET":
        named = "{id}" in way.route.path or way.title.endswith(("metadata", "/facility-key"))
        return b"", None if named else {"identifier": identifier, **query}, FHIR_JSON
    if way.title.endswith("_search"):
        form = f"identifier={identifier.replace('|', '%7C')}&birthdate={person.born}"
        return form.encode(), None, FORM
    if way.title == "POST /v1/hospital-files":
        return episode_file(person.number, person.born, person.name, person.phone), None, "application/xml"
    if way.title == "POST /v1/fhir" or way.operation == "$validate":
        return json.dumps(bundles.visit(person.record_id)).encode(), None, FHIR_JSON
    return json.dumps(_parameters(way, person)).encode(), None, FHIR_JSON


def _parameters(way: Operation, person: Person) -> dict[str, Any]:
    identifier = {"system": NATIONAL_ID, "value": person.number}
    if way.operation == "$match":
        patient = {"resourceType": "Patient", "identifier": [identifier], "birthDate": person.born}
        members: list[dict[str, Any]] = [{"name": "resource", "resource": patient}]
    else:
        members = [
            {"name": "identifier", "valueIdentifier": identifier},
            {"name": "birthdate", "valueDate": person.born},
        ]
    return {"resourceType": "Parameters", "parameter": members}


def _revoke(world: World, facility_id: str) -> None:
    world.table("facilities").update_item(
        Key={"pk": f"facility#{facility_id}", "sk": "facility"},
        UpdateExpression="SET #status = :revoked",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":revoked": "revoked"},
    )


def _taken() -> dict[str, Any]:
    return copy.deepcopy(dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].__dict__)


def _put_back(state: dict[str, Any]) -> None:
    dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].__dict__.update(copy.deepcopy(state))
    forget_caches()
