"""Keys of `facts`: a resident's row, what facilities diagnosed, and the counters of posters."""

RESIDENT, DIAGNOSIS_PREFIX = "resident", "diagnosis#"


def resident_pk(pseudonym: str) -> str:
    """`resident#<pseudonym>`"""
    return f"resident#{pseudonym}"


def diagnosis_sk(keyed_id: str) -> str:
    """`diagnosis#<keyed id of the Condition>`"""
    return f"{DIAGNOSIS_PREFIX}{keyed_id}"


def poster_pk(poster: str) -> str:
    """`poster#<id>`"""
    return f"poster#{poster}"


def poster_day_sk(day: str, row: int | None = None) -> str:
    """`day#2026-11-23`, or `day#2026-11-23#<row>` where a day is spread over rows."""
    return f"day#{day}" if row is None else f"day#{day}#{row}"
