"""How episodes of hospitals' files lie in the tables: a small head for summaries, and the whole in parts.

records  record#<uuid> / episode#<id>                 sealed extract, version, parts; provenance, sealed apart
records  record#<uuid> / ~episode#<id>#000001#00      a sealed part of the compressed whole; versions are kept
keys     episode#<mac of provider code and MA_LK>     record_id, version, prepared, mac

The id is keyed by the record's key, so that it leads back to the MA_LK for nobody else. `~` sorts after everything
else, so that whoever reads a record's items does not read the wholes.
"""

import functools
import hashlib
import hmac
import json
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from health_record import exact_json
from health_record.aws.dynamo import Item
from health_record.aws.envelope_encryption import DataKey, decrypt, encrypt
from health_record.aws.keyed_hash import KeyedHash
from health_record.episode import derive
from health_record.episode.extract import APART, extract_of
from health_record.episode.source import KeptEpisode
from health_record.record import provenance
from health_record.record.sealed_parts import build_parts, read_parts
from health_record.table_keys import record_keys

if TYPE_CHECKING:
    from health_record.record.record_reader import DecryptedRecord

WITHDRAWN = "withdrawn"
LENGTH_BYTES = 4
OF_BEFORE = b"\x78"  # with which an extract of an earlier derivation begins: one part, and no length before it


def episode_id(key: DataKey, provider_code: str, ma_lk: str) -> str:
    """The episode's id within its record, 32 hex digits."""
    message = f"episode\0{provider_code}\0{ma_lk}".encode()
    return hmac.new(key.plain, message, hashlib.sha256).hexdigest()[:32]


def pointer_pk(macs: KeyedHash, provider_code: str, ma_lk: str) -> str:
    """Where a facility's episode is pointed to, whoever's it is."""
    return record_keys.episode_pointer_pk(macs.compute("episode", provider_code, ma_lk))


def content_mac(key: DataKey, content: dict[str, Any]) -> str:
    """What tells one content of an episode from another, and says nothing once the record's key is gone."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    return hmac.new(key.plain, b"episode-content\0" + canonical, hashlib.sha256).hexdigest()


def items_of(key: DataKey, kept: KeptEpisode, mac: str, pointer: str, numbers: list[str]) -> list[Item]:
    """Head and parts of one version, as they are put into `records`; `numbers` are those behind it."""
    name, pk = episode_id(key, kept.provider_code, kept.key), record_keys.record_pk(kept.record_id)
    packed = _pack({"content": kept.content, "file_sha256": kept.file_sha256})
    parts = build_parts(key, pk, functools.partial(record_keys.episode_part_sk, name, kept.version), packed)
    sk = record_keys.episode_sk(name)
    extract = {"content": extract_of(kept), "file_sha256": kept.file_sha256}
    members = {
        "mac": mac,
        "prepared": kept.prepared,
        "recorded": kept.recorded,
        "provider_code": kept.provider_code,
        "facility_id": kept.facility_id,
        "facility_name": kept.facility_name,
        "pointer": pointer,
        "numbers": numbers,
    }
    head = {
        "pk": pk,
        "sk": sk,
        "sealed": encrypt(key, pk, sk, pack_extract(extract)),
        "provenance": provenance.seal(key, kept.record_id, sk, members),
        "version": kept.version,
        "parts": len(parts),
        "derivation": derive.DERIVATION,
    }
    return [head, *parts]


def extracts_of(table_records: str, opened: "DecryptedRecord") -> list[KeptEpisode]:
    """The extract of each episode of an opened record; one of an earlier derivation is made anew from the whole."""
    return list(_extracts(table_records, opened))


def whole(table_records: str, opened: "DecryptedRecord", head: Item) -> KeptEpisode | None:
    """The newest version of an episode (its head revealed) with all that is kept; None if it is swept meanwhile."""
    pk, name = record_keys.record_pk(opened.record_id), record_keys.episode_id_from(head["sk"])
    sk_of = functools.partial(record_keys.episode_part_sk, name, int(head["version"]))
    packed = read_parts(table_records, opened.key, pk, sk_of, int(head["parts"]))
    if packed is None:
        return None
    return _kept(opened.record_id, head, _unpack(packed))


def heads_of(opened: "DecryptedRecord") -> list[Item]:
    """The heads of the episodes that stand, in the order of their sort keys."""
    return [
        item for sk, item in opened.items.items() if sk.startswith(record_keys.EPISODE_PREFIX) and WITHDRAWN not in item
    ]


def named_in(opened: "DecryptedRecord") -> list[KeptEpisode]:
    """Each episode as its head has it, of whatever derivation: enough to tell what names it. Nothing is read."""
    return [_of_head(opened, head) for head in heads_of(opened)]


def _of_head(opened: "DecryptedRecord", head: Item) -> KeptEpisode:
    packed = decrypt(opened.key, record_keys.record_pk(opened.record_id), head["sk"], head["sealed"])
    return _kept(opened.record_id, head, unpack_extract(packed))


def _extracts(table_records: str, opened: "DecryptedRecord") -> Iterator[KeptEpisode]:
    for head in heads_of(opened):
        if head["derivation"] == derive.DERIVATION:
            yield _of_head(opened, head)
        elif found := whole(table_records, opened, head):
            yield found.with_content(extract_of(found))


def _kept(record_id: str, head: Item, sealed: dict[str, Any]) -> KeptEpisode:
    return KeptEpisode(
        record_id=record_id,
        provider_code=head["provider_code"],
        facility_id=head["facility_id"],
        facility_name=head["facility_name"],
        prepared=head["prepared"],
        recorded=head["recorded"],
        file_sha256=sealed["file_sha256"],
        content=sealed["content"],
        version=int(head["version"]),
    )


def _pack(content: dict[str, Any]) -> bytes:
    """Compressed JSON; the resources in `gone` have decimals, whose digits are kept."""
    return zlib.compress(exact_json.dumps(content).encode())


def _unpack(packed: bytes) -> dict[str, Any]:
    content: dict[str, Any] = exact_json.loads(zlib.decompress(packed))
    return content


def pack_extract(extract: dict[str, Any]) -> bytes:
    """What a head holds: the length of the first part, 4 bytes, the extract without its results, and these."""
    content = dict(extract["content"])
    results = _pack(content.pop(APART))
    first = _pack({**extract, "content": content})
    return b"%b%b%b" % (len(first).to_bytes(LENGTH_BYTES), first, results)


def unpack_extract(packed: bytes) -> dict[str, Any]:
    """The other way round, the results as they are packed: an extract has the texts of a file, and no decimals."""
    if packed[:1] == OF_BEFORE:
        whole: dict[str, Any] = exact_json.loads_without_decimals(zlib.decompress(packed))
        return whole
    end = LENGTH_BYTES + int.from_bytes(packed[:LENGTH_BYTES])
    extract: dict[str, Any] = exact_json.loads_without_decimals(zlib.decompress(packed[LENGTH_BYTES:end]))
    extract["content"][APART] = packed[end:]
    return extract
