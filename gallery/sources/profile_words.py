"""What artists ask for in the words of their profile, where their network has no setting for it."""

from __future__ import annotations

import re
from unicodedata import normalize

from gallery.sources.text import one_line, plain

# Repetitions are bounded, or of what the next step cannot begin with: profiles may be made to keep a search busy.
_NO_REPOSTS = re.compile(
    r"""
      (?:[無无][断斷]|許可(?:[な無][くし]|のない))(?:での|で|の)?[^\s、。,.!・]{0,6}?
      (?:転載|[转轉][载載]|使用|利用|保存|転用|複製|配布|掲載|アップロード)(?!は?(?:ok|可|歓迎|自由))\S{0,12}
    | (?:転載|再アップ|再投稿|再配布|二次配布)(?:、[^\s、。,.!ぁ-ん]{1,8}){0,4}(?:\s?:\s)?
      (?:(?!ok|歓迎|自由|(?<!許)可)[^\s、。,.!]){0,10}?
      (?:禁止?|ng|不可|断り|しないで|やめ|控え|遠慮|[×✕✖❌🚫🆖🙅])
    | (?:禁止?|[请請]?勿|不要|不得|谢绝|謝絕|未[经經]授[权權])[^\s、。,.!|可欢歡]{0,4}?
      (?:[转轉転][载載]|搬[运運]|二[传傳]|[盗盜][图圖用])(?!は?(?:ok|可|自由|歓迎|随意|[请請][注註]))
    | 禁転載? | 禁[转轉](?![账帳让讓])
    | 무단\s*(?:전재|도용|복제|사용|이용|저장|배포|게시|업로드)\S{0,6}
    | 불펌 | 퍼가지\s*(?:마|말) | (?:전재|퍼가기|도용|펌|재\s?업로드|재배포)
      (?:(?!ok|가능|허용|환영|자유)[^.!\n]){0,12}?(?:금지|불가|하지\s?마|❌)
    | (?:(?<!\bi\s)|(?=\S{2,6}\s(?:not\s)?(?:allow|want|like|give|consent|permit)))
      \b(?:do\s*n[o']?t|never|no|not\s+to\s+be|refrain\s+from
      | ne\s+pas|pas\s+de|n[ãa]o|prohibido|proibido|jangan|dilarang)\s+(?:[\w'&,-]{1,20}[\s/]+){0,4}?
      (?<!\bi\s)(?:re-?post|re-?upload|resub|republier|use\s+my\s+(?:art|work|drawing|illust|picture))\w{0,9}+
      (?!\s*:?\s*(?:(?:is|are)\s+)?(?:ok|okay|fine|welcome|yes)\b)
    | \bre-?(?:post|upload)(?:s|ing)?\s+(?:my\s+\w{1,20}\s+)?(?:without\s+\w{1,20}\s+)?(?:(?:is|are)\s+)?
      (?:not\s+(?:allowed|permitted|ok)|prohibited|forbidden)
    | \bask\s+(?:\w{1,20}\s+){0,3}?before\s+re-?(?:post|upload)\w{0,9}
    | [❌🚫]\s*re-?(?:post|upload)\w{0,9}+(?!\s*[✅⭕])
    | \bre-?(?:post|upload)\w{0,9}\s*(?::?\s*[❌🚫]|:\s*no\b(?!\sprob))
    | \#no(?:bots?|reposts?|archive|scrap\w{0,6})(?!\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def plea(*texts: object) -> str:
    """The words among ``texts``, a name or what people write about themselves, that ask not to be shown elsewhere; ""
    where none are known here. Only a person can tell what is meant: nothing is decided by them."""
    for text in texts:
        if found := _NO_REPOSTS.search(normalize("NFKC", plain(text)).replace("’", "'")):
            return one_line(found[0], 60)
    return ""
