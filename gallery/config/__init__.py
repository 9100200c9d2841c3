"""accounts.yaml → :class:`Config`: who is followed, and how the site should look."""

from gallery.config.accounts import Config, examine_config, load_config

__all__ = ["Config", "examine_config", "load_config"]
