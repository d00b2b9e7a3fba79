"""What who holds old tables, every MAC root and the data key can find of a person: by MACs, and by what items share."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from health_record.aws.keyed_hash import ROOT_OF, KeyedHash
from health_record.identity import phone_encryption
from health_record.identity.full_names import fold_name
from tests.secrecy.canaries import Canary

type Tables = Mapping[str, list[dict[str, Any]]]
type Place = tuple[str, str, str]  # table, pk, sk

BACKED_UP = ("records", "facilities", "audit")  # for a year (`infrastructure/stacks/backup_stack.py`)
KINDS = ("national-id", "insurance-number")
PARTS = ("born_year", "born_month", "born_day", "full_name", "gender")
SHORTEST = 16  # hex digits of a MAC that is kept cut off
TOKEN = re.compile(rf"[0-9a-zA-Z_-]{{{SHORTEST},}}")
WORD = re.compile(r"[a-zA-Z_]+([_-][a-zA-Z]+)*")  # names of attributes and kinds join nobody


@dataclass(frozen=True)
class Attacker:
    """Old tables, and the MACs of all roots."""

    tables: Tables
    macs: KeyedHash

    def find_person(self, person: Canary) -> set[Place]:
        """The items in which a MAC of the person's phone, numbers or birth date stands, or their phone opens."""
        known = {mac[:SHORTEST] for mac in every_mac(self.macs, person)}
        return {
            place
            for place, item in items_of(self.tables)
            if any(token[at : at + SHORTEST] in known for token in tokens_of(item) for at in starts_of(token))
            or self._opens(item, person)
        }

    def follow(self, found: Iterable[Place]) -> set[Place]:
        """All items that share something with what was found, or with what that led to."""
        by_token: dict[str, set[Place]] = defaultdict(set)
        tokens: dict[Place, set[str]] = {}
        for place, item in items_of(self.tables):
            tokens[place] = tokens_of(item)
            for token in tokens[place]:
                by_token[token].add(place)
        reached: set[Place] = set()
        waiting = set(found)
        while waiting:
            reached |= waiting
            waiting = {other for place in waiting for token in tokens[place] for other in by_token[token]} - reached
        return reached

    def _opens(self, item: Mapping[str, Any], person: Canary) -> bool:
        """Whether the item holds the person's phone, sealed under a key that comes from a root."""
        names = {str(item.get("account")), str(item["pk"]).partition("#")[2]}
        opened = {
            phone_encryption.decrypt_phone(self.macs, name, blob) for name in names for blob in _blobs(item, "phone")
        }
        return f"+84{person.phone[1:]}" in opened


def _blobs(value: Any, name: str) -> Iterator[bytes]:
    """What lies under `name` as bytes, however deep."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            blob = getattr(member, "value", None)
            if key == name and isinstance(blob, bytes):
                yield blob
            else:
                yield from _blobs(member, name)


def every_mac(macs: KeyedHash, person: Canary) -> Iterator[str]:
    """What any purpose could make of who the person is, alone and with another of them."""
    born = person.born
    values = [f"+84{person.phone[1:]}", person.phone, person.national_id, person.insurance]
    values += [born, born[:7], born[:4], fold_name(person.name), "female"]
    pairs = [parts for parts in product((*KINDS, *values), values) if parts[0] != parts[1]]
    alone = [(value,) for value in values if value not in (born[:4], "female")]
    wholes = list(product(KINDS, values[2:4], PARTS, values))
    for purpose in ROOT_OF:
        yield from (macs.compute(purpose, *parts) for parts in (*alone, *pairs, *wholes))


def items_of(tables: Tables) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Every item with its place."""
    for table, items in tables.items():
        yield from (((table, item["pk"], item.get("sk", "")), item) for item in items)


def tokens_of(item: Mapping[str, Any]) -> set[str]:
    """What may join two items: everything long in it that is no word, also in keys, sets and maps."""
    found = TOKEN.findall(json.dumps(item, default=_text))
    return {token for token in found if not WORD.fullmatch(token)}


def starts_of(token: str) -> range:
    """Where a MAC may begin: a name may stand before it (`own<mac>`)."""
    return range(max(1, len(token) - SHORTEST + 1))


def is_of_record(item: Mapping[str, Any], record_id: str, account: str) -> bool:
    """Whether the item is of the record, or says which records the account has."""
    return record_id in f"{item['pk']}{item.get('sk')}" or item["pk"] in (f"account#{account}", f"events#{account}")


def without_expired(tables: Tables, now: int) -> Tables:
    """The tables when DynamoDB has taken away what had a time to live."""
    return {name: [item for item in items if int(item.get("ttl", now)) >= now] for name, items in tables.items()}


def _text(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return "" if isinstance(getattr(value, "value", None), bytes) else str(value)
