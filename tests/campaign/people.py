"""One person of the day: scans a poster, asks for a code, waits, types, declares and sets a PIN, as people do."""

import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

from functions.otp.proof.verify_request import MOST_EARLIER
from health_record.identity.phones import normalise
from tests.campaign.sms_channel import PoorChannel
from tests.campaign.timeline import Steps
from tests.conftest import Answer
from tests.declare import people as declarations
from tests.otp.conftest import Browser, code_in, solve, wrong

HASHES_A_SECOND = 24_000  # a cheap phone: 2**20 take 44 s
EASIER_BITS = 8  # the rehearsal's work is so much easier than the province's, and takes the time of the real one
LOOK_SECONDS = 2.0
SILENT_ASKS = 3  # then a person takes mobile data, and types an older code, as the page says
OWN_MISTAKE = "their own mistake"


@dataclass
class Person:
    """Somebody with a working phone. `group` is the row of the table that they count in."""

    number: int
    group: str
    phone: str
    poster: str
    browser: Browser
    mobile_address: str
    channel: PoorChannel
    random: random.Random
    assisted: bool = False
    waits: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    began: float = 0.0
    proven: float | None = None
    declared: bool = False
    challenges: list[str] = field(default_factory=list)  # newest first; the page keeps all of them
    refused_codes: set[str] = field(default_factory=set)

    @property
    def e164(self) -> str:
        return normalise(self.phone)

    @property
    def waited(self) -> float:
        """Seconds from the first wish for a code to the session."""
        return (self.proven or time.time()) - self.began

    def count_wait(self, reason: str, seconds: float) -> None:
        if self.began and self.proven is None:
            self.waits[reason] += round(seconds)

    def visit(self) -> Steps:
        """The whole visit."""
        yield "reading", self.random.uniform(10, 60)
        declarations.call("POST", "/v1/visits", body={"poster": self.poster}, client=self.browser.client)
        self.began = time.time()
        if self.random.random() < 0.03:
            yield from self._mistake_the_number()
        while self.proven is None:
            yield from self._ask(self.phone)
            yield from self._wait_and_type()
        yield "filling in", self.random.uniform(240, 840)  # a page that is open for longer extends its session
        self._declare()

    def _mistake_the_number(self) -> Steps:
        """A digit is wrong: nothing comes, and after a while the person sees why."""
        yield from self._ask(self.phone[:-1] + str((int(self.phone[-1]) + 1) % 10))
        yield OWN_MISTAKE, self.random.uniform(45, 120)

    def _ask(self, phone: str) -> Steps:
        while True:
            self.asked += 1
            answer = self.browser.ask(phone, poster=self.poster)
            while "work" in answer.json:
                self.refusals["work"] += 1
                work = solve(answer.json["work"])
                yield "work", (int(work["nonce"]) + 1 << EASIER_BITS) / HASHES_A_SECOND
                answer = self.browser.ask(phone, poster=self.poster, work=work)
            if answer.status == 202:
                self.challenges = [answer.json["challenge_id"], *self.challenges][: MOST_EARLIER + 1]
                return
            yield from self._bear_refusal(answer)

    def _bear_refusal(self, answer: Answer) -> Steps:
        kind = answer.json["type"].rpartition("/")[2]
        self.refusals[kind] += 1
        if kind == "network-share":
            self.browser.client = self.mobile_address
            yield f"refused: {kind}", 20
        else:
            yield f"refused: {kind}", 60 + self.random.uniform(0, 20)

    def _wait_and_type(self) -> Steps:
        """Look at the phone; after a while without a code take another network, and type what came earlier."""
        yield from self._look()
        if self.proven or self.asked < SILENT_ASKS:
            return
        self.browser.client = self.mobile_address
        older = self.channel.read(self.e164, after=time.time() - 86_400)
        if older and code_in(older) not in self.refused_codes:
            yield "typing", self.random.uniform(4, 20)
            self.refused_codes.add(code_in(older))
            if self._verify(code_in(older)).status == 200:
                self.proven = time.time()
            else:
                yield from self._look()

    def _look(self) -> Steps:
        """Look at the phone until the person presses again, at the earliest when the page lets them."""
        patience = time.time() + self.random.uniform(62, 150)
        while time.time() < patience:
            reason = "channel" if self.channel.is_on_its_way(self.e164) else self._silence()
            yield reason, LOOK_SECONDS
            text = self.channel.read(self.e164, after=time.time() - 600)
            if text and code_in(text) not in self.refused_codes:
                yield "typing", self.random.uniform(4, 20)
                yield from self._type(code_in(text))
                return

    def _silence(self) -> str:
        return "message lost" if self.channel.taken[self.e164] else "no message sent"

    def _type(self, code: str) -> Steps:
        if self.random.random() < 0.05:
            self._verify(wrong(code))
            yield OWN_MISTAKE, self.random.uniform(5, 15)
        attempt = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        if self.random.random() < 0.02:  # the answer is lost on its way, or its body alone
            before = dict(self.browser.cookies)
            self._verify(code, attempt)
            self.browser.cookies = self.random.choice((before, self.browser.cookies))
            yield "answer lost", 10
        if self._verify(code, attempt).status == 200:
            self.proven = time.time()
        else:
            self.refusals["code-refused"] += 1
            self.refused_codes.add(code)
            yield "right code refused", 62  # until the page lets them press again

    def _verify(self, code: str, attempt: str | None = None) -> Answer:
        asked, *earlier = self.challenges
        body = {"challenge_id": asked, "earlier_challenge_ids": earlier, "code": code, "assisted": self.assisted}
        return self.browser.call("POST", "/v1/otp/verify", body=body | ({"attempt": attempt} if attempt else {}))

    def _declare(self) -> None:
        record = str(uuid.uuid5(uuid.NAMESPACE_OID, str(self.number)))
        body = declarations.declaration(
            identity_national_id={"valueString": f"0791600{self.number:05d}"}, identity_insurance_number=None
        )
        answer = declarations.put(self.browser.cookies, body, record_id=record, client=self.browser.client)
        self.declared = answer.status == 201
        self.browser.call("PUT", "/v1/pin", body={"pin": "384920"})
