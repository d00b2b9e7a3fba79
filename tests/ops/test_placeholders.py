"""What an example left in the settings: `ssk doctor` tells it, and no deployment begins with it."""

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import pytest

from infrastructure.config.settings import PROVINCES, Province, SmsGateway, read_province
from ops.account_checks.placeholders import RESERVED, find_placeholders
from ops.commands import deploy
from ops.errors import OpsError
from tests.ops.fake_account import FakeAccount
from tests.ops.test_doctor import HEALTHY, found
from tests.ops.test_doctor import province as province

GATEWAY = SmsGateway(url="https://sms.gateway.example/v1/messages")
EXAMPLES: list[tuple[str, Callable[[Province], Province]]] = [
    ("domain is x.example", lambda p: dataclasses.replace(p, domain="x.example")),
    (
        "alarms.receiver is duty@x.example",
        lambda p: dataclasses.replace(p, alarms=dataclasses.replace(p.alarms, receiver="duty@x.example")),
    ),
    (
        "alarms.runbooks is https://x.example/operations",
        lambda p: dataclasses.replace(p, alarms=dataclasses.replace(p.alarms, runbooks="https://x.example/operations")),
    ),
    (
        "sms.gateway.url is https://sms.gateway.example/v1/messages",
        lambda p: dataclasses.replace(p, sms=dataclasses.replace(p.sms, channels=["gateway"], gateway=GATEWAY)),
    ),
]


@pytest.mark.parametrize(("said", "change"), EXAMPLES, ids=[said for said, _ in EXAMPLES])
def test_no_setting_of_an_example_is_deployed_not_even_anyway(
    province: Province, said: str, change: Callable[[Province], Province], tmp_path: Any
) -> None:
    fake = FakeAccount(HEALTHY)

    with pytest.raises(OpsError, match=r"The settings are an example's"):
        deploy.Deployment(fake.account, change(province), tmp_path, approve="never").check_account(anyway=True)

    told = found(change(province))["settings"]
    assert told.state == "fault"
    assert told.text.startswith(f"{said}: nobody can have such a name")


def test_every_setting_that_names_a_host_is_looked_at() -> None:
    """A setting that is added with a host in it has to be added to `placeholders` as well."""
    for path in PROVINCES.glob("*.toml"):
        hosts = re.findall(r"^(\w+) = \".*\.example\b", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(find_placeholders(read_province(path))) == len(hosts) >= 3, path.name


@pytest.mark.parametrize("ending", RESERVED)
def test_a_name_that_nobody_can_have_is_known_by_its_ending(province: Province, ending: str) -> None:
    assert find_placeholders(dataclasses.replace(province, domain=f"a.{ending}")) == [f"domain is a.{ending}"]
    assert find_placeholders(dataclasses.replace(province, domain=f"a{ending}.vn")) == []
