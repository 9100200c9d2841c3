"""Files → the published site: staged beside the old one, checked, and swapped in as one step."""

from gallery.publish.links import broken_links
from gallery.publish.publisher import Published, Publisher, too_large

__all__ = ["Published", "Publisher", "broken_links", "too_large"]
