"""`ssk down`: end what `ssk up` started, and only that."""

import argparse

from ops.local.stack import LocalStack
from ops.local.stack_location import read_location


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none: the environment names the stack."""


def run(_: argparse.Namespace) -> int:
    """End emulator and proxy, and forget what the emulator held."""
    ended = LocalStack(read_location()).down()
    print("The local stack has ended." if ended else "No local stack ran here.")
    return 0
