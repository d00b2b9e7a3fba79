"""The examples as they are kept for invented records."""

from dataclasses import replace
from typing import Any

from health_record.episode import extract
from health_record.episode.source import KeptEpisode
from health_record.hospital_file import envelope, episode
from health_record.hospital_file.episode import Episode
from health_record.record.episodes import pack_extract, unpack_extract
from tests.hospital_file.files import TODAY

RECORD_ID = "0b8f3c52-7a1d-4e6b-9c0a-5d2e8f714b36"
RECORDED = "2026-11-29T08:00:00.000Z"


def kept(file: bytes, number: int = 0, *, record_id: str = RECORD_ID, **more: Any) -> KeptEpisode:
    """The `number`-th episode of a sound file, kept."""
    opened = envelope.read(file)
    found = episode.read(opened.episodes[number], opened.allowance, TODAY)
    assert isinstance(found, Episode), found
    return KeptEpisode(
        record_id=record_id,
        provider_code=opened.provider_code,
        facility_id="79001",
        facility_name="Bệnh viện Thử Nghiệm",
        prepared=opened.prepared,
        recorded=RECORDED,
        file_sha256=opened.sha256,
        content={**found.content, **more},
    )


def extracted(episode: KeptEpisode) -> KeptEpisode:
    """The episode as its extract alone, packed and unpacked."""
    return replace(episode, content=unpack_extract(pack_extract({"content": extract.extract_of(episode)}))["content"])
