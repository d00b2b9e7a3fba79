"""Writes the settings file of a province from a few words, and only if it reads without a fault.

python -m infrastructure.config.new_province --code 40 --domain hososuckhoe.nghean.example --sender-id NgheAnSK
"""

import shutil
import tempfile
from pathlib import Path

from infrastructure.config.settings import SettingsError, read_provinces
from infrastructure.provinces import CENTRAL_CITIES, PROVINCES_SINCE_JULY_2025

SETTINGS = """\
# {name}{merged}.
# Every key is explained in infrastructure/config/settings.py; an unknown one stops the synthesis with its line.

code = "{code}"
name = "{name}"
predecessors = [{predecessors}]
region = "{region}"
time_zone = "Asia/Ho_Chi_Minh"
domain = "{domain}"
hotline = "{hotline}"
languages = ["vi", "en"]

[sms]
sender_id = "{sender_id}"
price_vnd = 2_000
daily_budget_vnd = {daily_budget_vnd}
monthly_limit_usd = {monthly_limit_usd}

[insights]
snapshot = "export"
daily_at = "02:30"

[alarms]
receiver = "{receiver}"
runbooks = "{runbooks}"
monthly_budget_usd = {monthly_budget_usd}

[retention_days]
debug_logs = 30
access_logs = 400
daily_backups = 35
monthly_backups = 365

# One address may be a whole ward behind a mobile network; what one caller may do is decided in the functions.
[web_acl]
calls_in_5_minutes = 9_000
codes_in_5_minutes = 500

# On every resource, besides project and province.
[tags]
owner = "{owner}"

# 0 leaves a function without a limit of its own: new AWS accounts have 10 executions for all functions together.
[concurrency]
otp = 30
declare = 50
lookup = 25
contribute = 25
aggregate = 1

# Calls in a second for each route of a function, as a steady rate and as a burst.
[throttle.otp]
rate = 100
burst = 200

[throttle.declare]
rate = 100
burst = 200

[throttle.lookup]
rate = 50
burst = 100

[throttle.contribute]
rate = 50
burst = 100
"""


def write_province(folder: Path, *, code: str, domain: str, sender_id: str, **wishes: str | None) -> Path:
    """Write `<code>.toml` into `folder`. Raises SettingsError, and then nothing is written.

    `wishes`: `name`, `region`, `hotline`, `receiver`, `runbooks`, `owner`, `daily_budget_vnd`.
    """
    path = folder / f"{code}.toml"
    if path.exists():
        raise SettingsError(f"{path.name} is there already: change it by hand, or remove it first")
    if code not in PROVINCES_SINCE_JULY_2025:
        raise SettingsError(f"{code} is not the code of a province since July 2025")
    text = SETTINGS.format(**_words(code, domain, sender_id) | {key: one for key, one in wishes.items() if one})
    with tempfile.TemporaryDirectory() as scratch:
        beside = Path(scratch) / "provinces"
        shutil.copytree(folder, beside)
        (beside / path.name).write_text(text, encoding="utf-8")
        read_provinces(beside)
    path.write_text(text, encoding="utf-8")
    return path


def _words(code: str, domain: str, sender_id: str) -> dict[str, str]:
    name, parts = PROVINCES_SINCE_JULY_2025[code]
    before = [part for part in parts if part != code]
    return {
        "code": code,
        "name": f"{'Thành phố' if code in CENTRAL_CITIES else 'Tỉnh'} {name}",
        "merged": f", since July 2025 with the former provinces {' and '.join(before)}" if before else "",
        "predecessors": ", ".join(f'"{part}"' for part in before),
        "region": "ap-southeast-1",
        "domain": domain,
        "hotline": "1022",
        "sender_id": sender_id,
        "daily_budget_vnd": "5_000_000",
        "monthly_limit_usd": "6_000",
        "monthly_budget_usd": "6_500",
        "receiver": f"van-hanh@so-y-te-{code}.example",  # nobody's on purpose: `ssk deploy` refuses it until it is
        "runbooks": f"https://van-hanh.so-y-te-{code}.example/operations",
        "owner": f"so-y-te-{code}",
    }
