"""What holds for every file that people edit, whatever stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gallery.edited.corrections import load_corrections
from gallery.edited.file import MAX_BYTES
from gallery.errors import ConfigError


def test_a_file_that_is_too_large_is_refused_before_it_is_read_through(tmp_path: Path) -> None:
    """Two million bytes are read; with one more it is asked whether this is the right file."""
    path = tmp_path / "corrections.yaml"
    path.write_bytes(b"#" * MAX_BYTES)
    assert not load_corrections(path).entries
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ConfigError, match=r"corrections\.yaml: over 2,000,000 bytes; is it the right file\?"):
        load_corrections(path)


def test_a_long_value_is_told_by_its_beginning(tmp_path: Path) -> None:
    """What was pasted into the wrong place does not fill the screen."""
    path = tmp_path / "corrections.yaml"
    path.write_text(f"- sha256: {'f' * 5000}\n  hide: true\n")
    with pytest.raises(ConfigError) as caught:
        load_corrections(path)
    assert str(caught.value).endswith(f", not '{'f' * 55}…'")
