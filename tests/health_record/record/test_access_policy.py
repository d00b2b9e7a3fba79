"""Who may do what with a record: the whole truth table, by rules that are written again here, and nobody beside it."""

import ast
import datetime
from pathlib import Path
from typing import Any

import pytest

from health_record.record import access_policy
from health_record.record.access_policy import Action, Refusal, Request
from health_record.record.record_items import Meta
from tests.health_record.record import policy_table

ROOT = Path(__file__).parents[3]
LAYER = ROOT / "layers" / "health_record" / "health_record"
DECIDED_BY = {"restricted", "sharing_until", "statistics", "notices", "card_seen", "attested", "joined"}
# Who may name these attributes of a meta item, and why.
NOT_DECIDING = {
    "record/access_policy.py": "decides",
    "functions/declare/transaction_items.py": "writes on the condition that the record is as it was read",
    "functions/declare/consent/permission_changes.py": "writes on the condition that the record is as it was read",
    "record/record_guard.py": "writes on the condition that the record is as it was read",
    "functions/contribute/settlement.py": "writes what a facility settled",
    "functions/contribute/contribution_writes.py": "writes on the condition that the record is as it was read",
}


def expected(action: Action, case: dict[str, Any]) -> Refusal | None:
    """The rules as a person would say them, one after another."""
    emergency = action is Action.READ and case["purpose"] == "ETREAT"
    needed = {
        Action.SEE_PERSON: ["read"],
        Action.READ: ["read", "emergency"] if emergency else ["read"],
        Action.WRITE: ["write"],
        Action.VERIFY: ["verify"],
    }.get(action, [])
    if not all(case[f"may {permission}"] for permission in needed):
        return Refusal.PERMISSION
    if case["erasing"]:
        return Refusal.ABSENT
    consented = case["sharing"] or (action is Action.READ and case["share"])
    allowed, reason = {
        Action.SEE_PERSON: (consented and not case["restricted"], Refusal.CONSENT),
        Action.READ: (consented and not case["restricted"], Refusal.CONSENT),
        Action.WRITE: (not case["restricted"], Refusal.RESTRICTED),
        Action.VERIFY: (True, Refusal.ABSENT),
        Action.MAKE_LINK: (not case["restricted"], Refusal.RESTRICTED),
        Action.OPEN_LINK: (not case["restricted"], Refusal.RESTRICTED),
        Action.SEE_WRITTEN: (case["card_seen"], Refusal.CARD),
        Action.SEE_READERS: (case["card_seen"], Refusal.CARD),
        Action.CHECK_READERS: (case["card_seen"] and case["numbers_seen"], Refusal.CARD),
        Action.COUNT: (case["statistics"] and not case["restricted"], Refusal.CONSENT),
        Action.NOTIFY: (case["notices"] and case["card_seen"], Refusal.CARD if case["notices"] else Refusal.CONSENT),
    }[action]
    if action is Action.COUNT and allowed and case["joined"]:
        allowed, reason = False, Refusal.JOINED
    if emergency:
        allowed, reason = not case["restricted"], Refusal.RESTRICTED
    return None if allowed else reason


@pytest.mark.parametrize("action", list(Action))
def test_every_combination_is_decided_as_the_rules_say(action: Action) -> None:
    wrong = [case for case in policy_table.every_case() if policy_table.decide(action, case) != expected(action, case)]
    assert not wrong, wrong[:3]


@pytest.mark.parametrize("action", list(Action))
def test_the_printed_rules_say_the_same_as_the_decision(action: Action) -> None:
    rules = list(policy_table.list_rules(action))
    for case in policy_table.every_case():
        hits = [refusal for condition, refusal in rules if condition.items() <= case.items()]
        assert hits == [policy_table.decide(action, case)]


def test_the_page_holds_the_table_of_the_code() -> None:
    assert policy_table.read_printed() == policy_table.render(), "run `make matrix`"


@pytest.mark.parametrize(
    ("until", "allowed"), [(None, False), ("2026-11-22", False), ("2026-11-23", True), ("2026-11-24", True)]
)
def test_the_last_day_of_a_consent_is_a_day_of_it(until: str | None, allowed: bool) -> None:
    meta = Meta("id", "account", "session", "self", 1, "", "", b"", sharing_until=until)
    state = access_policy.state_of(meta, datetime.date(2026, 11, 23))
    refusal = access_policy.decide(state, Request(Action.READ, permissions={"read"}))
    assert refusal == (None if allowed else Refusal.CONSENT)


def test_nobody_else_decides_by_restriction_consent_or_assurance() -> None:
    folders = [ROOT / "functions" / name for name in ("contribute", "declare", "lookup")]
    files = [file for folder in (*folders, LAYER) for file in folder.rglob("*.py")]
    reading = {
        str(file.relative_to(LAYER if file.is_relative_to(LAYER) else ROOT))
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in DECIDED_BY
    }
    assert reading <= set(NOT_DECIDING)
