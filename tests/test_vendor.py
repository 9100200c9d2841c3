"""The browser library that the theme carries is the released one, with its licence."""

from __future__ import annotations

from tools import vendor


def test_the_vendored_files_are_as_recorded() -> None:
    """Every carried file has the checksum that was recorded at its release, and the licence lies beside them."""
    files = {name: (vendor.FOLDER / name).read_bytes() for name in vendor.FILES.values()}
    assert vendor.differences(files) == []
    assert b"MIT License" in files["LICENSE"]


def test_a_changed_file_is_noticed() -> None:
    """A single other byte, or a missing file, is named."""
    files = {name: (vendor.FOLDER / name).read_bytes() for name in vendor.FILES.values()}
    files["photoswipe.css"] += b" "
    del files["LICENSE"]
    assert len(vendor.differences(files)) == 2
