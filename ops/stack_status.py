"""What state a CloudFormation stack is in, and what has to happen before it can be deployed again."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from ops.errors import OpsError

LOOK_AGAIN_SECONDS = 10
AT_MOST_LOOKS = 360  # an hour: nothing of ours takes longer, but for a certificate whose DNS record is missing
# The first try failed: CloudFormation can only delete such a stack, which its protection forbids.
NEVER_CREATED = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
STUCK = ("UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_FAILED")
ONLY_PLANNED = "REVIEW_IN_PROGRESS"


def wait_until_settled(cloudformation: Any, name: str, pause: Callable[[float], None]) -> str | None:
    """Wait until nothing is under way; the state that a deployment may start from, None where there is no stack.

    A stack that never came to life loses its protection, so that the deployment can make it anew. Tables and keys of
    the failed try stay behind under names of their own. Raises OpsError where a person has to decide.
    """
    state = _settled(cloudformation, name, pause)
    if state in NEVER_CREATED:
        cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    if state in STUCK:
        raise OpsError(
            f"The stack {name} is {state}: an update failed and could not be taken back. Mend the cause that its "
            f"events name, run `aws cloudformation continue-update-rollback --stack-name {name}`, then deploy again."
        )
    return state


def is_deployed(state: str | None) -> bool:
    """Whether there is a stack that was deployed once."""
    return state is not None and state not in (*NEVER_CREATED, ONLY_PLANNED)


def _settled(cloudformation: Any, name: str, pause: Callable[[float], None]) -> str | None:
    for _ in range(AT_MOST_LOOKS):
        state = read_status(cloudformation, name)
        if state is None or state == ONLY_PLANNED or not state.endswith("_IN_PROGRESS"):
            return state
        pause(LOOK_AGAIN_SECONDS)
    raise OpsError(f"The stack {name} is {state} for an hour; its events in CloudFormation say what it waits for.")


def read_status(cloudformation: Any, name: str) -> str | None:
    """The stack's status, None where there is no stack."""
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise
    state: str = stacks[0]["StackStatus"]
    return None if state == "DELETE_COMPLETE" else state
