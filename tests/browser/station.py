"""What a nurse does on the station's page, and the people who come to the station."""

import datetime
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from ops.device_code import DeviceCode
from ops.facility_registry import Device, FacilityRegistry
from ops.local.aws import create_client, read_outputs
from ops.local.stack_location import StackLocation
from tests.stack.test_journey import StackJourney

NURSE, LICENCE = "Trần Thị Điều Dưỡng", "000123/HCM-CCHN"
ALL = ["read", "write", "emergency", "verify"]


@dataclass
class Station:
    """One tablet of the demonstration facility, and who holds it."""

    page: Page
    place: StackLocation
    key_id: str = ""

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
        expect(self.page.locator("#status")).not_to_have_text("Đang làm…")

    def presses(self, name: str) -> None:
        """A button or link of the page that is shown."""
        self.shown.locator("button, a").filter(has_text=name).first.click()

    def is_let_in(self, *permissions: str, days: int = 7) -> None:
        """The operators register the code of the page, and the nurse types the name they tell."""
        self.arrives("enrol")
        code = DeviceCode.parse(self.page.locator("#device-code").inner_text())
        assert self.page.locator("#device-digits").inner_text() == code.fingerprint
        device = Device("Máy tính bảng, phòng khám", list(permissions or ALL), datetime.timedelta(days=days))
        now = datetime.datetime.now(datetime.UTC)
        self.key_id = self.registry.add_device("79001", device, code.public_key_pem, now)
        self.page.locator("#key-id").fill(self.key_id)
        self.presses("Kiểm tra")
        self.arrives("shift")

    def begins_a_shift(self) -> None:
        """Says who works."""
        self.page.locator("#staff-name").fill(NURSE)
        self.page.locator("#staff-licence").fill(LICENCE)
        self.presses("Bắt đầu ca")
        self.arrives("find")

    def types_the_card(self, number: str, born: str) -> None:
        """Number and birth date as they stand on a card."""
        year, month, day = born.split("-")
        self.page.locator("#find-number").fill(number)
        self.page.locator("#find-born").fill(day)
        self.page.locator("#find-born-month").fill(month)
        self.page.locator("#find-born-year").fill(year)
        self.presses("Tìm")

    def opens(self, person: StackJourney, born: str) -> None:
        """Finds somebody who is there."""
        self.types_the_card(person.national_id, born)
        self.arrives("person")
