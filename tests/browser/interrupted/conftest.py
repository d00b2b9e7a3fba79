"""The built site on a phone of its own, whose server is played by the test and whose clock it turns."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import opened
from tests.browser.interrupted.server import SITE, Server
from tests.browser.journey import Journey
from web.build import build_site


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build_site("79", folder, hotline="1022")
    return folder


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone of its own, with a clock that the test turns."""
    with opened(browser, SITE) as page:
        page.clock.install()
        yield page


@pytest.fixture
def server(phone: Page, folder: Path) -> Server:
    return Server(phone, folder)


@pytest.fixture
def journey(phone: Page, server: Server) -> Journey:
    return Journey(phone, SITE)
