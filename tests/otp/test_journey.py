"""The plain journey: a code by SMS becomes a session, the session sets a PIN, the PIN opens level 2."""

import re
from collections.abc import Callable

from functions.otp.handler import handler
from functions.otp.limits import Limits
from tests.conftest import Answer, World

LIMITS = Limits()

Call = Callable[..., Answer]
PHONE = "0901234567"


def test_a_code_by_sms_becomes_a_session(world: World, call: Call) -> None:
    asked = call(handler, "POST", "/v1/otp", body={"phone": PHONE, "poster": "p27-1"})
    assert (asked.status, set(asked.json)) == (202, {"challenge_id", "expires_in", "resend_after"})
    assert (asked.json["expires_in"], asked.json["resend_after"]) == (LIMITS.code_seconds, LIMITS.cooldown_seconds)
    ((to, text),) = [(sms[0], sms[1]) for sms in world.sms()]
    assert to == "+84901234567"
    code = re.search(r"\d{6}", text)[0]
    verified = call(handler, "POST", "/v1/otp/verify", body={"challenge_id": asked.json["challenge_id"], "code": code})
    assert (verified.status, set(verified.json)) == (200, {"level", "pin_set", "draft_scope"})
    state = call(handler, "GET", "/v1/session", cookies={"__Host-session": verified.cookie("__Host-session")})
    assert (state.status, state.json["level"]) == (200, 1)
