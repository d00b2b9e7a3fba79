"""A table that cuts nothing off: ids of posters and records are typed, so a narrow terminal folds them."""

from rich.table import Column, Table


def create_table(*names: str, title: str | None = None) -> Table:
    """Columns by their names; what does not fit goes on in the next line."""
    return Table(*(Column(name, overflow="fold") for name in names), title=title)
