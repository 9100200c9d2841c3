"""Files shared out to processes: each file answers for itself, whatever it does to its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from multiprocessing import active_children, get_context
from pathlib import Path

import pytest

import gallery.crew
from gallery.crew import Crew, Lost
from tests import toy_crew
from tests.process_kit import runs
from tests.toy_crew import begin_late, begin_once, look
from tests.toy_crew import toy_crew as crew


def files(folder: Path, *names: str) -> list[Path]:
    """Paths in ``folder``; what their names say is all there is to them."""
    return [folder / name for name in names]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_without_end_costs_itself_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    """A file that is not finished in time is given up, the others are done in order, and no process stays behind."""
    monkeypatch.setattr(gallery.crew, "PATIENCE_S", 3.0)
    paths = files(tmp_path, "a", "endless-b", "c", "d", "endless-e", "f")
    answers = list(crew().share_out(paths, jobs))
    assert [path for path, _ in answers] == paths
    lost = Lost.UNFINISHED
    assert [answer for _, answer in answers] == ["a", lost, "c", "d", lost, "f"]
    assert "did not end" in lost
    assert active_children() == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_deadly_file_costs_itself_only(tmp_path: Path, jobs: int) -> None:
    """A file that kills its process is told from one that is not finished, and the others are done in order."""
    paths = files(tmp_path, "a", "deadly-b", "c", "deadly-d", "e", "f")
    answers = list(crew().share_out(paths, jobs))
    assert answers == list(zip(paths, ["a", Lost.KILLED, "c", Lost.KILLED, "e", "f"], strict=True))


def test_what_died_among_others_is_tried_once_more_alone(tmp_path: Path) -> None:
    """A process that the system killed for the memory of all costs no file."""
    paths = files(tmp_path, "a", "unlucky-b", "c", "d")  # one only: a second could be left alone when its turn comes
    assert [answer for _, answer in crew().share_out(paths, 3)] == [path.name for path in paths]


def test_how_long_a_process_takes_to_begin_is_no_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The patience with a file does not run while its process loads the model."""
    monkeypatch.setattr(gallery.crew, "PATIENCE_S", 3.0)
    late = Crew(look, begin_late, (os.getpid(),))
    assert list(late.share_out(files(tmp_path, "a"), 1)) == [(tmp_path / "a", "a")]


def test_a_process_that_dies_idle_costs_no_file(tmp_path: Path) -> None:
    """Where the system kills the process after each answer, another is started, and no file is blamed."""
    paths = files(tmp_path, "a", "b", "c", "d")
    answers = []
    for _, answer in crew().share_out(paths, 1):
        answers.append(answer)
        for process in active_children():
            process.kill()
            process.join()
    assert answers == [path.name for path in paths]


def test_a_file_waits_without_blame_behind_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The patience with a file runs from when it is begun, not from when the crew was given it."""
    monkeypatch.setattr(gallery.crew, "PATIENCE_S", 4.0)
    paths = files(tmp_path, *(f"slow-{number}" for number in range(12)))
    assert [answer for _, answer in crew().share_out(paths, 2)] == [path.name for path in paths]


def test_a_pause_of_the_command_is_no_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-Z, and fg after longer than the patience with a file, cost no file that was in hand."""
    monkeypatch.setattr(gallery.crew, "PATIENCE_S", 3.0)
    paths = files(tmp_path, "slow-a", "slow-b", "c")

    def in_a_group() -> None:
        os.setsid()
        assert [answer for _, answer in crew().share_out(paths, 2)] == [path.name for path in paths]

    process = get_context("fork").Process(target=in_a_group)
    process.start()
    assert process.pid is not None
    while process.is_alive() and not list(tmp_path.glob("slow-*.looked")):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGSTOP)
    time.sleep(4)
    os.killpg(process.pid, signal.SIGCONT)
    process.join()
    assert process.exitcode == 0


def test_a_process_that_cannot_begin_leaves_the_work_to_the_others(tmp_path: Path) -> None:
    """Where the memory is enough for one process only, that one does all the files."""
    paths = files(tmp_path, "slow-a", "b", "c")
    alone = Crew(look, begin_once, (tmp_path / "first",))
    assert [answer for _, answer in alone.share_out(paths, 3)] == [path.name for path in paths]


def test_answers_that_wait_for_an_earlier_one_are_few(tmp_path: Path) -> None:
    """While one file is slow, only so many others are looked at, so that their answers fill no memory."""
    paths = files(tmp_path, "slow", *(f"{number}" for number in range(100)))
    answers = crew().share_out(paths, 2)
    next(answers)
    assert len(list(tmp_path.glob("*.looked"))) <= gallery.crew._AHEAD * 2
    assert sum(1 for _ in answers) == 100


def test_nobody_works_on_when_nobody_listens(tmp_path: Path) -> None:
    """Who stops asking for answers leaves no process behind, whatever it had in hand."""
    answers = crew().share_out(files(tmp_path, "a", "endless-b", "endless-c"), 2)
    next(answers)
    del answers
    assert active_children() == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each process begins afresh")
@pytest.mark.parametrize("threads", [0, 1])
def test_a_process_finds_imported_what_the_work_needs_unless_a_thread_forbids_a_fork(threads: int) -> None:
    """What is slow to import is imported once for all, by the command itself; beside another thread, which might hold
    a lock, each process begins afresh."""
    code = (
        "import os, sys, threading, time\n"
        f"for _ in range({threads}): threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
        "from tests.toy_crew import *\n"
        "crew = Crew(has_imported, become_helper, (os.getpid(),), modules=('colorsys',))\n"
        "print(*crew.share_out(['colorsys'], 1), 'colorsys' in sys.modules)"
    )
    root = Path(gallery.crew.__file__).parents[1]
    answer = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["('colorsys',", f"{not threads})", str(not threads)]


def command(folder: Path, jobs: int, *names: str) -> subprocess.Popen[bytes]:
    """A command that has given its first answer, and whose processes are at work."""
    arguments = [str(Path(toy_crew.__file__)), str(jobs), *map(str, files(folder, *names))]
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(gallery.crew.__file__).parents[1])},
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    time.sleep(0.5)
    return process


def test_processes_end_without_a_word_when_their_command_is_killed(tmp_path: Path) -> None:
    """Where the system ends the command itself, its processes go with it, and have no errors of their own to print."""
    for _ in range(4):
        process = command(tmp_path, 2, "held-a", "b", "c")
        process.terminate()
        _, errors = process.communicate(timeout=60)
        assert errors == b""


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("names", [("a", "endless-b", "endless-c"), ("held-a", "endless-b", "endless-c")])
def test_one_ctrl_c_ends_a_crew(tmp_path: Path, names: tuple[str, ...], jobs: int) -> None:
    """Ctrl-C ends a command and its processes at once, though a file would keep them busy without end."""
    process = command(tmp_path, jobs, *names)
    try:
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert errors.decode().count("Traceback") == 1, errors.decode()  # this command's own; `gallery` has words for it
    assert not any(runs(int(number)) for looked in tmp_path.glob("*.looked") if (number := looked.read_text()))
