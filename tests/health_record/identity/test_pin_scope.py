"""What a stored generation opens, in either form in which a record stands there."""

from typing import Any

import pytest

from health_record.identity.pin_scope import opened_by, without_record

ONE, TWO, THREE = (f"00000000-0000-4000-8000-00000000000{place}" for place in (1, 2, 3))
IN_THE_SET: dict[str, Any] = {"since": 1, "opened": {ONE, TWO}}
APART: dict[str, Any] = {"since": 1, f"opened#{ONE}": True, f"opened#{TWO}": True}
BOTH: dict[str, Any] = {"since": 1, "opened": {ONE}, f"opened#{TWO}": True}
TWICE: dict[str, Any] = {"since": 1, "opened": {ONE, TWO}, f"opened#{ONE}": True}


@pytest.mark.parametrize("slot", [IN_THE_SET, APART, BOTH, TWICE])
def test_a_record_is_opened_in_either_form_and_gone_from_both(slot: dict[str, Any]) -> None:
    assert opened_by(slot) == {ONE, TWO}
    for gone, kept in ((ONE, {TWO}), (TWO, {ONE}), (THREE, {ONE, TWO})):
        left = without_record(slot, gone)
        assert opened_by(left) == kept
        assert left["since"] == 1


def test_a_generation_without_a_record_opens_none() -> None:
    assert opened_by({"since": 1}) == frozenset()
    assert without_record({"since": 1, "opened": {ONE}}, ONE) == {"since": 1}
    assert opened_by({"since": 1, "opened_at": 1}) == frozenset()
