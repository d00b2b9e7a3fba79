"""Broken and oversized Bundles: the right 4xx, an OperationOutcome, an audit line, nothing stored."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import World
from tests.contribute.bundles import bundle, condition, observation, visit
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident

Bundle = dict[str, Any]


@pytest.fixture
def desk(world: World) -> Desk:
    store_resident(world, Resident())
    return register(world)


def person() -> str:
    return Resident().record_id


def stored(world: World) -> int:
    return sum(item["sk"].startswith("contribution#") for item in world.items("records"))


def told(answer: Any) -> tuple[int, list[str]]:
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert answer.json["resourceType"] == "OperationOutcome"
    return answer.status, [each.get("expression", ["-"])[0] for each in answer.json["issue"]]


def entry(sent: Bundle, place: int) -> dict[str, Any]:
    found: dict[str, Any] = sent["entry"][place]
    return found


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda b: b.update(type="batch"), "Bundle.type"),
        (lambda b: b.update(resourceType="Patient"), "Bundle.type"),
        (lambda b: b.pop("entry"), "Bundle.entry"),
        (lambda b: b.update(entry=[]), "Bundle.entry"),
        (lambda b: b.update(entry={}), "Bundle.entry"),
        (lambda b: b.update(colour="red"), "Bundle.colour"),
        (lambda b: b["entry"].append(1), "Bundle.entry[3].resource"),
        (lambda b: b["entry"].append({}), "Bundle.entry[3].resource"),
        (lambda b: entry(b, 0).update(link=[]), "Bundle.entry[0].link"),
        (lambda b: entry(b, 0).pop("request"), "Bundle.entry[0].request.method"),
        (lambda b: entry(b, 0)["request"].update(method="POST"), "Bundle.entry[0].request.method"),
        (lambda b: entry(b, 0)["request"].update(method="DELETE"), "Bundle.entry[0].request.method"),
        (lambda b: entry(b, 0)["request"].update(ifNoneExist="x"), "Bundle.entry[0].request.ifNoneExist"),
        (lambda b: entry(b, 0)["request"].update(url="Encounter/1"), "Bundle.entry[0].request.url"),
        (lambda b: entry(b, 0)["request"].update(url="Encounter?x=1"), "Bundle.entry[0].request.url"),
        (lambda b: entry(b, 0)["request"].update(url=f"Observation/{new_uuid()}"), "Bundle.entry[0].request.url"),
        (lambda b: b["entry"].append(copy.deepcopy(entry(b, 0))), "Bundle.entry[3].fullUrl"),
        (lambda b: entry(b, 2)["resource"].update(resourceType="Patient"), "Bundle.entry[2].resource.resourceType"),
        (lambda b: b.update(entry=[_organization()]), "Bundle.entry"),
    ],
)
def test_a_broken_bundle_is_refused_where_it_is_broken(
    world: World, desk: Desk, change: Callable[[Bundle], object], path: str
) -> None:
    sent = visit(person())
    change(sent)
    status, paths = told(desk.transaction(sent))
    assert (status, paths[0]) == (422, path)
    assert stored(world) == 0
    assert [(item["outcome"], item["detail"]) for item in world.items("audit")] == [("denied", "bundle-invalid")]


def _organization() -> dict[str, Any]:
    resource = {"resourceType": "Organization", "id": new_uuid(), "name": "Khoa nội"}
    return entry(bundle(resource), 0)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"a":1,"a":2}', b'{"a":NaN}', b"\xff", b"[" * 300_000])
def test_what_is_no_json_object_is_a_bad_request(world: World, desk: Desk, body: bytes) -> None:
    answer = desk.send(desk.sign_call("POST", "", body))
    assert told(answer) == (400, ["-"])
    assert stored(world) == 0


@pytest.mark.parametrize("megabytes", [5, 10])
def test_a_body_that_lambda_does_not_carry_is_too_large(world: World, desk: Desk, megabytes: int) -> None:
    big = observation(person(), note=[{"text": "x" * megabytes * 1024 * 1024}])
    assert told(desk.transaction(bundle(big)))[0] == 413
    assert stored(world) == 0
    assert [item["detail"] for item in world.items("audit")] == ["too-large"]


def test_a_text_above_a_megabyte_is_refused_at_its_place(world: World, desk: Desk) -> None:
    big = observation(person(), note=[{"text": "x" * (1024 * 1024 + 1)}])
    assert told(desk.transaction(bundle(big))) == (422, ["Bundle.entry[0].resource.note[0].text"])
    assert stored(world) == 0


def test_a_thousand_entries_are_too_many(world: World, desk: Desk) -> None:
    sent = {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": {}}] * 1000}
    assert told(desk.transaction(sent)) == (413, ["-"])
    assert stored(world) == 0


def test_a_resource_that_fits_no_item_is_told_with_its_place(world: World, desk: Desk) -> None:
    big = observation(person(), note=[{"text": "x" * 350 * 1024}])
    assert told(desk.transaction(bundle(condition_alone(), big))) == (422, ["Bundle.entry[1].resource"])
    assert stored(world) == 0


def condition_alone() -> dict[str, Any]:
    return condition(person(), encounter={"display": "x"})


def test_a_report_of_300_kb_as_pdf_is_kept_and_read_back(world: World, desk: Desk) -> None:
    report = {
        "resourceType": "DocumentReference",
        "id": new_uuid(),
        "status": "current",
        "subject": {"reference": f"Patient/{person()}"},
        "content": [{"attachment": {"contentType": "application/pdf", "data": "JVBERi0x" * 40_000}}],
    }
    assert desk.transaction(bundle(report)).status == 200
    read = desk.everything(person()).json["entry"][-1]["resource"]
    attachment = read["content"][0]["attachment"]
    assert attachment["size"] == 240_000
    binary = desk.call("GET", attachment["url"].partition("/v1/fhir/")[2]).json
    assert binary["data"] == "JVBERi0x" * 40_000


def test_a_restricted_record_is_not_written(world: World) -> None:
    store_resident(world, Resident(restricted=True))
    answer = register(world).transaction(visit(person()))
    assert told(answer) == (403, ["-"])
    assert stored(world) == 0


def test_a_refusal_repeats_nothing_of_what_was_sent(world: World, desk: Desk, written: Callable[[], str]) -> None:
    sent = visit(person(), onsetDateTime="Nguyễn Văn Bí Mật", note=[{"text": 12345678}])
    answer = desk.transaction(sent)
    assert answer.status == 422
    for shown in (answer.body.decode(), written()):
        assert "Bí Mật" not in shown
        assert "12345678" not in shown
