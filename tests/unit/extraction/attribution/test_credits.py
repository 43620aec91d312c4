from __future__ import annotations

import pytest

from mediawatch.extraction.attribution.credits import Role, people_in, read_credit


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
        ("阿尔法军事", []),
        ("記者陳以安及林晓舟／台北報導", ["陳以安", "林晓舟"]),
        ("某某論壇陳以安專欄", ["陳以安"]),
        ("社會中心／陳以安　林晓舟　新北市報導", ["陳以安", "林晓舟"]),
        ("編譯陳以安／綜合報導", ["陳以安"]),
        ("某某網編輯陳以安臺北報導", ["陳以安"]),
        ("記者陳以安 圖／林晓舟", ["陳以安"]),
        ("（记者林晓舟 编辑：周远）", ["林晓舟"]),
        ("上報快訊／陳以安", ["陳以安"]),
        ("轉載自某某媒；文：陳以安", ["陳以安"]),
        ("瓦歷斯．諾幹", ["瓦歷斯．諾幹"]),
        ("Hannah Oakshott, Wednesday", ["Hannah Oakshott"]),
        ("責任編輯 陳以安", []),
        ("曼谷3日專電", []),
        ("社論", []),
        ("娛樂新聞組／即時報導", []),
        ("警方告訴記者陳以安，事件仍待調查。", []),
        ("翻譯模型「陳以安」免費開放 某某師範大學道歉", []),
        ("LANTERN TECHNOLOGY CO.,LTD.", []),
        ("AFP, WASHINGTON, DC", []),
        ("admin", []),
        ("Harbour staff reporter", []),
        ("Community Editor", []),
        ("HDNTV", []),
        ("Bo Chan, staff writer", ["Bo Chan"]),
        ("Kristen", ["Kristen"]),
        ("圖／文：陳以安", ["陳以安"]),
        ("记者丨陈以安", ["陈以安"]),
        ("陈以安 发自北京", ["陈以安"]),
        ("某经记者 陈以安 某经编辑 林晓舟", ["陈以安"]),
        ("By Ann Lee, PhD and Bo Chan, M.D.", ["Ann Lee", "Bo Chan"]),
        ("某某日报", []),
        ("圖文／驍豚", ["驍豚"]),
        ("圖文 陳以安", ["陳以安"]),
        ("撰文＝驍豚", ["驍豚"]),
        ("採訪＝驍豚", ["驍豚"]),
        ("文 驍豚", ["驍豚"]),
        ("陳以安／作家", ["陳以安"]),
        ("文／驍豚", ["驍豚"]),
        ("記者陳以安 設計／林晓舟", ["陳以安"]),
        ("記者陳以安休斯頓報導", ["陳以安"]),
        ("記者陳安臺北市報導", ["陳安"]),
        ("編輯部", []),
        ("文／編輯部", []),
        ("記者財經頻道", []),
        ("https://social.example/someone", []),
        ("图/文 陈以安", ["陈以安"]),
        ("文图／陈以安", ["陈以安"]),
        ("文．攝影／陳以安", ["陳以安"]),
        ("文并摄/陈以安", ["陈以安"]),
        ("陈以安 文/图", ["陈以安"]),
        ("陈以安／文 林晓舟／图", ["陈以安"]),
        ("记者 陈以安/文 林晓舟/摄", ["陈以安"]),
        ("记者 陈以安 文 林晓舟 图", ["陈以安"]),
        ("本报记者 陈以安 文/摄", ["陈以安"]),
        ("2026-03-04 08:00 陈以安/文", ["陈以安"]),
        ("□ 陈以安", ["陈以安"]),
        ("■陈以安 林晓舟", ["陈以安", "林晓舟"]),
        ("● 老照片", []),
        ("駐華盛頓特派員陳以安", ["陳以安"]),
        ("特派員陳以安／東京專電", ["陳以安"]),
        ("实习生 陈以安", ["陈以安"]),
        ("陳以安／譯", ["陳以安"]),
        ("by陈以安", ["陈以安"]),
        ("署名：陈以安", ["陈以安"]),
        ("供稿：某某镇政府", []),
        ("作者为陈以安", ["陈以安"]),
        ("作者：陈以安，某某大学教授", ["陈以安"]),
        ("作者：某某區議員 陳以安", ["陳以安"]),
        ("陈以安专稿", ["陈以安"]),
        ("社會中心／陳以安、林晓舟報導", ["陳以安", "林晓舟"]),
        ("文/某某晚报记者 陈以安 图/某某晚报记者 林晓舟", ["陈以安"]),
        ("◎ 陳以安（某市／退休教師）", ["陳以安"]),
        ("陳以安／退休教師（某市）", ["陳以安"]),
        ("By Chen Yi-an (陳以安)", ["Chen Yi-an"]),
        ("記者陳以安（Chen Yi-an）／台北報導", ["陳以安"]),
        ("Author, 陳以安", ["陳以安"]),
        ("某某報-陳以安", ["陳以安"]),
        ("记者 扎西次仁", ["扎西次仁"]),
        ("文／佐藤健一", ["佐藤健一"]),
        ("By Ann Lee in Northbridge and Bo Chan in Harrow", ["Ann Lee", "Bo Chan"]),
        ("By Harbour News writers Ann Lee, Bo Chan", ["Ann Lee", "Bo Chan"]),
        ("By Ann Lee in Northbridge, West Harrow", ["Ann Lee"]),
        ("Reporters Without Borders", []),
        ("Ann Lee (编辑)", []),
        ("記者陳以安・台北報導", ["陳以安"]),
        ("記者陳嫆台北報導", ["陳嫆"]),
        ("报道：欧素美", ["欧素美"]),
        ("记者 江河", ["江河"]),
        ("撰文｜江河", ["江河"]),
        ("作者：陈以安、江河", ["陈以安", "江河"]),
        ("记者展开调查", []),
        ("By Ann Lee in Paris", ["Ann Lee"]),
        ("By Ann Lee and Bo Chan in Paris", ["Ann Lee", "Bo Chan"]),
        ("By Ann Lee for The Harrow Post", ["Ann Lee"]),
        ("By Ann Lee @annlee", ["Ann Lee"]),
        ("By Ann Lee • 5 min read", ["Ann Lee"]),
        ("Posted by Ann Lee on November 28, 2026", ["Ann Lee"]),
        ("Story by Ann Lee", ["Ann Lee"]),
        ("Reporting by Ann Lee; Editing by Bo Chan", ["Ann Lee"]),
        ("Text by Ann Lee, photos by Bo Chan", ["Ann Lee"]),
        ("Ann Lee, Political Correspondent", ["Ann Lee"]),
        ("Ann Lee Chief Political Correspondent", ["Ann Lee"]),
        ("Illustration by Ann Lee", []),
        ("Produced by Ann Lee", []),
        ("By Appointment", []),
        ("作者：陈以安 和 林晓舟", ["陈以安", "林晓舟"]),
        ("作　者：陈以安", ["陈以安"]),
        ("编 辑：林晓舟 记 者：陈以安", ["陈以安"]),
        ("文╱陳以安 圖╱林晓舟", ["陳以安"]),
        ("陈以安　撰", ["陈以安"]),
        ("陳以安・文", ["陳以安"]),
        ("撰写：陈以安", ["陈以安"]),
        ("投稿人：陈以安", ["陈以安"]),
        ("文字 | 陈以安 排版 | 林晓舟 图片 | 秦望舒", ["陈以安"]),
        ("記者：陈以安；後製：林晓舟", ["陈以安"]),
        ("记者/陈以安 校审/林晓舟", ["陈以安"]),
        ("記者陈以安／台北．新北連線報導", ["陈以安"]),
        ("作者：不具名", []),
        ("N/A", []),
        ("記者陳以和台北市報導", ["陳以和"]),
        ("某某网_提供股票、基金、期货与外汇市场的金融资讯，以及个人理财咨询等服务", []),
    ],
)
def test_names_out_of_a_printed_byline(printed: str, names: list[str]) -> None:
    assert people_in(printed) == names


@pytest.mark.parametrize(
    ("printed", "roles"),
    [
        ("文／陳以安 攝影／林晓舟", [Role.WRITER, Role.PHOTOGRAPHER]),
        ("某某社記者 陳以安 攝", [Role.PHOTOGRAPHER]),
        ("本报记者陈以安摄", [Role.PHOTOGRAPHER]),
        ("(青禾/编译)", [Role.TRANSLATOR]),
        ("文字：陈以安 图片：林晓舟", [Role.WRITER, Role.PHOTOGRAPHER]),
        ("文／陳以安 編譯／林晓舟", [Role.WRITER, Role.TRANSLATOR]),
        ("作者：陳以安｜責任編輯：林晓舟", [Role.WRITER, Role.EDITOR]),
        ("By Ann Lee Translated and Adapted by Bo Chan", [Role.WRITER, Role.TRANSLATOR]),
    ],
)
def test_each_person_has_the_role_that_is_printed(printed: str, roles: list[Role]) -> None:
    assert [person.role for person in read_credit(printed).people] == roles


def test_outlets_beside_the_people_are_kept_apart() -> None:
    assert read_credit("某某日報 記者陳以安／台北報導").organisations == ("某某日報",)


def test_a_name_behind_a_label_is_one_although_it_was_reported_from_somewhere_too() -> None:
    assert people_in("记者陈以安、通讯员林晓舟报道") == ["陈以安", "林晓舟"]
    assert people_in("记者陈以安／柏原报道") == ["陈以安"]
    assert people_in("記者陈以安、實習記者／柏原報導") == ["陈以安"]


@pytest.mark.parametrize(
    "printed",
    [
        *("作 者 的 话", "编 辑 手 记", "记 者 会", "撰写报告的学者", "供稿单位", "文字·图片", "城市·撰文"),
        *("投稿须知", "后期制作基地", "校审制度", "Compiled by hand, it took a year."),
        *("Writing by candlelight, she finished.", "Compiled by machines"),
        *("Compiled by Northbridge Analytics", "Writing by Hand Improves Memory", "记者陈以安以后制定规则"),
    ],
)
def test_words_that_look_like_labels(printed: str) -> None:
    credits = read_credit(printed)
    assert not (credits.is_labelled and credits.people)
