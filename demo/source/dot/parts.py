"""Sprites that several pictures use."""

from __future__ import annotations

from kit import Canvas, mix
from pixels import Pixels

NIGHT = "#1a1433"


CAT = """
.k...k......
kok.kok.....
koooook.....
kgokgok....k
kooooook..ko
.kowook..kok
..kooookkook
..koooooook.
..kowooook..
..koookook..
..kok.kok...
"""


CAT_TONES = {"k": "#2a1a2e", "o": "#e8913f", "w": "#fff1dc", "g": "#3fae7a"}


PERSON = """
....hhhhhh....
...hhhhhhhh...
..hhhhhhhhhh..
..hhsshhsshh..
..hskssssksh..
..hsksssskSh..
..hsrssssrsh..
...ssssssSs...
....sssSSs....
..cccccccccc..
.cccccCccccCc.
.scccccccccCs.
.ssccccccCCss.
..sbbbbbbbbs..
...pppppppP...
...ppp.pPPP...
...ppp..pPP...
...ppp..pPP...
..fff....fff..
"""


def person(
    p: Pixels, x: int, y: int, hair: str, cloth: str, legs: str, skin: str = "#f7c9a8", flip: bool = False
) -> None:
    """A small hero, 14 by 19 pixels."""
    tones = {
        "h": hair, "s": skin, "S": mix(skin, "#8a4a5a", 0.3), "k": "#22182e", "r": "#ef8a8a", "c": cloth,
        "C": mix(cloth, "#1a1433", 0.35), "b": "#6b4226", "p": legs, "P": mix(legs, "#0a0a20", 0.4), "f": "#3a2530",
    }  # fmt: skip
    p.sprite(x, y, PERSON, tones, flip)


def avatar() -> Canvas:
    """The cat of the noodle stall."""
    p = Pixels(20, 20, 81, "#6fd6c9")
    p.disc(10, 19, 9, "#4fb5a9", 3)
    p.sprite(4, 5, CAT, CAT_TONES)
    return p.canvas(20)
