"""What a nurse does on the station's page, and the people who come to the station."""

import datetime
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from ops.device_code import DeviceCode
from ops.facility_registry import Device, FacilityRegistry
from ops.local.aws import create_client, read_outputs
from ops.local.stack_location import StackLocation
from tests.browser.journey import accessible
from tests.stack.test_journey import StackJourney

NURSE = "Trần Thị Điều Dưỡng"
SIZES = ((360, 640), (800, 1280))
BUSY = "Đang làm…"
ALL = ["read", "write", "emergency", "verify"]
KEPT_ON_DEVICE = """
async () => {
  const kept = [];
  for (const { name } of await indexedDB.databases()) {
    const opening = indexedDB.open(name);
    const database = await new Promise((found) => { opening.onsuccess = () => found(opening.result); });
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll();
      kept.push(...await new Promise((found) => { all.onsuccess = () => found(all.result); }));
    }
    database.close();
  }
  return JSON.stringify([kept, { ...localStorage }, { ...sessionStorage }, document.cookie]);
}
"""


def invented_licence() -> str:
    """Of her own for each tablet: what one practitioner may read in an hour has a bound."""
    return f"{secrets.randbelow(10**6):06}/HCM-CCHN"


def kept_on_device(page: Page) -> str:
    """All that scripts may read of what the browser keeps for the site, as JSON."""
    return str(page.evaluate(KEPT_ON_DEVICE))


@dataclass
class Station:
    """One tablet of the demonstration facility, and who holds it."""

    page: Page
    place: StackLocation
    poster: str
    key_id: str = ""
    licence: str = field(default_factory=invented_licence)

    @property
    def registry(self) -> FacilityRegistry:
        """What the operators change."""
        return FacilityRegistry(create_client(self.place, "dynamodb"), read_outputs(self.place)["TableFacilities"])

    @property
    def shown(self) -> Locator:
        """The section that is shown."""
        return self.page.locator("section[data-page]:visible")

    def arrives(self, name: str) -> None:
        """Waits until the page `name` is the one that is shown, and nothing is being done."""
        expect(self.page.locator(f'section[data-page="{name}"]')).to_be_visible()
        expect(self.page.locator("#status")).not_to_have_text(BUSY)

    def looks_right(self, name: str) -> None:
        """Accessible and within the screen of a small phone and of a tablet; kept as pictures for `SSK_SCREENSHOTS`."""
        for size in SIZES:
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            accessible(self.page)
            if folder := os.environ.get("SSK_SCREENSHOTS"):
                self.page.screenshot(path=Path(folder) / f"station-{name}-{size[0]}.png", full_page=True)

    def presses(self, name: str) -> None:
        """A button or link of the page that is shown."""
        self.shown.locator("button, a").filter(has_text=name).first.click()

    def is_registered(self, *permissions: str, days: int = 7) -> None:
        """The operators register the code of the page."""
        self.arrives("enrol")
        code = DeviceCode.parse(self.page.locator("#device-code").inner_text())
        assert self.page.locator("#device-digits").inner_text() == code.fingerprint
        life = datetime.timedelta(days=days)
        device = Device("Máy tính bảng, phòng khám", list(permissions or ALL), life, self.poster)
        now = datetime.datetime.now(datetime.UTC)
        self.key_id = self.registry.add_device("79001", device, code.public_key_pem, now)

    def is_let_in(self, *permissions: str, days: int = 7) -> None:
        """The operators register the code of the page, and the nurse types the name they tell."""
        self.is_registered(*permissions, days=days)
        self.page.locator("#key-id").fill(self.key_id)
        self.presses("Kiểm tra")
        self.arrives("shift")

    def begins_a_shift(self) -> None:
        """Says who works."""
        self.page.locator("#staff-name").fill(NURSE)
        self.page.locator("#staff-licence").fill(self.licence)
        self.presses("Bắt đầu ca")
        self.arrives("find")

    def types_the_card(self, number: str, born: str) -> None:
        """Number and birth date as they stand on a card."""
        year, month, day = born.split("-")
        self.page.locator("#find-number").fill(number)
        self.page.locator("#find-born").fill(day)
        self.page.locator("#find-born-month").fill(month)
        self.page.locator("#find-born-year").fill(year)
        self.shown.locator("form button").click()

    def leaves_the_person(self) -> None:
        """Done with somebody; nothing of them stays."""
        if self.page.locator("#next-person").is_visible():
            self.page.locator("#next-person").click()
            while self.page.locator("#question").is_visible():  # of a code on paper, of what is half typed
                self.page.locator("#question-yes").click()
        else:
            self.page.evaluate("location.hash = '#find'")
        self.arrives("find")

    def everything_in_the_page(self) -> set[str]:
        """Every text and value that the page holds, shown or not."""
        script = """() => {
          const values = [...document.querySelectorAll('input, textarea')].map(({ value }) => value);
          const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) values.push(walker.currentNode.data);
          return values;
        }"""
        return {text.strip() for text in self.page.evaluate(script)}

    def goes_back(self) -> None:
        """The page's own way back."""
        self.page.locator("#back").click()

    def writes(self, kind: str, **fields: str) -> None:
        """From the open record to a form, filled in and sent."""
        self.page.evaluate("kind => { location.hash = `#${kind}`; }", kind)
        self.arrives(kind)
        for name, text in fields.items():
            self.page.locator(f"#{kind}-{name.replace('_', '-')}").fill(text)
        self.shown.locator("form button:not([type=button])").click()
        self.arrives("write")

    def confirms_another_card(self) -> None:
        """The card in the boxes is not the open record's: the page stops, and the nurse says that she is sure."""
        button = self.shown.locator("#verify-form button.button:not([type])")
        button.click()
        expect(self.page.locator("#mismatch")).to_be_visible()
        self.page.locator("#mismatch-sure").check()
        button.click()

    def answers(self, words: str) -> None:
        """What the page asks before it writes."""
        self.page.locator("#question").get_by_role("button", name=words).click()

    def opens(self, person: StackJourney, born: str) -> None:
        """Finds somebody who is there."""
        self.types_the_card(person.national_id, born)
        self.arrives("person")
