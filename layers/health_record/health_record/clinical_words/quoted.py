"""Of a long text the part that is quoted."""

LONGEST, BEFORE = 160, 60  # letters of a part, and of those how many before what it is quoted for


def part_around(text: str, place: int) -> str:
    """The part around a place, in whole words."""
    begin = max(0, min(place - BEFORE, len(text) - LONGEST))
    if begin:
        begin = text.find(" ", begin, place) + 1 or begin
    end = begin + LONGEST
    return f"{'… ' if begin else ''}{text[begin:end].strip()}{' …' if end < len(text) else ''}"
