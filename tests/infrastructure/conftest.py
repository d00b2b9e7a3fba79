"""The synthesized stacks of province 79, once for all tests: for AWS and for the local target."""

import pytest

from tests.infrastructure.synthesis import Synthesized, synthesize


@pytest.fixture(scope="session")
def aws_stack(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return synthesize(tmp_path_factory.mktemp("cdk-aws"))


@pytest.fixture(scope="session")
def edge_stack(aws_stack: Synthesized) -> Synthesized:
    return aws_stack.beside("ssk-79-edge")


@pytest.fixture(scope="session")
def backup_stack(aws_stack: Synthesized) -> Synthesized:
    return aws_stack.beside("ssk-79-backup")


@pytest.fixture(scope="session")
def local_stack(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return synthesize(tmp_path_factory.mktemp("cdk-local"), target="local", public_origin="http://127.0.0.1:8123")
