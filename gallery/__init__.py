"""A static gallery of illustrators' drawings, gathered nightly from the places they post."""

__version__ = "1.0.0"
