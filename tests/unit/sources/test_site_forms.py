"""Sites that are known to give one article several addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch.sources.site_forms import known_form
from mediawatch.sources.urls import link_id, normalise, spelt_id

FILE = Path("include/mediawatch/sources/site_forms.txt")
SAME = [
    (
        "https://news.ltn.com.tw/news/life/breakingnews/1234567",
        "http://news.ltn.com.tw/news/Taipei/breakingnews/1234567",
    ),
    ("https://udn.com/news/story/7314/1234567", "https://udn.com/news/story/6656/1234567?from=x&rec=1"),
    ("https://www.hk01.com/社會新聞/61234567/一個標題", "https://www.hk01.com/突發/61234567/改了的標題"),
    (
        "https://www.chinatimes.com/realtimenews/20260102000123-260407",
        "https://www.chinatimes.com/realtimenews/20260102000123-260402",
    ),
    ("https://www.cna.com.tw/news/aipl/202601020123.aspx", "https://www.cna.com.tw/news/firstnews/202601020123.aspx"),
    (
        "http://politics.people.com.cn/n1/2026/0102/c1001-40123456.html",
        "http://world.people.com.cn/n1/2026/0102/c32306-40123456.html",
    ),
    ("https://www.worldjournal.com/wj/story/121469/1234567", "https://www.worldjournal.com/wj/story/121468/1234567"),
    (
        "https://www.bbc.com/zhongwen/articles/c1a2b3c4d5eo/simp",
        "https://www.bbc.com/zhongwen/articles/c1a2b3c4d5eo/trad",
    ),
    ("https://tw.news.yahoo.com/標題-031821645.html", "https://tw.news.yahoo.com/改了的標題-031821645.html"),
    ("https://www.setn.com/News.aspx?NewsID=1234567&From=x", "https://www.setn.com/News.aspx?NewsID=1234567"),
    ("https://www.storm.mg/article/1234567", "https://www.storm.mg/article/1234567/a-title"),
    ("https://www.163.com/news/article/K1A2B3C4D5.html", "https://www.163.com/dy/article/K1A2B3C4D5.html?spss=x"),
    ("https://news.ifeng.com/c/8aB2cDeFgH", "https://finance.ifeng.com/c/8aB2cDeFgH"),
    (
        "https://www.zaobao.com.sg/realtime/china/story20260102-1234567",
        "https://www.zaobao.com.sg/news/china/story20260102-1234567",
    ),
    ("https://www.dw.com/zh/标题/a-61234567", "https://www.dw.com/zh/改了的标题/a-61234567"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_article_is_one_link(one: str, other: str) -> None:
    assert link_id(one) == link_id(other)
    assert spelt_id(one) != spelt_id(other) or normalise(one) == normalise(other)
    form = known_form(normalise(one))
    assert known_form(normalise(form)) == form


@pytest.mark.parametrize(("one", "other"), SAME)
def test_another_number_is_another_article(one: str, other: str) -> None:
    assert link_id(one.replace("2", "8")) != link_id(other)


@pytest.mark.parametrize(
    "address",
    [
        "https://paper.example/news/life/breakingnews/1234567",
        "https://notudn.com/news/story/7314/1234567",
        "https://udn.com/news/story/7314",
        "https://udn.com/news/breaknews",
        "https://hk01.com/社會新聞",
    ],
)
def test_what_is_not_known_stays_as_it_is(address: str) -> None:
    assert known_form(normalise(address)) == normalise(address)


def test_every_form_is_of_a_host_and_of_its_own() -> None:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(set(lines))
    for line in lines:
        host, template = line.split()
        address = normalise(
            f"https://{host}{template.replace('/**', '').replace('*', 'x').replace('{id}', '61234567')}"
        )
        assert "61234567" in known_form(address) != address or "*" not in template
