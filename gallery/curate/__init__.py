"""Store → exhibition: what is shown, as what, in which order, and what is not shown and why."""

from gallery.curate.exhibition import Words, curate, name_artists, without_clashes

__all__ = ["Words", "curate", "name_artists", "without_clashes"]
