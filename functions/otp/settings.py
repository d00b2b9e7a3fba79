"""What the function reads from its environment."""

from dataclasses import dataclass, field

from health_record.settings import ApiSettings


@dataclass(frozen=True, kw_only=True)
class OtpSettings(ApiSettings):
    """What the function needs from its environment beside `functions.otp.limits.Limits`."""

    phone_mac_key_id: str = field()  # needed here
    sms_price_vnd: int
    sms_daily_budget_vnd: int
    table_facts: str
    table_keys: str
