"""The small pure parts of the core: wire format, languages, settings, MACs."""

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from health_record import settings
from health_record.aws import dynamo, keyed_hash
from health_record.aws.keyed_hash import KeyedHash
from health_record.language import negotiate_language
from tests.conftest import World

ROOT = Path(__file__).resolve().parents[2]
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.text()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30)
    | st.binary()
    | st.sets(st.text(), min_size=1),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner.filter(lambda value: value is not None)),
    max_leaves=20,
)


@settings_of(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(), plain.filter(lambda value: value is not None)))
def test_what_goes_to_the_wire_comes_back(item: dict[str, object]) -> None:
    assert dynamo.from_wire(dynamo.to_wire(item)) == item


def test_absent_members_are_not_written() -> None:
    assert dynamo.to_wire({"pk": "a", "until": None}) == {"pk": {"S": "a"}}


def test_a_type_no_table_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="complex"):
        dynamo.to_wire({"a": 1j})


@pytest.mark.parametrize(
    ("sent", "chosen"),
    [
        (None, "vi"),
        ("", "vi"),
        ("vi", "vi"),
        ("en", "en"),
        ("en-GB,vi;q=0.8", "en"),
        ("vi,en;q=0.9", "vi"),
        ("en;q=0.2,vi;q=0.3", "vi"),
        ("fr", "vi"),
        ("fr,en;q=0.5", "en"),
        ("en;q=0", "vi"),
        ("en;q=x", "vi"),
        ("en; q=0.9, vi; q=0.5", "en"),
        ("vi ;q=0.9 , en ;q=0.5", "vi"),
        (";;,,=", "vi"),
    ],
)
def test_vietnamese_is_spoken_unless_english_is_preferred(sent: str | None, chosen: str) -> None:
    assert negotiate_language(sent) == chosen


@dataclasses.dataclass(frozen=True, kw_only=True)
class Example:
    province: str
    limit: int = 5
    synthetic: bool = False


def test_settings_are_read_by_name_and_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSK_PROVINCE", "79")
    monkeypatch.setenv("SSK_LIMIT", "7")
    monkeypatch.setenv("SSK_SYNTHETIC", "1")
    assert settings.read(Example) == Example(province="79", limit=7, synthetic=True)


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSK_PROVINCE", raising=False)
    with pytest.raises(settings.MissingSettingError, match="SSK_PROVINCE"):
        settings.read(Example)


def test_each_purpose_has_a_root_and_no_mac_is_made_of_a_root_that_was_not_given(world: World) -> None:
    by_root = {root: [name for name, its in keyed_hash.ROOT_OF.items() if its is root] for root in keyed_hash.Root}
    phones = KeyedHash("79", phones=world.phone_mac_key_id)
    identifiers = KeyedHash("79", identifiers=world.identifier_mac_key_id)
    for has, lacks, purposes in (
        (phones, identifiers, by_root[keyed_hash.Root.PHONES]),
        (identifiers, phones, by_root[keyed_hash.Root.IDENTIFIERS]),
    ):
        assert purposes
        for purpose in purposes:
            assert has.compute(purpose, "x") == world.macs().compute(purpose, "x")
            with pytest.raises(settings.MissingSettingError):
                lacks.compute(purpose, "x")
    with pytest.raises(KeyError):
        phones.compute("a purpose that nobody gave a root", "x")


def test_every_purpose_that_the_code_names_has_a_root_and_every_root_a_purpose_in_use() -> None:
    named = set()
    for path in (*ROOT.glob("functions/**/*.py"), *(ROOT / "layers" / "health_record").glob("**/*.py")):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"""(?:compute|verify|_derive)\((?:self\.mac, )?["']([a-z-]+)["']""", text))
        named |= set(re.findall(r"""^PURPOSE = "([a-z-]+)"$""", text, re.MULTILINE))

    assert named == set(keyed_hash.ROOT_OF)


def test_macs_depend_on_purpose_parts_province_and_key(world: World) -> None:
    macs = world.macs()
    all_different = {
        macs.compute("phone", "+84912345678"),
        macs.compute("code", "+84912345678"),
        macs.compute("phone", "+84912345679"),
        macs.compute("phone", "+8491", "2345678"),
        macs.compute("phone", "+8491234", "5678"),
        world.macs("40").compute("phone", "+84912345678"),
    }
    assert len(all_different) == 6
    assert macs.compute("phone", "+84912345678") == world.macs().compute("phone", "+84912345678")
    assert macs.verify(macs.compute("code", "a", "b"), "code", "a", "b")
    assert not macs.verify(macs.compute("code", "a", "b"), "code", "a", "c")
