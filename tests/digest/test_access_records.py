"""The public record of accesses: each person, and nobody else, finds in it whether their list is whole."""

import base64
import functools
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine

from functions.digest import signed_objects
from functions.digest.handler import DigestIncompleteError, handler
from health_record.audit import access_log, audit_entries, public_access_log, replay_guard
from tests.conftest import World, aws
from tests.declare import links, people
from tests.digest.conftest import CALLS, NEXT_NIGHT, SYSTEM, Ssk
from tests.facility_desk import register

RECIPE = re.compile(r"```python\n(\"\"\"python check.py.*?)```", re.DOTALL)
PAGE = Path(__file__).parents[2] / "docs/access.md"
SITE = "https://suckhoe.example"
EARLIER = "NOT the record and the key of the file taken earlier"
DAY, QUIET = "2026-11-22", "2026-11-21"
Check = Callable[..., dict[str, str]]


@functools.cache
def recipe() -> Any:
    """The script of docs/access.md, as anybody would copy it."""
    (script,) = RECIPE.findall(PAGE.read_text(encoding="utf-8"))
    return compile(script, "check.py", "exec")


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Runs it over what a person saved, from the 21st on: what it says of each day."""

    def served(url: str) -> io.BytesIO:
        site, _, key = url.partition("/accesses/")
        assert site == SITE
        key = f"accesses/{key}"
        return io.BytesIO(aws("s3").get_object(Bucket="site", Key=key)["Body"].read())

    monkeypatch.setattr("urllib.request.urlopen", served)

    def run(saved: Any, *earlier: Any) -> dict[str, str]:
        taken, *others = (tmp_path / f"ai-da-xem-{number}.json" for number in range(1 + len(earlier)))
        for file, content in zip((taken, *others), (saved, *earlier), strict=True):
            file.write_text(json.dumps(content), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["check.py", SITE, str(taken), QUIET, *map(str, others)])
        capsys.readouterr()
        exec(recipe(), {})
        return dict(line.split(" ", 1) for line in capsys.readouterr().out.splitlines())

    return run


COMPLETE = {QUIET: "complete", DAY: "complete"}
WRONG = {QUIET: "complete", DAY: "NOT as published"}


def mine(query: str = "", record_id: str = people.RECORD_ID) -> Any:
    cookies = people.sign_in(level=2)
    return people.call("GET", "/v1/records/{id}/accesses", cookies, record_id=record_id, query=query).json


def served(key: str) -> Any:
    return json.loads(aws("s3").get_object(Bucket="site", Key=key)["Body"].read())


def lines(ssk: Ssk) -> list[tuple[str, str]]:
    """What `ssk audit verify` says of the public record."""
    _, told = ssk("verify")
    return [(each["day"], each["what"]) for each in told["findings"] if each["facility"] == "accesses"]


def put_anew(key: str, content: Any) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    aws("s3").put_object(Bucket="site", Key=key, Body=body)


@pytest.fixture
def emergency(world: World, ssk: Ssk) -> dict[str, Any]:
    """One item of the person's two, as the table has it once everything is published."""
    return next(item for item in world.items("audit") if item.get("emergency"))


def test_a_whole_list_is_found_whole_by_its_person_alone_and_a_line_left_out_is_told(ssk: Ssk, check: Check) -> None:
    saved = mine()
    assert saved["receipt"] == {
        "record": people.RECORD_ID,
        "began": "2026-11-22",
        "at": "2026-11-22T18:30:00.000Z",
        "key": saved["receipt"]["key"],
    }
    assert len(saved["accesses"]) == 2
    assert (check(saved), ssk("verify")[0]) == (COMPLETE, 0)
    for shown in (1, 0):
        assert check(saved | {"accesses": saved["accesses"][:shown]}) == WRONG
    made_up = {**saved["accesses"][0], "practitioner": "nobody"}
    assert check(saved | {"accesses": [*saved["accesses"], made_up]}) == WRONG
    assert check(saved | {"accesses": saved["accesses"][::-1]}) == COMPLETE  # equal instants come in any order
    ((mark, value),) = served(f"accesses/{DAY}/{served(f'accesses/{DAY}.json')['parts'][0]}.json").items()
    seals = [access_log.compute_seal(saved["receipt"]["key"], day) for day in (DAY, QUIET)]
    assert [access_log.compute_index(seal) == mark for seal in seals] == [True, False]
    assert value not in (mark, *seals)


def test_a_receipt_with_another_key_or_site_is_not_believed_by_who_has_an_earlier_one(ssk: Ssk, check: Check) -> None:
    saved = mine()
    receipt = saved["receipt"] | {"documents": "https://liar.example/accesses/"}
    assert check(saved | {"receipt": receipt}, saved, saved) == COMPLETE  # asked the site that it was told
    for change in ({"key": "0" * 64}, {"record": people.RECORD_ID[::-1]}):
        lie = {"accesses": [], "receipt": receipt | change}
        with pytest.raises(SystemExit, match=EARLIER):
            check(lie, saved, saved)
    # What stays: without an earlier file, a lie about key and list at once agrees with the record.
    assert check({"accesses": [], "receipt": receipt | {"key": "0" * 64}}) == COMPLETE


def test_what_a_day_s_record_holds_of_an_access_is_always_the_same() -> None:
    """If this fails, every day that was published before would "differ" from the list of its person."""
    item = {"pk": "79001.1#n", "record_id": people.RECORD_ID, "seal": "0" * 64, "detail": "d", "key_id": "79001.1"}
    item |= {"at": "2026-11-22T16:59:59.000Z", "facility_id": "79001", "facility_name": "Trạm Y tế “Thử”"}
    item |= {"practitioner": "BS-1", "action": "summary", "purpose": "ETREAT", "reason": "unable"}
    of_facility = access_log.to_display(item | {"emergency": True, "outcome": "allowed"})
    by_link = {"at": item["at"], "share_id": "share-1", "action": "share-read", "outcome": "denied"}
    texts = (
        '{"action":"summary","at":"2026-11-22T16:59:59.000Z","emergency":true,"facility":"79001",'
        '"facility_name":"Trạm Y tế “Thử”","outcome":"allowed","practitioner":"BS-1",'
        '"purpose":"ETREAT","reason":"unable"}',
        '{"action":"share-read","at":"2026-11-22T16:59:59.000Z","emergency":false,"outcome":"denied","share":"share-1"}',
    )
    leaves = [access_log.compute_leaf_hash(of_facility), access_log.compute_leaf_hash(access_log.to_display(by_link))]
    assert leaves == [public_access_log.hash_shard(text.encode()) for text in texts]
    assert leaves[0] == "27368de1114b96473d8a9baa27ecf2e8fc640d25b00da1439004f9e3d6e16edf"
    assert access_log.compute_leaf_hash(access_log.to_display(by_link, "BS Thử")) == leaves[1]


def test_an_item_taken_away_changed_or_added_later_is_told_by_both(
    world: World, ssk: Ssk, check: Check, emergency: dict[str, Any]
) -> None:
    table, mark = world.table("audit"), access_log.compute_index(emergency["seal"])
    changed = f"the accesses of mark {mark} were changed"
    table.delete_item(Key={"pk": emergency["pk"]})
    assert (lines(ssk), check(mine())) == ([(DAY, changed)], WRONG)
    table.put_item(Item={**emergency, "practitioner": "somebody else"})
    assert (lines(ssk), check(mine())) == ([(DAY, changed)], WRONG)
    table.put_item(Item=emergency)
    assert (lines(ssk), check(mine())) == ([], COMPLETE)
    table.put_item(Item={**emergency, "pk": "79001.1#made-up"})
    assert (lines(ssk), check(mine())) == ([(DAY, changed)], WRONG)
    table.put_item(Item={**emergency, "pk": "79001.1#made-up", "seal": "0" * 64})
    other = f"the accesses of mark {access_log.compute_index('0' * 64)} were added"
    assert lines(ssk) == [(DAY, "item 79001.1#made-up has not its record's seal"), (DAY, other)]
    assert check(mine()) == WRONG


def test_a_document_that_is_written_anew_is_told(ssk: Ssk, check: Check, emergency: dict[str, Any]) -> None:
    saved, key = mine(), f"accesses/{DAY}.json"
    kept = served(key)
    part = f"accesses/{DAY}/{kept['parts'][0]}.json"
    mark = access_log.compute_index(emergency["seal"])
    put_anew(part, {mark: "0" * 64})
    otherwise = (DAY, "is served to the public otherwise than it was made")
    assert (lines(ssk), check(saved)) == ([otherwise], WRONG)
    put_anew(key, kept | {"parts": []})
    assert (lines(ssk), check(saved)) == ([otherwise] * 2, WRONG)
    put_anew(key, served(f"accesses/{QUIET}.json"))
    assert check(saved) == WRONG
    head, payload, signature = kept["signed"].split(".")
    put_anew(key, kept | {"signed": f"{head}.{payload[:-4]}AAAA.{signature}"})
    with pytest.raises(Exception, match="^$"):  # InvalidSignature says nothing
        check(saved)
    aws("s3").delete_object(Bucket="site", Key=key)
    assert lines(ssk)[0] == (DAY, "is not served to the public")


def test_what_was_put_under_lock_is_what_counts(ssk: Ssk) -> None:
    def put(name: str, body: bytes) -> None:
        aws("s3").put_object(Bucket="digests", Key=f"accesses/{name}.json", Body=body)

    kept = aws("s3").get_object(Bucket="digests", Key=f"accesses/{DAY}.json")["Body"].read()
    later = aws("s3").get_object(Bucket="digests", Key=f"accesses/{QUIET}.json")["Body"].read()
    with time_machine.travel("2026-11-26T19:30:00Z", tick=False):
        put(DAY, b"{}")
        put("2026-11-23", b"{}")
        put("2026-11-24", later)
        put("2026-11-25", json.dumps(json.loads(kept) | {"parts": []}).encode())
        assert lines(ssk) == [
            (DAY, "was written again; the first is what counts"),
            ("2026-11-23", "has no document of this kind"),
            ("2026-11-24", "has the document of another day or province"),
            ("2026-11-24", "does not follow the document before"),
            ("2026-11-24", "is not served to the public"),
            ("2026-11-25", "has a document that was not signed so"),
            ("2026-11-26", "has no document"),
        ]


def test_readings_by_a_link_are_digested_and_in_the_record(world: World, check: Check, province: Any) -> None:
    with time_machine.travel(CALLS, tick=False):
        made = links.share(people.sign_in(level=2)).json
        assert links.read(links.token_of(made["shlink"])).status == 200
    with time_machine.travel(NEXT_NIGHT, tick=False):
        handler({}, None)
        saved = mine()
        assert [one.get("recipient") for one in saved["accesses"]].count("BS Thử") == 1
        assert check(saved) == COMPLETE
        (read,) = (item for item in world.items("audit") if item["action"] == "share-read")
        digest = json.loads(aws("s3").get_object(Bucket="digests", Key=f"digests/_links/{DAY}.json")["Body"].read())
        assert list(digest["digest"]["items"]) == [read["pk"]]
        world.table("audit").delete_item(Key={"pk": read["pk"]})
        assert check(mine()) == WRONG


def test_a_day_ends_at_local_midnight(world: World, ssk: Ssk, check: Check) -> None:
    desk = register(world)
    with time_machine.travel("2026-11-22T17:00:00Z", tick=False):
        desk.summary(SYSTEM, people.NATIONAL_ID, "1960-05-17")
    with time_machine.travel("2026-11-23T18:30:00Z", tick=False):
        assert handler({}, None)["documents"] == 1
        saved = mine()
        assert check(saved) == COMPLETE | {"2026-11-23": "complete"}
        assert check(saved | {"accesses": saved["accesses"][1:]})["2026-11-23"] == "NOT as published"


def test_accesses_of_one_instant_are_paged_without_loss(world: World, province: Any) -> None:
    with time_machine.travel(CALLS, tick=False):
        key = access_log.derive_key(_macs(world), people.RECORD_ID)
        for number in range(249):
            common: Any = {"record_id": people.RECORD_ID, "seal_key": key, "practitioner": f"{number}"}
            nonce = audit_entries.further_key(f"{number:016d}", 1)  # pages end at further lines of a call as well
            entry = audit_entries.facility_entry(
                key_id="79001.1", nonce=nonce, action="summary", outcome="allowed", purpose="TREAT", **common
            )
            replay_guard.put_entry("audit", entry)
        found, page = [], mine()
        while True:
            found += page["accesses"]
            if "older" not in page:
                break
            assert len(page["accesses"]) == 100
            page = mine(f"before={page['older']}")
        assert len(found) == 251
        assert len({one["practitioner"] for one in found}) == 250  # two of the desk, by one practitioner
        later = base64.urlsafe_b64encode(b"2026-11-22T17:00:00.000Z 79001.1#later").decode()
        for before in ("", "x", "é", "MjAyNg", "A" * 600, later):
            cookies = people.sign_in(level=2)
            answer = people.call("GET", "/v1/records/{id}/accesses", cookies, query=f"before={before}")
            assert (answer.status, answer.json["type"]) == (400, "/problems/page-broken"), before


def _macs(world: World) -> Any:

    return world.macs()


def test_the_record_begins_where_all_accesses_since_have_seals(world: World, province: dict[str, str]) -> None:
    for item in world.items("audit"):
        item.pop("seal", None)
        world.table("audit").put_item(Item=item)
    with time_machine.travel(NEXT_NIGHT, tick=False):
        assert handler({}, None)["documents"] == 0
    with time_machine.travel("2026-11-23T18:30:00Z", tick=False):
        assert handler({}, None)["documents"] == 1
        assert served("accesses/2026-11-23.json")["parts"] == []


@pytest.mark.parametrize(("people_of_day", "parts"), [(0, 0), (1, 1), (1000, 1), (1001, 16), (16000, 16), (16001, 256)])
def test_a_phone_never_loads_many_more_than_a_thousand_marks(people_of_day: int, parts: int) -> None:
    marks = dict.fromkeys((public_access_log.hash_shard(b"%d" % number) for number in range(people_of_day)), "value")
    made = [json.loads(part) for part in public_access_log.build_shards(marks)]
    assert (len(made), sum(map(len, made))) == (parts, people_of_day)
    assert max(map(len, made), default=0) <= 1100
    digits = {0: 0, 1: 0, 16: 1, 256: 2}[parts]
    assert all(int(mark[:digits] or "0", 16) == place for place, part in enumerate(made) for mark in part)


def test_a_run_that_breaks_off_anywhere_is_made_up_for_by_the_next(
    province: dict[str, str], check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = signed_objects.put_if_absent, [0]

    def put_some(bucket: str, key: str, body: bytes) -> None:
        if key.startswith("accesses/"):
            left[0] -= 1
            if left[0] < 0:
                raise TimeoutError
        real(bucket, key, body)

    monkeypatch.setattr(signed_objects, "put_if_absent", put_some)
    with time_machine.travel(NEXT_NIGHT, tick=False):
        for left[0] in range(7):  # the key, two days without accesses, one with a part; what is locked is put no more
            with pytest.raises(DigestIncompleteError):
                handler({}, None)
        left[0] = 4
        assert handler({}, None)["documents"] == 0
        assert check(mine()) == COMPLETE
