"""Strangers' files shared out to processes: one that kills its process, or never ends, costs itself only."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from importlib import import_module
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from gallery.errors import GalleryError
from gallery.helper_process import can_fork

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, SpawnContext

Task = TypeVar("Task")  # a file, or one with what to do about it
Made = TypeVar("Made")

PATIENCE_S = 120.0  # to look at one file, on a machine that has other things to do
START_S = 300.0  # for a process to begin: a large model may come from a slow disk
_SLICE_S = 1.0  # the longest wait between two looks at the clock; what it takes beyond that, the command was stopped
_AHEAD = 16  # files for each process that may be done before an earlier one is: their answers wait in memory


class Lost(StrEnum):
    """Why nothing came of a file, as the end of a sentence: "decoding it …"."""

    KILLED = "killed the process"
    UNFINISHED = "did not end in time"


@contextmanager
def ended_after(patience_s: float) -> Iterator[None]:
    """Lets the system end this process when what is done inside, such as decoding a file here, takes that long: the
    next run finds the work undone, and gives it to a crew. Only time at work counts: a command may be stopped."""
    signal.setitimer(signal.ITIMER_PROF, patience_s)  # whose signal ends it, whatever a decoder is at
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


@dataclass(frozen=True, slots=True)
class Crew(Generic[Task, Made]):
    """What processes do with files, and how each of them begins. All of it has to be picklable.

    What ``begin`` or ``work`` raises on purpose, a `GalleryError`, ends everything; any other exception ends its
    process.
    """

    work: Callable[[Task], Made]
    begin: Callable[..., None]
    given: tuple[object, ...] = ()  # to ``begin``, in each process
    patience_s: float = field(default_factory=lambda: PATIENCE_S)  # with one file
    modules: tuple[str, ...] = ()  # that the work needs and that are slow to import: forks find them imported

    def share_out(self, tasks: Sequence[Task], jobs: int) -> Iterator[tuple[Task, Made | Lost]]:
        """Work in ``jobs`` processes, which end with the iteration; gives each file once, in order.

        A file is lost when it takes longer than the patience with it, or when its process died over it; where others
        were at work, which may have used up the memory, it is tried once more without them.

        Raises:
            GalleryError: processes end before they have seen a file; and what ``begin`` or ``work`` raises.
        """
        shift = _Shift(self, tasks, jobs)
        try:
            for place, task in enumerate(tasks):
                while place not in shift.done:
                    shift.hand_out(place + _AHEAD * jobs)
                    shift.listen()
                yield task, shift.done.pop(place)
        finally:
            shift.dismiss()


class _Shift(Generic[Task, Made]):
    """The files of one `Crew.share_out`, known by their places, and the processes that are at work on them."""

    def __init__(self, crew: Crew[Task, Made], tasks: Sequence[Task], jobs: int) -> None:
        self.done: dict[int, Made | Lost] = {}
        self._crew, self._tasks, self._jobs = crew, tasks, jobs
        self._waiting = deque(range(len(tasks)))
        self._workers: list[_Worker] = []
        self._in_hand: dict[_Worker, int] = {}

    def hand_out(self, end: int) -> None:
        """Give every free process a file that stands before the place ``end``."""
        while self._waiting and self._waiting[0] < end and (worker := self._free()):
            if worker.take(self._tasks[self._waiting[0]]) or not worker.has_begun:
                self._in_hand[worker] = self._waiting.popleft()
            else:  # it died with nothing in hand; that it had done a file before keeps this from going on without end
                self._end(worker)

    def _free(self) -> _Worker | None:
        for worker in self._workers:
            if worker not in self._in_hand:
                return worker
        if len(self._workers) >= self._jobs:
            return None
        self._workers.append(_Worker(self._crew))
        return self._workers[-1]

    def listen(self) -> None:
        """Wait a moment for the next answer, the next death, or the end of patience with one of the processes.

        Only the time of the wait counts: a busy caller, or a command that was stopped (Ctrl-Z), costs no file.
        """
        busy = list(self._in_hand)
        slice_s = max(0.0, min(_SLICE_S, *(worker.left_s for worker in busy)))
        began = time.monotonic()
        ready = wait([worker.pipe for worker in busy], slice_s)
        spent_s = min(slice_s, time.monotonic() - began)
        for worker in busy:
            worker.left_s -= spent_s
        for worker in busy:
            if worker.pipe in ready:
                try:
                    answer = worker.pipe.recv()
                except (EOFError, OSError):
                    return self._lose(worker, Lost.KILLED)
                self._hear(worker, answer)
            elif worker.left_s <= 0:
                return self._lose(worker, Lost.UNFINISHED)
        return None

    def _hear(self, worker: _Worker, answer: Any) -> None:
        if isinstance(answer, _Raised):
            raise answer.error
        if worker.has_begun:
            self.done[self._in_hand.pop(worker)] = answer
        else:
            worker.begin()

    def _lose(self, worker: _Worker, how: Lost) -> None:
        place = self._in_hand.pop(worker)
        self._end(worker)
        if not worker.has_begun:
            self._waiting.appendleft(place)
            self._jobs -= 1
            if not self._jobs:
                raise GalleryError(
                    "every process that was to look at pictures ended before the first one; is there enough memory?"
                    " Fewer processes need less: --jobs 1"
                )
        elif how is Lost.KILLED and self._workers:
            self.dismiss()
            [(_, self.done[place])] = self._crew.share_out([self._tasks[place]], 1)
        else:
            self.done[place] = how

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.end()

    def dismiss(self) -> None:
        """End all processes; the files that they had in hand wait again."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()
        self._waiting.extendleft(sorted(self._in_hand.values(), reverse=True))
        self._in_hand.clear()


def _context(modules: Sequence[str]) -> ForkContext | SpawnContext:
    """How a process is started: as a fork of this one where that is sound, for it begins at once; else afresh."""
    if can_fork():
        for name in modules:
            import_module(name)
        if can_fork():  # no module has started a thread
            return get_context("fork")
    resource_tracker.ensure_running()  # starting it unblocks SIGINT
    return get_context("spawn")


@contextmanager
def _sigint_held() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker:
    """A process, which has one file in hand at most."""

    def __init__(self, crew: Crew[Any, Any]) -> None:
        context = _context(crew.modules)
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(crew, theirs), daemon=True)  # it holds up no exit
        with _sigint_held():  # until it ignores that: Ctrl-C is for this process, which has words for it
            self._process.start()
        theirs.close()
        self.has_begun, self.left_s, self._patience_s = False, START_S, crew.patience_s

    def begin(self) -> None:
        """From now on it is waited for with the patience for a file."""
        self.has_begun, self.left_s = True, self._patience_s

    def take(self, task: object) -> bool:
        """Give it a file, unless it is dead."""
        if self.has_begun:
            self.left_s = self._patience_s
        try:
            self.pipe.send(task)
        except OSError:
            return False
        return True

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.pipe.close()


@dataclass(frozen=True, slots=True)
class _Raised:
    error: GalleryError


def _serve(crew: Crew[Any, Any], pipe: Connection) -> None:
    with suppress(EOFError, ConnectionError):  # whoever would listen is gone
        pipe.send(_tried(partial(crew.begin, *crew.given)))
        while True:
            task = pipe.recv()
            pipe.send(_tried(partial(crew.work, task)))


def _tried(step: Callable[[], object]) -> object:
    try:
        return step()
    except GalleryError as error:
        return _Raised(error)
