"""What one post claims of itself, be it a server's or a sidecar's word, changes nobody else's pages."""

from __future__ import annotations

import json
from pathlib import Path

from toy_server import AOI, Nights, picture


def test_a_post_brings_forty_tags_and_sixty_four_pictures(nights: Nights) -> None:
    """Of more, the first are kept, and the report counts the post under what it had too many of."""
    nights.world.artist(AOI, posts=1, pictures=70)
    nights.world.posts[AOI][0]["tags"] = [f"tag{number}" for number in range(60_000)]
    account = nights.account(AOI)
    report = nights.one(account)
    assert report.notices == {"many-pictures": 1, "many-tags": 1}
    assert any("has 60000 tags; the first 40 are kept" in remark for remark in report.remarks)
    stored = nights.store.pictures([account])
    assert [one.media.key for one in stored] == [f"0-{index}" for index in range(64)]
    assert stored[0].post.tags == tuple(f"tag{number}" for number in range(40))


def test_a_tag_is_one_line_of_a_hundred_characters(nights: Nights) -> None:
    """However long a source lets a tag be, no page has to carry it whole."""
    nights.world.artist(AOI, posts=1)
    nights.world.posts[AOI][0]["tags"] = ["sea\nside", "x" * 1_000_000, "", "sea side"]
    account = nights.account(AOI)
    assert nights.one(account).notices == {}
    (stored,) = nights.store.pictures([account])
    assert stored.post.tags == ("sea side", "x" * 99 + "…")


def test_an_album_in_a_folder_stays_whole(nights: Nights, tmp_path: Path) -> None:
    """Seventy pages of a comic that sidecars make one post are all shown: each is a file that lies there."""
    (tmp_path / "art").mkdir()
    for number in range(70):
        (tmp_path / "art" / f"{number}.png").write_bytes(picture(number, kind="PNG"))
        about = {"post": "comic", "num": number, "date": "2026-01-01"}
        (tmp_path / "art" / f"{number}.png.json").write_text(json.dumps(about))
    art = nights.account("art", "folder", options={"root": str(tmp_path)})
    report = nights.one(art)
    assert (report.new, report.notices) == (70, {})
