"""The registry of facilities, by the `ssk facility` command: public keys in, key ids out, nothing silently replaced."""

import argparse
import re
import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from health_record.errors import UnauthenticatedError
from health_record.facility import registry
from ops.commands import facility
from ops.errors import OpsError
from ops.facility_registry import FacilityRegistry
from ops.local.stack_location import ROOT
from tests.conftest import aws
from tests.ops.conftest import Ssk, another, pem_of

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def add(ssk: Ssk, key: str, facility_id: str = "79001", *more: str) -> Any:
    return ssk("add", facility_id, "--name", "Trạm Y tế Sài Gòn", "--key", key, *more)


def may_sign(key_id: str, moment: datetime) -> bool:
    registry.forget()
    try:
        found = registry.find("facilities", key_id.partition(".")[0])
        registry.require_signing_key(found, key_id, int(moment.timestamp()))
    except UnauthenticatedError:
        return False
    return True


@pytest.mark.parametrize(
    ("private_key", "algorithm"),
    [
        (ed25519.Ed25519PrivateKey.generate(), "ed25519"),
        (ec.generate_private_key(ec.SECP256R1()), "ecdsa-p256-sha256"),
    ],
)
def test_a_registered_facility_is_known_to_the_functions(
    ssk: Ssk, key_file: Callable[[str], str], private_key: Any, algorithm: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        assert add(ssk, key_file(pem_of(private_key)), "79001", "--permission", "read", "--permission", "verify") == {
            "key_id": "79001.1"
        }
    registry.forget()
    found = registry.find("facilities", "79001")
    assert found is not None
    assert (found.name, found.status, found.permissions) == (
        "Trạm Y tế Sài Gòn",
        "active",
        frozenset({"read", "verify"}),
    )
    assert registry.require_signing_key(found, "79001.1", int(NOW.timestamp()))[1].algorithm == algorithm


def test_without_a_word_a_facility_may_only_read(ssk: Ssk, key: str) -> None:
    add(ssk, key)
    assert ssk("list")["facilities"][0]["permissions"] == ["read"]


def test_an_id_that_is_taken_is_refused_and_nothing_is_replaced(ssk: Ssk, key: str) -> None:
    add(ssk, key, "79001", "--permission", "write")
    before = ssk("list")
    with pytest.raises(OpsError, match="registered already"):
        add(ssk, key)
    assert ssk("list") == before


def test_after_a_rotation_both_keys_sign_until_the_overlap_ends(ssk: Ssk, key: str) -> None:
    with time_machine.travel(NOW, tick=False):
        add(ssk, key)
        assert ssk("rotate", "79001", "--key", another(key), "--overlap-days", "7") == {"key_id": "79001.2"}
    end = NOW + timedelta(days=7)
    assert [may_sign("79001.1", end + timedelta(seconds=step)) for step in (-1, 0, 1)] == [True, False, False]
    assert may_sign("79001.2", end)


def test_a_rotation_does_not_bring_a_revoked_key_back(ssk: Ssk, key: str) -> None:
    add(ssk, key)
    ssk("revoke", "79001.1")
    ssk("rotate", "79001", "--key", another(key))
    assert [known["status"] for known in ssk("list")["facilities"][0]["keys"]] == ["revoked", "active"]


def test_a_rotation_never_lengthens_the_life_of_an_earlier_key(ssk: Ssk, key: str) -> None:
    with time_machine.travel(NOW, tick=False):
        add(ssk, key)
        ssk("rotate", "79001", "--key", another(key), "--overlap-days", "1")
        ssk("rotate", "79001", "--key", another(key), "--overlap-days", "30")
    ends = [known["not_after"][:10] for known in ssk("list")["facilities"][0]["keys"]]
    assert ends == ["2026-11-24", "2026-12-23", "2027-12-25"]


def test_a_revoked_key_signs_no_more_and_the_other_still_does(ssk: Ssk, key: str) -> None:
    with time_machine.travel(NOW, tick=False):
        add(ssk, key)
        ssk("rotate", "79001", "--key", another(key))
    ssk("revoke", "79001.1")
    assert (may_sign("79001.1", NOW), may_sign("79001.2", NOW)) == (False, True)


def test_no_key_of_a_revoked_facility_signs(ssk: Ssk, key: str) -> None:
    with time_machine.travel(NOW, tick=False):
        add(ssk, key)
    ssk("revoke", "79001")
    assert not may_sign("79001.1", NOW)


def test_the_list_shows_every_facility_in_order_and_no_key_material(ssk: Ssk, key: str) -> None:
    with time_machine.travel(NOW, tick=False):
        add(ssk, key, "79002")
        add(ssk, another(key), "79001")
    shown = {
        "name": "Trạm Y tế Sài Gòn",
        "status": "active",
        "permissions": ["read"],
    }
    life = {
        "algorithm": "ed25519",
        "not_before": "2026-11-23T08:00:00+00:00",
        "not_after": "2027-12-25T08:00:00+00:00",
        "status": "active",
    }
    assert ssk("list") == {
        "facilities": [
            {"id": number, **shown, "keys": [{"id": f"{number}.1", **life}]} for number in ("79001", "79002")
        ]
    }


@pytest.mark.parametrize("words", [("rotate", "79009"), ("revoke", "79009"), ("revoke", "79001.7")])
def test_what_is_not_there_is_refused(ssk: Ssk, key: str, words: tuple[str, ...]) -> None:
    add(ssk, key)
    before = ssk("list")
    with pytest.raises(OpsError, match="There is no"):
        ssk(*words, *(("--key", another(key)) if words[0] == "rotate" else ()))
    assert ssk("list") == before


@pytest.mark.parametrize("facility_id", ["", "79 001", "79001.1", "x" * 33, "79001#"])
def test_an_id_that_cannot_be_a_key_id_is_refused(ssk: Ssk, key: str, facility_id: str) -> None:
    with pytest.raises(OpsError, match="1 to 32 letters"):
        add(ssk, key, facility_id)
    assert ssk("list") == {"facilities": []}


def test_a_negative_overlap_is_refused(ssk: Ssk, key: str) -> None:
    add(ssk, key)
    with pytest.raises(OpsError, match="must not be negative"):
        ssk("rotate", "79001", "--key", another(key), "--overlap-days", "-1")


def private_pem() -> str:
    fresh = ed25519.Ed25519PrivateKey.generate()
    return fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        (private_pem(), "private key"),
        (pem_of(rsa.generate_private_key(65537, 2048)), "Ed25519 or ECDSA P-256"),
        (pem_of(ec.generate_private_key(ec.SECP384R1())), "Ed25519 or ECDSA P-256"),
        ("nothing", "no public key"),
        ("", "no public key"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no public key"),
        ("khóa", "no readable PEM"),
    ],
)
def test_a_file_without_a_fitting_public_key_is_refused(
    ssk: Ssk, key_file: Callable[[str], str], pem: str, reason: str
) -> None:
    with pytest.raises(OpsError, match=reason):
        add(ssk, key_file(pem))
    assert ssk("list") == {"facilities": []}


def test_a_file_that_is_not_there_is_refused(ssk: Ssk, tmp_path: Path) -> None:
    with pytest.raises(OpsError, match="no readable PEM"):
        add(ssk, str(tmp_path / "nowhere.pem"))


def test_the_commands_of_the_facilities_page_work_in_their_order(ssk: Ssk, key: str) -> None:
    page = (ROOT / "docs" / "facilities.md").read_text(encoding="utf-8")
    commands = [shlex.split(words) for words in re.findall(r'make facility ARGS="([^"]*)"', page)]
    assert [words[0] for words in commands] == ["add", "rotate", "revoke"]
    for words in commands:
        ssk(*(another(key) if word.endswith(".pem") else word for word in words))
    (known,) = ssk("list")["facilities"]
    assert (known["name"], known["permissions"]) == ("Trạm Y tế phường Bình Quới", ["read", "write"])
    assert [(each["id"], each["status"]) for each in known["keys"]] == [("79001.1", "revoked"), ("79001.2", "active")]


def test_the_provider_code_and_the_size_are_registered_and_changed(ssk: Ssk, key: str) -> None:
    ssk("add", "79001", "--name", "A", "--key", key, "--provider-code", "79999", "--daily-patients", "200")
    ssk("add", "79002", "--name", "B", "--key", another(key))
    first, second = ssk("list")["facilities"]
    assert (first["provider_code"], first["daily_patients"]) == ("79999", 200)
    assert not {"provider_code", "daily_patients"} & second.keys()
    assert ssk("resize", "79002", "--provider-code", "79998") == {"provider_code": "79998"}
    found = registry.find("facilities", "79002")
    assert found is not None
    assert (found.provider_code, found.daily_patients) == ("79998", None)


def test_a_provider_code_that_another_facility_has_is_told(ssk: Ssk, key: str) -> None:
    assert "same_code" not in add(ssk, key, "79001", "--provider-code", "79999")
    assert add(ssk, another(key), "79002", "--provider-code", "79999")["same_code"] == ["79001"]
    assert ssk("resize", "79001", "--provider-code", "79999")["same_code"] == ["79002"]
    assert "same_code" not in ssk("resize", "79001", "--daily-patients", "100")
    with pytest.raises(OpsError, match="no facility"):
        ssk("resize", "79009", "--daily-patients", "5")
    with pytest.raises(OpsError, match="--provider-code"):
        ssk("resize", "79002")
    for wrong in (("--provider-code", "7999"), ("--daily-patients", "0"), ("--daily-patients", "many")):
        with pytest.raises(SystemExit):
            ssk("resize", "79002", *wrong)


def test_a_revoked_facility_calls_again_by_a_new_key_alone(ssk: Ssk, key: str, key_file: Callable[[str], str]) -> None:
    """Why it was revoked may be that its keys are known to others: none of them ever signs again."""
    with time_machine.travel(NOW, tick=False):
        add(ssk, key)
        ssk("rotate", "79001", "--key", another(key))
        with pytest.raises(OpsError, match="is not revoked"):
            ssk("restore", "79001", "--key", key)
        ssk("revoke", "79001")
        with pytest.raises(OpsError, match="no public key"):
            ssk("restore", "79001", "--key", key_file("nothing"))
        fresh = key_file(pem_of(ed25519.Ed25519PrivateKey.generate()))
        assert ssk("restore", "79001", "--key", fresh) == {"key_id": "79001.3"}
        assert [may_sign(f"79001.{number}", NOW) for number in (1, 2, 3)] == [False, False, True]
        with pytest.raises(OpsError, match="is not revoked"):
            ssk("restore", "79001", "--key", fresh)
    with pytest.raises(OpsError, match="no facility"):
        ssk("restore", "79009", "--key", fresh)


@pytest.mark.parametrize("standing", [10, 120])
def test_a_facility_of_many_stations_is_restored_by_its_new_key_alone(ssk: Ssk, key: str, standing: int) -> None:
    """It had 130 keys, of which some are revoked already; a transaction has a hundred members."""
    add(ssk, key)
    (first,) = [item for item in aws("dynamodb").scan(TableName="facilities")["Items"] if item["sk"]["S"] == "key#1"]
    for number in range(2, 131):
        status = "active" if number > 130 - standing else "revoked"
        item = {**first, "sk": {"S": f"key#{number}"}, "status": {"S": status}}
        aws("dynamodb").put_item(TableName="facilities", Item=item)
    ssk("revoke", "79001")
    assert ssk("restore", "79001", "--key", another(key)) == {"key_id": "79001.131"}
    (known,) = ssk("list")["facilities"]
    assert known["status"] == "active"
    assert [each["id"] for each in known["keys"] if each["status"] == "active"] == ["79001.131"]


def test_a_rotation_that_broke_before_the_old_key_ended_goes_on(
    ssk: Ssk, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(NOW, tick=False):
        add(ssk, key)
        fresh = another(key)
        with monkeypatch.context() as patch:
            patch.setattr(FacilityRegistry, "_set", broken)
            with pytest.raises(ConnectionError):
                ssk("rotate", "79001", "--key", fresh, "--overlap-days", "7")
        assert ssk("rotate", "79001", "--key", fresh, "--overlap-days", "7") == {"key_id": "79001.2"}
        ends = [known["not_after"][:10] for known in ssk("list")["facilities"][0]["keys"]]
        assert ends == ["2026-11-30", "2027-12-25"]
        with pytest.raises(OpsError, match="is 79001.2 already"):
            ssk("rotate", "79001", "--key", fresh, "--overlap-days", "7")
        with pytest.raises(OpsError, match="is 79001.1 already"):
            ssk("rotate", "79001", "--key", key, "--overlap-days", "1")


def broken(*_: object) -> None:
    raise ConnectionError


def test_of_two_restorations_at_once_one_is_refused(ssk: Ssk, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add(ssk, key)
    ssk("revoke", "79001")
    known = FacilityRegistry(aws("dynamodb"), "facilities")._items("79001")  # as both read it
    monkeypatch.setattr(FacilityRegistry, "_items", lambda *_: known)
    ssk("restore", "79001", "--key", another(key))
    with pytest.raises(OpsError, match="Somebody else"):
        ssk("restore", "79001", "--key", another(key))


@pytest.mark.parametrize("state", ["live", "revoked", "of a revoked facility", "of another facility", "in other lines"])
@pytest.mark.parametrize("action", ["add", "rotate", "restore"])
def test_a_key_that_was_ever_registered_is_not_taken_as_a_new_one(
    ssk: Ssk, key: str, key_file: Callable[[str], str], action: str, state: str
) -> None:
    """A revoked key may be known to others: under a new number it would sign again."""
    pem = Path(key).read_text()
    add(ssk, key, "79002" if state == "of another facility" else "79001")
    if state == "of another facility":
        add(ssk, another(key), "79001")
    if state == "revoked":
        ssk("revoke", "79001.1")
    if state == "of a revoked facility" or action == "restore":
        ssk("revoke", "79001")
    if state == "in other lines":
        head, body, tail = pem.strip().splitlines()
        key = key_file("\n".join([head, body[:20], body[20:], tail]))
    before = ssk("list")
    words = ("add", "79003", "--name", "C") if action == "add" else (action, "79001")
    with pytest.raises(OpsError, match=r"is 7900[12]\.1 already"):
        ssk(*words, "--key", key)
    assert ssk("list") == before


def test_what_was_done_is_said_in_words(ssk: Ssk, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As an operator reads it: no dictionary of Python, and no permission that has just ended."""
    add(ssk, key)
    parser = argparse.ArgumentParser()
    facility.add_arguments(parser)
    for words, said in (
        (("resize", "79001", "--daily-patients", "400"), "79001 has patients a day 400; every function"),
        (("lift", "79001", "--hours", "12"), "79001 may read ten times as much until "),
        (("lift", "79001", "--hours", "0"), "79001 reads within its bounds again; every function"),
    ):
        facility.run(parser.parse_args(words))
        assert capsys.readouterr().out.startswith(said)


def test_permissions_are_changed_to_those_that_are_named(ssk: Ssk, key: str) -> None:
    add(ssk, key, "79001", "--permission", "read", "--permission", "override")
    assert ssk("permit", "79001", "--permission", "read", "--permission", "write", "--permission", "read") == {
        "permissions": ["read", "write"]
    }
    registry.forget()
    found = registry.find("facilities", "79001")
    assert found is not None
    assert found.permissions == {"read", "write"}
    with pytest.raises(OpsError, match="no facility"):
        ssk("permit", "79009", "--permission", "read")
    for wrong in ((), ("--permission", "everything")):
        with pytest.raises(SystemExit):
            ssk("permit", "79001", *wrong)


def test_bounds_for_reading_are_lifted_for_hours_and_set_again(ssk: Ssk, key: str) -> None:
    with time_machine.travel(NOW, tick=False):
        add(ssk, key)
        assert "bounds_lifted_until" not in ssk("list")["facilities"][0]
        assert ssk("lift", "79001", "--hours", "24") == {"bounds_lifted_until": "2026-11-24T08:00:00+00:00"}
        assert ssk("list")["facilities"][0]["bounds_lifted_until"] == "2026-11-24T08:00:00+00:00"
        registry.forget()
        found = registry.find("facilities", "79001")
        assert found is not None
        last = int(NOW.timestamp()) + 86400
        assert [found.has_lifted_bounds(moment) for moment in (last - 1, last)] == [True, False]
        ssk("lift", "79001", "--hours", "0")
        registry.forget()
        found = registry.find("facilities", "79001")
        assert found is not None
        assert not found.has_lifted_bounds(int(NOW.timestamp()))
    with pytest.raises(OpsError, match="no facility"):
        ssk("lift", "79009", "--hours", "1")
    for wrong in ("169", "-1", "many"):
        with pytest.raises(SystemExit):
            ssk("lift", "79001", "--hours", wrong)
