"""The first declaration of a record, at the entry point."""


import time_machine

from tests.conftest import World
from tests.declare.people import RECORD_ID, put, sign_in


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_a_declaration_is_kept_and_answered_with_a_receipt(world: World) -> None:
    answer = put(sign_in())
    assert answer.status == 201, answer.body
    receipt = answer.json["receipt"]
    assert answer.json == {"id": RECORD_ID, "version": 1, "receipt": receipt, "warnings": []}
    assert answer.headers["etag"] == '"1"'
