"""Files as people tell them apart: by name, and by as many folders before it as two of one name need."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath


def shortest_tails(paths: Iterable[str]) -> dict[str, str]:
    """Each path with its shortest end that no other has: `a.xml`, or `khoa-noi/a.xml` beside `khoa-ngoai/a.xml`."""
    left = {path: PurePath(path).parts for path in set(paths)}
    found: dict[str, str] = {}
    length = 1
    while left:
        shared = Counter(parts[-length:] for parts in left.values())
        for path, parts in left.items():
            if shared[parts[-length:]] == 1 or length >= len(parts):
                found[path] = str(PurePath(*parts[-length:]))
        left = {path: parts for path, parts in left.items() if path not in found}
        length += 1
    return found
