"""`make lighthouse`: Lighthouse on every page of the built site, in a phone's size with a slow processor and network.

Fails under 100 for accessibility or 95 for performance, and where something jumps; a page that misses is judged again,
twice at most, since other work on the machine slows it. The pages are signed out: what stands on them once they are
full is judged by axe, whose rules Lighthouse takes, in tests/browser/interrupted/test_filled_pages.py.
"""

import gzip
import json
import mimetypes
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infrastructure.api.security_headers import headers_of
from tests import node_packages
from web.build import build_site

LEAST = {"accessibility": 100, "performance": 95}
MOST_SHIFT = 0.05
TRIES = 3
FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage --disable-gpu"
JUDGED = ("--quiet", "--output=json", f"--only-categories={','.join(LEAST)}", f"--chrome-flags={FLAGS}")


def main() -> int:
    """Print each page's figures; 1 where one of them misses."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        pages = [path for path in build_site("79", site, hotline="1022") if path.suffix == ".html"]
        with serving(site) as origin:
            missed = [path for path in pages if not is_right(origin, path.relative_to(site).as_posix(), site)]
            return 1 if missed else 0


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """The origin that serves the site packed and with the headers of the edge; nobody is signed in."""

    class Edge(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            file = site / path.removeprefix("/")
            is_there = file.is_file()
            kind = mimetypes.guess_type(file.name)[0] or "application/json"
            content = gzip.compress(file.read_bytes() if is_there else b"{}", 6)
            self.send_response(200 if is_there else 401)
            length = {"content-type": f"{kind}; charset=utf-8", "content-length": str(len(content))}
            for name, value in {**headers_of(path), **length, "content-encoding": "gzip"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """The table is all that is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Edge) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def is_right(origin: str, page: str, folder: Path) -> bool:
    """Whether a page keeps the figures in one of its tries."""
    return any(judge(origin, page, folder) for _ in range(TRIES))


def judge(origin: str, page: str, folder: Path) -> bool:
    """Whether a page keeps the figures now, and says them in one line."""
    program = node_packages.lighthouse() / "node_modules/lighthouse/cli/index.js"
    report = folder / "report.json"
    browser = shutil.which("chromium") or shutil.which("google-chrome") or str(node_packages.chromium())
    words = (str(program), f"{origin}/{page}", *JUDGED, f"--output-path={report}")
    done = node_packages.node(*words, folder=folder, CHROME_PATH=browser, PATH=os.environ["PATH"])
    if done.returncode:
        sys.stderr.write(f"{page}: {done.stderr[-600:]}\n")
        return False
    told: dict[str, Any] = json.loads(report.read_text("utf-8"))
    scores = {name: round(told["categories"][name]["score"] * 100) for name in LEAST}
    shift = told["audits"]["cumulative-layout-shift"]["numericValue"]
    is_kept = shift < MOST_SHIFT and all(scores[name] >= least for name, least in LEAST.items())
    sys.stdout.write(f"{page:24} {scores} shift {shift:.3f}{'' if is_kept else ' misses'}\n")
    sys.stdout.flush()
    return is_kept


sys.exit(main())
