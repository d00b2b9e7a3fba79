"""What `ssk doctor` and `ssk smoke` ask of a stand-in is what AWS's own models take, names and types."""

import json
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.validate import ParamValidator

from infrastructure.config.settings import PROVINCES, read_province
from ops.account_checks.checks import find_all
from ops.account_checks.inspected import Inspected
from tests.ops import test_doctor, test_smoke
from tests.ops.fake_account import FakeAccount

MODELS = botocore.session.get_session()


def faults_of(fake: FakeAccount) -> list[str]:
    """Each call that AWS's model would refuse, but for the length of made-up ARNs."""
    found = []
    for name, _, words in fake.asked:
        service, _, method = name.partition(".")
        model = MODELS.get_service_model(service)
        operations = {xform_name(operation): operation for operation in model.operation_names}
        shape = model.operation_model(operations[method]).input_shape
        report = ParamValidator().validate(words, shape) if shape else None
        lines = report.generate_report().splitlines() if report else []
        found += [f"{name}: {line}" for line in lines if not line.startswith("Invalid length")]
    return found


def test_every_call_of_the_doctor_is_one_of_aws() -> None:
    fake = FakeAccount(test_doctor.HEALTHY)
    find_all(Inspected(fake.account, read_province(PROVINCES / "79.toml"), test_doctor.NOW))

    assert len(fake.asked) > 15
    assert faults_of(fake) == []


@pytest.mark.parametrize("name", ["alarm", "message", "gateway", "backup", "vault", "export", "restore"])
def test_every_call_of_a_proof_is_one_of_aws(name: str) -> None:
    province = test_smoke.by_gateway("https://127.0.0.1:1/v1", "gateway", "sns")
    fake = test_smoke.account(**test_smoke.stored_key())
    test = test_smoke.smoke(fake, province)
    test.begin()
    test.prove(name)

    assert len(fake.asked) > 2
    assert faults_of(fake) == []


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("backup.start_restore_job", {"RecoveryPointArn": "arn", "Metadata": {"a": 1}}),
        ("backup.start_restore_job", {"RecoveryPoint": "arn", "Metadata": {}}),
    ],
)
def test_a_call_that_aws_refuses_is_found(call: str, words: dict[str, Any]) -> None:
    fake = FakeAccount({call: {}})
    service, _, method = call.partition(".")
    getattr(fake.account.client(service, "ap-southeast-1"), method)(**words)

    assert faults_of(fake), json.dumps(words)
