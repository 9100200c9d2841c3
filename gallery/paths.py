"""Where a gallery's files lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gallery.resources import templates_dir


@dataclass(frozen=True, slots=True)
class Paths:
    """Where a gallery's files lie: all beside accounts.yaml."""

    root: Path

    @property
    def site(self) -> Path:
        """The published site."""
        return self.root / "site"

    @property
    def state(self) -> Path:
        """The store and everything else that lasts between nights."""
        return self.root / ".gallery"

    @property
    def corrections(self) -> Path:
        """What people said about single pictures."""
        return self.root / "corrections.yaml"

    @property
    def optouts(self) -> Path:
        """Who does not want to be shown."""
        return self.root / "optouts.yaml"

    @property
    def theme_dirs(self) -> tuple[Path, ...]:
        """Where templates are looked for, the gallery's own before the shipped ones."""
        own = self.root / "templates"
        shipped = templates_dir()
        return (shipped,) if own.resolve() == shipped.resolve() or not own.is_dir() else (own, shipped)
