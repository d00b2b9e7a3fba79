"""The settings of `digest`."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class DigestSettings:
    """What is digested, by which key it is signed, and where it is kept."""

    province: str
    table_audit: str
    table_facilities: str
    digest_bucket: str
    digest_key_id: str
    time_zone: str = "Asia/Ho_Chi_Minh"
