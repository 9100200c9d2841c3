"""Bluesky, Mastodon and Misskey night after night, through the real fetch stage into a real store."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gallery.domain import Account, ProfileSeen, SourceEvent
from gallery.errors import WebError
from gallery.sources import source_for
from gallery.store import Store
from tests.net_kit import SHORT, Nights, open_web
from tests.servers import bluesky, mastodon, misskey
from tests.servers.base import (
    FakeServer,
    Fault,
    Request,
    Response,
    clock_skew,
    close_mid_body,
    environment,
    html_with_200,
    refusing_port,
    reset_mid_body,
    silence,
    stall_mid_body,
    status,
    times,
    wrong_length,
)
from tests.servers.pictures import picture
from tests.source_kit import NOW, account, posts, since

Publish = Callable[[int], None]  # a post with the picture of that number
Delete = Callable[[int], None]


@dataclass
class World:
    """One network with one artist, as these tests need it."""

    server: FakeServer
    account: Account
    listing: str  # the path of the call that lists posts
    files: str  # the host of the pictures
    published: list[dict[str, Any]]  # what the server has, the oldest first
    publish: Publish
    delete: Delete
    rename: Callable[[str], object]

    def nights(self, store: Store) -> Nights:
        return Nights(store, self.account, self.server.routes())

    def asked_for_pictures(self) -> list[str]:
        asked = self.server.asked(host=self.files)
        return [one.target for one in asked if "avatar" not in one.path and "getRepoStatus" not in one.path]


@contextmanager
def bluesky_world(**options: Any) -> Iterator[World]:
    with bluesky.FakeBluesky() as server:
        person = server.people[bluesky.AOI]

        def publish(number: int) -> None:
            person.post(number, NOW - timedelta(hours=100 - number), embed=server.images(number))

        def delete(number: int) -> None:
            person.posts[:] = [post for post in person.posts if post["record"]["text"] != f"post {number}"]

        def rename(name: str) -> None:
            person.handle = f"{name}.example"

        entry = account("bluesky", person.handle, options={"videos": False, **options})
        host = person.host if options.get("originals") == "pds" else bluesky.CDN
        yield World(server, entry, "/xrpc/app.bsky.feed.getAuthorFeed", host, person.posts, publish, delete, rename)


def originals_world() -> Any:
    return bluesky_world(originals="pds")


@contextmanager
def mastodon_world() -> Iterator[World]:
    with mastodon.FakeMastodon() as server:

        def publish(number: int) -> None:
            server.post(number, NOW - timedelta(hours=100 - number))

        def delete(number: int) -> None:
            server.deleted.add(mastodon.MASTODON.new_id(number))

        entry = account("mastodon", f"aoi@{mastodon.HOST}")
        path = f"/api/v1/accounts/{mastodon.AOI}/statuses"
        rename = partial(server.account.__setitem__, "username")
        yield World(server, entry, path, mastodon.FILES, server.statuses, publish, delete, rename)


@contextmanager
def misskey_world() -> Iterator[World]:
    with misskey.FakeMisskey() as server:

        def publish(number: int) -> None:
            server.note(number, NOW - timedelta(hours=100 - number))

        def delete(number: int) -> None:
            server.deleted.add(f"anote{number:06d}")

        entry = account("misskey", f"aoi@{misskey.HOST}")
        rename = partial(server.user.__setitem__, "username")
        yield World(server, entry, "/api/users/notes", misskey.FILES, server.notes, publish, delete, rename)


WORLDS = {
    "bluesky": bluesky_world,
    "bluesky-originals": originals_world,
    "mastodon": mastodon_world,
    "misskey": misskey_world,
}
NETWORKS = sorted(WORLDS.keys() - {"bluesky-originals"})


@pytest.fixture(params=sorted(WORLDS))
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with WORLDS[request.param]() as made:
        yield made


def hashes(*numbers: int) -> list[str]:
    return sorted(sha256(picture(number)).hexdigest() for number in numbers)


def test_nights(world: World, store: Store) -> None:
    """Every picture is fetched once; what is deleted goes and stays away; an outage removes nothing."""
    for number in range(6):
        world.publish(number)
    nights = world.nights(store)
    first = nights.night()
    assert (first.new, first.failed, first.problem) == (6, 0, "")
    assert nights.pictures() == hashes(*range(6))
    assert len(world.asked_for_pictures()) == 6

    world.server.forget()
    second = nights.night()
    assert (second.new, second.unchanged, second.removed, second.problem) == (0, 6, 0, "")
    assert world.asked_for_pictures() == []
    assert len(world.server.requests) <= 4

    world.server.forget()
    world.publish(6)
    world.delete(2)
    third = nights.night()
    assert (third.new, third.removed, third.problem) == (1, 1, "")
    assert nights.pictures() == hashes(0, 1, 3, 4, 5, 6)
    assert len(world.asked_for_pictures()) == 1

    world.server.fail_next(times(40, status(503)))
    fourth = nights.night()
    assert fourth.problem
    assert nights.pictures() == hashes(0, 1, 3, 4, 5, 6)


FAULTS: dict[str, Sequence[Fault]] = {
    "reset": times(1, reset_mid_body),
    "stalled": times(1, stall_mid_body),
    "silent": times(1, silence),
    "cut": times(1, close_mid_body),
    "longer than sent": times(1, wrong_length(+40)),
    "500 twice": times(2, status(500)),
    "503 with a date": times(1, status(503, {"retry-after": "Mon, 23 Nov 2026 03:20:00 GMT"})),
    "clock a year ahead": times(9, clock_skew(365 * 86_400)),
    "clock a year behind": times(9, clock_skew(-365 * 86_400)),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("network", NETWORKS)
def test_passing_trouble_is_got_over(network: str, fault: str) -> None:
    """A listing that breaks once or twice is asked for again, and every post arrives."""
    with WORLDS[network]() as world:
        world.publish(1)
        world.publish(2)
        world.server.fail_next(FAULTS[fault], path=world.listing)
        with open_web(world.server.routes(), times=SHORT) as web:
            events = list(source_for(world.account.network).list_posts(world.account, since(), web))
        assert len(posts(events)) == 2


LASTING: dict[str, Fault] = {
    "resets": reset_mid_body,
    "html": html_with_200,
    "no json": lambda _: Response(200, b"[" * 100_000, {"content-type": "application/json"}),
    "too much": lambda _: Response(200, b" " * 9_000_000),
    "another shape": lambda _: Response.json({"feed": 7, "notes": []}),
    "text": lambda _: Response.json("soon"),
}


@pytest.mark.parametrize("fault", sorted(LASTING))
@pytest.mark.parametrize("network", NETWORKS)
def test_lasting_trouble_is_a_network_error(network: str, fault: str) -> None:
    """A listing that stays broken ends in an error about the network, after a few tries, with nothing called gone."""
    with WORLDS[network]() as world:
        world.publish(1)
        world.server.fail_next(times(9, LASTING[fault]), path=world.listing)
        events: list[SourceEvent] = []
        with open_web(world.server.routes()) as web, pytest.raises(WebError):
            events.extend(source_for(network).list_posts(world.account, since(), web))
        assert {type(event) for event in events} <= {ProfileSeen}


@pytest.mark.parametrize("network", NETWORKS)
def test_refused_connection_is_a_network_error(network: str) -> None:
    """A server that nobody listens at gives an error that names it, and no event."""
    with WORLDS[network]() as world:
        routes = dict.fromkeys(world.server.routes(), f"http://127.0.0.1:{refusing_port()}")
        with open_web(routes) as web, pytest.raises(WebError, match="refused"):
            list(source_for(world.account.network).list_posts(world.account, since(), web))


def exif_with_place() -> bytes:
    image, file = Image.new("RGB", (30, 20), "teal"), io.BytesIO()
    exif = image.getexif()
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 30.0)
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def huge_png() -> bytes:
    file = io.BytesIO()
    Image.new("1", (20_001, 20_001)).save(file, "PNG")
    return file.getvalue()


def as_picture(body: bytes) -> Fault:
    return lambda _: Response(200, body, {"content-type": "image/jpeg"})


BAD_PICTURES: dict[str, Fault] = {
    "html as jpeg": as_picture(b"<!doctype html><title>Sorry</title>" + b" " * 200),
    "html": html_with_200,
    "svg": lambda _: Response(200, b"<svg xmlns='http://www.w3.org/2000/svg'/>", {"content-type": "image/svg+xml"}),
    "truncated": as_picture(picture(900, "JPEG")[:-300]),
    "bomb": as_picture(huge_png()),
    "empty": as_picture(b""),
    "redirect to this machine": status(302, {"location": "http://127.0.0.1/x.png"}),
    "redirect elsewhere": status(302, {"location": "https://evil.example/x.png"}),
    "gone": status(404),
}


@pytest.mark.parametrize("network", NETWORKS)
def test_bad_pictures_cost_only_themselves(network: str, store: Store) -> None:
    """Whatever comes in place of a picture is refused with its cause, the others arrive, and it is tried again."""
    with WORLDS[network]() as world:
        good, bad = range(50, 53), range(len(BAD_PICTURES))
        for number in (*bad, *good):
            world.publish(number)
        nights = world.nights(store)
        with open_web(world.server.routes()) as web:
            listed = posts(source_for(network).list_posts(world.account, since(), web))
        paths = {int(post.text.split()[-1]): post.media[0].url.partition(world.files)[2] for post in listed}
        for number, fault in zip(bad, BAD_PICTURES.values(), strict=True):
            world.server.fail_next(times(4, fault), host=world.files, path=paths[number])
        first = nights.night()
        assert (first.new, first.failed, first.problem) == (3, len(BAD_PICTURES), "")
        assert nights.pictures() == hashes(*good)
        assert len(first.details) == len(BAD_PICTURES)


def test_picture_over_the_cap_is_refused(store: Store) -> None:
    """The size limit of a network holds for what arrives, whatever the headers claim."""
    with mastodon_world() as world:
        world.publish(1)
        big = picture(1) + b"\0" * 20_000_001
        world.server.fail_next(lambda _: Response(200, big, {"content-type": "image/png"}), host=world.files)
        report = world.nights(store).night()
        assert report.failed == 1
        assert "larger than" in report.details[0]


def test_place_in_a_photo_is_kept_off_the_site_but_not_refused(store: Store) -> None:
    """A picture with a GPS position is taken; stripping it is the business of the copies."""
    with mastodon_world() as world:
        world.publish(1)
        world.server.fail_next(as_picture(exif_with_place()), host=world.files)
        assert world.nights(store).night().new == 1


BARE_404 = Response(404, b"<h1>404 Not Found</h1><hr>nginx", {"content-type": "text/html"})
DOWN = Response.json({"error": "InternalServerError", "message": "Internal Server Error"}, 500)

# network, and how the path of a call begins → what is answered by a proxy that does not reach its server, or a server
# that does not reach its database
OUTAGES: dict[str, tuple[str, dict[str, Response]]] = {
    "mastodon's proxy": ("mastodon", {"/": BARE_404}),
    "mastodon": (
        "mastodon",
        {
            "/api/v1/statuses": Response.json({"error": "Record not found"}, 404),
            f"/api/v1/accounts/{mastodon.AOI}/statuses": DOWN,
        },
    ),
    "bluesky": (
        "bluesky",
        {"/xrpc/app.bsky.feed.getPosts": Response.json({"posts": []}), "/xrpc/app.bsky.actor.getProfile": DOWN},
    ),
    "misskey": (
        "misskey",
        {
            "/api/notes/show": misskey.error("NO_SUCH_NOTE"),
            "/api/users/notes": Response.json([]),
            "/api/users/show": DOWN,
        },
    ),
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_that_calls_every_post_gone_removes_none(
    outage: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many nights a listing fails while every stored post is said to be gone, all of them stay, also when the
    server is back; what was deleted meanwhile goes then."""
    network, answers = OUTAGES[outage]
    with WORLDS[network]() as world:
        for number in range(6):
            world.publish(number)
        nights = world.nights(store)
        nights.night()
        well = world.server.answer

        def broken(request: Request) -> Response:
            return next((answers[path] for path in answers if request.path.startswith(path)), None) or well(request)

        with monkeypatch.context() as outage_of_nights:
            outage_of_nights.setattr(world.server, "answer", broken)
            for _ in range(3):
                report = nights.night()
                assert (report.removed, report.notices["sweep-outage"]) == (0, 1)
                assert report.problem
        world.delete(2)
        back = nights.night()
        assert (back.removed, back.problem) == (1, "")
        assert nights.pictures() == hashes(0, 1, 3, 4, 5)


HIDING: dict[str, dict[str, Any]] = {
    "bluesky": {"labels": [{"val": "!hide", "src": bluesky.AOI}]},
    "mastodon": {"visibility": "private"},
    "misskey": {"visibility": "followers"},
    "misskey, hidden": {"isHidden": True},
}


def hide(world: World, numbers: Sequence[int], how: str) -> None:
    """Hide the posts with these numbers, counted from the oldest."""
    for number in numbers:
        world.published[number].update(HIDING[how])


@pytest.mark.parametrize("how", HIDING)
def test_what_is_hidden_goes_at_once_however_much_it_is(how: str, store: Store) -> None:
    """Most of an account's posts that its artist keeps from visitors, or a label hides, go at the next run, and leave
    no tombstone."""
    with WORLDS[how.partition(",")[0]]() as world:
        for number in range(6):
            world.publish(number)
        nights = world.nights(store)
        nights.night()
        hide(world, range(4), how)
        assert (nights.night().removed, nights.pictures()) == (4, hashes(4, 5))
        assert list(store.removed_keys()) == []


@pytest.mark.parametrize("network", ["bluesky", "misskey"])
def test_what_the_listing_shows_as_hidden_goes_at_once(network: str, store: Store) -> None:
    """The same where the whole listing is read again, and shows them."""
    how = {"bluesky": "bluesky", "misskey": "misskey, hidden"}[network]
    with WORLDS[network]() as world:
        for number in range(6):
            world.publish(number)
        nights = world.nights(store)
        nights.night()
        store.move_cursor(world.account.key, {})
        hide(world, range(4), how)
        assert (nights.night().removed, nights.pictures()) == (4, hashes(4, 5))


@pytest.mark.parametrize("network", ["mastodon", "misskey"])
def test_a_move_is_told_once_with_the_new_address(network: str, store: Store) -> None:
    """An account that was given up for another one is pointed out in one line, on one night, which names the new
    address only, and how to show both: an entry that is changed for the new one would lose all that was posted
    before."""
    with WORLDS[network]() as world:
        match world.server:
            case mastodon.FakeMastodon(account=shown):
                shown["moved"] = {"acct": "aoi@new.example", "url": "https://new.example/@aoi"}
            case misskey.FakeMisskey(user=shown):
                shown["movedTo"] = "https://new.example/@aoi"
        nights = world.nights(store)
        (remark,) = nights.night().remarks
        assert nights.night().remarks == ()
    both = "if the artist agrees, list that one, too, with `artist: aoi` at both: what was posted here stays here"
    assert remark.endswith(f"has moved to https://new.example/@aoi; {both}")


@pytest.mark.parametrize("network", NETWORKS)
def test_another_handle_is_told_once(network: str, store: Store) -> None:
    """An account that is called something else is pointed out on one night, and once more after the next change."""
    told = []
    with WORLDS[network]() as world:
        nights = world.nights(store)
        nights.night()
        for name in ("blue", "blue", "green", "green"):
            world.rename(name)
            told.append([name in remark for remark in nights.night().remarks])
    assert told == [[True], [], [True], []]


def test_what_may_be_shown_again_comes_back(store: Store) -> None:
    """Unlisted posts go when accounts.yaml no longer admits them, and come back when it does; deleted ones do not."""
    with mastodon_world() as world:
        for number in range(5):
            world.publish(number)
        world.server.statuses[1]["visibility"] = "unlisted"
        nights = world.nights(store)
        admitted = replace(world.account, options={**world.account.options, "unlisted": True})
        nights.account = admitted
        nights.night()
        assert nights.pictures() == hashes(*range(5))
        nights.account = world.account
        nights.night()
        assert nights.pictures() == hashes(0, 2, 3, 4)
        world.delete(0)
        nights.night()
        nights.account = admitted
        nights.night()
        assert nights.pictures() == hashes(1, 2, 3, 4)


def test_the_command_fetches_all_three(tmp_path: Path) -> None:
    """``gallery fetch`` reads three networks from one list, sends no secret astray, and reads nothing twice."""
    token = "a-token-nobody-asked-for"
    with bluesky_world() as one, mastodon_world() as two, misskey_world() as three:
        worlds = (one, two, three)
        for world in worlds:
            world.publish(1)
            world.publish(2)
        (tmp_path / "accounts.yaml").write_text(
            "site:\n  contact: me@example.org\naccounts:\n"
            + "".join(f"  - {world.account.key.replace(':', ': ')}\n    artist: aoi\n" for world in worlds)
        )
        routes = environment(*(world.server.routes() for world in worlds))
        for night, new in ((1, [2, 2, 2]), (2, [0, 0, 0])):
            report = tmp_path / f"{night}.json"
            done = subprocess.run(
                [sys.executable, "-m", "gallery", "fetch", "--report", report],
                cwd=tmp_path,
                env={**os.environ, **routes, "MASTODON_TOKEN_ART_EXAMPLE": token},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            assert [about["new"] for about in json.loads(report.read_text())["accounts"]] == new
            assert token not in done.stdout + done.stderr + report.read_text()
            assert [len(world.asked_for_pictures()) for world in worlds] == new
            assert min(three.server.gaps_s(host=misskey.HOST)) > 1.9
            for world in worlds:
                world.server.forget()
