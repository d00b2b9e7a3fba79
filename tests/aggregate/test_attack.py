"""The attack finds what can be found, or it would prove nothing."""

from tests.aggregate.attack import Table, find_undone


def test_a_total_that_says_everything_is_seen() -> None:
    """Three cells of 1 to 7 that sum to 18-22 stay open; to 3 only one way is left when each has a floor."""
    table: Table = {"a": {"x": "*"}, "b": {"x": "*"}, "c": {"x": "*"}, "total": {"x": "20"}}
    assert find_undone(table) == {}
    assert find_undone(table, {("a", "x"): 7, ("b", "x"): 7}) == {("a", "x"): (7, 7), ("b", "x"): (7, 7)}

    seven_wards: Table = {f"w{place}": {"x": "*"} for place in range(7)} | {"total": {"x": "*"}}
    assert find_undone(seven_wards) == {(f"w{place}", "x"): (1, 1) for place in range(7)}


def test_zeros_and_two_totals_together_are_seen() -> None:
    """A row whose other cells are 0 repeats its total: 8 to 12 in a column leaves the other hidden cell open."""
    table: Table = {
        "a": {"x": "*", "y": "0", "total": "*"},
        "b": {"x": "10", "y": "*", "total": "10"},
        "total": {"x": "10", "y": "*", "total": "15"},
    }
    assert find_undone(table) == {}

    alone: Table = {"a": {"x": "*", "y": "10"}, "b": {"x": "0", "y": "0"}}
    assert find_undone(alone) == {}
    assert find_undone(alone, {("a", "x"): 7}) == {("a", "x"): (7, 7)}
