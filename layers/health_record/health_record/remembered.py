"""Pure functions of texts that remember for one call: a record says the same few names and days again and again.

What somebody said is kept no longer than the call that reads it: `entry_point.handle_event` ends with `forget`.
"""

import functools
from collections.abc import Callable

_FORGET: list[Callable[[], None]] = []


def remembered[**P, R](most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember the last `most` answers of a function, for one call; its arguments are hashable."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        remembering = functools.lru_cache(maxsize=most)(function)
        _FORGET.append(remembering.cache_clear)
        return remembering  # type: ignore[return-value]  # which takes the same arguments

    return decorate


def forget() -> None:
    """Drop every answer."""
    for drop in _FORGET:
        drop()
