"""Ends a local stack when the process that owns it is gone, however that ended.

Run as a process of its own: `python -m ops.local.orphan_reaper <process id> <start time>`, with the stack named by the
environment. `LocalStack.end_with_this_process` starts it.
"""

import sys
import time

from ops.local.processes import Process
from ops.local.stack import LocalStack
from ops.local.stack_location import read_location


def main() -> None:
    """Wait for the owner's end, then end what is left of the stack."""
    owner = Process("owner", int(sys.argv[1]), sys.argv[2])
    while owner.alive:
        time.sleep(1)
    LocalStack(read_location()).down()


if __name__ == "__main__":
    main()
