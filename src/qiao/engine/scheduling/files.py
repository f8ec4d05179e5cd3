"""The files of the scheduling engine: bytes in, values out, and back. The single door for those outside."""

import hashlib
from pathlib import PurePath

from qiao.engine.files import CODES, KINDS, LIMIT, TYPES, FileProblem, InvalidFile
from qiao.engine.scheduling.dzn import read_dzn
from qiao.engine.scheduling.model import Problem
from qiao.engine.scheduling.plan_file import PLAN_FORMAT, read_plan, write_plan
from qiao.engine.scheduling.problem_file import PROBLEM_FORMAT, read_json_problem, write_problem

__all__ = [
    "CODES",
    "KINDS",
    "LIMIT",
    "PLAN_FORMAT",
    "PROBLEM_FORMAT",
    "TYPES",
    "FileProblem",
    "InvalidFile",
    "problem_digest",
    "read_plan",
    "read_problem",
    "write_plan",
    "write_problem",
]


def read_problem(data: bytes, filename: str = "") -> Problem:
    """Read a qiao-problem/1 file, or a .dzn file of the B2B benchmark if `filename` ends so.

    Raises:
        InvalidFile: with all problems found.
    """
    if filename.lower().endswith(".dzn"):
        return read_dzn(data, PurePath(filename).stem)
    return read_json_problem(data)


def problem_digest(data: bytes) -> str:
    """SHA-256 of a problem file's bytes, in hexadecimal: what a plan calls `problem`."""
    return hashlib.sha256(data).hexdigest()
