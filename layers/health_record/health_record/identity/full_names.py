"""Whether two ways of writing a full name are one: without case, accents and the order of its parts."""

import unicodedata


def is_same_name(one: str, other: str) -> bool:
    """`NGUYỄN THỊ THỬ` and `Thử Nguyễn Thị` are the same; an empty name is that of nobody."""
    return bool(one.strip()) and fold_name(one) == fold_name(other)


def fold_name(name: str) -> str:
    """`Nguyễn Thị Thử` -> `nguyen thi thu`: what all ways of writing one name have in common."""
    bare = unicodedata.normalize("NFD", name.casefold()).replace("đ", "d")
    return " ".join(sorted("".join(letter for letter in bare if not unicodedata.combining(letter)).split()))
