"""What the tests of the source ``x_archive`` share: real zips, and a reading of them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gallery.domain import SourceEvent
from gallery.sources.x_archive import XArchive
from gallery.sources.x_archive_parse import tweet_of
from tests.servers.pictures import picture
from tests.source_kit import NoWeb, account, since

FIXTURE = json.loads((Path(__file__).parent / "fixtures" / "x_archive" / "tweets.json").read_text())
KEY = "2124574927221686272"
MANIFEST = {
    "userInfo": {"accountId": "1001", "userName": "aoi_draws", "displayName": "Aoi / 青"},
    "archiveInfo": {"sizeBytes": "123456", "isPartialArchive": False, "maxPartSizeBytes": "53687091200"},
    "dataTypes": {"tweets": {"mediaDirectory": "data/tweets_media", "files": [{"fileName": "data/tweets.js"}]}},
}
ACCOUNT = [{"account": {"email": "aoi@example.org", "username": "aoi_draws", "accountId": "1001"}}]


def script(name: str, data: object) -> bytes:
    return f"window.{name} = {json.dumps(data, ensure_ascii=False, indent=2)}".encode()


def tweet(post_id: str, text: str = "hello https://t.co/x", **more: Any) -> dict[str, Any]:
    """A tweet with one picture named after its id."""
    media = {"id_str": post_id, "type": "photo", "media_url_https": f"https://pbs.twimg.com/media/P{post_id}.png"}
    media |= {"url": "https://t.co/x", "indices": ["6", "20"]}
    own = {
        "id_str": post_id,
        "full_text": text,
        "possibly_sensitive": False,
        "created_at": "Sun Nov 22 18:45:10 +0000 2026",
    }
    return {**own, "extended_entities": {"media": [media]}, **more}


def standard() -> dict[str, bytes]:
    """The members of a usual archive with one tweet of two pictures."""
    return {
        "data/manifest.js": script("__THAR_CONFIG", MANIFEST),
        "data/tweets.js": script("YTD.tweets.part0", FIXTURE),
        f"data/tweets_media/{KEY}-HAaBbCcDdEeFfG1.jpg": picture(1, "JPEG"),
        f"data/tweets_media/{KEY}-HAaBbCcDdEeFfG2.png": picture(2),
    }


def of_tweets(*tweets: object, **members: bytes) -> dict[str, bytes]:
    """An archive of these tweets, each with the picture it names."""
    files = {
        "data/manifest.js": script("__THAR_CONFIG", MANIFEST),
        "data/tweets.js": script("YTD.tweets.part0", tweets),
    }
    for one in tweets:
        post_id = tweet_of(one)["id_str"]
        files[f"data/tweets_media/{post_id}-P{post_id}.png"] = picture(3)
    return {**files, **members}


def dated(members: Mapping[str, bytes], date: str, **info: object) -> dict[str, bytes]:
    """The same archive, made at ``date``."""
    told = {**MANIFEST["archiveInfo"], "generationDate": date, **info}  # type: ignore[dict-item]
    return {**members, "data/manifest.js": script("__THAR_CONFIG", {**MANIFEST, "archiveInfo": told})}


def pack(path: Path, members: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def spoil(path: Path, member: str) -> None:
    """Overwrite some bytes of the first member whose name ends so."""
    raw = bytearray(path.read_bytes())
    at = raw.index(member.encode()) + 120
    raw[at : at + 40] = bytes(40)
    path.write_bytes(raw)


def read(root: Path, handle: str = "aoi.zip", cursor: Any = None, **options: Any) -> list[SourceEvent]:
    entry = account("x_archive", handle, options={"root": str(root), **options})
    return list(XArchive().list_posts(entry, since(cursor), NoWeb()))


def contents(root: Path, event_media: Any, handle: str = "aoi.zip") -> bytes:
    entry = account("x_archive", handle, options={"root": str(root)})
    with XArchive().open_media(entry, event_media) as stream:
        return stream.read()
