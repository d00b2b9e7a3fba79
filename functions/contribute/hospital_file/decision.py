"""What an episode does to what is kept of it: one pure function of the pointer and of what was sent."""

from dataclasses import dataclass
from typing import Literal

Effect = Literal["create", "replace", "move", "touch", "nothing"]


@dataclass(frozen=True)
class Kept:
    """What the pointer of provider code and MA_LK says: whose the episode is, and of which version and day."""

    record_id: str
    version: int
    prepared: str
    mac: str


def effect_of(kept: Kept | None, *, record_id: str, prepared: str, mac: str) -> Effect:
    """Newer is the later NGAYLAP, then the later arrival. What is older changes nothing, whoever it names.

    `touch` keeps the day of a file that says the same, so that one between the two does not pass for newer.
    """
    if kept is None:
        return "create"
    if prepared < kept.prepared:
        return "nothing"
    if record_id != kept.record_id:
        return "move"
    if mac != kept.mac:
        return "replace"
    return "touch" if prepared > kept.prepared else "nothing"
