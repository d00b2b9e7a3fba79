"""What a person does on the site, step by step, in their words."""

import hashlib
import http.client
import itertools
import json
import os
import re
import secrets
import sys
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from functions.otp.abuse.proof_of_work import count_leading_zero_bits

POSTER = "79-26911-07"
AXE = Axe()
COOKIE = {"domain": "localhost", "path": "/", "secure": True, "httpOnly": True, "sameSite": "Strict"}


def worked(seed: str, bits: int) -> dict[str, str]:
    """The work that lets a crowd behind one address go on."""
    return {"seed": seed, "nonce": next(nonce for nonce in map(str, itertools.count()) if done(seed, nonce) >= bits)}


def done(seed: str, nonce: str) -> int:
    """How much work the nonce shows."""
    return count_leading_zero_bits(hashlib.sha256(f"{seed}:{nonce}".encode()).digest())


def invented_phone() -> str:
    """A mobile number as people write it; new each time, because a number may get five codes a day."""
    return f"091{secrets.randbelow(10)} {secrets.randbelow(900) + 100} {secrets.randbelow(900) + 100}"


@dataclass
class Journey:
    """One person at one page."""

    page: Page
    web_url: str
    number: str = field(default_factory=invented_phone)

    @property
    def shown(self) -> Locator:
        """The section that is shown."""
        return self.page.locator("section[data-page]:visible")

    def arrives(self, name: str) -> None:
        """Waits until the page `name` is the one that is shown."""
        expect(self.page.locator(f'section[data-page="{name}"]')).to_be_visible()

    def has_come(self, name: str) -> None:
        """Waits until the page `name` is shown with what the server says."""
        self.arrives(name)
        expect(self.page.locator("#status")).to_have_text("")
        expect(self.page.locator("#errors")).to_be_hidden()

    def goes_on(self) -> None:
        """Presses the page's one button."""
        self.shown.locator("form > button.button").click()

    def moves_on(self) -> None:
        """Presses the button and waits until the page has changed."""
        name = self.shown.get_attribute("data-page")
        self.goes_on()
        expect(self.page.locator(f'section[data-page="{name}"]')).to_be_hidden()

    def field(self, link_id: str) -> Locator:
        """The field that answers `link_id`."""
        return self.page.locator(f'[data-field="{link_id}"]')

    def types(self, link_id: str, text: str) -> None:
        """Types into a field of one line."""
        self.field(link_id).locator("input, textarea").fill(text)

    def chooses(self, link_id: str, *labels: str) -> None:
        """Chooses answers by their words."""
        for label in labels:
            self.field(link_id).get_by_label(label, exact=True).check()

    def text_message(self) -> str:
        """The newest message to this person's phone."""
        to = urllib.parse.quote("+84" + self.number.replace(" ", "")[1:])
        with urllib.request.urlopen(f"{self.web_url}/_local/sms?phone={to}", timeout=20) as answer:
            return str(json.load(answer)[-1]["text"])

    def code(self) -> str:
        """The code in that message."""
        found = re.search(r"\d{6}", self.text_message())
        assert found
        return found.group()

    def opens(self, path: str = "/declare.html") -> None:
        """Opens the form."""
        self.page.goto(path)
        expect(self.shown).to_be_visible()

    def proves_the_phone(self) -> None:
        """From the phone's page to the page after the code."""
        self.arrives("phone")
        self.page.locator("#phone").fill(self.number)
        self.goes_on()
        self.arrives("code")
        self.page.locator("#code").fill(self.code())
        expect(self.page.locator('section[data-page="code"]')).to_be_hidden()

    def starts_signed_in(self) -> None:
        """Opens the form with a phone that was proven without the pages; for tests of what comes after."""
        asked = self._calls("/v1/otp", {"phone": self.number})
        if asked.status == 429:
            asked = self._calls("/v1/otp", {"phone": self.number, "work": worked(**json.load(asked)["work"])})
        assert asked.status == 202
        proof = {"challenge_id": json.load(asked)["challenge_id"], "code": self.code()}
        proven = self._calls("/v1/otp/verify", proof)
        assert proven.status == 200
        for line in proven.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.page.context.add_cookies([COOKIE | {"name": name, "value": rest.partition(";")[0]}])  # type: ignore[list-item]
        self.opens()

    def _calls(self, path: str, body: dict[str, Any]) -> http.client.HTTPResponse:
        """A call from an address of this person's own, where a machine has many: a crowd at one has work to do."""
        place = urllib.parse.urlsplit(self.web_url)
        address = f"127.{secrets.randbelow(250)}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 2}"
        source = (address if sys.platform == "linux" else "127.0.0.1", 0)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=30, source_address=source)
        headers = {"Content-Type": "application/json", "X-Requested-With": "ssk"}
        connection.request("POST", path, json.dumps(body), headers)
        return connection.getresponse()

    def says_who(self, name: str = "Nguyễn Thị Thử Nghiệm") -> None:
        """The pages about the person, up to the ward."""
        self.chooses("identity.relation", "Cho tôi")
        self.types("identity.full-name", name)
        self.moves_on()
        self.arrives("identity.national-id")
        self.moves_on()
        self.chooses("identity.sex", "Nữ")
        self.field("identity.birth-date").get_by_label("Năm").fill("1958")
        self.finds_the_ward("phuong 27 binh thanh", "Phường Bình Quới")
        self.moves_on()

    def finds_the_ward(self, typed: str, ward: str) -> None:
        """Types a name and takes a ward of the list."""
        self.field("identity.ward").locator("input[type=search]").fill(typed)
        self.field("identity.ward").get_by_label(ward).check()

    def says_how_healthy(self) -> None:
        """The pages about health."""
        self.chooses("history.conditions", "Tăng huyết áp (cao huyết áp)")
        self.moves_on()
        self.field("history.allergies").get_by_role("button", name="Không dị ứng, tiếp tục").click()
        self.arrives("medicines.any")
        self.chooses("medicines.any", "Không dùng thuốc nào")
        self.moves_on()
        self.arrives("check")
        self.page.get_by_role("link", name="Khai phần này Chiều cao, cân nặng, huyết áp").click()
        self.arrives("measurements.height")
        self.types("measurements.height", "1m58")
        self.types("measurements.weight", "52,5")
        self.moves_on()

    def agrees(self, *purposes: str) -> None:
        """Ticks consents."""
        self.arrives("check")
        for purpose in purposes:
            self.field(f"consent.{purpose}").locator("input").check()

    def fills_in_everything(self) -> None:
        """From the first question to the page that shows all answers."""
        self.says_who()
        self.says_how_healthy()
        self.agrees("record", "statistics")
        self.arrives("check")

    def receipt(self) -> str:
        """The receipt number, once it is shown; the page before it, which offers a PIN, is skipped."""
        self.page.locator('section[data-page="pin"], section[data-page="receipt"]').filter(visible=True).wait_for()
        if self.shown.get_attribute("data-page") == "pin":
            self.page.locator("#pin-skip a").click()
        self.arrives("receipt")
        return self.page.locator("#receipt-number").inner_text()

    def sees_the_error(self, *words: str) -> None:
        """The list of errors is shown, has the focus and the title says so; each line holds one of `words`."""
        summary = self.page.locator("#errors")
        expect(summary).to_be_visible()
        expect(summary).to_be_focused()
        expect(summary.locator("li")).to_have_count(len(words))
        for line, word in zip(summary.locator("li").all(), words, strict=True):
            expect(line).to_contain_text(word)
        assert self.page.title().startswith(("Lỗi: ", "Error: "))

    def is_accessible(self) -> None:
        """Axe finds nothing, nothing is wider than the screen, and every target is at least 44 px high."""
        accessible(self.page)

    def fills_in_quickly(self, **answers: str) -> None:
        """From the first question to the page that shows all answers, each page by its own events, in one go."""
        assert self.page.evaluate(FILL_IN, ANSWERS | answers) == "check"

    def is_seen(self, name: str) -> None:
        """Keeps a picture of the screen, where `SSK_SCREENSHOTS` names a folder for pictures."""
        if folder := os.environ.get("SSK_SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def chooses_a_pin(self, pin: str = "270519") -> None:
        """From the receipt to the PIN and back."""
        self.page.locator("#pin-offer a").click()
        self.arrives("pin")
        self.page.get_by_label("Mã PIN mới").fill(pin)
        self.page.get_by_label("Nhập lại mã PIN").fill(pin)
        self.goes_on()
        expect(self.page.locator("#pin-done")).to_be_visible()

    def enters_the_pin(self, pin: str = "270519") -> None:
        """From the PIN's page to the records."""
        self.arrives("enter-pin")
        self.page.locator("#own-pin").fill(pin)
        self.goes_on()
        self.arrives("records")


def accessible(page: Page) -> None:
    """See `Journey.is_accessible`; axe is brought into a document once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    violations, small, fits = page.evaluate(CHECKS)
    found = {"violations": violations, "small targets": small, "fits": fits}
    assert found == {"violations": [], "small targets": [], "fits": True}, found


ANSWERS = {
    "identity.relation": "self",
    "identity.full-name": "Nguyễn Thị Thử Nghiệm",
    "identity.sex": "female",
    "identity.birth-date": "1958",
    "identity.ward": "phuong 27 binh thanh",
    "history.conditions": "I10",
    "history.allergies": "716186003",
    "medicines.any": "no",
    "consent.record": "on",
    "consent.statistics": "on",
}
# What a person does on each page, as events: type or choose what there is an answer for, and press the button.
FILL_IN = """
async (answers) => {
  const shown = () => document.querySelector('section[data-page]:not([hidden])');
  const until = async (found) => {
    for (let tries = 0; tries < 400 && !found(); tries += 1) await new Promise((later) => setTimeout(later, 10));
    return found();
  };
  const change = (input) => input.dispatchEvent(new Event('input', { bubbles: true }));
  for (let pages = 0; pages < 30; pages += 1) {
    const page = shown();
    for (const field of page.querySelectorAll('[data-field]')) {
      const answer = answers[field.dataset.field];
      if (answer === undefined || field.hidden) continue;
      if (field.querySelector('.results input:checked')) continue;
      const inputs = [...field.querySelectorAll('input')];
      const choice = inputs.find((input) => input.value === answer || input.value.endsWith(`|${answer}`));
      if (choice) choice.checked = true;
      else inputs.at(-1).value = answer;
      change(choice || inputs.at(-1));
      if (field.dataset.control !== 'ward') continue;
      (await until(() => field.querySelector('.results input'))).checked = true;
      change(field.querySelector('.results input'));
    }
    if (page.dataset.page === 'check') return 'check';
    page.querySelector('form').requestSubmit();
    await until(() => shown() !== page);
    if (shown() === page) return `${page.dataset.page}: ${document.getElementById('errors').innerText}`;
  }
  return shown().dataset.page;
}
"""
# Links inside of a sentence are exempt (WCAG 2.2, 2.5.8); a tick box counts with its label. Words count for nothing, so
# that a short word or a narrow font makes no small target: the size is the style sheet's.
SMALL_TARGETS = """
(() => {
  const targets = [...document.querySelectorAll('a, button, input, select, textarea, summary')]
    .filter((target) => target.offsetParent && !target.matches('.skip, p > a:not(.button, .stand)'));
  const small = (target) => {
    target.style.fontSize = '1px';
    const { height, width } = (target.closest('.choice') || target).getBoundingClientRect();
    target.style.fontSize = '';
    return height < 44 || width < 44;
  };
  return targets.filter(small).map((target) => target.outerHTML);
})()
"""
CHECKS = f"""
async () => {{
  const shown = {{ include: [['html']], exclude: [['section[hidden]']] }};
  const {{ violations }} = await axe.run(shown, {{ resultTypes: ['violations'] }});
  const {{ scrollWidth, clientWidth }} = document.documentElement;
  const small = {SMALL_TARGETS.strip()};
  return [violations.map(({{ id, nodes }}) => [id, nodes[0].html]), small, scrollWidth <= clientWidth];
}}
"""
