"""How soon a cheap phone on a slow network shows something: Chromium with its network and processor throttled."""

import functools
import gzip
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.measure import Row
from tests.browser.chromium import find_chromium
from web.build import build_site

CHROMIUM = find_chromium()
PAGES = {"first page": "", "form": "declare.html", "own page": "records.html"}
# Lighthouse's "slow 4G" (https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md).
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 768_000 / 8}
SLOWER_CPU = 4
TIMES = 5
PAINTED = """
() => new Promise((resolve) => {
  const look = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
  const seen = () => (look() ? resolve(look()) : setTimeout(seen, 50));
  seen();
})
"""


def rows() -> list[Row]:
    """Median of first contentful paint with an empty cache; nothing where there is no Chromium."""
    if CHROMIUM is None:
        return []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        build_site("79", Path(folder), hotline="1022")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        with _served(Path(folder)) as address:
            found = {
                name: [_painted(browser, f"{address}/{page}") for _ in range(TIMES)] for name, page in PAGES.items()
            }
        browser.close()
    return [
        Row(
            "first paint",
            name,
            statistics.median(times),
            "ms",
            f"{min(times):.0f} to {max(times):.0f}",
            note="slow 4G, processor 4x slower",
        )
        for name, times in found.items()
    ]


def _painted(browser: Browser, url: str) -> float:
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    throttle = context.new_cdp_session(page)
    throttle.send("Network.enable")
    throttle.send("Network.emulateNetworkConditions", SLOW_4G)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    page.goto(url)
    painted = float(page.evaluate(PAINTED))
    context.close()
    return painted


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Compressed, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Compressed(SimpleHTTPRequestHandler):
    """Files as the CDN serves them, compressed."""

    def do_GET(self) -> None:
        """Answer a file, or 404 for the calls of the API."""
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        content = gzip.compress(file.read_bytes(), 6) if file.is_file() else b""
        self.send_response(200 if content else 404)
        self.send_header("content-type", f"{self.guess_type(str(file))}; charset=utf-8")
        self.send_header("content-encoding", "gzip")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """The table says it all."""
