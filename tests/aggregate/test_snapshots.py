"""Facts come by a scan or by DynamoDB's export: the same statistics, and no broken snapshot is believed."""

import gzip
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.aggregate import buckets, day_statistics
from functions.aggregate.errors import BadEventError, BrokenSnapshotError, UnexpectedError
from infrastructure.compute import state_machine_definition
from tests.aggregate.conftest import DAY, LATEST, Province, Town, resident
from tests.aggregate.exporter import ARN, exporting
from tests.aggregate.states import walk


def test_both_ways_lead_to_the_same_statistics(town: Town) -> None:
    scanned, exported = (
        {key: body for key, body in written.items() if not key.startswith("snapshots/")} for written in town.writings
    )

    assert town.answers[1]["snapshot"].endswith("AWSDynamoDB/01795000000001-a1b2c3d4/manifest-summary.json")
    assert exported == scanned
    same = ("date", "week", "status", "residents", "tables", "published")
    assert {name: town.answers[1][name] for name in same} == {name: town.answers[0][name] for name in same}


def test_a_scan_is_laid_out_as_an_export(province: Province) -> None:
    province.put(resident("one"), resident("two"))
    root = province.run(step="snapshot")["snapshot"].removesuffix("/manifest-summary.json")

    assert root == f"snapshots/province=79/date={DAY}/AWSDynamoDB/scan-{DAY}"
    names = [key.removeprefix(f"{root}/") for key in province.keys(root)]
    assert [name for name in names if not name.startswith("data/")] == [
        "_started",
        "manifest-files.checksum",
        "manifest-files.json",
        "manifest-summary.checksum",
        "manifest-summary.json",
    ]
    listed = [json.loads(line) for line in province.read(f"{root}/manifest-files.json").splitlines()]
    items = [
        json.loads(line)["Item"]["pk"]["S"]
        for file in listed
        for line in gzip.decompress(province.read(file["dataFileS3Key"])).splitlines()
    ]
    assert sorted(items) == ["resident#one", "resident#two"]
    assert sum(file["itemCount"] for file in listed) == 2
    before = province.state(root)
    province.run(step="snapshot")
    assert province.state(root) == before


def test_an_export_is_waited_for_and_started_once(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    province.put(resident("one"))
    exporting(province, monkeypatch, "IN_PROGRESS", "IN_PROGRESS 2.9", "COMPLETED")

    waiting = province.run()
    assert waiting == {
        "date": DAY,
        "week": "2026-W52",
        "status": "IN_PROGRESS",
        "export_arn": ARN.format(1),
        "export_attempt": 1,
    }
    assert province.keys("statistics/") == []
    assert province.run()["status"] == "IN_PROGRESS"  # a second start finds the first
    assert province.run(**waiting, step="snapshot")["status"] == "COMPLETED"


def test_an_export_is_sealed_with_the_bucket_s_key(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSK_STORAGE_KEY_ID", "key-of-the-bucket")
    exporter = exporting(province, monkeypatch, "IN_PROGRESS")
    province.run()

    (asked,) = exporter.started.values()
    assert (asked["S3SseAlgorithm"], asked["S3SseKmsKeyId"]) == ("KMS", "key-of-the-bucket")


def test_the_state_machine_waits_for_the_export_and_publishes(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    province.put(resident("one"))
    exporting(province, monkeypatch, "IN_PROGRESS", "FAILED", "IN_PROGRESS", "COMPLETED")

    way, answer = walk(state_machine_definition.build_definition("arn"), province, {"date": DAY})

    snapshot = ["TakeSnapshot", "Snapshot", "Ready"]
    assert way == [
        *snapshot, "Wait", *snapshot, "Wait", *snapshot, "StartCounting", "Aggregate", "StartPublishing", "Publish"
    ]  # fmt: skip
    assert answer["export_arn"] == ARN.format(2)  # the second export, since the first failed
    assert (answer["status"], answer["residents"]) == ("COMPLETED", 1)
    assert f"{LATEST}/index.html" in answer["published"]


def test_a_dead_end_leaves_yesterdays_files_says_so_and_fails(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    province.put(resident("one"))
    province.run("2026-12-14")
    page = f"{LATEST}/index.html"
    before, shown = province.state("published/"), province.read(page)
    for statuses, exports in ((("FAILED",), 3), (("IN_PROGRESS", "IN_PROGRESS 3.1"), 1)):
        with monkeypatch.context() as this:
            exporter = exporting(province, this, *statuses)

            way, failure = walk(state_machine_definition.build_definition("arn"), province, {"date": DAY})

        assert way[-3:] == ["GiveUp", "SayLate", "DeadEnd"]
        assert failure == {"Error": "AggregationFailed", "Cause": state_machine_definition.CAUSE}
        assert len(exporter.started) == exports
        assert {**province.state("published/"), page: ""} == {**before, page: ""}
        assert "Lần cập nhật ngày 21/12/2026 không thành công" in province.page()
        province.s3.put_object(Bucket="insights", Key=page, Body=shown)

    assert province.run(step="late") == {"date": DAY, "week": "2026-W52", "status": "LATE"}
    assert "The update of 21/12/2026 did not succeed" in province.page()


def test_an_error_of_others_is_told_by_its_type_alone(
    province: Province, monkeypatch: pytest.MonkeyPatch, written: Any
) -> None:
    def quotes_a_row(*_: Any) -> None:
        raise ValueError("cannot read 'Nguyễn Văn A'")

    monkeypatch.setattr(day_statistics, "write_statistics", quotes_a_row)

    with pytest.raises(UnexpectedError) as raised:
        province.run()

    assert str(raised.value) == "the aggregation failed: ValueError"
    assert raised.value.__suppress_context__
    said = written()
    assert "Nguyễn" not in said
    assert '"reason":"ValueError"' in said
    assert '"functions/aggregate/daily_steps.py:' in said


def test_a_storage_that_refuses_is_not_taken_for_a_broken_snapshot(
    province: Province, monkeypatch: pytest.MonkeyPatch, written: Any
) -> None:
    def busy(*_: Any) -> None:
        raise ClientError({"Error": {"Code": "SlowDown", "Message": "Nguyễn Văn A"}}, "GetObject")

    province.put(resident("one"))
    monkeypatch.setattr(buckets, "download_file", busy)

    with pytest.raises(UnexpectedError, match="the aggregation failed: ClientError"):
        province.run()

    said = written()
    assert '"code":"SlowDown"' in said
    assert "Nguyễn" not in said


def test_a_page_that_cannot_be_marked_hides_no_failure(province: Province, written: Any) -> None:
    province.s3.put_object(Bucket="insights", Key=f"{LATEST}/index.html", Body=b"\xff")

    with pytest.raises(BrokenSnapshotError):
        province.run(step="aggregate", snapshot="snapshots/nowhere/manifest-summary.json")

    assert '"message":"late_mark_failed"' in written()
    assert '"reason":"UnicodeDecodeError"' in written()


HARMS = ("truncated", "missing", "other bytes", "manifest gone", "count differs")


def test_a_broken_snapshot_leaves_the_last_release_and_says_so(province: Province) -> None:
    province.put(resident("one"))
    province.run("2026-12-14")
    page = f"{LATEST}/index.html"
    before, shown = province.state("published/"), province.read(page)
    for harm in HARMS:
        state = province.run(step="snapshot")
        _harm(province, state["snapshot"].removesuffix("/manifest-summary.json"), harm)

        with pytest.raises(BrokenSnapshotError):
            province.run(**state, step="aggregate")

        assert {**province.state("published/"), page: ""} == {**before, page: ""}, harm
        assert "Lần cập nhật ngày 21/12/2026 không thành công" in province.page(), harm
        assert province.read("insights/index.html", "site").decode() == province.page(), harm
        assert province.keys(f"statistics/province=79/date={DAY}") == [], harm
        province.s3.put_object(Bucket="insights", Key=page, Body=shown)


def _harm(province: Province, root: str, harm: str) -> None:
    listed = [json.loads(line) for line in province.read(f"{root}/manifest-files.json").splitlines()]
    key = next(file["dataFileS3Key"] for file in listed if file["itemCount"])
    body = province.read(key)
    match harm:
        case "truncated":
            province.s3.put_object(Bucket="insights", Key=key, Body=body[: len(body) // 2])
        case "missing":
            province.s3.delete_object(Bucket="insights", Key=key)
        case "other bytes":
            province.s3.put_object(Bucket="insights", Key=key, Body=gzip.compress(b'{"Item": {}}\n'))
        case "manifest gone":
            province.s3.delete_object(Bucket="insights", Key=f"{root}/manifest-files.json")
        case "count differs":
            summary = json.loads(province.read(f"{root}/manifest-summary.json")) | {"itemCount": 2}
            province.s3.put_object(
                Bucket="insights", Key=f"{root}/manifest-summary.json", Body=json.dumps(summary).encode()
            )


def test_the_notice_of_a_failure_goes_with_the_next_run_that_works(province: Province) -> None:
    province.put(resident("one"))
    province.run()
    clean = province.page()
    with pytest.raises(BrokenSnapshotError):
        province.run("2026-12-22", step="aggregate", snapshot="snapshots/nowhere/manifest-summary.json")
    assert "không thành công" in province.page()

    assert province.run("2026-12-23")["published"] == []
    assert province.page() == clean


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"step": "guess"}, "step must be one of snapshot, aggregate, publish"),
        ({"step": "aggregate"}, "needs the snapshot"),
        ({"date": "23/11/2026"}, "date must be YYYY-MM-DD"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(province: Province, event: dict[str, str], message: str) -> None:
    with pytest.raises(BadEventError, match=message):
        province.run(**{"date": DAY, **event})
