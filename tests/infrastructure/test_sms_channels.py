"""A gateway for text messages: its secret, rights and alarm are where the settings choose it, and nothing else is."""

import json
from pathlib import Path
from typing import Any

import pytest

from infrastructure.app import build, new_app
from infrastructure.config.settings import PROVINCES, Province, SettingsError, read_province
from tests.infrastructure.synthesis import SynthesizedStack, path_of
from tests.infrastructure.test_functions import environment
from tests.infrastructure.test_rights import statements

GATEWAY_TEXT = (PROVINCES / "66.toml").read_text(encoding="utf-8")
SENDERS = ("Otp", "Lookup", "Contribute")
OTHERS = ("Declare", "Aggregate", "Digest", "Report")


OF_THE_DELIVERY_LOG = ("SmsDeliveryLog", "Alarms/SmsUndelivered")  # which SNS has, and not the gateway
NAMED_BY_THE_PROVINCE = ("AWS::Lambda::Permission", "AWS::SNS::Subscription")


def paths(stack: SynthesizedStack) -> set[str]:
    resources = stack.template["Resources"].values()
    return {path_of(found) for found in resources if found["Type"] not in NAMED_BY_THE_PROVINCE}


def test_a_province_without_a_gateway_pays_for_nothing_of_it(
    aws_stack: SynthesizedStack, gateway_stack: SynthesizedStack
) -> None:
    added = {path for path in paths(gateway_stack) - paths(aws_stack) if not path.startswith(OF_THE_DELIVERY_LOG)}
    assert added == {"SmsGateway/Key", "Alarms/SmsFailedOver"}
    assert "gateway" not in json.dumps(environment(aws_stack, "Otp")).lower()
    assert environment(aws_stack, "Otp")["SSK_SMS_CHANNELS"] == "sns"


def test_the_secret_is_made_in_the_account_encrypted_by_our_key_and_kept(gateway_stack: SynthesizedStack) -> None:
    secret = gateway_stack.properties("AWS::SecretsManager::Secret")["SmsGateway/Key"]
    assert "SecretString" not in secret
    assert secret["GenerateSecretString"]["SecretStringTemplate"] == '{"key_id": "first"}'
    assert (secret["GenerateSecretString"]["GenerateStringKey"], secret["GenerateSecretString"]["PasswordLength"]) == (
        "secret",
        64,
    )
    assert gateway_stack.path(secret["KmsKeyId"]["Fn::GetAtt"][0]) == "Keys/Storage"
    (kept,) = [
        resource["DeletionPolicy"]
        for resource in gateway_stack.of_type("AWS::SecretsManager::Secret").values()
        if path_of(resource) == "SmsGateway/Key"
    ]
    assert kept == "RetainExceptOnCreate"
    assert "SmsGatewaySecretArn" in gateway_stack.template["Outputs"]


@pytest.mark.parametrize("function", SENDERS)
def test_a_function_that_sends_is_told_of_the_gateway_and_may_read_its_secret(
    gateway_stack: SynthesizedStack, function: str
) -> None:
    told = environment(gateway_stack, function)
    assert (told["SSK_SMS_CHANNELS"], told["SSK_SMS_GATEWAY_URL"]) == (
        "gateway,sns",
        "https://sms.gateway.example/v1/messages",
    )
    assert gateway_stack.path(told["SSK_SMS_GATEWAY_SECRET_ARN"]["Fn::GetAtt"][0]) == "SmsGateway/Key"
    assert may_read_secret(gateway_stack, function)


@pytest.mark.parametrize("function", OTHERS)
def test_a_function_that_sends_nothing_is_told_nothing_of_it(gateway_stack: SynthesizedStack, function: str) -> None:
    assert [name for name in environment(gateway_stack, function) if "SMS" in name] == []
    assert not may_read_secret(gateway_stack, function)


def may_read_secret(stack: SynthesizedStack, function: str) -> bool:
    return any("SmsGateway/Key" in part["resources"] for part in statements(stack, function))


def test_no_function_is_in_a_vpc_so_that_the_gateway_is_reached_without_a_nat(gateway_stack: SynthesizedStack) -> None:
    functions: dict[str, Any] = gateway_stack.properties("AWS::Lambda::Function")
    assert all("VpcConfig" not in function for function in functions.values())


def test_a_province_that_sends_by_the_gateway_alone_may_not_publish_to_phones(tmp_path: Path) -> None:
    alone = province(tmp_path, ('["gateway", "sns"]', '["gateway"]'), ("delivery_log = true", ""))
    stack = synthesize(tmp_path / "out", alone)
    assert environment(stack, "Otp")["SSK_SMS_CHANNELS"] == "gateway"
    sending = [name for name in SENDERS for part in statements(stack, name) if "sns:Publish" in part["actions"]]
    assert sending == []
    assert not {"Alarms/SmsFailedOver", "Alarms/SmsLimit90", "Alarms/SmsNotArriving"} & paths(stack)


def province(folder: Path, *changes: tuple[str, str]) -> Province:
    """Province 66 with some of its file changed."""
    text = GATEWAY_TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "66.toml"
    path.write_text(text, encoding="utf-8")
    return read_province(path)


def synthesize(folder: Path, changed: Province) -> SynthesizedStack:
    app = new_app({"aws:cdk:enable-path-metadata": "true", "province": "66"}, outdir=folder)
    build(app, {"66": changed})
    app.synth()
    return SynthesizedStack(folder, json.loads((folder / "ssk-66.template.json").read_text(encoding="utf-8")))


URL = 'url = "https://sms.gateway.example/v1/messages"'


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('["gateway", "sns"]', "[]", "sms.channels must name a channel, and none of them twice"),
        ('["gateway", "sns"]', '["gateway", "gateway"]', "sms.channels must name a channel, and none of them twice"),
        ('["gateway", "sns"]', '["gateway", "zalo"]', "sms.channels must be of sns and gateway"),
        ('["gateway", "sns"]', '"gateway"', "sms.channels must be a list, not 'gateway'"),
        ('["gateway", "sns"]', '["sns"]', "sms.gateway must be there where gateway is one of the channels"),
        (f"[sms.gateway]\n{URL}\n", "", "sms.gateway must be there where gateway is one of the channels"),
        ("delivery_log = true", "delivery_log = 1", "sms.delivery_log must be true or false, not 1"),
        ('["gateway", "sns"]', '["gateway"]', "sms.delivery_log is of sns, which is none of the channels"),
        (URL, "", "sms.gateway.url is missing"),
        (URL, f"{URL}\nsecret = 'x'", "sms.gateway.secret is not a setting"),
        ("https://sms", "http://sms", "sms.gateway.url must be an https address with a path"),
        ("/v1/messages", "", "sms.gateway.url must be an https address with a path"),
        ("/v1/messages", "/v1/messages?key=1", "sms.gateway.url must be an https address with a path"),
        ("https://sms", "https://user@sms", "sms.gateway.url must be an https address with a path"),
    ],
)
def test_a_fault_in_the_settings_of_channels_is_told(tmp_path: Path, old: str, new: str, fault: str) -> None:
    with pytest.raises(SettingsError, match=fault.replace(".", r"\.")):
        province(tmp_path, (old, new))
