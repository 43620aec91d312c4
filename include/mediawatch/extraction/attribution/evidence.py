"""What a page holds that may tell who published it first, and how sure each kind of place is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from mediawatch.extraction.attribution.bylines import Byline
from mediawatch.extraction.body.bilingual import Body
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.page.declared import Declared, text_of, types_of
from mediawatch.extraction.page.tree import Visible
from mediawatch.language import fold
from mediawatch.language.folding import BLANKS_BEFORE
from mediawatch.language.scripts import HAN
from mediawatch.language.stamps import stamps_in, without_stamps
from mediawatch.sources.publishers import key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The pieces of one page; `ruled` is what the site's rule for the source found.

    `own` are the site's own names, as keys, and the ids of the publishers that it is.
    """

    declared: Declared
    visible: Visible
    body: Body
    byline: Byline
    context: PageContext
    ruled: str = ""
    own: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", _own_names(self.declared, self.context))

    def is_own(self, name: str) -> bool:
        """Whether `name` is the site itself."""
        publisher = self.context.publishers.named(name)
        is_own_id = publisher is not None and f"id:{publisher.id}" in self.own
        return is_own_id or key_of(name) in self.own or fold(name) in self.context.hosts


def _own_names(declared: Declared, context: PageContext) -> frozenset[str]:
    """The site's own names, folded, and the ids of the publisher that it is."""
    names = {context.site_name, declared.meta("og:site_name", "application-name")} - {""}
    hosts = [context.url, declared.meta("og:url"), *context.hosts]
    if not context.url:
        hosts += [host for host, _ in Counter(declared.link_hosts).most_common(1)]
    hosts = [host for host in dict.fromkeys(map(_host_of, hosts)) if host]
    publishers = [context.publishers.at(host) for host in hosts]
    publishers += [entry for host in hosts for entry in context.publishers.sharing(host)]
    publishers += [context.publishers.named(name) for name in names]
    ids = {f"id:{publisher.id}" for publisher in publishers if publisher}
    return frozenset({key_of(name) for name in names} | ids)


def _host_of(address: str) -> str:
    return address.partition("//")[2].partition("/")[0] if "//" in address else address


_NEAR: Final = 1_500
_ABOVE: Final = 250
_LEAD: Final = 120
_CLOSE: Final = 300
_FIRST: Final = 12
_LAST: Final = 3
_BELOW: Final = 4
_DATELINE: Final = 60
_TITLE: Final = 1_000
_TAIL_OF_TEXT: Final = 12
_AROUND_DATE: Final = re.compile(r"[\s()（）|·]+")

_NOT_PICTURES: Final = r"(?<![图圖片料像频頻据據影])(?<!注明)(?<!注明[“\"‘「:：])"
_COLON: Final = r"\s*[:：﹕∶](?:\s*(?:微信)?公[众眾][号號](?=\s*[“\"「『]))?"
_PRINTED: Final = (
    r"[《「『“\"【\[]?((?:[A-Za-z][\w.&'’-]*(?:[ \u00a0](?:[A-Z][\w.&'’-]*|of|the|and|for|[\u4e00-\u9fff]{2,6})){0,5}"
    r"|[^\s|｜·•,，。;；:：()（）\[\]【】<>《》「」『』“”\"]{2,40}))"
)
_AT_HEAD: Final = re.compile(
    _NOT_PICTURES
    + r"(?:[来來]源|(?<!\S)[来來][ \u3000\xa0]{1,3}源|来自|稿源|出处|出處|转自|轉自|转载自|轉載自"
    + r"|媒体来源|來源媒體)(?:于|於)?"
    + _COLON
    + rf"(?:[^\S\n]*{_PRINTED}|[^\S\n]*\n\s*{_PRINTED}(?=[^\S\n]*(?:\n|$|[|·(（《》\"”])))"
)
"""On the line of the label, or all of the next run of text, where the name is a link."""
_SIGNS: Final = "源自处處出载載"
"""Each label holds one of them; looked for first because most foreign texts have none."""
_CAPTION: Final = 120
_OF_PICTURE: Final = re.compile(
    r"^\s*[▲△▼◎◉]|(?:资料|資料|示意|网络|網路|档案|檔案)[图圖照]|[图圖](?:片|为|為|说|說|[:：/])|[摄攝](?:影)?\W{0,3}$"
)
"""What stands before a source on the line of a caption."""
_ANYWHERE: Final = re.compile(
    r"(?:(?:本文|文章|原文|新闻|新聞|稿件|信息|资讯|資訊|内容|內容)(?:转载|轉載)?(?:来源|來源|转自|轉自|出处|"
    r"出處|来自|來自)(?:于|於)?"
    r"|(?:转自|轉自|转载自|轉載自)|原载(?:于|：)?|原載(?:於|：)?|[(（【](?:来源|來源|文章来源|新闻来源))"
    + r"[:：\s]\s*"
    + _PRINTED
)
_ENGLISH_NAME: Final = r"((?-i:[A-Z])[\w&'’-]*(?:\.com)?(?: (?-i:[A-Z])[\w&'’-]*| of| the){0,5})"
_ENGLISH_LABEL: Final = re.compile(
    r"(?:originally|first)\s+(?:published|appeared)\s+(?:by|on|in|at)\s+(?:the\s+(?-i:(?=[a-z])))?"
    + _ENGLISH_NAME
    + r"|appeared\s+(?:originally|first)\s+(?:on|in)\s+"
    + _ENGLISH_NAME
    + r"|republished\s+(?:here\s+)?(?:with\s+permission\s+)?from\s+"
    + _ENGLISH_NAME,
    re.IGNORECASE,
)
_ENGLISH_WORD: Final = re.compile("appeared|published")
"""What every English label holds."""
_ENGLISH_SOURCE: Final = re.compile(r"(?:^|\n|\|)[^\S\n]*+(?:News )?Source\s*+:\s*+" + _ENGLISH_NAME, re.IGNORECASE)
_UNMARKED: Final = re.compile(r"(?:^|[\s|｜])(?:来源|來源|稿源|出处)[ \t\n|/｜丨／]+([^\s|｜:：]{2,20})(?=[\s|｜]|$)")
_OF_TEXT: Final = r"(?:本文|文章|原文|此文|本稿|全文)"
_CALLED: Final = (
    r"\s?(?:微信)?(?:公[众眾][号號])?\s?[《「『“\"【]?(?!\d|[上下本今昨前]|[头頭]版)([^\s，。；：:《》「」『』“”\"（）()【】]{2,24}?)"
    r"(?:网站|網站)?(?=[》」』”\"】，。；（()）]|\s|$)"
)
_PERMITTED: Final = re.compile(
    rf"(?:{_OF_TEXT}(?:[经經已获獲]|授[权權]|首次){{0,3}}|(?:^|\n|[（(]))"
    rf"(?:[转轉][载載]?自(?![行动動己由然身我])|首[发發][于於]|原[载載刊](?:[于於]|(?=\s?[《「『]))|刊[载載登]?[于於]){_CALLED}"
    rf"|{_OF_TEXT}?[由经經获獲蒙]{_CALLED}[》」』”\"】]?\s?(?:授[权權]|同意|[许許]可)(?:本[报報站网網])?(?:[转轉][载載]|刊[登载載])"
)
"""What is said of a text taken from elsewhere, at its end: 本文经授权转载自《某某日报》, 本文由某某网授权转载."""
_TAKEN: Final = re.compile(r"(?:^|\n)(?:摘自|转自|轉自|转载自|轉載自)\s?([^\s\n，。：:、]{2,24})(?=\n|$)")
_PERMITTED_SIGNS: Final = "载載自发發刊"
_TWO_LINKS: Final = re.compile(r"原始(?:新[闻聞])?[来來]源\s{0,3}[:：]?\s*\n[^\n]{1,100}\n([^\n]{2,30})(?=\n|$)")
"""The title and the paper, each a link of its own."""
_ENGLISH_LEAD: Final = re.compile(
    r"^(?:[A-Z][\w .,/'’-]{1,60}?)?\(([A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*){0,3})\)\s*(?:[-–—:]|$)"
)
_DATED_LEAD: Final = re.compile(
    r"^[(（【〔]?([^，。\s]{2,30}?\s?(?:\d{1,2}\s*月)?\s?\d{1,2}\s*日[^，。]{0,8}?(?:电|電|讯|訊|消息|报道|"
    r"報道|传真|傳真))"
)
_BRACKETED_LEAD: Final = re.compile(
    r"^[〔【《（(\[［]\s*(?:[据據](?=[^〕】》）)\]］]{2,12}[〕】》）)\]］]))?([^\s〕】》）)\]／/╱，。]{2,16}?)(?:[／/╱]|(?:特派|驻\S{2,3})?(?:記者|记者)|(?:\d{1,"
    r"4}[年月日]\S{0,8})?(?:專訊|专讯|訊|讯|電|电)[〕】》）)\]］]|(?<!《.{3})(?<!《.{4})(?<!《.{5})(?<!《.{2})[〕"
    r"】）)\]］])"
)
_PAPER_LEAD: Final = re.compile(r"[〔【]?([^\s，。（(]{2,10})[讯訊](?=[\s，（(】〕])")
_PICTURE_CREDIT: Final = re.compile(r"\([A-Za-z][\w .&'’-]{1,60}\)$")
"""A Latin name in brackets alone on its line stands below a picture."""
_BRACKETS: Final = "〔【《（([［〕】》）)]］ "
_REPORTER_LEAD: Final = re.compile(r"^([^\s，。]{2,10})\s?(?:特派|即時|即时)?(?:記者|记者)")
_NAMED_LIKE: Final = re.compile(
    r"^[\u4e00-\u9fffA-Za-z0-9·-]{1,12}(?:网|網|报|報|社|周刊|週刊|电台|電台|卫视|在线|通讯社|通訊社|新闻|"
    r"新聞|财经|科技|财讯|網站|网站|杂志)$"
)
"""What looks like a publisher's name where a dateline has one: 某某网, 某某晚报."""
_QUOTED: Final = re.compile(
    r"^.{0,30}?(?:据|據)(.{2,24}?)(?:\d{1,2}[日号]|网站|電|电)?.{0,10}?(?:报道|報道|报导|報導|消息)"
)
_AT_END: Final = re.compile(
    r"[(（【]\s*+(?:来源|來源|原载|转自|轉自|据)?\s*+[:：]?\s*+(?:据)?([A-Z][A-Za-z ]{1,30}|"
    r"[\u4e00-\u9fffA-Za-z]{2,14})\s*+[)）】]\s*+$|[.!?。]\s*+([A-Z]{2,6})\s*+$"
)
_METAS: Final = ("mediaid", "source", "contentsource", "article:source", "original-source", "weibo:article:source")
_TAIL: Final = re.compile(rf"(?:\s[-–—]\s|{BLANKS_BEFORE}[|｜_]\s*|[-–—](?=[^-–—]{{2,14}}$))")
_SECTIONS: Final = (1, 2)
"""Han characters of a title's last part that is a section as likely as a publisher."""
_ORGANISATIONS: Final = frozenset({"Organization", "NewsMediaOrganization", "Corporation"})


@dataclass(frozen=True, slots=True)
class Claim:
    """One place that names a publisher, how sure such a place is (0 to 1), and what it is called."""

    name: str
    confidence: float
    origin: str


def claims_of(evidence: Evidence) -> Iterator[Claim]:
    """Every place of the page that names an original publisher, the surest kinds of places first."""
    visible, context, declared = evidence.visible, evidence.context, evidence.declared
    lines = evidence.body.text.splitlines()
    below, above = visible.below[:_NEAR], visible.above[-_ABOVE:]
    yield Claim(evidence.ruled, 0.98, "rule")
    yield from (Claim(_name_in(m), 0.95, "来源 beside the headline") for m in _labels_in(below, _AT_HEAD))
    yield from (Claim(_name_in(m), 0.9, "来源 above the headline") for m in _labels_in(above, _AT_HEAD))
    yield from (Claim(m.group(1), 0.85, "来源 further down") for m in _labels_in(visible.below, _ANYWHERE))
    yield from (Claim(m.group(1), 0.85, "来源 beside the headline") for m in _UNMARKED.finditer(below[:_CLOSE]))
    yield from (Claim(m.group(1), 0.85, "摘自") for m in _TAKEN.finditer(visible.below[:_NEAR]))
    yield from _after_text(visible, lines)
    yield from _leads((*lines[:2], *visible.below[:_CLOSE].split("\n")[1:_FIRST]), context)
    yield from _beside_date(evidence)
    yield from _below_headline(evidence)
    english = _ENGLISH_LABEL.finditer(visible.below if _ENGLISH_WORD.search(visible.below.lower()) else "")
    yield from (Claim(_name_in(m), 0.85, "originally published") for m in english)
    for text in (below[:_CLOSE], "\n".join(lines[-_LAST:])):
        yield from (Claim(m.group(1), 0.8, "source label") for m in _ENGLISH_SOURCE.finditer(text))
    for name in evidence.byline.publishers:
        yield from _if_foreign(name, 0.75, "byline", evidence)
    yield from (Claim(value, 0.8, f"meta {name}") for name in _METAS for value in declared.metas.get(name, ()))
    yield from _of_known(evidence)


def _labels_in(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The labels in `text` that are not those of pictures: ▲新桥通车（来源：某图库）."""
    if not any(sign in text for sign in _SIGNS):
        return
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - _CAPTION) : match.start()].rpartition("\n")[2]
        if not _OF_PICTURE.search(before):
            yield match


def _name_in(match: re.Match[str]) -> str:
    return next(filter(None, match.groups()), "")


def _after_text(visible: Visible, lines: list[str]) -> Iterator[Claim]:
    """作者： 来源： 某某网 编辑： below the last paragraph, and what is said of the text there or right above it."""
    end = visible.below.rfind(lines[-1][-_TAIL_OF_TEXT:]) if lines else -1
    after = visible.below[end : end + _TAIL_OF_TEXT + _CLOSE // 2] if end >= 0 else ""
    yield from (Claim(_name_in(m), 0.85, "来源 below the text") for m in _AT_HEAD.finditer(after))
    yield from (Claim(m.group(1), 0.85, "来源 below the text") for m in _TWO_LINKS.finditer(visible.below))
    for told in ("\n".join(line for line in lines[-_LAST:] if len(line) <= _CAPTION), after, visible.below[:_CLOSE]):
        if any(sign in told for sign in _PERMITTED_SIGNS):
            yield from (Claim(_name_in(m), 0.85, "said of the text") for m in _PERMITTED.finditer(told))


def _beside_date(evidence: Evidence) -> Iterator[Claim]:
    """A publisher's name alone before or after the date: 2012年01月12日 11:21 / 某某网 / 我要评论."""
    visible = evidence.visible
    runs = [*visible.above[-_ABOVE // 2 :].split("\n"), *visible.below[:_CLOSE].split("\n")]
    runs = [run.strip(" |·/-") for run in runs if run.strip(" |·/-")]
    for index, run in enumerate(runs):
        if len(run) > _DATELINE or next(stamps_in(run), None) is None:
            continue
        rest = _AROUND_DATE.split(without_stamps(run))
        beside = [*rest, *runs[index + 1 : index + 2], *runs[max(0, index - 1) : index]]
        for name in filter(None, beside):
            if name.isascii():
                yield from _if_foreign(name, 0.7, "beside the date", evidence)
            elif _is_like_a_name(name, evidence.context):
                yield Claim(name, 0.7, "beside the date")


def _below_headline(evidence: Evidence) -> Iterator[Claim]:
    """A publisher alone on a line below the headline, or before a comma and places in capitals: AFP, WASHINGTON."""
    for line in evidence.visible.lines[1:_BELOW]:
        name, _, rest = line.partition(",")
        is_alone = "/" not in name and (not rest or rest.isupper())  # a picture's credit names its photographer first
        if len(line) <= _DATELINE and is_alone:
            yield from _if_foreign(name, 0.7, "below the headline", evidence)


def _is_like_a_name(name: str, context: PageContext) -> bool:
    is_known = context.publishers.named(name) is not None and len(HAN.findall(name)) not in _SECTIONS
    return len(name) >= 2 and (is_known or bool(_NAMED_LIKE.match(name)))


def _leads(lines: Iterable[str], context: PageContext) -> Iterator[Claim]:
    """The agency or paper with which a text begins: 新华社北京3月5日电, 【某某报／记者…】, LONDON (Reuters) -."""
    for line in lines:
        if _PICTURE_CREDIT.match(line):
            continue
        bracketed, dated, english = (p.match(line[:_LEAD]) for p in (_BRACKETED_LEAD, _DATED_LEAD, _ENGLISH_LEAD))
        # 某某财讯 ends as the 讯 of a lead does.
        names = (bracketed[1], bracketed[0].strip(_BRACKETS)) if bracketed else ()
        for name in names:
            if context.publishers.named(name) or _NAMED_LIKE.match(name):
                yield Claim(name, 0.8, "lead in brackets")
                break
        if dated:
            yield Claim(context.publishers.beginning(dated.group(1).lstrip("据據")), 0.8, "dateline")
        paper = _PAPER_LEAD.match(line[:_LEAD])
        if paper and context.publishers.named(paper[1]):
            yield Claim(paper[1], 0.8, "lead")
        reporter = _REPORTER_LEAD.match(line[:_LEAD])
        if reporter and context.publishers.named(reporter.group(1)):
            yield Claim(reporter.group(1), 0.8, "lead")
        writer = context.publishers.named(english.group(1)) if english else None
        if english and writer and not writer.pictures:
            yield Claim(english.group(1), 0.85, "lead")


def _of_known(evidence: Evidence) -> Iterator[Claim]:
    """Places that also hold other names: they count when the dictionary knows the publisher and it is not the site."""
    declared, context, lines = evidence.declared, evidence.context, evidence.body.text.splitlines()
    for tail in _tails(declared) if context.url or evidence.own else ():
        if len(HAN.findall(tail)) in _SECTIONS:  # 财经 and 科学 are sections too
            continue
        yield from _if_foreign(tail, 0.75, "tail of the title", evidence)
    for name in _declared_organisations(declared):
        yield from _if_foreign(name, 0.7, "JSON-LD", evidence)
    for ending in filter(None, (_AT_END.search(line[-60:]) for line in lines[-_LAST:])):
        yield from _if_foreign(ending.group(1) or ending.group(2), 0.7, "end of the text", evidence)
    there = context.publishers.at(declared.canonical)
    if there is not None and there != context.publishers.at(context.url) and context.url:
        yield from _if_foreign(there.name, 0.4, "canonical link", evidence)
    quoted = _QUOTED.match(lines[0][:_LEAD]) if lines else None
    named = context.publishers.named_in(quoted.group(1)) if quoted else None
    if named is not None:
        yield Claim(named.name, 0.3, "据…报道")


def _if_foreign(name: str, confidence: float, origin: str, evidence: Evidence) -> Iterator[Claim]:
    publisher = evidence.context.publishers.named(name)
    if publisher is not None and not publisher.pictures and not evidence.is_own(name):
        yield Claim(name, confidence, origin)


def _tails(declared: Declared) -> list[str]:
    return [part.strip() for part in _TAIL.split(declared.page_title[:_TITLE])[1:][::-1] if part.strip()]


def _declared_organisations(declared: Declared) -> Iterator[str]:
    for key in ("author", "sourceOrganization", "provider", "isBasedOn"):
        value = declared.article.get(key)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and (key != "author" or types_of(item) & _ORGANISATIONS):
                yield text_of(item)
