"""Regions that have to be switched on first: what settings, preflight and `ssk doctor` say is missing there."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from infrastructure.config.settings import PROVINCES, WITHOUT_SMS, Province, SettingsError, read_province
from ops.account_checks import regions
from ops.account_checks.checks import find_before
from ops.account_checks.findings import Finding
from ops.account_checks.inspected import Inspected
from tests.infrastructure.conftest import aws_stack as aws_stack
from tests.infrastructure.synthesis import SynthesizedStack
from tests.ops.fake_account import FakeAccount
from tests.ops.test_doctor import HEALTHY, NOW, own

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
TOKENS = "iam.get_account_summary"


def found(region: str, status: str, **answers: Any) -> Finding:
    fake = FakeAccount(HEALTHY | {"account.get_region_opt_status": {"RegionOptStatus": status}, **answers})
    province = dataclasses.replace(own(read_province(PROVINCES / "79.toml")), region=region)
    (finding,) = [one for one in find_before(Inspected(fake.account, province, NOW)) if one.check == "region"]
    return finding


def version(number: int) -> dict[str, Any]:
    return {TOKENS: {"SummaryMap": {"GlobalEndpointTokenVersion": number}}}


@pytest.mark.parametrize(
    ("status", "answers", "state", "said"),
    [
        ("ENABLED_BY_DEFAULT", {}, "ok", "is on in every account"),
        ("ENABLED", version(2), "ok", "is switched on, and tokens hold there"),
        ("ENABLED", version(1), "warning", "tokens of STS's global endpoint do not hold there"),
        ("ENABLING", {}, "fault", "is being switched on"),
        ("DISABLED", {}, "fault", "aws account enable-region --region-name ap-southeast-5"),
        ("DISABLING", {}, "fault", "is switched off"),
    ],
)
def test_a_region_is_looked_at_before_anything_is_deployed(
    status: str, answers: dict[str, Any], state: str, said: str
) -> None:
    finding = found("ap-southeast-5", status, **answers)

    assert (finding.state, said in finding.text) == (state, True), finding.text


def test_a_service_that_the_sdk_does_not_know_there_is_told() -> None:
    assert regions.find_missing_services("ap-southeast-1") == []
    finding = found("xx-nowhere-1", "ENABLED")

    assert finding.state == "warning"
    assert "names no endpoint of apigatewayv2, backup, " in finding.text


@pytest.mark.parametrize("name", ["ssk-79", "ssk-79-backup"])
def test_every_service_of_the_templates_is_looked_for(aws_stack: SynthesizedStack, name: str) -> None:
    kinds = {one["Type"].rpartition("::")[0] for one in aws_stack.beside(name).template["Resources"].values()}

    assert kinds <= {*regions.SERVICES, *regions.OF_NO_REGION}


def test_what_is_looked_for_is_in_the_templates(aws_stack: SynthesizedStack) -> None:
    """So that nobody asks a region for what no province needs."""
    stacks = [aws_stack.beside(name) for name in ("ssk-79", "ssk-79-backup", "ssk-79-edge")]
    kinds = {one["Type"].rpartition("::")[0] for stack in stacks for one in stack.template["Resources"].values()}

    assert {*regions.SERVICES, *regions.OF_NO_REGION} - {"AWS::CDK"} <= kinds


def test_regions_without_text_messages_are_those_of_the_sdk() -> None:
    """SNS hands every text message to End User Messaging SMS. A newer SDK may know more: then the list is shorter."""
    session = boto3.session.Session()
    all_regions = session.get_available_regions("lambda")

    assert set(all_regions) - set(session.get_available_regions("pinpoint-sms-voice-v2")) == set(WITHOUT_SMS)
    for name in WITHOUT_SMS:
        assert f"`{name}`" in PAGE


GATEWAY = 'channels = ["gateway"]\n[sms.gateway]\nurl = "https://a.vn/b"'
CHANNELS: list[tuple[str, bool]] = [("", False), ('channels = ["gateway", "sns"]', False), (GATEWAY, True)]


@pytest.mark.parametrize("region", WITHOUT_SMS)
@pytest.mark.parametrize(("channels", "reads"), CHANNELS)
def test_such_a_region_takes_a_gateway_alone(tmp_path: Path, region: str, channels: str, reads: bool) -> None:
    text = (PROVINCES / "79.toml").read_text(encoding="utf-8").replace("ap-southeast-1", region)
    (tmp_path / "79.toml").write_text(
        text.replace("monthly_limit_usd = 24_000\n", f"monthly_limit_usd = 24_000\n{channels}\n"), encoding="utf-8"
    )
    read: Callable[[], Province] = lambda: read_province(tmp_path / "79.toml")  # noqa: E731 - called twice

    if reads:
        assert read().region == region
    else:
        with pytest.raises(SettingsError, match="sms.channels must be gateway alone: SNS sends no text messages from"):
            read()
