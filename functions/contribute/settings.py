"""The settings of `contribute`."""

import dataclasses

from health_record.settings import ApiSettings


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContributeSettings(ApiSettings):
    """Tables that facilities' writes need, and the key that wraps records' keys."""

    identifier_mac_key_id: str = dataclasses.field()  # needed here
    table_records: str
    table_keys: str
    table_facts: str
    table_facilities: str
    data_key_id: str
