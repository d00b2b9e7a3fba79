"""`ssk down`: end what `ssk up` started, and only that."""

import argparse

from ops.local.place import from_environment
from ops.local.stack import LocalStack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none: the environment names the stack."""


def run(_: argparse.Namespace) -> int:
    """End emulator and proxy, and forget what the emulator held."""
    ended = LocalStack(from_environment()).down()
    print("The local stack has ended." if ended else "No local stack ran here.")
    return 0
