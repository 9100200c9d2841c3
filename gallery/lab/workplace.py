"""What the laboratory's commands share: the gallery they work on, its pictures, and what people said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gallery.classify import classify_files, model_id_of
from gallery.config import Config, load_config
from gallery.domain import ClassifierSettings, Label, Picture, Prediction, SiteSettings, home_of, network_of
from gallery.edited.corrections import load_corrections
from gallery.edited.optouts import load_optouts
from gallery.errors import ConfigError, PictureError, StoreError
from gallery.lab.label import Candidate, folder_candidates, stored_candidates, with_labels
from gallery.lab.labels import effective, read_labels
from gallery.lab.offers import (
    HIDDEN,
    Brought,
    Offer,
    Words,
    as_it_was,
    facts_of,
    offers_of_folder,
    offers_of_store,
    refused,
    reviewed,
    taken_back,
    word_on,
)
from gallery.lab.thumbs import SUFFIXES
from gallery.optout_rules import OPTED_OUT, OptOuts
from gallery.paths import Paths
from gallery.resources import models_dir
from gallery.store import Store

_NAMES_FACT = "corpus-names"


@dataclass(frozen=True, slots=True)
class Gallery:
    """A gallery on this machine, opened for reading."""

    config: Config
    store: Store

    @property
    def paths(self) -> Paths:
        """Where its files lie."""
        return Paths(self.config.root)

    @property
    def name(self) -> str:
        """What tells this gallery from others of the same maintainer.

        Raises:
            ConfigError: it has neither an address nor a title of its own.
        """
        site = self.config.site
        if not site.site_url and site.title == SiteSettings().title:
            raise ConfigError(
                f"{self.config.path}: write site.site_url, or a site.title of your own: in the corpus it tells this "
                "gallery's pictures from another's"
            )
        return site.site_url or site.title

    def names(self) -> list[str]:
        """What it is called, and before that what it was called when it brought pictures to a corpus.

        Raises:
            ConfigError: it has no name of its own.
        """
        known = (self.store.fact(_NAMES_FACT) or "").splitlines()
        return [self.name, *(name for name in known if name != self.name)]

    def remember_name(self) -> None:
        """Keep the present name: under it pictures are brought to a corpus, and must be found when it has changed."""
        self.store.set_fact(_NAMES_FACT, "\n".join(self.names()))

    def pictures(self) -> list[Picture]:
        """Every stored picture of the accounts in accounts.yaml."""
        return self.store.pictures(self.config.accounts)

    def offers(self, words: Words) -> Iterator[Offer]:
        """What the store offers to a corpus (see `offers_of_store`).

        Raises:
            StoreError: nothing was ever fetched into it, so that it knows of nothing that was taken back either.
        """
        pictures = self.pictures()
        if not pictures and not self.store.account_keys():
            raise self.empty()
        return offers_of_store(pictures, self.store.path_of, words)

    def empty(self) -> StoreError:
        """The error that the store holds no pictures."""
        return StoreError(f"the store of {self.config.path} holds no pictures yet; run gallery fetch first")

    def optouts(self, more: OptOuts | None = None) -> OptOuts:
        """What optouts.yaml says (and ``more``), what it ever kept out, and how the stored pictures of these look.

        Raises:
            ConfigError: the file cannot be used.
        """
        said = load_optouts(self.paths.optouts).with_more(more or OptOuts())
        return said.with_refused(self.store.refused()).with_looks(self.store.looks())

    def words(self, labels: Path, say: Callable[[str], None]) -> Words:
        """Corrections, opt-outs and reviewed labels; ``say`` is told of each ``work`` that several artists have one of.

        Raises:
            ConfigError: one of the files cannot be used.
        """
        dhashes, optouts = self.store.looks(), self.optouts()
        blind = replace(optouts, look_alikes=frozenset())

        def opt_out(picture: Picture) -> str | None:
            look = dhashes.get(picture.sha256)  # of one that has left the store, unknown
            return optouts.reason(picture, look) if look else blind.reason(picture, "0")

        corrections, doubts = load_corrections(self.paths.corrections).settled(self.pictures())
        for doubt in doubts:
            say(doubt)
        return Words(corrections.of, opt_out, effective(read_labels(labels)))

    def taken_back(
        self, words: Words, jobs: int, say: Callable[[str], None]
    ) -> Callable[[Sequence[Brought]], set[str]]:
        """Which of the pictures that left the store somebody took back (see `gallery.lab.offers.taken_back`)."""
        listed = {account.key: account for account in self.config.accounts}

        def word_of(one: Brought) -> Label | str:
            if not one.account:
                return "an older gallery brought it, and nobody can tell whether its post is still there"
            names = one.account, home_of(network_of(one.account))
            if any(self.store.is_taken_back(name, one.post) for name in names):
                return "its post is gone"
            if self.store.left_post(one.account, one.post, one.sha256):
                return "its post shows it no more"
            was = as_it_was(one, listed.get(one.account), self.store.account(one.account).profile)
            return word_on([was], words)[1]

        return lambda brought: taken_back(brought, word_of, self.optouts(), jobs=jobs, say=say)

    def model_id(self) -> str:
        """The id of the classifier that accounts.yaml names."""
        return model_id_of(self.config.classifier, models_dir(), self.config.root)


@contextmanager
def opened(config_path: Path) -> Iterator[Gallery]:
    """The gallery of an accounts.yaml.

    Raises:
        ConfigError: accounts.yaml cannot be used.
        StoreError: the store cannot be opened.
    """
    config = load_config(config_path.absolute())
    with Store(Paths(config.root).state) as store:
        yield Gallery(config, store)


def classifier_settings(config_path: Path) -> ClassifierSettings:
    """The classifier that accounts.yaml names; the shipped one where there is no accounts.yaml."""
    return load_config(config_path.absolute()).classifier if config_path.exists() else ClassifierSettings()


def known_pictures(config_path: Path, folder: Path | None) -> dict[str, str]:
    """sha256 → source of every picture that may be labelled: those of ``folder``, else those of the store."""
    if folder is not None:
        return {one.sha256: one.source for one in folder_candidates(folder)}
    with opened(config_path) as gallery:
        return {picture.sha256: picture.account.key for picture in reversed(gallery.pictures())}


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """What the gallery beside a folder, and the files that people edit, say of pictures by their bytes alone."""

    words: Mapping[str, Label | str]  # by sha256: a label, or why it must not be used
    optouts: OptOuts


def _elsewhere(config_path: Path, labels: Path, say: Callable[[str], None]) -> _Elsewhere:
    here, beside = Paths(config_path.absolute().parent), Paths(labels.absolute().parent)
    optouts = OptOuts()
    for paths in {here, beside}:
        optouts = optouts.with_more(load_optouts(paths.optouts))
    words: dict[str, Label | str] = {}
    for (kind, sha256, _), correction in load_corrections(here.corrections).entries.items():
        if kind == "sha256" and correction.hide:
            words[sha256] = HIDDEN
        elif kind == "sha256" and correction.label:
            words[sha256] = correction.label
    if config_path.exists() and here.state.is_dir():
        with opened(config_path) as gallery:
            optouts = gallery.optouts(optouts)
            offers = offers_of_store(gallery.pictures(), gallery.store.path_of, gallery.words(labels, say))
            words |= {one.sha256: one.word for one in offers}
    return _Elsewhere(words, optouts)


def labelled_offers(
    config_path: Path, folder: Path, labels: Path, *, jobs: int, say: Callable[[str], None]
) -> tuple[Iterator[Offer], frozenset[str], Callable[[Sequence[Brought]], set[str]]]:
    """What the pictures of ``folder`` that have a label offer to a corpus (see `offers_of_folder`), the sha256 of each
    picture whose bytes somebody opted out of, now or ever, wherever it lies, and which of the pictures that have left
    the folder somebody took back (see `gallery.lab.offers.taken_back`).

    Raises:
        PictureError: there is no such folder, it holds no pictures, or a file of it cannot be read.
        ConfigError: a file that people edit cannot be used.
        StoreError: the store of the gallery beside it cannot be opened.
    """
    found = _pictures_of(folder)
    rows, known = effective(read_labels(labels)), _elsewhere(config_path, labels, say)

    def word_of(sha256: str) -> Label | str:
        return known.words.get(sha256) or reviewed(rows.get(sha256))

    def gone(brought: Sequence[Brought]) -> set[str]:
        return taken_back(brought, lambda one: word_of(one.sha256), known.optouts, jobs=jobs, say=say)

    return offers_of_folder(found, word_of, known.optouts, jobs=jobs, say=say), known.optouts.sha256s, gone


def _pictures_of(folder: Path) -> list[Candidate]:
    if found := folder_candidates(folder):
        return found
    kinds = ", ".join(sorted(SUFFIXES))
    raise PictureError(f"{folder}: holds no pictures ({kinds}); name a folder that does")


def candidates(
    config_path: Path, folder: Path | None, labels: Path, *, jobs: int, say: Callable[[str], None]
) -> list[Candidate]:
    """The pictures of ``folder``, scored now, else those of the store with the scores that it remembers.

    Each comes with the label that it has. Pictures that must not be shown, because their artist opted out, are left
    out; what of a folder cannot be scored is left out and told.

    Raises:
        StoreError: the store holds no pictures, or cannot be opened.
        PictureError: the folder holds none that can be scored, or a file of it cannot be read.
        ConfigError: a file that people edit cannot be used.
    """
    if folder is None:
        with opened(config_path) as gallery:
            words = gallery.words(labels, say)
            pictures = gallery.pictures()
            if not pictures:
                raise gallery.empty()
            gone = {picture.sha256 for picture in pictures if words.opt_out(picture)}  # on any account that shows it
            shown = [picture for picture in pictures if picture.sha256 not in gone]
            said = ((picture.sha256, words.correction(picture)) for picture in shown)
            corrected = {sha256: correction.label for sha256, correction in said if correction and correction.label}
            predictions = gallery.store.predictions(gallery.model_id())
            return with_labels(stored_candidates(shown, gallery.store.path_of, predictions), words.labels, corrected)
    known = _elsewhere(config_path, labels, say)
    found = _free(_pictures_of(folder), known, jobs)
    scored = _scored(found, config_path, jobs, say)
    if found and not scored:
        raise PictureError(f"{folder}: none of its pictures could be scored; what stands above says why")
    corrected = {sha256: word for sha256, word in known.words.items() if isinstance(word, Label)}
    return with_labels(scored, effective(read_labels(labels)), corrected)


def _free(found: list[Candidate], known: _Elsewhere, jobs: int) -> list[Candidate]:
    """Those that nobody opted out, nor anything that looks like them."""
    gone = {one.sha256 for one in found if known.words.get(one.sha256) == OPTED_OUT} | known.optouts.sha256s
    if known.optouts.sha256s or known.optouts.look_alikes:
        facts = facts_of(found, jobs=jobs, say=lambda _: None)  # what cannot be read is told when it is scored
        gone |= refused(facts, known.optouts)
    return [one for one in found if one.sha256 not in gone]


def _scored(found: Sequence[Candidate], config_path: Path, jobs: int, say: Callable[[str], None]) -> list[Candidate]:
    settings, root = classifier_settings(config_path), config_path.absolute().parent
    by_path = {one.path: one for one in found}
    scored = []
    for path, result in classify_files(list(by_path), settings, models_dir(), root, jobs=jobs, apart=True):
        if isinstance(result, Prediction):
            scored.append(replace(by_path[path], prediction=result))
        else:
            say(f"left out: {result}")
    return scored
