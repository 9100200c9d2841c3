"""What artists ask for in the words of their profile, where their network has no setting for it."""

from __future__ import annotations

import re
from unicodedata import normalize

from gallery.sources.text import one_line, plain

_NO_REPOSTS = re.compile(
    r"""
      無断(?:での|で)?(?:転載|使用|利用|保存|転用)\S{0,12}
    | 転載[^\s、。,.!]{0,10}?(?:禁止|厳禁|ng|不可|断り|しないで|ご遠慮)
    | (?:禁止|[请請]勿|未经授权|未經授權|谢绝|謝絕)[转轉][载載] | 禁[转轉転][载載]?
    | 무단\s*(?:전재|도용|복제|사용)\S{0,6} | (?:전재|퍼가기)\s*금지 | 불펌
    | \b(?:do\s*n[o']?t|never|no|not\s+to\s+be|ne\s+pas|n[ãa]o|prohibido)\s+(?:[\w'/&,-]{1,20}\s+){0,3}?
      (?:re-?post|re-?upload|resubir|republier)\w{0,9}
    | \bre-?(?:post|upload)(?:s|ing)?\s+(?:(?:is|are)\s+)?(?:not\s+(?:allowed|permitted|ok)|prohibited|forbidden)
    | \#no(?:bots?|reposts?|archive|scrap\w{0,6})(?!\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def plea(*texts: object) -> str:
    """The words among ``texts``, a name or what people write about themselves, that ask not to be shown elsewhere; ""
    where there are none. Only a person can tell what is meant: nothing is decided by them."""
    for text in texts:
        if found := _NO_REPOSTS.search(normalize("NFKC", plain(text)).replace("’", "'")):
            return one_line(found[0], 60)
    return ""
