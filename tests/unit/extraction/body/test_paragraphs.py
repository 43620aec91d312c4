from __future__ import annotations

import pytest

from mediawatch.extraction.body.paragraphs import is_caption
from tests.support.articles import ENGLISH, PARAGRAPHS, article_of, html, paragraphs


@pytest.mark.parametrize(
    "line",
    [
        "(闸门夜里的样子)",
        "（闸门夜里的样子）",
        "图：闸门夜里的样子",
        "圖／某某攝",
        "图片来源：某某图库",
        "▲闸门夜里的样子",
        "闸门夜里的样子 秦望舒 摄",
        "闸门夜里的样子。圖/陸遠",
        "闸门夜里的样子（资料图片）",
        "闸门夜里亮着灯，堤上有人。（取自秦望舒脸书）",
        "闸门夜里亮着灯（翻攝網路）",
        "闸门夜里亮着灯。（水利局提供） 某央社記者秦望舒城北傳真 115年3月19日",
        "Gates at night. Photograph: Ida Wren",
        "闸门 Ida Wren/Sputnik",
        "(Photo by Ida Wren)",
    ],
)
def test_lines_that_are_captions(line: str) -> None:
    assert is_caption(line)


@pytest.mark.parametrize(
    "line",
    [
        *PARAGRAPHS,
        "(We never did settle on one, unlike our neighbours.)",
        "Dry/Sec/Seco",
        "UX/UI Improvements",
        "他说：“图书馆开了。”",
        "拍摄持续了三天，导演说他第一次在水库拍摄",
        "河堤夜里也有人跑步。（摘自某某晚报）",
    ],
)
def test_lines_that_are_not(line: str) -> None:
    assert not is_caption(line)


def test_captions_are_kept_apart_without_their_brackets() -> None:
    lines = (PARAGRAPHS[0], "（闸门夜里的样子）", *PARAGRAPHS[1:])
    article = article_of(html(body=paragraphs(*lines)))
    assert (article.captions, article.text) == (("闸门夜里的样子",), "\n".join(PARAGRAPHS))


def test_a_caption_of_a_figure_and_one_of_a_class_beside_its_picture() -> None:
    figure = "<figure><img src='/a.jpg'><figcaption>闸门</figcaption></figure>"
    classed = "<div><img src='/b.jpg'><p class='photo-caption'>渠道</p></div>"
    article = article_of(html(body=paragraphs(*PARAGRAPHS[:2]) + figure + classed + paragraphs(*PARAGRAPHS[2:])))
    assert (article.captions, article.text) == (("闸门", "渠道"), "\n".join(PARAGRAPHS))


@pytest.mark.parametrize("name", ["photo-caption", "picIntro", "pictext", "img_descr", "image_text"])
def test_classes_of_captions(name: str) -> None:
    classed = f"<p><img src='/b.jpg'></p><p class='{name}'>渠道今天的样子</p>"
    article = article_of(html(body=paragraphs(*PARAGRAPHS[:2]) + classed + paragraphs(*PARAGRAPHS[2:])))
    assert (article.captions, article.text) == (("渠道今天的样子",), "\n".join(PARAGRAPHS))


def test_captions_of_other_articles_are_not_this_ones() -> None:
    teaser = "<aside><figure><img src='/c.jpg'><figcaption>别的文章的图</figcaption></figure></aside>"
    assert article_of(html(bottom=teaser)).captions == ()


@pytest.mark.parametrize(
    "line",
    [
        "想看更多新闻吗？欢迎下载某某APP，现在就关注我们的频道。",
        "【免责声明】本文仅代表作者本人观点，与某某网无关，请读者仅作参考。",
        "未经授权，禁止转载。",
        "授權聲明",
    ],
)
def test_offers_and_disclaimers_below_the_text_are_not_of_it(line: str) -> None:
    assert article_of(html(body=paragraphs(*PARAGRAPHS, line))).text == "\n".join(PARAGRAPHS)


def test_photo_news_is_its_caption() -> None:
    line = "3月4日，城北水库的工作人员在检修新闸门，春灌将于下周开始，下游农田都能用上水。秦望舒 摄"
    assert article_of(html(body=f"<p><img src='/1.jpg'></p><p>{line}</p>")).text == line


@pytest.mark.parametrize(
    "line",
    [
        "某某新聞現已開設專頁，讓你即時掌握生活資訊！快點到 Facebook Like我們的專頁！",
        "记得点赞我们的专页，每天都有好消息。",
    ],
)
def test_an_offer_to_follow_the_site_ends_no_text(line: str) -> None:
    assert article_of(html(body=paragraphs(*PARAGRAPHS, line))).text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "Continue Reading Below",
        "Article continues after this advertisement",
        "Also read | New rules for the harbour",
        "Related stories\nNew rules for the harbour\nThe old bridge is open again",
        "Subscribe to get the latest posts sent to your email.",
        "Like this story? Share it with a friend!",
        "Unlimited online access to The Harbour Post.",
    ],
)
def test_what_english_sites_print_between_paragraphs_is_cut(line: str) -> None:
    article = article_of(html(body=paragraphs(ENGLISH[0], *line.splitlines(), *ENGLISH[1:])))
    assert article.text == "\n".join(ENGLISH)


@pytest.mark.parametrize(
    "line",
    [
        "Related costs rose by a third.",
        "Read next to the window, the letter made sense.",
        "The story continues after the flood, he said.",
        "Related\nHe never came back.",
    ],
)
def test_english_lines_that_begin_like_words_of_the_site_are_text(line: str) -> None:
    article = article_of(html(body=paragraphs(ENGLISH[0], *line.splitlines(), *ENGLISH[1:])))
    assert line.splitlines()[-1] in article.text.splitlines()


@pytest.mark.parametrize(
    ("line", "is_text"),
    [
        ("作者：林晓舟", False),
        ("[作者：林晓舟]", False),
        ("（作者 林晓舟、秦望舒）", False),
        ("作者：林晓舟 城北 教师", True),  # who wrote a letter, and from where
        ("作者说他明年还会再来。", True),
        ("记者：林晓舟　　责编：秦望舒　　网编：陆远", False),
        ("时间：星期六 地点：文化宫", True),
        ("主持：林晓舟 嘉宾：秦望舒", True),
        ("记者：林晓舟 网编：他没有改过一个字", True),
    ],
)
def test_a_last_line_that_names_the_author_alone_is_not_of_the_text(line: str, is_text: bool) -> None:
    article = article_of(html(body=paragraphs(*PARAGRAPHS, line)))
    assert article.text.splitlines() == [*PARAGRAPHS, *[line] * is_text]


@pytest.mark.parametrize(
    "line",
    [
        "廣告 請繼續往下閱讀",
        "☞加入本報LINE好友，新聞不漏接",
        "看更多：港口新規三個月內須登記",
        "原标题：水库春灌",
        "影片載入中",
        "字級：小 中 大 特大",
        "A+ A- 列印",
        "聽新聞 0:00 / 0:00",
        "简体 | 繁體",
        "本文閱讀時間約 3 分鐘",
        "您的位置：首页 > 新闻 > 正文",
        "#水庫 #春灌",
    ],
)
def test_what_chinese_sites_print_between_paragraphs_is_cut(line: str) -> None:
    article = article_of(html(body=paragraphs(PARAGRAPHS[0], line, *PARAGRAPHS[1:])))
    assert article.text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "特别声明：以上内容为自媒体平台用户上传并发布，本平台仅提供信息存储服务。",
        "更多精彩资讯请在应用市场下载某某新闻客户端。",
        "返回搜狐，查看更多",
        "阅读 1,234",
        "本網站之文字、圖片及影音，非經授權，不得轉載、公開播送。",
        "★飲酒過量，有害健康★",
        "珍惜生命，若有心理困擾，可撥打安心專線：1925",
        "您必須登入才能留言",
        "Copyright © 2026 某某日报. All rights reserved.",
        f"Copyright 2026 Harbour Post. All rights reserved. {'No part of it may be used in any form. ' * 3}".strip(),
        "無断転載を禁じます。",
        "저작권자(c) 해변일보, 무단 전재-재배포, AI 학습 및 활용 금지",
        "무단전재 및 재배포 금지",
        "用APP看新聞 天天中獎　點我下載APP　按我看辦法",
    ],
)
def test_what_chinese_sites_print_at_the_end_is_cut(line: str) -> None:
    assert article_of(html(body=paragraphs(*PARAGRAPHS, line))).text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "广告牌被风吹倒，没有人受伤。",
        "位置偏远的三个村子也通了水。",
        "阅读3000本书的孩子得到了奖状。",
        "무단전재를 둘러싼 소송에서 신문사가 이겼다.",
        "原标题的修改引起了很多讨论。",
        "留言的人很多，大家都盼着水来。",
        "加入WhatsApp群組的受害者超過三百人，損失達八千萬元",
        "關注好友動態的人數下降了兩成",
        "追踪“好友”三年，他终于把骗子送进了监狱！",
        "聽新聞長大的一代人，如今已經老了",
        "朗读比赛有三百名学生参加",
        "阅读能力提高了12分",
        "位置：台北市信義區松仁路100號，每日10時至21時開放",
        "分享给本报的这段视频显示，闸门已经打开。",
        "打印，本来是他的工作。",
        "热门新闻：市长辞职了，议会将在下周投票。",
    ],
)
def test_sentences_that_begin_like_words_of_the_site_are_text(line: str) -> None:
    article = article_of(html(body=paragraphs(PARAGRAPHS[0], line, *PARAGRAPHS[1:])))
    assert line in article.text.splitlines()


@pytest.mark.parametrize(
    "line",
    [
        "警方称，死者因喝酒过量身亡，家属没有异议。",
        "她说，未满18岁的学生不能参加夜间的工作，学校已经通知了家长。",
        "卫生部说，咨询专线昨天接到1200个电话。",
        "他说，感谢大家支持我们，明年会做得更好。",
        "更多新闻记者被捕，国际社会表示关注。",
        "用户必须登录才能发表评论的规定下月生效。",
        "爆料：市长收了三百万元。",
        "非经许可，不得使用该处水源，村民说。",
        "Copyright law was changed in 1998, and the court has now said how it is to be read.",
        "社長承認無斷轉載，已經向作者道歉，並且賠償了全部損失，雙方昨天在法院簽字，不再追究這一件事情的責任。",
        "Like us on the coast, the people of the valley wait for the rain to end.",
    ],
)
def test_a_last_sentence_that_holds_words_of_the_site_is_text(line: str) -> None:
    assert line in article_of(html(body=paragraphs(*PARAGRAPHS, line))).text.splitlines()


@pytest.mark.parametrize(
    "line",
    [
        *(
            "廣告 更多內容請繼續往下閱讀",
            "【同場加映】港口新規上路",
            "责任编辑／许明朗",
            "★本報關心您：飲酒過量有害健康",
        ),
        *(
            "標籤：人行道、施工",
            "分享給朋友：Facebook LINE Twitter",
            "您可能也喜歡",
            "我要爆料",
            "扫码关注城北在线公众号",
        ),
        *("长按二维码关注我们", "欢迎在评论区留言讨论", "END"),
    ],
)
def test_more_words_of_the_site_below_the_text(line: str) -> None:
    assert line not in article_of(html(body=paragraphs(*PARAGRAPHS, line))).text


@pytest.mark.parametrize(
    "line",
    [
        *(
            "消保官提醒您：購買前先看清楚標示。",
            "他說，標籤：危險，早就貼在閘門上了。",
            "分享給朋友的照片裡，老橋還在。",
        ),
        *("您可能也喜歡這座橋，村民笑著說。", "我要爆料的人很多，他說。", "扫码关注的人数超过三万，平台说。"),
        *(
            "欢迎在评论区的人不多，他删掉了那段话。",
            "責任編輯／許明朗說，他沒有改過一個字。",
            "In the end, the gates were opened.",
        ),
        *("【同場】三支球隊昨天先後出場。", "廣告請繼續投放，廠商說。"),
        *("【延伸阅读】城北水库建于1958年，是全市最大的水库。", "●消保官提醒您：購買前先看清楚標示，三天內可以退貨。"),
        *("Tag: you are it, she said.", "标签：他们说这是一种偏见，不该贴在孩子身上", "扫码点餐前必须先关注公众号。"),
    ],
)
def test_more_last_sentences_that_begin_like_words_of_the_site(line: str) -> None:
    assert line in article_of(html(body=paragraphs(*PARAGRAPHS, line))).text.splitlines()
