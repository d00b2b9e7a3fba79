"""Which Chromium draws the pages: `SSK_CHROMIUM`, the machine's, or on Linux x86-64 one from the package registry."""

import os
import platform
import shutil

from tests import node_packages

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """The path of a browser; None where the machine has none and none can be brought."""
    named = os.environ.get("SSK_CHROMIUM")
    if named:
        return named
    of_the_machine = next((path for path in map(shutil.which, NAMES) if path), None)
    if of_the_machine or (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return of_the_machine
    return str(node_packages.chromium())
