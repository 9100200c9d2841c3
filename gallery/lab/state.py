"""The state of corpora that training is about: what is kept of one state is never taken for another's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gallery.errors import ModelError
from gallery.lab.dataset import Corpus, contents_digest, read_corpora


def state_of(corpora: Sequence[Corpus]) -> str:
    """A file name that tells this state of the corpora, manifests and pictures, from every other.

    Raises:
        PictureError: a picture cannot be read.
    """
    return "-".join(contents_digest(corpus) for corpus in corpora)


def read_unchanged(folder: Path, further: Path | None, state: str) -> list[Corpus]:
    """The corpora, read again, for what is known of their pictures only by their places.

    Args:
        folder: the corpus to learn from and to be tested on.
        further: the further one, if there is one.
        state: `state_of` them when they were read first.

    Raises:
        ModelError: they are not what they were.
        ConfigError: a corpus cannot be read.
        PictureError: a picture cannot be read.
    """
    corpora = read_corpora(folder, further)
    if state_of(corpora) != state:
        raise ModelError("the corpus changed while training ran; start again")
    return corpora
