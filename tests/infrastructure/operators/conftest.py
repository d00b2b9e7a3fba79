"""The account of province 79, and its settings."""

import pytest

from infrastructure.config.settings import PROVINCES, Province, read_province
from tests.infrastructure.operators.account import Account, account_of
from tests.infrastructure.synthesis import SynthesizedStack


@pytest.fixture(scope="session")
def account(aws_stack: SynthesizedStack) -> Account:
    return account_of(aws_stack)


@pytest.fixture(scope="session")
def province() -> Province:
    return read_province(PROVINCES / "79.toml")
