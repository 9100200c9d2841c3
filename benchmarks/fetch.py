"""A first night: 20 Bluesky accounts of 100 pictures each, from a local server that answers every request after 50 ms.

    python -m benchmarks.fetch [--quick]

The bar is the time that the run's own manners make unavoidable, computed from what the server was asked: API calls to
a host one after the other with their spacing, pictures of a host two at a time; what can happen side by side counts
once. The client is a ``gallery fetch`` of its own process, the server runs in this one.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measure import ROOT, Promise, Run, finish, gallery, run
from gallery.net.manners import Limits
from tests.servers.base import Request, Response, environment
from tests.servers.bluesky import CDN, VIDEO, FakeBluesky, Person, cid_of

LATENCY_S = 0.050
JPEG = {"content-type": "image/jpeg"}
PICTURES_PER_POST = 4
SIZE = (1200, 900)
MAX_RATIO, MAX_MB = 1.3, 150


class Server(FakeBluesky):
    """Serves pictures of a realistic size; each is one of a few JPEGs with a tail that makes its bytes unique.

    They are put together when asked for: what this process holds in memory would count as the client's too, for a
    child inherits the peak of the process that starts it.
    """

    def __init__(self, jpegs: list[bytes], accounts: int, pictures: int) -> None:
        super().__init__(*(Person(_did(number), f"a{number}.example.com", posts=[]) for number in range(accounts)))
        self.latency_s = LATENCY_S
        self._jpegs = jpegs
        self._numbers: dict[str, int] = {}  # by CID
        for did, person in self.people.items():
            for post in range(pictures // PICTURES_PER_POST):
                embed = self._embed(did)
                person.post(post, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=post), embed=embed)

    def _bytes(self, number: int) -> bytes:
        return self._jpegs[number % len(self._jpegs)] + number.to_bytes(4, "big")

    def _embed(self, did: str) -> tuple[dict[str, object], dict[str, object]]:
        records, views = [], []
        for _ in range(PICTURES_PER_POST):
            number = len(self._numbers)
            cid = cid_of(self._bytes(number))
            self._numbers[cid] = number
            blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": "image/jpeg", "size": 1}
            records.append({"image": blob, "alt": ""})
            address = f"https://{CDN}/img/feed_fullsize/plain/{did}/{cid}"
            views.append({"thumb": address, "fullsize": address, "alt": ""})
        kind = "app.bsky.embed.images"
        return {"$type": kind, "images": records}, {"$type": f"{kind}#view", "images": views}

    def answer(self, request: Request) -> Response:
        """A picture, or whatever Bluesky says."""
        number = self._numbers.get(request.path.rpartition("/")[2]) if request.host == CDN else None
        return super().answer(request) if number is None else Response(200, self._bytes(number), JPEG)


def _did(number: int) -> str:
    return "did:plc:" + base64.b32encode(hashlib.sha256(str(number).encode()).digest()).decode().lower()[:24]


def unavoidable_s(asked: Counter[str], limits: Limits) -> float:
    """The time below which no polite run can stay, given how often each host was asked."""
    media = {CDN, VIDEO}
    return max(
        LATENCY_S * calls / limits.media_at_once
        if host in media
        else LATENCY_S * calls + limits.api_spacing_s * (calls - 1)
        for host, calls in asked.items()
    )


def fetch(server: Server, work: Path) -> Run:
    """One ``gallery fetch`` against the server."""
    os.environ.update(environment(server.routes()))
    return run(gallery("fetch", "--report", "report.json"), work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds instead of a minute: 4 accounts of 20")
    quick = parser.parse_args().quick
    accounts, pictures = (4, 20) if quick else (20, 100)
    with tempfile.TemporaryDirectory(prefix="gallery-bench-") as folder:
        work = Path(folder)
        made = work / "made"
        code = f"import benchmarks.pictures as p, pathlib; p.make_pictures(pathlib.Path({str(made)!r}), 24, {SIZE})"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)  # its memory must not count either
        jpegs = [path.read_bytes() for path in sorted(made.iterdir())]
        with Server(jpegs, accounts, pictures) as server:
            entries = "\n".join(f"  - bluesky: {person.handle}" for person in server.people.values())
            text = f"site:\n  title: Benchmark\n  contact: me@example.org\naccounts:\n{entries}\n"
            (work / "accounts.yaml").write_text(text)
            done = fetch(server, work)
            asked = Counter(request.host for request in server.requests)
            report = json.loads((work / "report.json").read_text())
            new = sum(account["new"] for account in report["accounts"])
            server.forget()
            again = fetch(server, work)
            repeated = sum("/feed_fullsize/" in request.path for request in server.requests)
    if new != accounts * pictures or repeated:
        raise SystemExit(f"{new} of {accounts * pictures} pictures came, {repeated} of them twice:\n{done.output}")
    least_s = unavoidable_s(asked, Limits())
    ratio = done.seconds / least_s
    # a few seconds measure how long a program takes to start, not how well it fills its time
    kept = (ratio <= MAX_RATIO or quick) and max(done.peak_mb, again.peak_mb) <= MAX_MB
    measured = f"{ratio:.2f} × ({done.seconds:.1f} s, unavoidable {least_s:.1f} s), {done.peak_mb:.0f} MB"
    name = f"first fetch of {accounts} accounts × {pictures} pictures, server answers after 50 ms"
    second = f"{again.seconds:.1f} s, {repeated} pictures asked for again"
    finish(
        [
            Promise(name, measured, f"≤ {MAX_RATIO} × unavoidable, ≤ {MAX_MB} MB", kept),
            Promise("the second night", second, "0 pictures asked for again", repeated == 0),
        ]
    )


if __name__ == "__main__":
    main()
