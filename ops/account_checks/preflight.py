"""What a deployment needs before it begins: settings that are no example's, and what the account lets it have."""

from ops.account_checks.findings import Finding, fault, ok, warning
from ops.account_checks.inspected import Inspected
from ops.account_checks.placeholders import find_placeholders

UNRESERVED = 100  # executions that Lambda keeps for functions without a number of their own


def settings(look: Inspected) -> Finding:
    """Whether the settings are the province's own and no example's."""
    found = find_placeholders(look.province)
    if found:
        return fault(
            f"{'; '.join(found)}: nobody can have such a name. Write your own into "
            f"infrastructure/provinces/{look.province.code}.toml."
        )
    return ok("No setting is an example's.")


def concurrency(look: Inspected) -> Finding:
    """Whether Lambda will set aside what `[concurrency]` says."""
    limit = look.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    asked = look.province.all_reserved_concurrency
    if asked and limit - asked < UNRESERVED:
        return fault(
            f"[concurrency] sets {asked} executions aside of {limit}, and Lambda keeps {UNRESERVED} for all: "
            f"ask for a quota of {asked + UNRESERVED}, or set every number in [concurrency] to 0."
        )
    if limit < 1_000:
        return warning(f"The account has {limit} executions at once; a launch day needs 1,000. Ask for the quota.")
    return ok(f"{limit} executions at once, of which {asked} are set aside.")
