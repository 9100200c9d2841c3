"""Further pictures to learn from: freely licensed art that anybody can fetch.

``models/further_pictures.csv.gz`` names them: which picture of which package of the Debian distribution, which painting
on the cover of a Standard Ebooks book, or which plate of a book of Project Gutenberg, and what it shows. It holds no
picture. `collect_further` fetches them and makes a corpus of them, which `gallery lab train --further` learns from and
is never tested on.

The list is UTF-8 CSV with the header ``url,url_sha256,path,sha256,label,style,source``. ``url`` is a picture, or a
package with the picture at ``path``. What does not have its checksum is refused before it is opened.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING

from gallery.decoding import BROKEN, FORMATS
from gallery.domain import Label
from gallery.errors import ConfigError, ModelError
from gallery.features import WORK_PX, WORK_QUALITY, opaque
from gallery.lab.dataset import MANIFEST, read_corpus
from gallery.lab.files import replace_file
from gallery.lab.packages import LARGEST_FILE_BYTES, MAGIC, files_in
from gallery.lab.tables import csv_bytes
from gallery.lab.thumbs import MAX_PIXELS, as_thumbnail

if TYPE_CHECKING:
    from PIL import Image
    from requests import Session

LIST = "further_pictures.csv.gz"
COLUMNS = ("url", "url_sha256", "path", "sha256", "label", "style", "source")
# Debian as it was on one day, for good; other mirrors have the same below …/debian/ and …/debian-security/
_SNAPSHOT = re.compile(r"https://snapshot\.debian\.org/archive/(debian|debian-security)/\d{8}T\d{6}Z/")
_LARGEST_ADDRESS_BYTES = 2_000_000_000
_GROUNDS = (
    *("#ffffff", "#ffffff", "#ffffff", "#e8e4da", "#9aa3ad"),
    *("#3b4252", "#1b1b1f", "#c9b79c", "#7d8f7b", "#a88c9d"),
)
_CHUNK_BYTES = 1 << 20
_TIMES_S = (10.0, 60.0)  # to connect; between two pieces
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OURS = re.compile(r"p/[0-9a-f]{24}\.jpg")
_SHOWN_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Further:
    """One line of the list: where a picture is, and what it shows."""

    url: str
    url_sha256: str
    path: str  # in the package; empty where the address is the picture's own
    sha256: str
    label: Label
    style: str
    source: str

    @property
    def file(self) -> str:
        """Its place in the corpus."""
        return f"p/{self.sha256[:24]}.jpg"


@dataclass(frozen=True, slots=True)
class Collected:
    """What a run brought."""

    new: int
    known: int
    fetched_bytes: int


def read_list(path: Path) -> list[Further]:
    """The pictures that the list names, sorted by address.

    Raises:
        ModelError: the list cannot be read, or is not one.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            found = {(one := _line(record)).file: one for record in csv.DictReader(lines, strict=True)}
    except (OSError, EOFError, KeyError, ValueError, TypeError, zlib.error, csv.Error) as error:
        raise ModelError(f"{path}: is no list of further pictures ({error}); take the one that ships") from error
    if not found:
        raise ModelError(f"{path}: names no pictures; take the list that ships")
    return sorted(found.values(), key=lambda one: (one.url, one.path))


def _line(record: Mapping[str, str]) -> Further:
    url, url_sha256, path, sha256, label, style, source = (record[name] for name in COLUMNS)
    if not _SHA256.fullmatch(url_sha256) or not _SHA256.fullmatch(sha256):
        raise ValueError(f"{url} {path}: no SHA-256 in hex")
    return Further(url, url_sha256, path, sha256, Label(label), style, source)


def collect_further(
    listed: Sequence[Further], folder: Path, session: Session, *, mirror: str = "", say: Callable[[str], None]
) -> Collected:
    """Fetch what is not there yet, one address after the other, and leave a corpus in ``folder``.

    Args:
        listed: from `read_list`.
        folder: made when it is not there; a run that was stopped goes on where it was.
        session: sends the requests.
        mirror: what to ask instead of Debian's archive, such as https://deb.debian.org; mirrors keep a version until
            its successor comes.
        say: told about each address.

    Raises:
        ModelError: some addresses do not answer, or answer with something else than is listed; all others were fetched.
        ConfigError: the folder cannot be written, or holds another corpus.
    """
    _refuse_another_corpus(folder)
    new = fetched = 0
    problems = []
    for url, group in groupby(listed, key=lambda one: one.url):
        missing = [one for one in group if not (folder / one.file).exists()]
        if not missing:
            continue
        address = _SNAPSHOT.sub(lambda found: f"{mirror.rstrip('/')}/{found[1]}/", url) if mirror else url
        say(f"{address} ({len(missing)})")
        try:
            with _temporary(folder) as holding:
                fetched += _download(session, address, missing[0].url_sha256, holding)
                for one, data in _pictures(holding, missing):
                    replace_file(folder / one.file, _as_in_corpora(data))
                    new += 1
        except ModelError as error:
            problems.append(f"{address}: {error}")
    if problems:
        shown = "\n  ".join(problems[:_SHOWN_PROBLEMS])
        count = len({one.url for one in listed})
        raise ModelError(f"{len(problems)} of {count} addresses did not give what the list names:\n  {shown}")
    rows = sorted((one.file, one.label.value, one.style, one.source) for one in listed)
    replace_file(folder / MANIFEST, csv_bytes(("file", "label", "style", "source"), rows))
    return Collected(new, len(listed) - new, fetched)


def _refuse_another_corpus(folder: Path) -> None:
    if (folder / MANIFEST).exists() and not all(_OURS.fullmatch(row.file) for row in read_corpus(folder).rows):
        raise ConfigError(f"{folder} holds another corpus, whose manifest would be lost; name an empty folder")


def _temporary(folder: Path) -> IO[bytes]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=folder)
    except OSError as error:
        raise ConfigError(f"cannot write in {folder}: {error.strerror}") from error


def _download(session: Session, url: str, sha256: str, holding: IO[bytes]) -> int:
    import requests

    found, size = hashlib.sha256(), 0
    try:
        with session.get(url, stream=True, timeout=_TIMES_S) as answer:
            if answer.status_code != requests.codes.ok:
                raise ModelError(f"answers {answer.status_code}; another --mirror, or none, may have it")
            for piece in answer.iter_content(_CHUNK_BYTES):
                found.update(piece)
                holding.write(piece)
                size += len(piece)
                if size > _LARGEST_ADDRESS_BYTES:
                    raise ModelError("sends more than 2 GB; nothing of it was read")
    except requests.RequestException as error:
        raise ModelError(f"{type(error).__name__}; run the command again, it goes on where it was") from error
    except OSError as error:
        raise ConfigError(f"cannot keep {url}: {error.strerror}") from error
    if found.hexdigest() != sha256:
        raise ModelError("is not what the list means (another checksum); nothing of it was read. Try another --mirror")
    return size


def _pictures(holding: IO[bytes], wanted: Sequence[Further]) -> Iterator[tuple[Further, bytes]]:
    """The wanted pictures out of one address's bytes, each checked.

    Raises:
        ModelError: one is not there, or another than is listed.
    """
    by_path = {one.path: one for one in wanted}
    holding.seek(0)
    if holding.read(len(MAGIC)) == MAGIC:
        contents = files_in(holding, by_path)
    else:
        holding.seek(0)
        contents = iter([("", holding.read(LARGEST_FILE_BYTES))])
    for path, data in contents:
        if (one := by_path.pop(path, None)) is None:
            continue
        if hashlib.sha256(data).hexdigest() != one.sha256:
            raise ModelError(f"{path or 'the picture'} is another than the list means; take the list that ships")
        yield one, data
    if by_path:
        raise ModelError(f"lacks {', '.join(sorted(by_path)[:3])}; take the list that ships")


def _as_in_corpora(data: bytes) -> bytes:
    """A picture as the corpora hold it: at most 352 px, RGB, JPEG of quality 82, without metadata.

    What is cut out stands on a plain ground, white or not as its bytes have it, so that no ground gives it away.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            warnings.simplefilter("ignore")
            if opened.width * opened.height > MAX_PIXELS:
                raise ModelError(f"{opened.width} × {opened.height} pixels are too many for a picture to learn from")
            picture: Image.Image = ImageOps.exif_transpose(opened)
            picture.load()
        if picture.mode in ("P", "LA", "PA", "RGBA") or "transparency" in picture.info:
            picture = picture.convert("RGBA")
            ground = _GROUNDS[hashlib.sha256(data).digest()[0] % len(_GROUNDS)]
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, ground), picture)
        picture = opaque(picture)
        picture.thumbnail((WORK_PX, WORK_PX), Image.Resampling.LANCZOS)
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise ModelError(f"holds a picture that cannot be read ({error})") from error
    picture.info = {}
    return as_thumbnail(picture, WORK_QUALITY).jpeg
