"""`ssk deploy`: three stacks in their order, told of each other, and again after any interruption."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from infrastructure.config.settings import read_provinces
from ops import ssk
from ops.commands import deploy as deploy_command
from ops.commands.deploy import Account, Deployment
from ops.errors import OpsError
from ops.stack_status import wait_until_settled

OUTPUTS = {
    "CDKToolkit": {},
    "ssk-79-edge": {"CertificateArn": "arn:certificate", "WebAclArn": "arn:acl"},
    "ssk-79": {
        "SiteBucket": "pages",
        "DistributionId": "E123",
        "OriginSecretArn": "arn:secret",
        **{name: name.lower() for name in ("TableRecords", "TableFacilities", "TableAudit")},
        "StorageKeyArn": "arn:key",
        "AlarmTopicArn": "arn:topic",
    },
    "ssk-79-backup": {},
}


class FakeAws:
    """An account: the states that each stack goes through, and everything that was asked of it, in order."""

    def __init__(self, **states: list[str]) -> None:
        self.states = {name.replace("_", "-"): list(found) for name, found in states.items()}
        self.asked: list[str] = []
        self.failing: str | None = None
        self.versions = {"old-1": ["AWSPREVIOUS"], "new-2": ["AWSCURRENT"]}
        self.secret = '{"current": "sent-by-the-cdn", "previous": "older"}'
        self.told_version = "new-2"
        self.waited = 0.0

    def client(self, service: str, region: str) -> Any:
        return FakeService(self, service, region)

    def run(self, line: Sequence[str]) -> bool:
        words = [Path(line[0]).name, *line[1:]]
        self.asked.append(" ".join(word for word in words if not word.startswith("/")))
        if "web.build" in line:
            folder = Path(line[-1])
            folder.mkdir(parents=True)
            (folder / "index.html").write_text("<!doctype html>", encoding="utf-8")
        if words[:2] == ["cdk", "deploy"] and words[2] != self.failing:
            self.states[words[2]] = ["CREATE_COMPLETE"]
        return self.failing not in words

    def pause(self, seconds: float) -> None:
        self.waited += seconds

    @property
    def account(self) -> Account:
        return Account(client=self.client, run=self.run, pause=self.pause)


class FakeService:
    def __init__(self, aws: FakeAws, service: str, region: str) -> None:
        self._aws, self._service, self._region = aws, service, region

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 (the API's word)
        states = self._aws.states.get(StackName)
        if not states:
            why = {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}
            raise ClientError({"Error": why}, "DescribeStacks")
        state = states.pop(0) if len(states) > 1 else states[0]
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS[StackName].items()]
        told = [{"ParameterKey": "OriginValueVersion", "ParameterValue": self._aws.told_version}]
        return {"Stacks": [{"StackStatus": state, "Outputs": outputs, "Parameters": told}]}

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "123456789012"}

    def describe_secret(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803 (the API's word)
        assert SecretId == "arn:secret"
        return {"VersionIdsToStages": self._aws.versions}

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 (the API's word)
        return {"SecretString": self._aws.secret}

    def put_secret_value(self, *, SecretId: str, SecretString: str) -> None:  # noqa: N803 (the API's word)
        self._aws.secret = SecretString
        self._aws.versions = {**dict.fromkeys(self._aws.versions, ["AWSPREVIOUS"]), "fresh-3": ["AWSCURRENT"]}

    def get_paginator(self, _: str) -> "FakeService":
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return []

    def __getattr__(self, operation: str) -> Any:
        def asked(**words: Any) -> None:
            named = [str(words[key]) for key in ("StackName", "Bucket", "Key", "DistributionId") if key in words]
            self._aws.asked.append(" ".join([f"{self._service} {operation} {self._region}", *named]))

        return asked


def deploy(aws: FakeAws, tmp_path: Path) -> dict[str, str]:
    return Deployment(aws.account, read_provinces()["79"], tmp_path, approve="never").deploy()


WHOLE = [
    "cdk synth --quiet --context province=79 --output",
    "cdk deploy ssk-79-edge --exclusively --require-approval never --app",
    "cdk deploy ssk-79 --exclusively --require-approval never --parameters ssk-79:CertificateArn=arn:certificate "
    "--parameters ssk-79:WebAclArn=arn:acl --app",
    "python -m web.build --province 79 --hotline 1022 --languages vi,en --out",
    "s3 put_object ap-southeast-1 pages index.html",
    "cloudfront create_invalidation us-east-1 E123",
    "cdk deploy ssk-79-backup --exclusively --require-approval never "
    "--parameters ssk-79-backup:TableRecords=tablerecords --parameters ssk-79-backup:TableFacilities=tablefacilities "
    "--parameters ssk-79-backup:TableAudit=tableaudit --parameters ssk-79-backup:StorageKeyArn=arn:key "
    "--parameters ssk-79-backup:AlarmTopicArn=arn:topic --app",
]


def test_a_new_province_is_deployed_from_the_edge_to_the_backups(tmp_path: Path) -> None:
    aws = FakeAws(CDKToolkit=["UPDATE_COMPLETE"])

    assert deploy(aws, tmp_path) == OUTPUTS["ssk-79"]
    assert aws.asked == WHOLE


ROTATED = [line.replace("=arn:acl", "=arn:acl --parameters ssk-79:OriginValueVersion=new-2") for line in WHOLE]


def test_a_second_deployment_tells_the_cdn_of_a_rotated_secret_and_lifts_no_protection(tmp_path: Path) -> None:
    done = ["UPDATE_COMPLETE"]
    aws = FakeAws(CDKToolkit=done, ssk_79_edge=done, ssk_79=done, ssk_79_backup=done)

    deploy(aws, tmp_path)

    assert aws.asked == ROTATED


def test_a_new_account_is_prepared_in_both_regions_first(tmp_path: Path) -> None:
    aws = FakeAws()

    deploy(aws, tmp_path)

    assert aws.asked[1:3] == [
        "cdk bootstrap aws://123456789012/ap-southeast-1 --app",
        "cdk bootstrap aws://123456789012/us-east-1 --app",
    ]


@pytest.mark.parametrize("state", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"])
def test_an_account_whose_preparation_failed_is_prepared_again(tmp_path: Path, state: str) -> None:
    aws = FakeAws(CDKToolkit=[state])

    deploy(aws, tmp_path)

    assert [line.split()[:3] for line in aws.asked if line.startswith("cdk bootstrap")] == [
        ["cdk", "bootstrap", f"aws://123456789012/{region}"] for region in ("ap-southeast-1", "us-east-1")
    ]


def test_without_credentials_nothing_is_begun(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    aws = FakeAws()
    monkeypatch.setattr(deploy_command, "create_client", refuse)
    monkeypatch.setattr(deploy_command, "run_program", aws.run)

    for words in (["--plan"], [], ["--rotate-origin"]):
        assert ssk.main(["deploy", "--province", "79", *words]) == 1
    assert capsys.readouterr().err.count("Name a profile of the province's account: AWS_PROFILE.") == 3
    assert aws.asked == []


def refuse(service: str, region: str) -> Any:
    raise NoCredentialsError


def test_a_leaked_secret_is_replaced_whatever_the_account_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The province runs already: no quota holds up whoever closes a hole."""
    asked: list[bool] = []
    monkeypatch.setattr(deploy_command, "create_client", FakeAws().client)
    monkeypatch.setattr(Deployment, "check_account", lambda self, *, anyway: asked.append(anyway))
    monkeypatch.setattr(Deployment, "rotate_origin", lambda self: {})
    monkeypatch.setattr(Deployment, "deploy", lambda self: {})

    for words in (["--rotate-origin"], [], ["--anyway"]):
        assert ssk.main(["deploy", "--province", "79", *words]) == 0
    assert asked == [True, False, True]


def test_a_deployment_that_stopped_half_way_goes_on_when_it_is_run_again(tmp_path: Path) -> None:
    aws = FakeAws(CDKToolkit=["CREATE_COMPLETE"])
    aws.failing = "ssk-79"
    with pytest.raises(OpsError, match=r"cdk deploy failed; .* run `ssk deploy --province 79` again"):
        deploy(aws, tmp_path / "first")
    assert not [line for line in aws.asked if "backup" in line]

    # CloudFormation is still taking the failed first try back when the operator tries again.
    aws.failing = None
    aws.states["ssk-79"] = ["ROLLBACK_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]
    aws.asked.clear()
    deploy(aws, tmp_path / "again")

    assert aws.waited == 20
    lifted = "cloudformation update_termination_protection ap-southeast-1 ssk-79"
    assert aws.asked == [*WHOLE[:2], lifted, *WHOLE[2:]]


@pytest.mark.parametrize(
    ("states", "wanted", "lifted"),
    [
        ([], None, False),
        (["DELETE_COMPLETE"], None, False),
        (["REVIEW_IN_PROGRESS"], "REVIEW_IN_PROGRESS", False),
        (["CREATE_COMPLETE"], "CREATE_COMPLETE", False),
        (["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"], "UPDATE_COMPLETE", False),
        (["UPDATE_ROLLBACK_COMPLETE"], "UPDATE_ROLLBACK_COMPLETE", False),
        (["ROLLBACK_COMPLETE"], "ROLLBACK_COMPLETE", True),
        (["ROLLBACK_FAILED"], "ROLLBACK_FAILED", True),
        (["CREATE_FAILED"], "CREATE_FAILED", True),
    ],
)
def test_only_a_stack_that_never_lived_loses_its_protection(
    states: list[str], wanted: str | None, lifted: bool
) -> None:
    aws = FakeAws(ssk_79=states)

    assert wait_until_settled(aws.client("cloudformation", "here"), "ssk-79", aws.pause) == wanted
    assert bool(aws.asked) is lifted
    assert aws.waited == 10 * sum(state.endswith("_IN_PROGRESS") for state in states if state != "REVIEW_IN_PROGRESS")


def test_a_stack_that_a_person_must_mend_is_left_alone() -> None:
    aws = FakeAws(ssk_79=["UPDATE_ROLLBACK_FAILED"])

    with pytest.raises(OpsError, match="continue-update-rollback --stack-name ssk-79"):
        wait_until_settled(aws.client("cloudformation", "here"), "ssk-79", aws.pause)
    assert aws.asked == []


def test_a_stack_that_never_settles_is_told_after_an_hour() -> None:
    aws = FakeAws(ssk_79_edge=["CREATE_IN_PROGRESS"])

    with pytest.raises(OpsError, match="is CREATE_IN_PROGRESS for an hour"):
        wait_until_settled(aws.client("cloudformation", "here"), "ssk-79-edge", aws.pause)
    assert aws.waited == 3600


def test_a_plan_shows_differences_and_changes_nothing(tmp_path: Path) -> None:
    aws = FakeAws()

    Deployment(aws.account, read_provinces()["79"], tmp_path, approve="broadening").plan()

    assert aws.asked == [WHOLE[0], "cdk diff ssk-79-edge ssk-79 ssk-79-backup --app"]


def test_an_older_edge_without_an_output_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OUTPUTS, "ssk-79-edge", {"CertificateArn": "arn:certificate"})

    with pytest.raises(OpsError, match="ssk-79-edge has no output WebAclArn"):
        deploy(FakeAws(CDKToolkit=["CREATE_COMPLETE"]), tmp_path)


def test_a_province_without_a_file_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert ssk.main(["deploy", "--province", "01"]) == 1
    assert "there is no infrastructure/provinces/01.toml: `ssk province new` writes it." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "said"), [("diff", "Nothing was changed"), ("deploy", "it goes on where it stopped")]
)
def test_what_failed_says_what_to_do_then(tmp_path: Path, command: str, said: str) -> None:
    aws = FakeAws(CDKToolkit=["UPDATE_COMPLETE"])
    aws.failing = command
    work = Deployment(aws.account, read_provinces()["79"], tmp_path, approve="never")

    with pytest.raises(OpsError, match=said):
        work.plan() if command == "diff" else work.deploy()


def rotate(aws: FakeAws, folder: Path) -> None:
    Deployment(aws.account, read_provinces()["79"], folder, approve="never").rotate_origin()


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        ({"first-1": ["AWSCURRENT"]}, ""),  # a new stack
        ({"old-1": ["AWSPREVIOUS"], "new-2": ["AWSCURRENT"]}, "new-2"),
    ],
)
def test_the_origin_secret_is_rotated_by_one_command(tmp_path: Path, versions: dict[str, list[str]], told: str) -> None:
    aws = FakeAws(ssk_79_edge=["UPDATE_COMPLETE"], ssk_79=["UPDATE_COMPLETE"])
    aws.versions, aws.told_version = versions, told

    rotate(aws, tmp_path)

    pair = json.loads(aws.secret)
    assert pair["previous"] == "sent-by-the-cdn", "what the CDN still sends stays valid"
    assert re.fullmatch("[A-Za-z0-9]{64}", pair["current"])
    (deployed,) = [line for line in aws.asked if line.startswith("cdk deploy")]
    assert deployed.startswith("cdk deploy ssk-79 --exclusively")
    assert "ssk-79:OriginValueVersion=fresh-3" in deployed


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        ({"first-1": ["AWSPREVIOUS"], "new-2": ["AWSCURRENT"]}, ""),
        ({"old-1": ["AWSPREVIOUS"], "new-2": ["AWSCURRENT"]}, "old-1"),
    ],
)
def test_a_rotation_that_broke_off_is_gone_on_with_and_shuts_nobody_out(
    tmp_path: Path, versions: dict[str, list[str]], told: str
) -> None:
    aws = FakeAws(ssk_79_edge=["UPDATE_COMPLETE"], ssk_79=["UPDATE_COMPLETE"])
    aws.versions, aws.told_version = versions, told

    rotate(aws, tmp_path)

    assert json.loads(aws.secret) == {"current": "sent-by-the-cdn", "previous": "older"}
    assert "ssk-79:OriginValueVersion=new-2" in aws.asked[-1]
