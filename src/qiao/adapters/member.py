"""The process of one member of a planner's portfolio: a task on standard input, answers on standard output.

It ends with its task, when standard input closes, and with its parent, however that dies.
"""

import os
import signal
import sys
import threading

from qiao.adapters.parent import die_with_parent
from qiao.engine.scheduling.member import serve


def leave_with_parent() -> None:
    """The parent keeps standard input open as long as it lives and wants answers."""
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its members
    die_with_parent(int(sys.argv[1]))
    first = sys.stdin.readline()
    threading.Thread(target=leave_with_parent, daemon=True).start()
    serve(first, sys.stdout)
    os._exit(0)


if __name__ == "__main__":
    main()
