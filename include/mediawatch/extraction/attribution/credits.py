"""Credits as pages print them, taken apart: who wrote, translated, photographed or edited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from mediawatch.extraction.attribution.credit import AUTHORS, NO_CREDITS, Credit, Credits, Role
from mediawatch.extraction.attribution.latin_credits import read_latin
from mediawatch.extraction.attribution.names import (
    begins_with_surname,
    is_han,
    is_name_like_word,
    is_organisation,
    is_person,
    is_place,
    name_after_organisation,
    name_before_place,
    plain,
)
from mediawatch.language.stamps import without_stamps

_READ: Final = 300
_NAMES: Final = 12
"""Names read of one credit."""
_PROSE: Final = 9
"""Han characters of a piece that is no name, place or organisation, from which the words are a sentence."""
_UNKNOWN: Final = 5
"""The same of several short pieces; 资深 and 执业律师 beside a name are less."""
_LONG_ORGANISATION: Final = 24
_LONGEST_PLACE: Final = 6
_LONGEST_NAME: Final = 4


_LABEL_END: Final = r"(?=\s*[:/=|])"
_TEXT_OR_PICTURE: Final = "采访|采写|撰文|文字?|摄影|图片?"
_ROLES: Final = {
    Role.EDITOR: r"责任编辑|责编"
    r"|(?:图文|执行|网[络站]|核稿|审核|版面|新闻|数字|文字|值班)?编辑(?!部|室|中心|团队|台|组|委)"
    r"|审[校核稿读定]|校[对审]|主编|总编辑|编审|监制|编导|统筹|策划|核稿|签发"
    r"|edited by|editor:",
    Role.PHOTOGRAPHER: r"摄影(?:记者|师|报道|报导)?|摄像|(?<=[\s/])摄$|供图|制图|绘图|插画|漫画"
    r"|photo(?:graph)?s?(?: by|:)"
    r"|(?:摄|(?:图片?|照片|影像|影片|视频)(?:来源|提供|说明|源|说)?)(?!\s*/\s*文)(?=\s*[:/=|])",
    Role.TRANSLATOR: rf"编译(?!中心|组|部|室)|翻译|译者|译(?:{_LABEL_END}|(?<=[\s/]译)$)"
    r"|translated (?:and adapted )?by|translat(?:ion|or):",
    Role.OTHER: r"海报(?!道|导)|设计|剪辑|后期|后制(?=\s*[:/|])|排版|配音|主播|出品|制作|制片|字幕|音频|动画|数据"
    r"|受访者|书名|稿源|转载自|转自|栏目|分类|标签|字号|阅读|点击"
    r"|(?:出版社|(?:稿件|文章|新闻|本文|信息)?(?:来源|出处)|发布(?:时间|日期)?|(?:更新)?(?:时间|日期)|浏览(?:量|次数)?)"
    + _LABEL_END,
    Role.WRITER: rf"(?:{_TEXT_OR_PICTURE})\s*[、·・/&和]\s*(?:{_TEXT_OR_PICTURE}){_LABEL_END}|图文(?=\s*[:/=|]|\s+\S|$)"
    r"|记者|作者[为是]?|撰文|撰稿人?|采写|采访(?!中心)|文字(?!工作)|^文(?=\s)|(?<=\s)文(?=\s)|评论员|特派员|专栏作[家者]"
    rf"|^author(?=\s*[:,|/])|特约作[家者]|作家|主笔|执笔|通讯员|实习生|口述"
    rf"|(?:文|撰|整理|署名|笔者|原创|撰写|[投供]稿人?){_LABEL_END}|^(?:written |words |posted )?by(?![a-z]):?",
}
"""Printed words of each role, in simplified characters and lower case; the first that fits at a place wins."""
_RANK: Final = (
    r"(?:本[报台网社刊]|特[派约](?!员)|驻\S{1,4}?|见习|实习(?!生)|首席|资深|文字(?!\s*[:/=|])|专案|助理|高级|主任"
    r"|综合){0,6}+"
)
_ROLE: Final = re.compile("|".join(rf"(?P<{role}>{_RANK}(?:{words}))" for role, words in _ROLES.items()))
_SEPARATORS: Final = "/|╱─—–;,、&＆:=()（）[]【】〔〕「」『』"
_HARD: Final = re.compile(r"\s*[/|╱─—–;,、&:=()\[\]【】〔〕「」『』〈〉<>]+\s*|\s-\s|\s{3,}")
_WORDS: Final = re.compile(r"[^\W\d_\u3400-\u9fff][\w.'’\-]*(?: [^\W\d_\u3400-\u9fff(][\w.'’\-]*)*|\S+")
_WITHIN: Final = re.compile(
    r"\s?[/|:]\s?[\u3400-\u9fff]{2,10}(?:[报報社网網台臺]|新[闻聞]|[传傳媒]媒?[体體]?)"
    r"(?:首席|[见見][习習]|[实實][习習])?"
)
"""The outlet between two labels: 图/某某晚报记者."""
_AND: Final = re.compile(r"(?<=[\u3400-\u9fff]{2})[及与和暨跟](?=[\u3400-\u9fff]{2})")
_REPORT: Final = re.compile(
    r"(?:\d{1,2}月)?(?:\d{1,2}日)?(?:综合|即时|外电|专题|联合|连线|现场|整理|专访|特稿|编译|采访|独家|专案|越洋|摄影){0,6}"
    r"(?:报道|报导|专[电讯]|外电|电文|特写|特稿|专稿|专访|专栏|(?<=日)[电讯]|本报讯)$|(?:\d{1,2}月)?\d{1,2}日$"
    r"|发自[\u4e00-\u9fff]{2,8}$"
)
_TOGETHER: Final = re.compile(r"(?:综合|整理|联合|现场|即时|连线|专题){1,6}$")
_SPACED: Final = re.compile(
    r"(?:(?<![\u3400-\u9fff])|(?<=[员員者生]))([^\W文图圖摄攝译譯撰和与與及跟]) "
    r"([\u3400-\u9fff]{1,2})(?![\u3400-\u9fff])"
)
_EDGES: Final = " ,|·.-–—:："
_SET_APART: Final = re.compile(r"(?<![\u3400-\u9fff])([作记記编編])\s([者辑輯])(?=\s*:)")
"""作　者：, whose characters a blank sets apart so that labels of two and of four are equally wide."""
_HALF_WIDTH: Final = str.maketrans("／｜丨：；，＝＆（）［］﹕∕╱", "/||:;,=&()[]://")
_LABEL_LAST: Final = re.compile(r"^([\u4e00-\u9fff]{2,3})/(编译|編譯|翻译|翻譯|撰文|文)$")
"""A pen name before its label, which is all that tells it from a word."""
_COMBINED: Final = re.compile(
    r"(?<![\u3400-\u9fff])(?:文字?\s?[/、·・.．‧&和与與及并並兼]?\s?(?:[图圖]片?|[摄攝]影?|照片)"
    r"|(?:[图圖]片?|[摄攝]影|照片)\s?[/、·・.．‧&和与與及]?\s?文字?)(?![\u3400-\u9fff])"
)
"""文/图, 文．攝影, 文并摄: one label of who did both."""
_LABEL_BEHIND: Final = r"[/\s·・]\s?(文|撰文?|[图圖]片?|[摄攝]影?|[编編][译譯])(?=[\s;,、]|$)"
_PAIR: Final = re.compile(rf"([\u3400-\u9fff]{{2,4}})\s?{_LABEL_BEHIND}")
_PAIRS: Final = re.compile(
    rf"(?:\S{{0,6}}[记記]者\s?)?(?:[\u3400-\u9fff]{{2,4}}\s?{_LABEL_BEHIND}[\s;,、]{{0,3}}){{1,4}}$"
)
"""陈以安/文 林知微/图: each name before its label."""
_MARKED: Final = re.compile(r"[□■◎●○◇◆]\s?((?:[\u3400-\u9fff]{2,4}[、\s]?){1,3})(?:\s?\([^()]{2,40}\)?)?$")
"""□ 陈以安: how newspapers mark who wrote, below the headline, and ◎陳以安（某市／教師）below letters."""
_TITLED: Final = re.compile(r"([\u3400-\u9fff]{2,4})\s?[/|]\s?([\u3400-\u9fff]{2,16})(?:\s?\([^()]{2,20}\)?)?$")
"""陳以安／退休教師（某市）: a name and what its bearer is."""
_IN_OTHER_SCRIPT: Final = re.compile(
    r"(?<=[A-Za-z])\s?\((?!编辑|編輯|摄影|攝影|翻译|翻譯|编译|編譯|新华社)[\u3400-\u9fff]{2,4}\)?"
    r"|(?<=[\u3400-\u9fff]{2})\s?\([A-Za-z]{2,12} [A-Za-z .'’-]{2,30}\)?(?=$|[\s/、,])"
)
"""The same name once more, in brackets: Chen Yi-an (陳以安)."""
_PROFESSION: Final = re.compile(
    r"(?:教授|讲师|研究[员生]|博士后?|硕士|学者|主任|院长|校长|所长|律师|医[师生]|顾问|总监|经理|董事长?|执行长|理事长?|会长"
    r"|秘书长|议员|委员|作家|导演|诗人|家|工程师|分析师|撰稿人|作者|创[办始]人|负责人|老师|教师|学生)$"
)
"""How what somebody is ends, beside their name."""
_DOT_BEFORE_PLACE: Final = re.compile(r"[·・．‧•](?=[^·・．‧•]+$)")
_OF_PEOPLE: Final = ("记者", "作者", "通讯员", "实习生", "撰稿人", "评论员", "译者")
_APART: Final = ":/|"
_LISTED: Final = frozenset("、,&")
_TAKEN: Final = re.compile(r"(?<=[记記]者)(\s?[\u4e00-\u9fff]{2,3})([摄攝])$")
"""记者陈以安摄, where the last character is no part of the name."""
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>?")
_MAIL: Final = re.compile(
    r"(?<=[\w.)])(?:[\s,;:|/(<]+[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}[)>]?|\s*\(https?://[^\s()]{1,200}\))\s*$"
)
"""Where somebody can be written to, behind their name."""
_ADDRESS: Final = re.compile(r"https?:|www\.|(?<=\S)@|\.(?:com|cn|org|net)\b|^#", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[。！？!?：:]\S|[。！？]$")


@dataclass(slots=True)
class _Reading:
    """The state while one credit is read from left to right."""

    people: list[tuple[str, Role | None]] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    role: Role | None = None
    is_reported: bool = False
    is_prose: bool = False
    unknown: int = 0
    """Han characters of words that are none of it."""
    is_role_last: bool = False
    """No words stand behind the last role."""
    is_named: bool = False
    """What stands behind the last label is set apart from it, so that even a word of the language is a name."""

    def begin(self, role: Role, *, is_within: bool) -> None:
        """A role is printed; within the label of another (圖／記者) the outer one stays."""
        if is_within and role is Role.WRITER and self.role not in (None, Role.OTHER):
            return
        self.role, self.is_role_last = role, True

    def add(self, name: str) -> None:
        self.people.append((name, self.role))


def read_credit(words: str) -> Credits:
    """What the printed credit `words` says; nothing where they are a sentence rather than a credit.

    `记者 张三 李四／台北報導` names two writers, `文／张三 圖／李四` a writer and a photographer.
    """
    return _read(" ".join(words.split())[:_READ])


@lru_cache(maxsize=2048)
def _read(words: str) -> Credits:
    """As `read_credit`; a page says the same in several places."""
    words = _MAIL.sub("", _TAG.sub("", words.translate(_HALF_WIDTH)))
    if _ADDRESS.search(words):
        return NO_CREDITS
    if not re.search(r"[\u3400-\u9fff]", words):
        return read_latin(words)
    words = _SET_APART.sub(r"\1\2", _COMBINED.sub("图文", without_stamps(words).strip(_EDGES)))
    words = _with_labels_first(_LABEL_LAST.sub(r"\2/\1", words))
    words = _IN_OTHER_SCRIPT.sub("", words)
    if not re.search(r"[\u3400-\u9fff]", words):
        return read_latin(words)
    return _read_han(_SPACED.sub(_joined, _TAKEN.sub(r"\1 \2", words)))


def _with_labels_first(words: str) -> str:
    """Pairs of names and labels turned round; who is marked by a square as who wrote."""
    if _PAIRS.match(words) and all(is_person(pair[1]) for pair in _PAIR.finditer(words)):
        return _PAIR.sub(r"\2/\1", words)
    marked = _MARKED.match(words)
    names = re.findall(r"[\u3400-\u9fff]+", marked[1]) if marked else []
    titled = _TITLED.match(words)
    if titled and _PROFESSION.search(plain(titled[2])):
        names = [titled[1]]
    is_signed = bool(names) and all(is_person(name) and begins_with_surname(name) for name in names)
    return f"作者 {' '.join(names)}" if is_signed else words


def people_in(words: str) -> list[str]:
    """The authors that a printed credit names: 张三 and 李四 of `本报记者 张三 李四 北京报道`."""
    return list(read_credit(words).authors)


def _read_han(words: str) -> Credits:
    reading = _Reading()
    label = ""
    for kind, piece, is_within in _pieces(words):
        if isinstance(kind, Role):
            reading.begin(kind, is_within=is_within)
            label = piece
        else:
            reading.is_role_last = False
            is_of_people = label.endswith(_OF_PEOPLE) and piece[0] == " "
            reading.is_named = is_of_people or (piece[0] in _APART and reading.role in AUTHORS)
            _take(piece, reading)
        if reading.is_prose or len(reading.people) >= _NAMES:
            break
    return NO_CREDITS if reading.is_prose else _credits(reading)


def _joined(match: re.Match[str]) -> str:
    """王 强 is one name."""
    name = match[1] + match[2]
    return name if is_person(name) else match[0]


def _credits(reading: _Reading) -> Credits:
    people = _with_trailing_role(reading) if reading.is_role_last else reading.people
    if any(role in AUTHORS for _, role in people) and not reading.is_reported:
        people = [(name, role) for name, role in people if role]
    return Credits(
        people=tuple(Credit(name, role or Role.WRITER) for name, role in people if role is not Role.OTHER),
        organisations=tuple(dict.fromkeys(reading.organisations)),
        is_labelled=any(role not in (None, Role.OTHER) for _, role in people),
        is_reported=reading.is_reported,
    )


def _with_trailing_role(reading: _Reading) -> list[tuple[str, Role | None]]:
    """陳以安 摄 and 陳以安／作家: a role without names behind it is that of the names before it."""
    if reading.role is None or (reading.role is Role.WRITER and any(role for _, role in reading.people)):
        return reading.people
    return [(name, reading.role) for name, _ in reading.people]


def _pieces(words: str) -> Iterator[tuple[Role | None, str, bool]]:
    """(role, its words, whether it stands within the label of another) or (None, words between roles, False)."""
    folded, position, after_label = plain(words), 0, False
    for match in _ROLE.finditer(folded):
        between = words[position : match.start()]
        is_within = after_label and (_HARD.fullmatch(between.strip() or "-") or _WITHIN.fullmatch(between)) is not None
        if between.strip(_SEPARATORS + " "):
            yield None, _without_outlet(between), False
            after_label = False
        yield Role(match.lastgroup or Role.OTHER), match.group(), is_within
        position, after_label = match.end(), True
    if words[position:].strip(_SEPARATORS + " "):
        yield None, words[position:], False


def _without_outlet(words: str) -> str:
    """The words before a label without what belongs to it: 记者 陈以安 某经编辑."""
    *names, last = words.split(" ")
    is_outlet = bool(names) and is_han(last) and not begins_with_surname(last)
    return " ".join(names) if is_outlet else words


def _take(piece: str, reading: _Reading) -> None:
    """The names, places and organisations of the words between two roles."""
    for number, (part, is_listed) in enumerate(_parts(piece)):
        named = len(reading.people)
        is_next = is_listed or (number == 0 and reading.role in AUTHORS)
        for word in _WORDS.findall(part) if not is_person(part) else [part]:
            each = _AND.split(word) if len(word) > _LONGEST_NAME else [word]
            each = [word] if is_place(_REPORT.sub("", plain(each[-1]))) else each  # 陈以和台北报道
            for name in each:
                _take_word(name.strip(" .·-–—"), reading, is_listed=is_listed, is_next=is_next)
            if reading.is_prose:  # what follows a reporter's name behind a blank may be the beginning of the text
                is_behind = len(each) == 1 and len(reading.people) > named and reading.role in AUTHORS
                reading.is_prose = not is_behind
                return


def _parts(piece: str) -> Iterator[tuple[str, bool]]:
    """What stands between separators, and whether 、 or a comma joins it to what stands before."""
    position, is_listed = 0, False
    for separator in _HARD.finditer(piece):
        yield piece[position : separator.start()], is_listed
        position, is_listed = separator.end(), separator.group().strip()[-1:] in _LISTED
    yield piece[position:], is_listed


def _take_word(word: str, reading: _Reading, *, is_listed: bool, is_next: bool) -> None:
    """`is_next`: a label or a mark of lists is all that stands before it, so that it is named like those before."""
    folded = plain(word)
    reported = _REPORT.search(folded)
    if reported:
        reading.is_reported = True
        word = _without_place(word[: reported.start()])
    word = word[: len(word) - len(found.group())] if (found := _TOGETHER.search(plain(word))) else word
    if len(word) < 2:
        return
    is_apart = is_han(word) and len(word) <= _LONGEST_PLACE and not name_before_place(word, is_sure=False)
    are_places = all(map(is_place, re.split(r"[·•．・‧]", word)))  # 台北．新北連線報導
    if reported and reading.people and (are_places or (is_apart and not (is_next and is_person(word)))):
        return  # 记者陈以安／鹿港报道: what is reported from, known as a place or not
    may_be_word = reading.is_named or (is_listed and bool(reading.people))
    is_name = is_person(word, is_labelled=reading.role is not None) and not _is_acronym(word, reading)
    if is_name or (may_be_word and is_name_like_word(word)):
        reading.add(word)
    elif name := _glued(word, reading, is_reported=bool(reported)):
        reading.add(name)
    elif "-" in word and any(map(is_organisation, word.split("-"))):  # 某某網-陳以安
        for each in word.split("-"):
            _take_word(each, reading, is_listed=is_listed, is_next=is_next)
    elif is_organisation(word) and len(word) <= _LONG_ORGANISATION:
        reading.organisations.append(word)
    elif not is_place(word) and not (reading.role is not None and _PROFESSION.search(plain(word))):
        reading.unknown += len(word) if is_han(word) else 0
        reading.is_prose = _is_sentence(word) or reading.unknown > _UNKNOWN


def _without_place(word: str) -> str:
    """陈以安 of 陈以安・台北; a foreign name keeps all its parts."""
    dot = _DOT_BEFORE_PLACE.search(word)
    return word[: dot.start()] if dot and is_place(word[dot.end() :]) and is_person(word[: dot.start()]) else word


def _is_acronym(word: str, reading: _Reading) -> bool:
    """Among Chinese words a single Latin one is an outlet (TMNU记者) rather than a person."""
    return word.isascii() and " " not in word and (reading.role is None or word.isupper())


def _glued(word: str, reading: _Reading, *, is_reported: bool) -> str:
    """The name in 陳以安台北, and in 某論壇陳以安 before 專欄; an editor who reports from a place is a reporter."""
    name = name_before_place(word, is_sure=is_reported and reading.role is not None)
    if name and is_reported and reading.role is Role.EDITOR:
        reading.role = Role.WRITER
    return name or (name_after_organisation(word) if is_reported else "")


def _is_sentence(word: str) -> bool:
    return len(word) >= _PROSE or bool(_SENTENCE.search(word))
