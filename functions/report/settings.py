"""The settings of `report`."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReportSettings:
    """Which tables are in the long backups, and the topic that reaches the operators."""

    province: str
    table_records: str
    table_facilities: str
    table_audit: str
    alarm_topic_arn: str
    time_zone: str = "Asia/Ho_Chi_Minh"

    @property
    def tables(self) -> tuple[str, str, str]:
        """The tables of the long backups, as `infrastructure/stacks/backup_stack.py` selects them."""
        return self.table_records, self.table_facilities, self.table_audit
