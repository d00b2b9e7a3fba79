"""The settings of `digest`."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class DigestSettings:
    """What is digested, by which key it is signed, where it is kept, and where the public record is served."""

    province: str
    table_audit: str
    table_facilities: str
    digest_bucket: str
    digest_key_id: str
    site_bucket: str
    time_zone: str = "Asia/Ho_Chi_Minh"
