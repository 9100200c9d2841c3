"""What the site check makes of a browser's trace before it reckons how long the page's main thread was busy."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.site_check.trace import Event, in_own_time

MAIN, RASTER = (7, 1), (7, 2)


def event(name: str, start: int, long: int, own_start: int, own_long: int, thread: tuple[int, int] = MAIN) -> Event:
    """A complete event: wall clock and the thread's own, in microseconds."""
    pid, tid = thread
    return {
        "name": name,
        "ph": "X",
        "pid": pid,
        "tid": tid,
        "ts": start,
        "dur": long,
        "tts": own_start,
        "tdur": own_long,
    }


def names() -> list[Event]:
    """What Chromium says of its threads."""
    threads = ((MAIN, "CrRendererMain"), (RASTER, "CompositorTileWorker1"))
    return [
        {"name": "thread_name", "ph": "M", "pid": pid, "tid": tid, "ts": 0, "args": {"name": name}}
        for (pid, tid), name in threads
    ]


def spans(events: list[Event]) -> list[tuple[Any, Any, Any]]:
    """Name, start and length of the complete events."""
    return [(one["name"], one["ts"], one["dur"]) for one in events if one["ph"] == "X"]


def test_a_task_lasts_as_long_as_its_thread_was_at_work() -> None:
    """Of a task that waited 60 of 100 ms, 40 ms remain, and what lies in it lies where its thread had got to."""
    told = in_own_time(
        [
            *names(),
            event("RunTask", 1000, 100, 50, 40),
            event("Layout", 1080, 15, 70, 10),
            event("RunTask", 1200, 5, 90, 5),
        ]
    )
    assert spans(told) == [("RunTask", 1000, 40), ("Layout", 1020, 10), ("RunTask", 1200, 5)]


def test_other_threads_marks_and_the_trace_itself_stay_as_they_were() -> None:
    """Only main threads are told by their own clock; what has no such clock keeps its time."""
    mark = {"name": "firstContentfulPaint", "ph": "R", "pid": 7, "tid": 1, "ts": 1050}
    events = [*names(), event("RunTask", 1000, 100, 50, 40), mark, event("Decode", 1000, 100, 50, 40, RASTER)]
    before = [dict(one) for one in events]
    told = in_own_time(events)
    assert [told[3], told[4]] == [mark, events[4]]
    assert events == before


WORK, WAIT = st.integers(0, 50), st.integers(0, 90)


@given(st.lists(st.tuples(WORK, WAIT, st.integers(1, 90), WORK), max_size=12))  # a part at the very end is of no task
def test_no_task_grows_and_every_part_stays_inside_its_task(tasks: list[tuple[int, int, int, int]]) -> None:
    """However long tasks worked and waited, before and after the part inside them."""
    now, own, events = 1000, 0, names()
    for work, wait, more_wait, more_work in tasks:
        long, own_long = work + wait + more_wait + more_work, work + more_work
        events += [
            event("RunTask", now, long, own, own_long),
            event("part", now + work + wait, more_wait + more_work, own + work, more_work),
        ]
        now, own = now + long + 1, own + own_long
    told = in_own_time(events)[2:]
    for before, after in zip(events[2:], told, strict=True):
        assert after["dur"] == before["tdur"] <= before["dur"]
    for task, part in zip(told[::2], told[1::2], strict=True):
        assert task["ts"] <= part["ts"] <= part["ts"] + part["dur"] <= task["ts"] + task["dur"]
