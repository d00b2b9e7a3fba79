"""The synthesized stacks, once for all tests: of every province for AWS, of province 79 for the local target."""

import pytest

from tests.infrastructure.synthesis import SynthesizedStack, synthesize


@pytest.fixture(scope="session")
def aws_stack(tmp_path_factory: pytest.TempPathFactory) -> SynthesizedStack:
    """The stack of province 79, in the folder of all; what cdk-nag says of them is tested in test_app."""
    return synthesize(tmp_path_factory.mktemp("cdk-aws"), judged=True)


@pytest.fixture(scope="session")
def gateway_stack(aws_stack: SynthesizedStack) -> SynthesizedStack:
    """The stack of province 66, which sends by a gateway and, where that refuses, by SNS."""
    return aws_stack.beside("ssk-66")


@pytest.fixture(scope="session")
def edge_stack(aws_stack: SynthesizedStack) -> SynthesizedStack:
    return aws_stack.beside("ssk-79-edge")


@pytest.fixture(scope="session")
def backup_stack(aws_stack: SynthesizedStack) -> SynthesizedStack:
    return aws_stack.beside("ssk-79-backup")


@pytest.fixture(scope="session")
def local_stack(tmp_path_factory: pytest.TempPathFactory) -> SynthesizedStack:
    """With the money of a campaign, as `ssk load` deploys it."""
    return synthesize(
        tmp_path_factory.mktemp("cdk-local"),
        target="local",
        province="79",
        public_origin="http://127.0.0.1:8123",
        sms_daily_budget_vnd="160000000",
    )
