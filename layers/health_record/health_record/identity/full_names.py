"""Whether two ways of writing a full name are one: without case, accents and the order of its parts."""

import unicodedata


def is_same_name(one: str, other: str) -> bool:
    """`NGUYỄN THỊ THỬ` and `Thử Nguyễn Thị` are the same; an empty name is that of nobody."""
    return bool(one.strip()) and _folded(one) == _folded(other)


def _folded(name: str) -> list[str]:
    bare = unicodedata.normalize("NFD", name.casefold()).replace("đ", "d")
    return sorted("".join(each for each in bare if not unicodedata.combining(each)).split())
