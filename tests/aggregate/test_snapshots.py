"""Facts come by a scan or by DynamoDB's export: the same statistics, and no broken snapshot is believed."""

import base64
import gzip
import hashlib
import json
from typing import Any

import pytest

from benchmarks import facts
from functions.aggregate.export import ExportFailedError
from functions.aggregate.manifest import BrokenSnapshotError
from functions.aggregate.run import BadEventError
from health_record import clients
from tests.aggregate.conftest import DAY, LATEST, Province, resident

ARN = "arn:aws:dynamodb:ap-southeast-1:123456789012:table/facts/export/01795000000000-a1b2c3d4"


class Exporter:
    """DynamoDB with an export that writes what AWS writes: neither moto nor the local stack does."""

    def __init__(self, real: Any, s3: Any, statuses: list[str]) -> None:
        self._real = real
        self._s3 = s3
        self._statuses = statuses
        self._tokens: dict[str, str] = {}
        self.root = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def export_table_to_point_in_time(self, **asked: str) -> dict[str, Any]:
        assert asked["ExportFormat"] == "DYNAMODB_JSON"
        assert asked["ExportType"] == "FULL_EXPORT"
        assert len(asked["ClientToken"]) <= 36
        if asked["ClientToken"] not in self._tokens:
            self._tokens[asked["ClientToken"]] = ARN
            self.root = f"{asked['S3Prefix']}/AWSDynamoDB/{ARN.rpartition('/')[2]}"
            self._write(asked)
        return {"ExportDescription": {"ExportArn": ARN, "ExportStatus": "IN_PROGRESS"}}

    def describe_export(self, ExportArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's spelling
        assert ExportArn == ARN
        status = self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]
        found = {"ExportArn": ARN, "ExportStatus": status}
        if status == "COMPLETED":
            found["ExportManifest"] = f"{self.root}/manifest-summary.json"
        return {"ExportDescription": found | ({"FailureCode": "S3AccessDenied"} if status == "FAILED" else {})}

    def _write(self, asked: dict[str, str]) -> None:
        """Three partitions of uneven size and an empty one, in an order of their own."""
        items = self._real.scan(TableName="facts")["Items"][::-1]
        cut = len(items) // 4
        lines = []
        for place, part in enumerate((items[:cut], [], items[cut : cut * 3], items[cut * 3 :])):
            body = gzip.compress("".join(json.dumps({"Item": item}) + "\n" for item in part).encode())
            key = f"{self.root}/data/{'abcd'[place] * 26}.json.gz"
            self._s3.put_object(Bucket=asked["S3Bucket"], Key=key, Body=body)
            digest = hashlib.md5(body)
            lines.append(
                {
                    "itemCount": len(part),
                    "md5Checksum": base64.b64encode(digest.digest()).decode(),
                    "etag": f"{digest.hexdigest()}-1",
                    "dataFileS3Key": key,
                }
            )
        summary = {
            "version": "2020-06-30",
            "exportArn": ARN,
            "s3Bucket": asked["S3Bucket"],
            "s3Prefix": asked["S3Prefix"],
            "manifestFilesS3Key": f"{self.root}/manifest-files.json",
            "itemCount": len(items),
            "outputFormat": "DYNAMODB_JSON",
            "exportType": "FULL_EXPORT",
        }
        for name, body in (
            ("_started", b""),
            ("manifest-files.json", "\n".join(map(json.dumps, lines)).encode()),
            ("manifest-summary.json", json.dumps(summary).encode()),
        ):
            self._s3.put_object(Bucket=asked["S3Bucket"], Key=f"{self.root}/{name}", Body=body)


def exporting(province: Province, monkeypatch: pytest.MonkeyPatch, *statuses: str) -> Exporter:
    real = clients.client
    exporter = Exporter(real("dynamodb"), province.s3, list(statuses))
    monkeypatch.setenv("SSK_SNAPSHOT_MODE", "export")
    monkeypatch.setattr(clients, "client", lambda name: exporter if name == "dynamodb" else real(name))
    from health_record import settings

    settings.forget()
    return exporter


def test_both_ways_lead_to_the_same_statistics(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    province.put(*facts.residents(60, seed=3), *facts.diagnoses(20, seed=3), *facts.posters())
    by_scan = province.run()
    scanned = {key: body for key, body in province.everything().items() if not key.startswith("snapshots/")}

    exporting(province, monkeypatch, "COMPLETED")
    by_export = province.run()

    assert by_export["snapshot"].endswith("AWSDynamoDB/01795000000000-a1b2c3d4/manifest-summary.json")
    exported = {key: body for key, body in province.everything().items() if not key.startswith("snapshots/")}
    assert exported == scanned
    same = ("date", "week", "status", "residents", "tables", "published")
    assert {name: by_export[name] for name in same} == {name: by_scan[name] for name in same}


def test_a_scan_is_laid_out_as_an_export(province: Province) -> None:
    province.put(resident("one"), resident("two"))
    root = province.run()["snapshot"].removesuffix("/manifest-summary.json")

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


def test_an_export_is_waited_for_and_started_once(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    province.put(resident("one"))
    exporting(province, monkeypatch, "IN_PROGRESS", "IN_PROGRESS", "COMPLETED")

    waiting = province.run()
    assert waiting == {"date": DAY, "week": "2026-W48", "status": "IN_PROGRESS", "export_arn": ARN}
    assert province.keys("statistics/") == []
    assert province.run()["status"] == "IN_PROGRESS"  # a second start finds the first
    assert province.run(**waiting)["residents"] == 1


def test_the_steps_of_the_state_machine_hand_on_what_they_know(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    province.put(resident("one"))
    exporting(province, monkeypatch, "IN_PROGRESS", "COMPLETED")

    state = province.run(step="snapshot")
    assert state["status"] == "IN_PROGRESS"
    state = province.run(**state, step="snapshot")
    assert state["status"] == "COMPLETED"
    state = province.run(**state, step="aggregate")
    assert (state["residents"], province.keys("published/")) == (1, [])
    assert f"{LATEST}/index.html" in province.run(**state, step="publish")["published"]


def test_a_failed_export_is_an_error_and_nothing_is_published(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporting(province, monkeypatch, "FAILED")

    with pytest.raises(ExportFailedError, match="S3AccessDenied"):
        province.run()
    assert province.keys("published/") == []


@pytest.mark.parametrize("harm", ["truncated", "missing", "other bytes", "manifest gone", "count differs"])
def test_a_broken_snapshot_leaves_the_last_release_and_says_so(province: Province, harm: str) -> None:
    province.put(resident("one"))
    province.run("2026-11-22")
    before = province.everything("published/")
    state = province.run(step="snapshot")
    root = state["snapshot"].removesuffix("/manifest-summary.json")
    _harm(province, root, harm)

    with pytest.raises(BrokenSnapshotError):
        province.run(**state, step="aggregate")

    after = province.everything("published/")
    page = f"{LATEST}/index.html"
    assert {key: body for key, body in after.items() if key != page} == {
        key: body for key, body in before.items() if key != page
    }
    assert "Lần cập nhật ngày 23/11/2026 không thành công" in after[page].decode()
    assert province.read("insights/index.html", "site") == after[page]
    assert province.keys(f"statistics/province=79/date={DAY}") == []


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
        province.run("2026-11-24", step="aggregate", snapshot="snapshots/nowhere/manifest-summary.json")
    assert "không thành công" in province.page()

    assert province.run("2026-11-25")["published"] == []
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
