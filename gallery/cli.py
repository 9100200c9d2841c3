"""The ``gallery`` command."""

from __future__ import annotations

import click


@click.group()
def main() -> None:
    """Build a static gallery of illustrators' drawings."""
