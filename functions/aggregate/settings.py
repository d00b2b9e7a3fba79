"""What the aggregation reads from its environment."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class AggregateSettings:
    """`snapshot_mode` is `scan` or `export`; `synthetic` marks everything as made of invented people.

    `storage_key_id` seals the files of an export. `cell_key_id` names the HMAC key of KMS that the noise of published
    counts comes from. `signal_topic_arn` is where the department hears of signals before anybody else does.
    """

    province: str
    table_facts: str
    insights_bucket: str
    site_bucket: str
    snapshot_mode: str = "export"
    synthetic: bool = False
    storage_key_id: str = ""
    cell_key_id: str = ""
    signal_topic_arn: str = ""
    time_zone: str = "Asia/Ho_Chi_Minh"
