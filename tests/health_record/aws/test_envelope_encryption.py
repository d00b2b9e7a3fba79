"""Sealing: what is sealed opens only with its own key, in its own place, in its own province."""

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from health_record.aws import envelope_encryption
from tests.conftest import World

KEY = envelope_encryption.DataKey(bytes(range(32)))


@given(st.binary(max_size=2000), st.text(max_size=40), st.text(max_size=40))
def test_what_is_sealed_opens_in_its_place(content: bytes, pk: str, sk: str) -> None:
    assert envelope_encryption.decrypt(KEY, pk, sk, envelope_encryption.encrypt(KEY, pk, sk, content)) == content


@pytest.mark.parametrize(
    ("key", "pk", "sk"),
    [
        (KEY, "record#1", "version#000002"),
        (KEY, "record#2", "version#000001"),
        (KEY, "record#1version#", "000001"),
        (envelope_encryption.DataKey(bytes(32)), "record#1", "version#000001"),
    ],
)
def test_it_opens_nowhere_else_and_with_no_other_key(key: envelope_encryption.DataKey, pk: str, sk: str) -> None:
    blob = envelope_encryption.encrypt(KEY, "record#1", "version#000001", b"answers")
    with pytest.raises(envelope_encryption.DecryptionError):
        envelope_encryption.decrypt(key, pk, sk, blob)


def test_a_changed_or_cut_value_does_not_open() -> None:
    blob = envelope_encryption.encrypt(KEY, "a", "b", b"answers")
    broken = [blob[:cut] for cut in range(len(blob))]
    broken += [blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :] for at in range(len(blob))]
    for value in broken:
        with pytest.raises(envelope_encryption.DecryptionError):
            envelope_encryption.decrypt(KEY, "a", "b", value)


def test_the_same_content_is_sealed_differently_each_time() -> None:
    assert len({envelope_encryption.encrypt(KEY, "a", "b", b"answers") for _ in range(50)}) == 50


def test_a_data_key_comes_back_only_for_its_record_and_province(world: World) -> None:
    made = envelope_encryption.generate_data_key(world.data_key_id, "79", "record-1")
    assert made.wrapped is not None
    assert len(made.plain) == 32
    assert envelope_encryption.decrypt_data_key(world.data_key_id, "79", "record-1", made.wrapped).plain == made.plain
    for province, record in (("79", "record-2"), ("40", "record-1")):
        with pytest.raises(ClientError):
            envelope_encryption.decrypt_data_key(world.data_key_id, province, record, made.wrapped)


def test_a_key_never_shows_itself() -> None:
    assert repr(KEY) == "DataKey(...)"
