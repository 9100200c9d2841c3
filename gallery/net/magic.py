"""Whether a file is a picture, by its first bytes and nothing else."""

from __future__ import annotations

HEAD_BYTES = 64  # enough for every format below

_AVIF_BRANDS = (b"avif", b"avis")


def is_picture(head: bytes) -> bool:
    """Whether a file is JPEG, PNG, GIF, WebP or AVIF, and nothing else (SVG, HTML and HEIC among it).

    Args:
        head: the first 64 bytes, or all where there are fewer.
    """
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        return True
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    return head[4:8] == b"ftyp" and _is_avif(head)


def _is_avif(head: bytes) -> bool:
    """ISO/IEC 23008-12: the major brand at 8, the compatible brands from 16 on to the end of the box."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
    return any(brand in _AVIF_BRANDS for brand in brands)
