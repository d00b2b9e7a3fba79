"""A province's file: what it says reaches the stack, and a fault in it is told with line and reason."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from functions.otp.limits import Limits
from infrastructure.config.otp_limits import read_default_limits
from infrastructure.config.settings import PROVINCES, SettingsError, read_province, read_provinces

GOOD = (PROVINCES / "79.toml").read_text(encoding="utf-8")
DECLARE = "[throttle.declare]\nrate = 200"  # what is set for `otp` is the same number


def line_of(text: str) -> int:
    """The line on which `text` stands in the good file."""
    return next(number for number, line in enumerate(GOOD.splitlines(), start=1) if line.startswith(text))


def written(folder: Path, old: str, new: str, name: str = "79.toml") -> Path:
    """The good file with one thing changed."""
    assert GOOD.count(old) == 1, old
    path = folder / name
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    return path


def test_ho_chi_minh_city_reads_as_its_file_says() -> None:
    city = read_provinces()["79"]

    assert (city.code, city.name, city.stack_name) == ("79", "Thành phố Hồ Chí Minh", "ssk-79")
    assert city.predecessors == ["74", "77"]
    assert city.sms.daily_budget_vnd == 20_000_000
    assert city.throttle["otp"].burst == 400
    assert city.all_tags == {"owner": "so-y-te-tphcm", "project": "so-suc-khoe", "province": "79"}


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('code = "79"', 'code = "99"', "code", "code is not the code of a province since July 2025"),
        ('code = "79"', 'code = "74"', "code", "code is not the code of a province since July 2025"),
        ('code = "79"', "code = 79", "code", "code must be a text, not 79"),
        ('["74", "77"]', '["74", "40"]', "predecessors", "predecessors names a province that was not merged"),
        ('["74", "77"]', '"74"', "predecessors", "predecessors must be a list, not '74'"),
        ('["74", "77"]', "[74]", "predecessors", "predecessors must be a text, not 74"),
        ('"ap-southeast-1"', '"Singapore"', "region", "region is not an AWS region"),
        ('"Asia/Ho_Chi_Minh"', '"Asia/Saigon2"', "time_zone", "time_zone is not a time zone"),
        ('"hososuckhoe.tphcm.example"', '"https://x.vn"', "domain", "domain is not a domain name"),
        ('"1022"', '"1022a"', "hotline", "hotline must be 3 to 11 digits"),
        ('"1022"', '"22"', "hotline", "hotline must be 3 to 11 digits"),
        ('"SoSucKhoe"', '"So Suc Khoe"', "sender_id", "sms.sender_id must be 3 to 11 letters and digits"),
        ('"SoSucKhoe"', '"SoSucKhoe123"', "sender_id", "sms.sender_id must be 3 to 11 letters and digits"),
        ('"SoSucKhoe"', '"12345"', "sender_id", "sms.sender_id must be 3 to 11 letters and digits"),
        ("price_vnd = 2_000", "price_vnd = 0", "price_vnd", "sms.price_vnd must be more than 0"),
        ("20_000_000", "0", "daily_budget_vnd", "sms.daily_budget_vnd must pay for one message at least"),
        ("20_000_000", "899", "daily_budget_vnd", "sms.daily_budget_vnd must pay for one message at least"),
        ("20_000_000", "true", "daily_budget_vnd", "sms.daily_budget_vnd must be a whole number, not True"),
        ('"export"', '"scanning"', "snapshot", "insights.snapshot must be export or scan"),
        ('"02:30"', '"24:00"', "daily_at", "insights.daily_at must be a time as 02:30"),
        ('"van-hanh@', '"', "receiver", "alarms.receiver must be an e-mail address"),
        ("/operations", "/operations#top", "runbooks", "alarms.runbooks must be an https address without query"),
        ("https://van", "http://van", "runbooks", "alarms.runbooks must be an https address"),
        ('name = "Thành phố Hồ Chí Minh"', 'name = " "', "name", "name must not be empty"),
        ('["vi", "en"]', '["en"]', "languages", 'languages must be ["vi"] or ["vi", "en"]'),
        ('["vi", "en"]', '["vi", "fr"]', "languages", 'languages must be ["vi"] or ["vi", "en"]'),
        ("daily_backups = 35", "daily_backups = 6", "daily_backups", "retention_days.daily_backups must be 7 at least"),
        (
            "daily_backups = 35",
            "daily_backups = 366",
            "daily_backups",
            "retention_days.daily_backups must be 7 at least",
        ),
        (
            "monthly_backups = 365",
            "monthly_backups = 3661",
            "monthly_backups",
            "retention_days.monthly_backups must be",
        ),
        (
            'domain = "hososuckhoe.tphcm.example"',
            f'domain = "{"a" * 28}.gov.vn"',
            "domain",
            "domain must have at most 34 characters",
        ),
        ("= 9_000", "= 3_749", "calls_in_5_minutes", "web_acl.calls_in_5_minutes must be 3750 at least"),
        ("= 9_000", "= 20_000", "calls_in_5_minutes", "web_acl.calls_in_5_minutes must be under a third of what"),
        ("= 500", "= 299", "codes_in_5_minutes", "web_acl.codes_in_5_minutes must be 300 at least"),
        (
            "[tags]",
            "[warm_throughput]\nreads = 11_999\n[tags]",
            "[tags]",
            "warm_throughput.reads must be from 12000 to",
        ),
        ("[tags]", "[warm_throughput]\nwrites = 40_001\n[tags]", "[tags]", "warm_throughput.writes must be from 4000"),
        ("debug_logs = 30", "debug_logs = 31", "debug_logs", "retention_days.debug_logs must be one of (7, 14, 30"),
        ("access_logs = 400", "access_logs = 0", "access_logs", "retention_days.access_logs must be one of"),
        ("otp = 60", "otp = -1", "otp", "concurrency.otp must not be negative"),
        ("otp = 60", "opt = 20", "otp", "concurrency.opt is no function; these are: otp, declare, lookup"),
        (
            DECLARE,
            DECLARE.replace("200", "401"),
            "[throttle.declare]",
            "throttle.declare.rate must be more than 0 and at most",
        ),
        (
            DECLARE,
            DECLARE.replace("200", "0"),
            "[throttle.declare]",
            "throttle.declare.rate must be more than 0 and at most",
        ),
        ("unproven_percent = 50", "unproven_percent = 101", "unproven", "limits.unproven_percent must be at most 100"),
        ("unproven_percent = 50", "unproven_percent = 0", "unproven", "limits.unproven_percent must be more than 0"),
        ("unproven_percent = 50", "unproven = 50", "unproven", "limits.unproven is no limit; these are: code_seconds"),
        ("unproven_percent = 50", "code_seconds = 601", "unproven", "limits.code_seconds must be at most 600"),
        ("unproven_percent = 50", "sends = 6", "unproven", "limits.sends allows more than 100 guesses a day"),
        (
            "unproven_percent = 50",
            "shared_day_tries = 26",
            "unproven",
            "limits.shared_day_tries allows more than 100 guesses a day",
        ),
        (
            "unproven_percent = 50",
            "unproven_percent = 76",
            "unproven",
            "limits.unproven_percent leaves unproven_percent",
        ),
        ("unproven_percent = 50", "new_percent = 49", "unproven", "limits.new_percent leaves unproven_percent above"),
        ("unproven_percent = 50", "work_bits_most = 25", "unproven", "limits.work_bits_most must be at most 24"),
        ("unproven_percent = 50", "work_bits_most = 15", "unproven", "limits.work_bits_most leaves work_bits above"),
        (
            "unproven_percent = 50",
            'unproven_percent = "50"',
            "unproven",
            "limits.unproven_percent must be a whole number",
        ),
        (DECLARE, DECLARE.replace("rate", "speed"), "[throttle.declare]", "throttle.declare.speed is not a setting"),
    ],
)
def test_a_fault_is_told_with_line_and_reason(tmp_path: Path, old: str, new: str, line: str, reason: str) -> None:
    path = written(tmp_path, old, new)
    number = line_of(line) + (1 if line.startswith("[") else 0)

    with pytest.raises(SettingsError) as fault:
        read_province(path)

    assert str(fault.value).startswith(f"79.toml line {number}: {reason}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("daily_backups = 35", "daily_backups = 7"),
        ("daily_backups = 35", "daily_backups = 365"),
        ("monthly_backups = 365", "monthly_backups = 3660"),
        ("= 9_000", "= 3_750"),
        ("= 500", "= 300"),
        ("20_000_000", "2_000"),
        ('["vi", "en"]', '["vi"]'),
    ],
)
def test_the_last_value_that_is_right_is_taken(tmp_path: Path, old: str, new: str) -> None:
    assert read_province(written(tmp_path, old, new)).code == "79"


@pytest.mark.parametrize("tag", ["province", "project", '"aws:owner"', '"two words"'])
def test_a_tag_that_is_ours_or_aws_s_is_refused(tmp_path: Path, tag: str) -> None:
    with pytest.raises(SettingsError, match=rf"79\.toml line {line_of('[tags]')}: tags must have names of letters"):
        read_province(written(tmp_path, "owner =", f"{tag} ="))


def test_every_limit_of_the_function_may_stand_in_the_settings_with_its_default(tmp_path: Path) -> None:
    limits = {limit.name: limit.default for limit in dataclasses.fields(Limits)}
    assert read_default_limits() == limits
    lines = "\n".join(f"{name} = {value}" for name, value in limits.items() if name not in GOOD)
    assert read_province(written(tmp_path, "unproven_percent = 50", f"unproven_percent = 50\n{lines}")).limits == limits


def test_a_province_without_a_table_of_limits_has_the_defaults(tmp_path: Path) -> None:
    table = GOOD[GOOD.index("[limits]") : GOOD.index("[insights]")]
    assert read_province(written(tmp_path, table, "")).limits == {}


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    written(tmp_path, "price_vnd = 2_000", "price_vnd = 0")
    second = (
        GOOD.replace('code = "79"', 'code = "40"')
        .replace("20_000_000", '"much"')
        .replace("[throttle.otp]\nrate", "[throttle.otp]\nspeed")
    )
    (tmp_path / "40.toml").write_text(second, encoding="utf-8")

    with pytest.raises(SettingsError) as fault:
        read_provinces(tmp_path)

    assert str(fault.value).splitlines() == [
        f"40.toml line {line_of('daily_budget_vnd')}: sms.daily_budget_vnd must be a whole number, not 'much'",
        f"40.toml line {line_of('[throttle.otp]') + 1}: throttle.otp.speed is not a setting",
        f"40.toml line {line_of('[throttle.otp]')}: throttle.otp.rate is missing",
        f"79.toml line {line_of('price_vnd')}: sms.price_vnd must be more than 0",
    ]


def test_an_unknown_key_is_told_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "[sms]", "[sms]\nsenderid = 'x'")

    with pytest.raises(SettingsError) as fault:
        read_province(path)

    assert str(fault.value) == f"79.toml line {line_of('[sms]') + 1}: sms.senderid is not a setting"


def test_a_missing_key_is_told_with_the_line_of_its_table(tmp_path: Path) -> None:
    path = written(tmp_path, "price_vnd = 2_000\n", "")

    with pytest.raises(SettingsError) as fault:
        read_province(path)

    assert str(fault.value) == f"79.toml line {line_of('[sms]')}: sms.price_vnd is missing"


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, '[insights]\nsnapshot = "export"\ndaily_at = "02:30"\n', "")

    with pytest.raises(SettingsError) as fault:
        read_province(path)

    assert str(fault.value) == "79.toml line 1: insights is missing"


def test_what_is_no_toml_is_told_with_the_line(tmp_path: Path) -> None:
    path = written(tmp_path, 'code = "79"', "code = ")

    with pytest.raises(SettingsError, match=rf"79\.toml: .*line {line_of('code')}"):
        read_province(path)


def test_a_file_is_called_as_its_province(tmp_path: Path) -> None:
    path = tmp_path / "40.toml"
    path.write_text(GOOD, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"40\.toml line 4: code is 79, but the file is called 40\.toml"):
        read_province(path)


@pytest.mark.parametrize(
    ("key", "kept", "other"),
    [
        ("sms.sender_id", 'sender_id = "SoSucKhoe"', 'domain = "nghean.example"'),
        ("domain", 'domain = "hososuckhoe.tphcm.example"', 'sender_id = "NgheAnSK"'),
    ],
)
def test_two_provinces_share_neither_sender_nor_domain(tmp_path: Path, key: str, kept: str, other: str) -> None:
    assert kept in GOOD
    shutil.copy(PROVINCES / "79.toml", tmp_path)
    second = GOOD.replace('code = "79"', 'code = "40"').replace('["74", "77"]', "[]")
    name = other.split(" ")[0]
    second = "\n".join(other if line.startswith(f"{name} =") else line for line in second.splitlines())
    (tmp_path / "40.toml").write_text(second, encoding="utf-8")

    with pytest.raises(SettingsError, match=rf"79\.toml line \d+: {key} is the same as that of province 40"):
        read_provinces(tmp_path)
