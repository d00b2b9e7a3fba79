"""A share's passcode: five wrong tries in its whole life, counted before anything is compared."""

import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from botocore.client import BaseClient

from functions.declare.settings import config, macs
from health_record.record import shares
from health_record.record.shares import PasscodeRequiredError, ShareNotActiveError
from tests.conftest import World
from tests.declare.links import SHARES, made, read, refused, token_of
from tests.declare.people import call, put, sign_in

NOW = "2026-11-23T03:00:00Z"


def test_a_passcode_counts_its_wrong_tries_over_its_whole_life(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        put(sign_in())
        token = token_of(made(passcode="4071", minutes=1440)["shlink"])
        assert read(token, passcode=" 4071 ").status == 200
        for left in (4, 3):
            answer = read(token, passcode="0000")
            refused(answer, 401, "passcode-wrong")
            assert answer.json["remainingAttempts"] == left
        assert read(token, passcode="4071").status == 200
        missing = read(token)
        assert (missing.status, missing.json["remainingAttempts"]) == (401, 3)
        clock.shift(23 * 3600)
        wrong = [read(token, passcode="0000").json for _ in range(3)]
        assert [each["remainingAttempts"] for each in wrong] == [2, 1, 0]
        assert [each["detail"] for each in wrong[1:]] == [
            "Mã mở chưa đúng. Còn 1 lần thử.",
            "Mã mở chưa đúng. Mã QR này đã bị khóa. Hãy nhờ người có hồ sơ tạo mã mới.",
        ]
        for passcode in ("4071", "0000"):
            refused(read(token, passcode=passcode), 404, "share-not-active")
        refused(read(token), 404, "share-not-active")
        (shown,) = call("GET", SHARES, sign_in(level=2)).json["shares"]
        assert shown["locked"] is True


def test_readings_without_the_passcode_do_not_use_a_link_up(world: World) -> None:
    put(sign_in())
    token = token_of(made(passcode="4071")["shlink"])
    place = {"pk": f"share#{shares.hash_token(token)}", "sk": "share"}
    assert [read(token).status for _ in range(3)] == [401] * 3
    assert world.table("records").get_item(Key=place)["Item"]["times_read"] == 0
    almost = {"UpdateExpression": "SET times_read = :n", "ExpressionAttributeValues": {":n": shares.MAX_READS - 1}}
    world.table("records").update_item(Key=place, **almost)
    assert [read(token).status, read(token, passcode="0000").status] == [401, 401]
    assert read(token, passcode="4071").status == 200
    refused(read(token, passcode="4071"), 404, "share-not-active")


def test_a_passcode_is_one_however_it_is_typed(world: World) -> None:
    put(sign_in())
    token = token_of(made(passcode="Bình Quới")["shlink"])
    assert read(token, passcode=unicodedata.normalize("NFD", "Bình Quới")).status == 200
    assert read(token, passcode="bình quới").status == 401
    assert read(token, passcode="x" * 200_000).status == 401


def test_forty_guesses_at_once_are_five(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is asked by forty threads; moto needs a lock for each call."""
    put(sign_in())
    token = token_of(made(passcode="4071")["shlink"])
    lock, real = threading.Lock(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def atomic(self: Any, operation: str, arguments: Any) -> Any:
        with lock:
            return real(self, operation, arguments)

    def guess(number: int) -> str:
        try:
            shares.try_passcode(config().table_records, macs(), token, f"{number:04}", 1)
        except ShareNotActiveError:
            return "locked"
        except PasscodeRequiredError as error:
            return str(error.tries_left)
        return "right"

    monkeypatch.setattr(BaseClient, "_make_api_call", atomic)
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(guess, range(40)))
    assert sorted(answers) == sorted(["0", "1", "2", "3", "4"] + ["locked"] * 35)
    refused(read(token, passcode="4071"), 404, "share-not-active")
