"""What the functions are told, how they run, and that packages import from their own bytecode."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import botocore
import pytest

from infrastructure.packaging.layers import (
    LAMBDA_ARM64,
    THIS_MACHINE,
    build_function_code,
    build_shared_layer,
    build_wheels_layer,
)
from infrastructure.packaging.packages import Package
from tests.infrastructure.synthesis import SynthesizedStack

FUNCTIONS = ("Otp", "Declare", "Lookup", "Contribute", "Aggregate", "Digest", "Report")
EVERY = {"SSK_PROVINCE", "SSK_TIME_ZONE", "SSK_SYNTHETIC", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}
API = EVERY | {"SSK_PUBLIC_ORIGIN", "SSK_ORIGIN_SECRET_ARN", "SSK_TABLE_ACCESS", "SSK_TABLE_AUDIT"}
SMS = {"SSK_SMS_CHANNELS", "SSK_SMS_SENDER_ID", "SSK_SMS_PRICE_VND", "SSK_SMS_DAILY_BUDGET_VND"}
RECORDS = {"SSK_IDENTIFIER_MAC_KEY_ID", "SSK_DATA_KEY_ID", "SSK_TABLE_RECORDS", "SSK_TABLE_KEYS"}
TOLD = {
    "Otp": API
    | SMS
    | {
        "SSK_PHONE_MAC_KEY_ID",
        "SSK_TABLE_FACTS",
        "SSK_TABLE_KEYS",
        "SSK_NETWORK_SHARE_PERCENT",
        "SSK_UNPROVEN_PERCENT",
    },
    "Declare": API | RECORDS | {"SSK_PHONE_MAC_KEY_ID", "SSK_TABLE_FACTS"},
    "Lookup": API | SMS | RECORDS | {"SSK_TABLE_FACILITIES", "SSK_CODE_VERSION"},
    "Contribute": API | SMS | RECORDS | {"SSK_TABLE_FACTS", "SSK_TABLE_FACILITIES"},
    "Digest": EVERY
    | {
        "SSK_TABLE_AUDIT",
        "SSK_TABLE_FACILITIES",
        "SSK_DIGEST_BUCKET",
        "SSK_DIGEST_KEY_ID",
        "SSK_SITE_BUCKET",
    },
    "Report": EVERY
    | {
        "SSK_ALARM_TOPIC_ARN",
        "SSK_TABLE_AUDIT",
        "SSK_TABLE_FACILITIES",
        "SSK_TABLE_RECORDS",
        "SSK_WATCHED_KEY_ARNS",
    },
    "Aggregate": EVERY
    | {"SSK_TABLE_FACTS", "SSK_INSIGHTS_BUCKET", "SSK_SITE_BUCKET", "SSK_SNAPSHOT_MODE", "SSK_STORAGE_KEY_ID"}
    | {"SSK_CELL_KEY_ID", "SSK_SIGNAL_TOPIC_ARN"},
}
UNZIPPED_LIMIT_API = 150_000_000
UNZIPPED_LIMIT_ANALYTICS = 250_000_000


def environment(stack: SynthesizedStack, function: str) -> dict[str, Any]:
    made = stack.properties("AWS::Lambda::Function")[f"{function}/Function"]
    variables: dict[str, Any] = made["Environment"]["Variables"]
    return variables


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_told_of_what_it_may_touch_and_no_more(aws_stack: SynthesizedStack, function: str) -> None:
    assert set(environment(aws_stack, function)) == TOLD[function]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_touch_every_table_it_is_told_of_and_no_other(
    aws_stack: SynthesizedStack, function: str
) -> None:
    told = {
        aws_stack.path(value["Ref"])
        for name, value in environment(aws_stack, function).items()
        if name.startswith("SSK_TABLE_")
    }
    policy = str(aws_stack.properties("AWS::IAM::ManagedPolicy")[f"{function}May"])
    granted = {path for path in aws_stack.properties("AWS::DynamoDB::GlobalTable") if path.replace("/", "") in policy}

    assert told == granted


def test_settings_reach_the_functions(aws_stack: SynthesizedStack, local_stack: SynthesizedStack) -> None:
    wanted = {
        "SSK_PROVINCE": "79",
        "SSK_TIME_ZONE": "Asia/Ho_Chi_Minh",
        "SSK_PUBLIC_ORIGIN": "https://hososuckhoe.tphcm.example",
        "SSK_SMS_CHANNELS": "sns",
        "SSK_SMS_SENDER_ID": "SoSucKhoe",
        "SSK_SMS_PRICE_VND": "2000",
        "SSK_SMS_DAILY_BUDGET_VND": "20000000",
        "SSK_SYNTHETIC": "0",
        "SSK_NETWORK_SHARE_PERCENT": "5",
        "SSK_UNPROVEN_PERCENT": "50",
        "POWERTOOLS_SERVICE_NAME": "otp",
        "POWERTOOLS_METRICS_NAMESPACE": "SoSucKhoe",
    }

    plain = {name: value for name, value in environment(aws_stack, "Otp").items() if isinstance(value, str)}
    assert plain == wanted
    here = {name: value for name, value in environment(local_stack, "Otp").items() if isinstance(value, str)}
    campaign = {"SSK_SMS_DAILY_BUDGET_VND": "160000000"}
    assert here == {**wanted, **campaign, "SSK_PUBLIC_ORIGIN": "http://127.0.0.1:8123", "SSK_SYNTHETIC": "1"}
    assert environment(aws_stack, "Aggregate")["SSK_SNAPSHOT_MODE"] == "export"
    assert environment(local_stack, "Aggregate")["SSK_SNAPSHOT_MODE"] == "scan"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_runs_on_arm_with_python_313_and_json_logs(aws_stack: SynthesizedStack, function: str) -> None:
    made = aws_stack.properties("AWS::Lambda::Function")[f"{function}/Function"]

    assert made["Runtime"] == "python3.13"
    assert made["Architectures"] == ["arm64"]
    assert made["Handler"] == f"functions.{function.lower()}.handler.handler"
    assert made["LoggingConfig"]["LogFormat"] == "JSON"
    assert aws_stack.path(made["LoggingConfig"]["LogGroup"]["Ref"]) == f"{function}/Logs"
    assert "FunctionName" not in made, "a fixed name would block the next try"


def test_concurrency_time_and_memory_are_bounded(aws_stack: SynthesizedStack) -> None:
    functions = aws_stack.properties("AWS::Lambda::Function")

    assert {
        path: (made["ReservedConcurrentExecutions"], made["Timeout"], made["MemorySize"])
        for path, made in functions.items()
    } == {
        "Otp/Function": (60, 10, 1024),
        "Declare/Function": (100, 10, 1024),
        "Lookup/Function": (50, 10, 1024),
        "Contribute/Function": (50, 29, 1024),
        "Aggregate/Function": (1, 900, 3008),
        "Digest/Function": (1, 900, 1024),
        "Report/Function": (1, 900, 1024),
    }


def test_what_the_aggregation_fails_at_is_kept(aws_stack: SynthesizedStack) -> None:
    functions = aws_stack.properties("AWS::Lambda::Function")
    schedules = aws_stack.properties("AWS::Scheduler::Schedule")

    with_queue = {path: made["DeadLetterConfig"] for path, made in functions.items() if "DeadLetterConfig" in made}
    assert set(with_queue) == {"Aggregate/Function", "Digest/Function", "Report/Function"}
    queue = with_queue["Aggregate/Function"]["TargetArn"]
    assert aws_stack.path(queue["Fn::GetAtt"][0]) == "DeadLetters/Queue"
    assert {path: schedule["ScheduleExpression"] for path, schedule in schedules.items()} == {
        "Schedule/Daily": "cron(30 2 * * ? *)",
        "DigestSchedule/Daily": "cron(30 1 * * ? *)",
        "ErasureSweep/Hourly": "cron(15 * * * ? *)",
        "MeasureBackups/Daily": "cron(40 */6 * * ? *)",
        "WeeklyReport/Daily": "cron(0 8 ? * MON *)",
    }
    for schedule in schedules.values():
        assert schedule["Target"]["DeadLetterConfig"] == {"Arn": queue}
        assert schedule["ScheduleExpressionTimezone"] == "Asia/Ho_Chi_Minh"


def test_layers_come_in_the_order_wheels_then_shared_package(aws_stack: SynthesizedStack) -> None:
    layers = {
        path: [aws_stack.path(layer["Ref"]) for layer in made["Layers"]]
        for path, made in aws_stack.properties("AWS::Lambda::Function").items()
    }

    api = ["Layers/Dependencies", "Layers/HealthRecord"]
    assert layers == {
        "Otp/Function": api,
        "Declare/Function": api,
        "Lookup/Function": api,
        "Contribute/Function": api,
        "Aggregate/Function": ["Layers/Analytics", "Layers/HealthRecord"],
        "Digest/Function": api,
        "Report/Function": api,
    }


def unpack(package: Package, folder: Path) -> Path:
    with zipfile.ZipFile(package.path) as content:
        content.extractall(folder)
    return folder


def sizes(package: Package) -> int:
    with zipfile.ZipFile(package.path) as content:
        return sum(entry.file_size for entry in content.infolist())


def import_verbosely(module: str, *folders: Path) -> str:
    """What `python -v` says while it imports `module` with these folders in front of everything."""
    search = os.pathsep.join(str(folder) for folder in folders)
    done = subprocess.run(
        [sys.executable, "-v", "-S", "-c", f"import {module}"],
        env={"PYTHONPATH": search, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stderr


def assert_bytecode_is_used(said: str, folder: Path) -> None:
    """Every module of `folder` was taken from its `.pyc`, as `# code object from` names it."""
    from_source = [
        line
        for line in said.splitlines()
        if str(folder) in line and ("bytecode is stale" in line or ("code object from" in line and ".pyc" not in line))
    ]
    from_bytecode = [line for line in said.splitlines() if str(folder) in line and "code object from" in line]

    assert from_source == []
    assert from_bytecode


@pytest.mark.parametrize(
    ("layer", "module"), [("dependencies", "aws_lambda_powertools.event_handler"), ("analytics", "duckdb")]
)
def test_a_layer_of_wheels_imports_from_its_own_bytecode(tmp_path: Path, layer: str, module: str) -> None:
    folder = unpack(build_wheels_layer(layer, THIS_MACHINE), tmp_path) / "python"

    said = import_verbosely(module, folder)

    assert_bytecode_is_used(said, folder)


def test_the_shared_layer_imports_from_its_own_bytecode(tmp_path: Path) -> None:
    folder = unpack(build_shared_layer(), tmp_path) / "python"

    said = import_verbosely("health_record.identity.identifiers", folder)

    assert_bytecode_is_used(said, folder)


@pytest.mark.parametrize("name", [function.lower() for function in FUNCTIONS])
def test_the_code_of_a_function_holds_that_function_alone_with_bytecode(name: str) -> None:
    with zipfile.ZipFile(build_function_code(name).path) as content:
        names = content.namelist()

    others = [found for found in names if not found.startswith((f"functions/{name}/", "functions/__"))]
    assert others == []
    assert f"functions/{name}/handler.py" in names
    for source in (found for found in names if found.endswith(".py")):
        folder, _, module = source.rpartition("/")
        assert f"{folder}/__pycache__/{module.removesuffix('.py')}.cpython-313.pyc" in names


@pytest.mark.parametrize("platform", [LAMBDA_ARM64, THIS_MACHINE])
@pytest.mark.parametrize("layer", ["dependencies", "analytics"])
def test_a_layer_brings_the_client_of_aws_that_the_tests_use(layer: str, platform: Any) -> None:
    """Lambda changes the one of its runtime without a word: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"""
    with zipfile.ZipFile(build_wheels_layer(layer, platform).path) as content:
        names = content.namelist()

    assert all(name.startswith("python/") for name in names)
    assert f"python/botocore-{botocore.__version__}.dist-info/METADATA" in names
    assert not [name for name in names if name.split("/")[1] in ("boto3", "s3transfer")]
    services = {name.split("/")[3] for name in names if re.match(r"python/botocore/data/[^/]+/.", name)}
    assert services == _services_called()


def _services_called() -> set[str]:
    sources = [
        path for folder in ("functions", "layers/health_record/health_record") for path in Path(folder).rglob("*.py")
    ]
    return {name for path in sources for name in re.findall(r'\bclient\("(\w+)"', path.read_text("utf-8"))}


@pytest.mark.parametrize("layer", ["dependencies", "analytics"])
def test_native_code_of_a_layer_is_for_arm(layer: str) -> None:
    elf_machine_aarch64 = 0xB7
    with zipfile.ZipFile(build_wheels_layer(layer, LAMBDA_ARM64).path) as content:
        machines = {
            name: int.from_bytes(content.read(name)[18:20], "little")
            for name in content.namelist()
            if name.endswith(".so")
        }

    assert machines
    assert set(machines.values()) == {elf_machine_aarch64}


def test_packages_fit_into_lambda_with_room_to_spare() -> None:
    shared = sizes(build_shared_layer())
    api = max(sizes(build_function_code(name)) for name in ("otp", "declare", "lookup", "contribute"))

    assert sizes(build_wheels_layer("dependencies", LAMBDA_ARM64)) + shared + api < UNZIPPED_LIMIT_API
    analytics = sizes(build_wheels_layer("analytics", LAMBDA_ARM64)) + shared + sizes(build_function_code("aggregate"))
    assert analytics < UNZIPPED_LIMIT_ANALYTICS


def test_an_unchanged_package_is_built_once() -> None:
    first = build_wheels_layer("dependencies", LAMBDA_ARM64)
    built_at = first.path.stat().st_mtime_ns

    again = build_wheels_layer("dependencies", LAMBDA_ARM64)

    assert again == first
    assert again.path.stat().st_mtime_ns == built_at
