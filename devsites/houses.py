"""The six newsrooms: who they are, when they live, how much they print."""

from __future__ import annotations

from dataclasses import dataclass

from devsites.writing import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """One site's identity.

    `host` is the name printed on its pages, `stories` how many of the usual kind it has on a weekday; datelines have
    minutes, and seconds where `prints_seconds`.
    """

    key: str
    name: str
    host: str
    slogan: str
    timezone: str
    country: str
    languages: tuple[str, ...]
    house: House
    stories: int
    prints_seconds: bool = False


BAICHUAN = Masthead(
    key="baichuan",
    name="百川头条网",
    host="baichuan.example",
    slogan="一页看天下",
    timezone="Australia/Sydney",
    country="AU",
    languages=("zh-Hans",),
    house=House(script="Hans"),
    stories=4,
    prints_seconds=True,
)
HYACINTH = Masthead(
    key="hyacinth",
    name="風信子雙語網",
    host="hyacinth.example",
    slogan="兩種文字，同一個世界",
    timezone="Europe/Paris",
    country="FR",
    languages=("zh-Hans", "en"),
    house=House(script="Hans", is_bilingual=True),
    stories=2,
)
WUTONG = Masthead(
    key="wutong",
    name="梧桐札记",
    host="wutong.example",
    slogan="慢一点，看清楚一点",
    timezone="Asia/Singapore",
    country="SG",
    languages=("zh-Hans",),
    house=House(script="Hans"),
    stories=3,
)
YANZHOU = Masthead(
    key="yanzhou",
    name="雁洲在线",
    host="yanzhou.example",
    slogan="雁洲人的新闻窗口",
    timezone="Asia/Shanghai",
    country="CN",
    languages=("zh-Hans",),
    house=House(script="Hans"),
    stories=3,
)
LANGANG = Masthead(
    key="langang",
    name="嵐港日報",
    host="langang.example",
    slogan="每天早晨，一份報紙",
    timezone="Asia/Taipei",
    country="TW",
    languages=("zh-Hant",),
    house=House(script="Hant"),
    stories=3,
)
HARROW = Masthead(
    key="harrow",
    name="The Harrow Bay Courier",
    host="harrowbay.example",
    slogan="News from the water's edge",
    timezone="Europe/London",
    country="GB",
    languages=("en",),
    house=House(script="en"),
    stories=3,
)
MASTHEADS = (BAICHUAN, HYACINTH, WUTONG, YANZHOU, LANGANG, HARROW)
