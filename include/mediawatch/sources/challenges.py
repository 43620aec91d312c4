"""Pages that stand before a site: consent, login and captcha, told by their titles."""

from __future__ import annotations

import re
from typing import Final

from mediawatch.language import fold

_CHALLENGE_TITLE: Final = re.compile(
    r"^just a moment\W*(?:$|[-|–])|^(?:attention required!?|one more step|checking your browser|ddos.guard|human verification)\b"
    r"|are you (?:a )?(?:human|robot)|verify (?:that )?you are"
    r"|^(?:access denied|please wait|captcha|security check|robot check|(?:cookie )?consent)\W*(?:$|[-|–])"
    r"|^(?:before you continue|we value your privacy)|^(?:sign|log) ?in(?:$| to\b|\s*[-|–])"
    r"|^\W*(?:请完成|百度)?(?:人机|安全|访问|真人|滑动)验证(?:\W*$|\s*[-_|—])"
    r"|^(?:请输入)?验证码(?:\W*$|\s*[-_|—])|^(?:用户|会员)?(?:登录|登入)(?:$|\s*[-_|—])"
)
"""Searched in folded titles, so traditional forms need no entry of their own."""


def is_gate(title: str) -> bool:
    """Whether a page of this title is a consent, login or captcha page."""
    return _CHALLENGE_TITLE.search(fold(title[:200])) is not None
