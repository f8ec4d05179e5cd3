"""What commands write: result files that appear whole or not at all, one line per problem, progress on a terminal."""

import errno
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from qiao.wording import Language, sentence, system_reason

BAD_INPUT = 2
"""Exit status: bad usage or bad input."""

ANSWER_IS_NO = 1
"""Exit status: the input is fine and the answer is no."""


def complain(line: str) -> None:
    """One line on standard error; line ends within it would look like several problems."""
    print(" ".join(line.split()), file=sys.stderr)  # noqa: T201


def refuse(lines: Iterable[str], status: int = BAD_INPUT) -> NoReturn:
    for line in lines:
        complain(line)
    raise typer.Exit(status)


def read_bytes(path: Path, language: Language) -> bytes:
    """The file's bytes, `-` for standard input; leaves with status 2 and a sentence when it cannot be read."""
    try:
        return _still_open(sys.stdin).read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        refuse([f"{path}: {sentence('cannot-read', language, why=system_reason(error, language))}"])


def require_place(path: Path | None, language: Language) -> None:
    """Refuse a result file, with status 2 and a sentence, that plainly cannot be written: ask before a long calculation."""
    if path is None or str(path) == "-":
        return
    if path.is_dir():
        refuse([sentence("out-is-folder", language, path=path)])
    if not path.parent.is_dir():
        missing = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        refuse([f"{path}: {sentence('cannot-write', language, why=system_reason(missing, language))}"])


def write_bytes(path: Path | None, data: bytes | memoryview, language: Language) -> None:
    """To standard output, or into a file that is whole or not there. Leaves with status 2 and a sentence otherwise."""
    if path is None or str(path) == "-":
        _to_standard_output(data, language)
        return
    require_place(path, language)
    try:
        if _is_replaceable(path):
            _replace(Path(os.path.realpath(path)), data)
        else:
            with path.open("ab") as output:
                output.write(data)
    except OSError as error:
        refuse([f"{path}: {sentence('cannot-write', language, why=system_reason(error, language))}"])


def _is_replaceable(path: Path) -> bool:
    """Devices and pipes are written into, and so is what /dev/stdout and its like name: an output opened by others."""
    return not path.exists() or (path.is_file() and path.absolute().parts[1] not in ("dev", "proc"))


def _replace(path: Path, data: bytes | memoryview) -> None:
    """Write a new file beside the target, which then takes its name in one step. Links must be resolved already."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, _permissions(path))
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _to_standard_output(data: bytes | memoryview, language: Language) -> None:
    try:
        output = _still_open(sys.stdout)
        output.write(data)
        output.flush()
    except BrokenPipeError:
        raise  # the reader has read enough: typer ends quietly
    except OSError as error:
        if sys.stdout is not None:
            # What is still in the buffer cannot be written either, and must not be tried again at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        refuse([sentence("cannot-write", language, why=system_reason(error, language))])


def _still_open(stream: TextIO | None) -> BinaryIO:
    """The bytes of a standard stream. Raises OSError where it was closed before we started (`>&-`)."""
    if stream is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return stream.buffer


def _permissions(path: Path) -> int:
    """A file that is replaced keeps its permissions; a new one gets what the account's mask says."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def write_json(path: Path | None, value: object, language: Language) -> None:
    write_bytes(path, (json.dumps(value, ensure_ascii=False) + "\n").encode(), language)


class Bar:
    """A line of progress on a terminal; nothing when piped or quiet."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.task = progress.add_task("", total=None) if progress else None

    def show(self, words: str, done: float | None = None, total: float | None = None) -> None:
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, description=words, completed=done or 0, total=total)


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Bar]:
    if quiet or not sys.stderr.isatty():
        yield Bar(None)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress)
