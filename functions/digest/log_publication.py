"""The public record of a day's accesses: made once, put away under lock, and served to everybody by the site.

The document is put last in each place, so that whatever it names is there before it. A run that broke off begins
again: parts are named by what they hold, and a document that is locked away is published as it is.
"""

from collections.abc import Iterator, Sequence

from functions.digest import signed_objects
from functions.digest.facility_digest import previous_day
from functions.digest.settings import DigestSettings
from health_record.audit import audit_entries, public_access_log
from health_record.aws.clients import client
from health_record.aws.dynamo import Item


def publish_public_key(config: DigestSettings) -> None:
    """The public key by which everybody checks the documents."""
    signed_objects.put_if_absent(
        config.site_bucket,
        public_access_log.KEY_FILE,
        public_access_log.build_key_file(signed_objects.load_public_key(config)),
    )


def publish_day(config: DigestSettings, owners: Sequence[str], days: Sequence[str]) -> bool:
    """Make and publish the document of the first of `days`; False if it was made before, or the record has not begun.

    All of them are over. `owners` are all facilities, and `audit.LINKS`: what one of them read must not be left out.
    """
    key = public_access_log.document_key(days[0])
    kept = signed_objects.read_object(config.digest_bucket, key)
    document = kept or _lock_document(config, key, _build_document(config, owners, days))
    if document is None:
        return False
    signed_objects.put_if_absent(config.site_bucket, key, document)
    return kept is None


def _lock_document(config: DigestSettings, key: str, document: bytes | None) -> bytes | None:
    """What is under lock now: the document, or that of another run, as no two signatures are alike."""
    if document is None:
        return None
    signed_objects.put_if_absent(config.digest_bucket, key, document)
    return signed_objects.read_object(config.digest_bucket, key)


def _build_document(config: DigestSettings, owners: Sequence[str], days: Sequence[str]) -> bytes | None:
    """The document, its parts put. The record begins where all accesses since have seals."""
    day = days[0]
    previous = signed_objects.read_object(config.digest_bucket, public_access_log.document_key(previous_day(day)))
    if previous is None and any("seal" not in item for each in days for item in _list_accesses(config, owners, each)):
        return None
    marks = public_access_log.build_entries(public_access_log.group_leaf_hashes(_list_accesses(config, owners, day)))
    parts = public_access_log.build_shards(marks)
    hashes = [public_access_log.hash_shard(part) for part in parts]
    for bucket in (config.digest_bucket, config.site_bucket):
        for name, part in zip(hashes, parts, strict=True):
            signed_objects.put_if_absent(bucket, public_access_log.shard_key(day, name), part)
    signed = public_access_log.signing_input(config.province, day, len(marks), hashes, previous)
    return public_access_log.build_document(signed, signed_objects.sign_message(config, signed), hashes)


def _list_accesses(config: DigestSettings, owners: Sequence[str], day: str) -> Iterator[Item]:
    """The audit items of the day that are about somebody's record."""
    for owner in owners:
        items = audit_entries.query_facility_day(client("dynamodb"), config.table_audit, owner, day)
        yield from (item for item in items if "record_id" in item)
