"""``python -m gallery``: the ``gallery`` command without its script."""

from gallery.cli import main

main()
