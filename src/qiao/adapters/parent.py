"""A process that must not outlive the one that started it."""

import ctypes
import os
import signal
import sys

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def die_with_parent(parent: int) -> None:
    """On Linux the kernel ends this process with its parent, however that dies; elsewhere nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(0)
