"""Every listed fault of a Bundle at the real entry point: its 4xx, where it is, one audit line, nothing stored."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine

from tests.conftest import World, province_world
from tests.contribute.bundles import bundle, observation, visit
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident
from tests.kept import list_audited, list_stored

NOW = "2026-11-23T01:30:00Z"
PERSON = Resident().record_id
OTHER = Resident(national_id="079185005678", insurance_number=None, record_id="6e0c1a52-9d5e-4c7b-8a3e-2f6b7c8d9e02")
HERS = "7a0c1a52-9d5e-4c7b-8a3e-2f6b7c8d9e03"  # a result in the other person's record
Sent = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What is changed of a sound visit, and the refusal: its status, its kind, and where it says the fault is."""

    name: str
    change: Callable[[Sent], object]
    path: str | None
    told: str
    status: int = 422
    kind: str = "bundle-invalid"
    record: str | None = None  # whose the audit line says it was about

    def __str__(self) -> str:
        return self.name


def of(place: int, **members: Any) -> Callable[[Sent], object]:
    """Members of the resource at `place` that become others; None takes one away."""

    def change(sent: Sent) -> None:
        resource = sent["entry"][place]["resource"]
        resource.update(members)
        for name in [name for name, value in members.items() if value is None]:
            del resource[name]

    return change


def nested(levels: int) -> list[dict[str, Any]]:
    inner: dict[str, Any] = {"url": "urn:x", "valueString": "x"}
    for _ in range(levels):
        inner = {"url": "urn:x", "extension": [inner]}
    return [inner]


def about(person: str) -> dict[str, str]:
    return {"reference": f"Patient/{person}"}


def a_thousand(sent: Sent) -> None:
    sent["entry"] = [copy.deepcopy(sent["entry"][2]) for _ in range(1000)]


FOREIGN = "refers to what is neither in the Bundle nor in this record"
EXTENDED = {"extension": [{"url": "urn:x", "valueString": "x"}]}
CODED = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "gone"}]}
FAULTS = [
    Fault(
        "wrong type, text for a number",
        of(2, valueQuantity={"value": "98"}),
        "[2].valueQuantity.value",
        "must be a number",
    ),
    Fault(
        "wrong type, object for a list", of(2, category={"text": "x"}), "[2].category", "must be a list with members"
    ),
    Fault("null beside a text", of(1, code={"text": "x", "_text": None}), "[1].code._text", "must not be null"),
    Fault("null for a text", of(1, code={"text": None, "_text": EXTENDED}), "[1].code.text", "must not be null"),
    Fault("wrong type, list for an object", of(1, code=[{"text": "x"}]), "[1].code", "must be an object with members"),
    Fault("wrong type, true for a text", of(1, recordedDate=True), "[1].recordedDate", "must be a string"),
    Fault("missing required code", of(2, code=None), "[2].code", "is required"),
    Fault("missing required status", of(0, status=None), "[0].status", "is required"),
    Fault("unknown property", of(1, colour="red"), "[1].colour", "is not known here"),
    Fault("unknown property within", of(1, code={"text": "x", "tone": 1}), "[1].code.tone", "is not known here"),
    Fault(
        "unknown modifier", of(1, modifierExtension=[{"url": "urn:x"}]), "[1].modifierExtension", "changes the meaning"
    ),
    Fault("bad code", of(2, status="done"), "[2].status", "must be one of registered, preliminary, final"),
    Fault("bad code in a bound element", of(1, clinicalStatus=CODED), "[1].clinicalStatus", "must hold a coding of"),
    Fault("bad date", of(1, onsetDateTime="2026-02-30"), "[1].onsetDateTime", "a day that does not exist"),
    Fault(
        "bad date, Vietnamese order", of(1, onsetDateTime="20/11/2026"), "[1].onsetDateTime", "is not a valid dateTime"
    ),
    Fault(
        "bad time without a zone",
        of(2, effectiveDateTime="2026-11-23T08:20:00"),
        "[2].effectiveDateTime",
        "is not a valid dateTime (2026-11-20, 2026-11-20T08:05:00+07:00)",
    ),
    Fault("two ways of one value", of(2, valueString="98"), "[2].value[x]", "must have one type only"),
    Fault("deep nesting", of(1, extension=nested(45)), None, "is nested too deeply"),
    Fault(
        "foreign server",
        of(1, asserter={"reference": "https://elsewhere.example/Practitioner/1"}),
        "[1].asserter.reference",
        FOREIGN,
        record=PERSON,
    ),
    Fault(
        "foreign encounter",
        of(1, encounter={"reference": f"Encounter/{new_uuid()}"}),
        "[1].encounter.reference",
        FOREIGN,
        record=PERSON,
    ),
    Fault(
        "result of another person's record",
        of(2, derivedFrom=[{"reference": f"Observation/{HERS}"}]),
        "[2].derivedFrom[0].reference",
        FOREIGN,
        record=PERSON,
    ),
    Fault(
        "another person as performer",
        of(2, performer=[about(OTHER.record_id)]),
        "[2].performer[0].reference",
        FOREIGN,
        record=PERSON,
    ),
    Fault(
        "the same resource twice",
        lambda sent: sent["entry"].append({**sent["entry"][2], "fullUrl": f"urn:uuid:{HERS}"}),
        "[3]",
        "must not hold the same resource twice",
    ),
    Fault(
        "two persons",
        of(2, subject=about(OTHER.record_id)),
        "[2].subject",
        "must be the same person throughout",
    ),
    Fault(
        "person of another server",
        of(1, subject={"reference": f"https://x/Patient/{PERSON}"}),
        "[1].subject",
        "must refer to Patient/{id}",
    ),
    Fault(
        "nobody's record",
        lambda sent: sent.update(visit(new_uuid())),
        None,
        "There is no such record.",
        404,
        "no-such-person",
    ),
    Fault("a thousand entries", a_thousand, None, "A Bundle holds at most 90 entries.", 413, "too-large"),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """Two people's records."""
    with province_world() as world:
        store_resident(world, Resident())
        store_resident(world, OTHER)
        yield world


@pytest.fixture(scope="module")
def desk(shared: World) -> Desk:
    """A facility that wrote a result of the other person."""
    desk = register(shared)
    assert desk.transaction(bundle(observation(OTHER.record_id, id=HERS))).status == 200
    return desk


@pytest.fixture(scope="module")
def other_desk(shared: World) -> Desk:
    """A facility that wrote nothing."""
    return register(shared, "79002")


def kept_but_reads() -> dict[str, list[Any]]:
    """All that is stored; a reference that may be to a declared item counts as a read."""
    stored = list_stored()
    stored["access"] = [item for item in stored["access"] if not item["pk"]["S"].startswith("budget#reads#")]
    return stored


def send(desk: Desk, body: bytes) -> tuple[Any, dict[str, Any]]:
    """The answer in English and its one audit line; nothing else may have changed."""
    before, trail = kept_but_reads(), list_audited()
    with time_machine.travel(NOW, tick=False):
        message = desk.sign_call("POST", "", body)
        message.headers["Accept-Language"] = "en"
        answer = desk.send(message)
    assert kept_but_reads() == before
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert answer.json["resourceType"] == "OperationOutcome"
    (line,) = [item for key, item in list_audited().items() if key not in trail]
    return answer, line


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_it_is_refused_where_it_is_and_leaves_one_line_and_nothing_else(desk: Desk, fault: Fault) -> None:
    sent = visit(PERSON)
    fault.change(sent)
    answer, line = send(desk, json.dumps(sent).encode())
    issue = answer.json["issue"][0]
    assert (answer.status, issue["diagnostics"]) == (fault.status, fault.kind)
    if fault.path:
        place, _, member = fault.path.partition(".")
        path = f"Bundle.entry{place}.resource" + (f".{member}" if member else "")
        assert [each["expression"] for each in answer.json["issue"]] == [[path]]
    assert fault.told in issue["details"]["text"]
    named = {name: line.get(name) for name in ("action", "outcome", "detail", "key_id", "practitioner", "record_id")}
    assert named == {
        "action": "transaction",
        "outcome": "denied",
        "detail": fault.kind,
        "key_id": "79001.1",
        "practitioner": desk.practitioner,
        "record_id": fault.record,
    }


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"[" * 100_000, 400, "not-json"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400, "not-json"),
        (b'{"resourceType":"Bundle"', 400, "not-json"),
        (b'{"resourceType":"Bundle","note":"' + b"x" * 10 * 1024 * 1024 + b'"}', 413, "too-large"),
    ],
    ids=["deep lists", "deep objects", "cut short", "10 MB"],
)
def test_what_cannot_be_read_as_a_bundle_leaves_one_line_and_nothing_else(
    desk: Desk, body: bytes, status: int, kind: str
) -> None:
    answer, line = send(desk, body)
    (issue,) = answer.json["issue"]
    assert (answer.status, issue["diagnostics"]) == (status, kind)
    assert (line["outcome"], line["detail"]) == ("denied", kind)


def test_the_id_of_another_persons_resource_makes_one_of_this_persons_own_and_leaves_theirs(desk: Desk) -> None:
    before = list_stored("records")["records"]
    sent = bundle(observation(PERSON, id=HERS, valueQuantity={"value": 1}))
    assert desk.transaction(sent).json["entry"][0]["response"]["status"] == "201 Created"
    added = [item for item in list_stored("records")["records"] if item not in before]
    assert [item["pk"]["S"] for item in added] == [f"record#{PERSON}"]
    assert len(list_stored("records")["records"]) == len(before) + 1


def test_a_resource_of_another_facility_is_a_conflict_and_stays(desk: Desk, other_desk: Desk) -> None:
    answer, line = send(other_desk, json.dumps(bundle(observation(OTHER.record_id, id=HERS))).encode())
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (409, "resource-of-another-facility")
    assert (line["outcome"], line["detail"]) == ("denied", "resource-of-another-facility")
