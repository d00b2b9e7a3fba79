"""What the checks look at: a province's settings, its account, and the outputs of its stacks."""

import datetime
from dataclasses import dataclass
from typing import Any

from infrastructure.config.settings import Province
from ops.aws_account import EDGE_REGION, Account
from ops.stack_status import is_deployed, read_status

EDGE, MAIN, BACKUP = "-edge", "", "-backup"  # what the names of the three stacks end with
PARTS = (EDGE, MAIN, BACKUP)


class NotDeployedError(Exception):
    """A check needs a stack that is not there; the text is its name."""


@dataclass(frozen=True)
class Inspected:
    """One province in one account, at one time."""

    account: Account
    province: Province
    now: datetime.datetime

    def client(self, service: str) -> Any:
        """A client in the province's region."""
        return self.account.client(service, self.province.region)

    def edge_client(self, service: str) -> Any:
        """A client where CloudFront's certificate and web ACL are."""
        return self.account.client(service, EDGE_REGION)

    def cloudformation(self, part: str) -> Any:
        """A client in the region of that stack."""
        return self.edge_client("cloudformation") if part == EDGE else self.client("cloudformation")

    def stack_name(self, part: str) -> str:
        """The name of the edge's, the province's or the backups' stack."""
        return self.province.stack_name + part

    def outputs(self, part: str) -> dict[str, str]:
        """A stack's outputs. Raises NotDeployedError where it never came to life."""
        name = self.stack_name(part)
        if not is_deployed(read_status(self.cloudformation(part), name)):
            raise NotDeployedError(name)
        stacks = self.cloudformation(part).describe_stacks(StackName=name)["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in stacks[0].get("Outputs", [])}
