"""What every place that decodes strangers' pictures agrees on: which formats are read, what broken files raise, and how
the EXIF orientation is undone."""

from __future__ import annotations

import struct

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")  # no others: Pillow's EPS reader, for one, starts a program
ORIENTATION = 0x0112  # the EXIF tag
TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # its value → Image.Transpose that puts the picture upright
SIDEWAYS = (5, 6, 7, 8)  # values with which width and height change places
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
