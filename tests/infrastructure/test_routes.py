"""One list of routes: what API Gateway sends on, what the list says and what the handlers answer are the same."""

import importlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from infrastructure.config.routes import API_FUNCTIONS, REFUSING_ROUTES, ROUTES, ROUTES_OF_FUNCTION
from tests.infrastructure.synthesis import SynthesizedStack


@pytest.mark.parametrize("function", API_FUNCTIONS)
def test_a_handler_answers_exactly_the_routes_that_lead_to_it(function: str) -> None:
    handler = importlib.import_module(f"functions.{function}.handler")

    refusing = [route.key for route in REFUSING_ROUTES if route.function == function]
    assert sorted(handler.ROUTES) == sorted([*ROUTES_OF_FUNCTION[function], *refusing])


def test_no_route_key_is_there_twice_or_holds_what_a_key_cannot_hold() -> None:
    keys = [route.key for route in ROUTES]

    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert [key for key in keys if not re.fullmatch(r"(GET|POST|PUT|DELETE|OPTIONS) (/([\w.-]+|\{\w+\}))+", key)] == []


def test_the_api_has_these_routes_and_no_catch_all(aws_stack: SynthesizedStack) -> None:
    routes = {
        route["RouteKey"]: behind(aws_stack, route)
        for route in aws_stack.properties("AWS::ApiGatewayV2::Route").values()
    }

    assert routes == {route.key: f"{route.function.capitalize()}/Function" for route in (*ROUTES, *REFUSING_ROUTES)}


def behind(stack: SynthesizedStack, route: dict[str, object]) -> str:
    """The path of the function that a route's integration calls."""
    target = json.dumps(route["Target"])
    (integration,) = [name for name in stack.of_type("AWS::ApiGatewayV2::Integration") if f'"{name}"' in target]
    properties = stack.template["Resources"][integration]["Properties"]
    assert properties["PayloadFormatVersion"] == "2.0"
    return stack.path(properties["IntegrationUri"]["Fn::GetAtt"][0])


def test_every_route_has_a_throttle_of_its_own(aws_stack: SynthesizedStack) -> None:
    (stage,) = aws_stack.of_type("AWS::ApiGatewayV2::Stage").values()
    settings = stage["Properties"]["RouteSettings"]

    assert set(settings) == {route.key for route in (*ROUTES, *REFUSING_ROUTES)}
    assert settings["POST /v1/otp"] == {
        "ThrottlingRateLimit": 200,
        "ThrottlingBurstLimit": 400,
        "DetailedMetricsEnabled": False,
    }
    measured = {key for key, one in settings.items() if one["DetailedMetricsEnabled"]}
    assert measured == {"POST /v1/visits"}, "each is paid as six metrics; the dashboard shows this one"
    slowest = min(settings.values(), key=lambda one: one["ThrottlingRateLimit"])
    assert stage["Properties"]["DefaultRouteSettings"] == {**slowest, "DetailedMetricsEnabled": False}
    assert set(stage["DependsOn"]) == set(aws_stack.of_type("AWS::ApiGatewayV2::Route")), "else AWS refuses the stage"


def test_the_access_log_says_which_route_and_nothing_of_whom(aws_stack: SynthesizedStack) -> None:
    (stage,) = aws_stack.properties("AWS::ApiGatewayV2::Stage").values()
    logged = set(json.loads(stage["AccessLogSettings"]["Format"]).values())

    assert "$context.routeKey" in logged
    telling = ("path", "query", "sourceIp", "userAgent", "domainName", "authorizer", "error.message")
    assert [name for name in logged if any(word in name for word in telling)] == []


def test_every_function_may_be_called_by_this_api_only(aws_stack: SynthesizedStack) -> None:
    permissions = aws_stack.properties("AWS::Lambda::Permission").values()

    assert sorted(aws_stack.path(one["FunctionName"]["Fn::GetAtt"][0]) for one in permissions) == sorted(
        f"{name.capitalize()}/Function" for name in API_FUNCTIONS
    )
    for one in permissions:
        assert one["Principal"] == "apigateway.amazonaws.com"
        assert "execute-api" in json.dumps(one["SourceArn"])


def test_the_outputs_are_those_that_the_commands_read(aws_stack: SynthesizedStack) -> None:
    assert set(aws_stack.template["Outputs"]) == {
        "ApiUrl",
        "PublicOrigin",
        "Hotline",
        "OriginSecretArn",
        *(f"Table{name}" for name in ("Access", "Records", "Keys", "Facts", "Facilities", "Audit")),
        "SiteBucket",
        "InsightsBucket",
        "DigestBucket",
        "DigestKeyId",
        "DigestFunction",
        "AggregateFunction",
        "AggregateStateMachine",
        "MacKeyId",
        "PhoneMacKeyId",
        "DataKeyId",
        "StorageKeyArn",
        "AlarmTopicArn",
        "ReportFunction",
        "DistributionDomain",
        "DistributionId",
    }


def test_aws_and_local_templates_differ_only_where_the_target_says(
    aws_stack: SynthesizedStack, local_stack: SynthesizedStack
) -> None:
    only_in_aws = set(aws_stack.template["Resources"]) - set(local_stack.template["Resources"])

    assert set(local_stack.template["Resources"]) <= set(aws_stack.template["Resources"])
    assert {aws_stack.path(name) for name in only_in_aws} == {
        # These hold nothing but the refusal of plain HTTP, which is all that the emulator speaks.
        "Insights/Bucket/Policy",
        "Digests/Bucket/Policy",
        "DeadLetters/Queue/Policy",
        # The emulator knows neither arithmetic of metrics nor composite alarms.
        *(f"Alarms/{name}Missing" for name in ("Statistics", "Publication", "Digest", "ErasureSweep")),
        *(f"Alarms/{name}" for name in ("ServiceFault", "StatisticsFault", "DigestFault", "DeadLettersAlone")),
        *(f"Alarms/CodesLate{carrier}" for carrier in ("Viettel", "Vinaphone", "Mobifone", "Other")),
        # Nobody looks at an emulator from outside.
        *(f"AccessTrail/{name}" for name in ("Bucket", "Bucket/Policy", "Trail")),
    }
    assert set(aws_stack.template["Outputs"]) == set(local_stack.template["Outputs"])
    assert set(aws_stack.template["Parameters"]) - set(local_stack.template["Parameters"]) == {"BootstrapVersion"}


def test_assets_are_the_built_zips_themselves(aws_stack: SynthesizedStack) -> None:
    assets = json.loads((aws_stack.folder / "ssk-79.assets.json").read_text(encoding="utf-8"))["files"].values()
    sources = [Path(asset["source"]["path"]) for asset in assets if asset["source"]["packaging"] == "file"]

    assert not [asset for asset in assets if asset["source"]["packaging"] == "zip"], (
        "the CLI would zip anew, with times"
    )
    assert len([source for source in sources if source.suffix == ".zip"]) == 10
