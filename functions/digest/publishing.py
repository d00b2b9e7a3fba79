"""The public record of a day's accesses: made once, put away under lock, and served to everybody by the site.

The document is put last in each place, so that whatever it names is there before it. A run that broke off begins
again: parts are named by what they hold, and a document that is locked away is published as it is.
"""

from collections.abc import Iterator, Sequence

from functions.digest import places
from functions.digest.keeping import day_before
from functions.digest.settings import DigestSettings
from health_record import access_record, audit
from health_record.clients import client
from health_record.dynamo import Item


def publish_key(config: DigestSettings) -> None:
    """The public key by which everybody checks the documents."""
    places.put_once(config.site_bucket, access_record.KEY_FILE, access_record.public_key(places.public_key(config)))


def publish(config: DigestSettings, owners: Sequence[str], days: Sequence[str]) -> bool:
    """Make and publish the document of the first of `days`; False if it was made before, or the record has not begun.

    All of them are over. `owners` are all facilities, and `audit.LINKS`: what one of them read must not be left out.
    """
    key = access_record.document_key(days[0])
    kept = places.content(config.digest_bucket, key)
    document = kept or _locked(config, key, _made(config, owners, days))
    if document is None:
        return False
    places.put_once(config.site_bucket, key, document)
    return kept is None


def _locked(config: DigestSettings, key: str, document: bytes | None) -> bytes | None:
    """What is under lock now: the document, or that of another run, as no two signatures are alike."""
    if document is None:
        return None
    places.put_once(config.digest_bucket, key, document)
    return places.content(config.digest_bucket, key)


def _made(config: DigestSettings, owners: Sequence[str], days: Sequence[str]) -> bytes | None:
    """The document, its parts put. The record begins where all accesses since have seals."""
    day = days[0]
    previous = places.content(config.digest_bucket, access_record.document_key(day_before(day)))
    if previous is None and any("seal" not in item for each in days for item in _accesses(config, owners, each)):
        return None
    marks = access_record.marks_of(access_record.leaves_of(_accesses(config, owners, day)))
    parts = access_record.parts_of(marks)
    hashes = [access_record.hash_of(part) for part in parts]
    for bucket in (config.digest_bucket, config.site_bucket):
        for name, part in zip(hashes, parts, strict=True):
            places.put_once(bucket, access_record.part_key(day, name), part)
    signed = access_record.signing_input(config.province, day, len(marks), hashes, previous)
    return access_record.document(signed, places.signature(config, signed), hashes)


def _accesses(config: DigestSettings, owners: Sequence[str], day: str) -> Iterator[Item]:
    """The audit items of the day that are about somebody's record."""
    for owner in owners:
        items = audit.of_facility_day(client("dynamodb"), config.table_audit, owner, day)
        yield from (item for item in items if "record_id" in item)
