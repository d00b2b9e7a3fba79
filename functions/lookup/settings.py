"""The settings of `lookup`."""

import dataclasses

from health_record.settings import ApiSettings


@dataclasses.dataclass(frozen=True, kw_only=True)
class LookupSettings(ApiSettings):
    """Tables that facilities' reads need, and the key that wraps records' keys.

    `code_version` changes with the code: what other code made of a record is made anew.
    """

    identifier_mac_key_id: str = dataclasses.field()  # needed here
    table_records: str
    table_keys: str
    table_facilities: str
    data_key_id: str
    code_version: str
