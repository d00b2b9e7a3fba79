"""The settings of `report`."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReportSettings:
    """Which tables are in the long backups, which keys must work, and the topic that reaches the operators.

    `watched_key_arns` has commas between them.
    """

    province: str
    table_records: str
    table_facilities: str
    table_audit: str
    alarm_topic_arn: str
    watched_key_arns: str = ""
    time_zone: str = "Asia/Ho_Chi_Minh"

    @property
    def tables(self) -> tuple[str, str, str]:
        """The tables of the long backups, as `infrastructure/stacks/backup_stack.py` selects them."""
        return self.table_records, self.table_facilities, self.table_audit

    @property
    def watched_keys(self) -> list[str]:
        """The keys of KMS without which something of the province is lost."""
        return [arn for arn in self.watched_key_arns.split(",") if arn]
