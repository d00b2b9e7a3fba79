"""Keys of `records`, and of `keys`, whose items stand beside them: `pk` and `sk` apart, since many share one `pk`."""

import hashlib

META, ACCOUNT, SHARE = "meta", "account", "share"
ERASING, RECOUNTING = "erasing", "recounting"
# Heads of the episodes of hospitals' files, and their wholes; `~` sorts after everything else of a record.
EPISODE_PREFIX, WHOLE_EPISODE_PREFIX, WHOLES = "episode#", "~episode#", "~"
ATTACHMENT_PREFIX = "~attachment#"  # parts of large attachments, which nobody reads with a record's items either
RECORD_PREFIX, CONSENT_PREFIX, CONTRIBUTION_PREFIX, SHARE_PREFIX = "record#", "consent#", "contribution#", "share#"
DISPUTE_PREFIX = "dispute#"
JOINED_PREFIX = "joined#"
WRITTEN_PREFIXES = (CONTRIBUTION_PREFIX, EPISODE_PREFIX)  # what facilities write


def record_pk(record_id: str) -> str:
    """`record#0b8f...`, in `records` and in `keys`."""
    return f"{RECORD_PREFIX}{record_id}"


def record_id_from(key: str) -> str:
    """The record id in a `pk` of the record, or in an `sk` that names it."""
    return key.removeprefix(RECORD_PREFIX)


def tombstone_pk(record_id: str) -> str:
    """`erased#<sha256 of the record id>`, in `keys`: the id itself is in no table but the audit."""
    return f"erased#{hashlib.sha256(record_id.encode()).hexdigest()}"


def account_pk(account: str) -> str:
    """`account#<random id>`"""
    return f"account#{account}"


def phone_pk(phone_mac: str) -> str:
    """`phone#<mac of the phone>`, in `keys`: the account that the phone leads to."""
    return f"phone#{phone_mac}"


def identifier_pk(kind: str, mac: str) -> str:
    """`identifier#national-id#<mac>`, in `keys`: what a number is found by, without the number."""
    return f"identifier#{kind}#{mac}"


def share_pk(token_hash: str) -> str:
    """`share#<sha256 of the token>`"""
    return f"{SHARE_PREFIX}{token_hash}"


def token_hash_from(share_pk: str) -> str:
    """The hash of the token in a share's `pk`."""
    return share_pk.removeprefix(SHARE_PREFIX)


def version_sk(version: int) -> str:
    """`version#000001`"""
    return f"version#{version:06d}"


def version_from(sk: str) -> int:
    """The number at the end of the `sk` of a version, or of a contribution."""
    return int(sk.rpartition("#")[2])


def claim_pk(identifier_pk: str, record_id: str) -> str:
    """`identifier#national-id#<mac>#0b8f...`, in `keys`."""
    return f"{identifier_pk}#{record_id}"


def consent_sk(purpose: str, at: str) -> str:
    """`consent#sharing#2026-11-23T08:00:00.000Z`"""
    return f"{CONSENT_PREFIX}{purpose}#{at}"


def contribution_prefix(entry: str) -> str:
    """`contribution#<keyed id>#`, before the version."""
    return f"{CONTRIBUTION_PREFIX}{entry}#"


def contribution_sk(entry: str, version: int) -> str:
    """`contribution#<keyed id>#000001`; from before, `contribution#Condition#0b8f...#000001`."""
    return f"{contribution_prefix(entry)}{version:06d}"


def dispute_sk(entry: str) -> str:
    """`dispute#<keyed id>`: the person says that this entry is wrong; from before, `dispute#Condition#0b8f...`."""
    return f"{DISPUTE_PREFIX}{entry}"


def joined_sk(keyed: str) -> str:
    """`joined#<keyed id>`: another record was joined to this one."""
    return f"{JOINED_PREFIX}{keyed}"


def share_sk(share_id: str) -> str:
    """`share#<share id>`, under the record."""
    return f"{SHARE_PREFIX}{share_id}"


def episode_pointer_pk(mac: str) -> str:
    """`episode#<mac of provider code and MA_LK>`, in `keys`."""
    return f"{EPISODE_PREFIX}{mac}"


def episode_sk(episode: str) -> str:
    """`episode#<keyed id>`"""
    return f"{EPISODE_PREFIX}{episode}"


def episode_id_from(sk: str) -> str:
    """The keyed id in the `sk` of an episode's head."""
    return sk.removeprefix(EPISODE_PREFIX)


def episode_part_sk(episode: str, version: int, part: int) -> str:
    """`~episode#<keyed id>#000001#00`"""
    return f"{WHOLE_EPISODE_PREFIX}{episode}#{version:06d}#{part:02d}"


def attachment_part_sk(keyed: str, part: int) -> str:
    """`~attachment#<keyed digits>#00`"""
    return f"{ATTACHMENT_PREFIX}{keyed}#{part:02d}"
