"""What the tests of the source ``folder`` share: real pictures with sidecars, and a reading of them."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

from gallery.domain import Account, Consent, SourceEvent
from gallery.sources.folder import Folder
from tests.source_kit import NoWeb, account, since
from tests.source_kit import notices as all_notices


def folder(root: Path, consent: Consent = Consent.OWN) -> Account:
    return account("folder", "art", consent=consent, options={"root": str(root)})


def picture(path: Path, exif: Image.Exif | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (8, 6), "teal").save(path, **({"exif": exif} if exif is not None else {}))
    return path


def sidecar(path: Path, **fields: object) -> None:
    path.with_name(path.name + ".json").write_text(json.dumps(fields), encoding="utf-8")


def read(account: Account, cursor: object = None) -> list[SourceEvent]:
    return list(Folder().list_posts(account, since(cursor), NoWeb()))  # type: ignore[arg-type]


def notices(events: list[SourceEvent]) -> list[str]:
    """The kinds of notices, without those about the dates of our undated test pictures."""
    return [kind for kind in all_notices(events) if kind != "undated"]
