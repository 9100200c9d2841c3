"""What every place that decodes strangers' pictures agrees on: which formats are read, and what broken files raise."""

from __future__ import annotations

import struct

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")  # no others: Pillow's EPS reader, for one, starts a program
# What Pillow's decoders let through for broken files, besides its own DecompressionBombError
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    EOFError,
    MemoryError,
    struct.error,
)
