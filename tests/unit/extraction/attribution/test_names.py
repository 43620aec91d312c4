from __future__ import annotations

import pytest

from mediawatch.extraction.attribution.names import people_in
from tests.support.articles import article_of, html


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("By JANE Q. SMITH", ["JANE Q. SMITH"]),
        ("MARA ELLISON", ["MARA ELLISON"]),
        ("Ann Lee and Bo Chan", ["Ann Lee", "Bo Chan"]),
        ("本报记者 张三 李四 北京报道", ["张三", "李四"]),
        ("记者张三、李四", ["张三", "李四"]),
        ("嵐港日報 記者陳以安/報導", ["陳以安"]),
        ("記者陳以安台北報導", ["陳以安"]),
        ("中央社記者陳以安台北5日", ["陳以安"]),
        ("记者 阿卜杜拉·哈桑", ["阿卜杜拉·哈桑"]),
        ("王 强", ["王强"]),
        ("秦望舒 2026-03-04 08:00", ["秦望舒"]),
        ("<author>秦望舒</author>", ["秦望舒"]),
        ("阿尔法军事", ["阿尔法军事"]),
        ("admin", []),
        ("某某日报", []),
        ("https://social.example/someone", []),
        ("某某网_提供股票、基金、期货与外汇市场的金融资讯，以及个人理财咨询等服务", []),
    ],
)
def test_names_out_of_a_printed_byline(printed: str, names: list[str]) -> None:
    assert people_in(printed) == names


def ld(author: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": {author}}}</script>'


def test_a_declared_person_is_the_byline() -> None:
    people = '[{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Chan"}]'
    assert article_of(html(head=ld(people))).byline == "Ann Lee, Bo Chan"


def test_a_declared_organisation_is_nobody() -> None:
    assert article_of(html(head=ld('{"@type": "Organization", "name": "某某通讯社"}'))).byline == ""


def test_the_site_itself_is_nobody() -> None:
    assert (
        article_of(
            html(head='<meta property="og:site_name" content="Daily Post"><meta name="author" content="Daily Post">')
        ).byline
        == ""
    )


@pytest.mark.parametrize(
    "top",
    [
        "<div>2026-03-04 08:00 来源：某某网 作者：秦望舒</div>",
        "<div class='byline'>文／秦望舒</div>",
        "<p>某某社北京3月4日电（记者 秦望舒）</p>",
        "<div>记者秦望舒／台北报导</div>",
    ],
)
def test_a_name_printed_near_the_headline(top: str) -> None:
    assert article_of(html(top=top)).byline == "秦望舒"


def test_who_is_quoted_is_not_the_author() -> None:
    assert article_of(html(top="<p>住在下游的农民告诉记者，今年的水来得早。</p>")).byline == ""
