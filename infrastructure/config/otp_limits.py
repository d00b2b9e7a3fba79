"""The limits that a province may change in `[limits]`: those of `functions/otp/limits.py`, read and not imported."""

import ast
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

LIMITS = Path(__file__).parents[2] / "functions" / "otp" / "limits.py"
MOST_GUESSES = 100  # a day for one phone: NIST SP 800-63B-4 section 3.2.2
LONGEST_CODE_SECONDS = 600  # NIST SP 800-63B-4 section 3.1.3.2
MORE_THAN_ALL = "known_percent"  # the one share that may be more than all of the day's money
MAY_BE_ZERO = frozenset({"kept_sends", "network_free", "renewed_sends", "work_bits_behind"})
MOST_BITS = 24  # beyond it a cheap phone works for minutes


@functools.cache
def read_default_limits() -> dict[str, int]:
    """Every limit with its default."""
    (limits,) = (
        node for node in ast.parse(LIMITS.read_text(encoding="utf-8")).body if getattr(node, "name", "") == "Limits"
    )
    assert isinstance(limits, ast.ClassDef)
    return {
        field.target.id: ast.literal_eval(field.value.args[0])
        for field in limits.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(field.value, ast.Call)
    }


def find_faults(changed: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """(name, reason) of each limit that cannot be as a province has it."""
    defaults = read_default_limits()
    for name, value in changed.items():
        if reason := _find_fault(name, value, defaults):
            yield name, reason
    limits = {**defaults, **changed}
    of_message = limits["code_tries"] + limits["reload_tries"]
    of_renewals = limits["renewed_sends"] * limits["code_tries"]
    if 2 * limits["sends"] * of_message + of_renewals + limits["shared_day_tries"] > MOST_GUESSES:
        counted = ("sends", "code_tries", "reload_tries", "renewed_sends", "shared_day_tries")
        name = next(name for name in counted if name in changed)
        said = "2 * sends * (code_tries + reload_tries) + renewed_sends * code_tries + shared_day_tries"
        yield name, f"allows more than {MOST_GUESSES} guesses a day: {said}"
    if limits["unproven_percent"] > limits["new_percent"]:
        name = next(name for name in ("unproven_percent", "new_percent") if name in changed)
        yield name, "leaves unproven_percent above new_percent"
    if limits["work_bits"] > limits["work_bits_most"]:
        yield (
            next(name for name in ("work_bits", "work_bits_most") if name in changed),
            "leaves work_bits above the most",
        )


def _find_fault(name: str, value: int, defaults: Mapping[str, int]) -> str | None:
    if name not in defaults:
        return f"is no limit; these are: {', '.join(defaults)}"
    if value < (0 if name in MAY_BE_ZERO else 1):
        return "must be more than 0"
    if name.endswith("_percent") and name != MORE_THAN_ALL and value > 100:
        return "must be at most 100"
    if name == "code_seconds" and value > LONGEST_CODE_SECONDS:
        return f"must be at most {LONGEST_CODE_SECONDS}"
    return f"must be at most {MOST_BITS}" if name.startswith("work_bits") and value > MOST_BITS else None
