"""A visit's trace, told by the page's own clock."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

Event = dict[str, Any]


def in_own_time(events: list[Event]) -> list[Event]:
    """The same events, the main threads' tasks as long as their threads were at work, and not a moment longer.

    On a machine of two cores the browser's own threads, which decode and draw pictures, push the main thread aside, and
    so does whatever else runs there; Lighthouse would take that for work of the page and multiply it. A task keeps its
    start; what lies in it moves with the thread's own clock (``tts`` and ``tdur`` of the Trace Event Format,
    microseconds). Marks and asynchronous events stay where they were.
    """
    mains = {
        _thread(event)
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    timed = defaultdict(list)
    for place, event in enumerate(events):
        if _thread(event) in mains and "tts" in event:
            timed[_thread(event)].append(place)
    told = list(events)
    for places in timed.values():
        start, own_start, end = 0, 0, -1
        for place in sorted(places, key=lambda place: (events[place]["ts"], -events[place].get("dur", 0))):
            event = events[place]
            if event["ts"] >= end:  # not inside the task before: a task of its own
                start, own_start, end = event["ts"], event["tts"], event["ts"] + event.get("dur", 0)
            told[place] = {**event, "ts": start + event["tts"] - own_start}
            if "dur" in event:
                told[place]["dur"] = event["tdur"]
    return told


def _thread(event: Event) -> tuple[int, int]:
    return event["pid"], event["tid"]
