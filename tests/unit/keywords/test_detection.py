"""What a day shows: new, back and rising words, and what stops the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from mediawatch.keywords import Gate, Rules, TextDocument, codes_of, detect, explain
from mediawatch.keywords.candidates import Candidate, article_ids_of, spread_of
from mediawatch.keywords.detection import Detection, returned
from mediawatch.keywords.scoring import scored
from mediawatch.language.aliases import Aliases
from mediawatch.records import AlertKind
from tests.support.wires import PUBLISHERS, Wire, document, usual, with_word

pytestmark = pytest.mark.slow

RULES = Rules()
WORD = "沅鹭计划"


def publishers_of(word: Candidate, found: Detection) -> dict[str, int]:
    """The stories of a word by publisher."""
    return spread_of(found.window, word.places).publishers_of(0)


@pytest.fixture(scope="module")
def month() -> Wire:
    """A wire after thirty days on which nothing happened; no test closes another day of it."""
    wire = Wire()
    wire.quiet(30)
    return wire


def test_a_day_like_the_others_shows_nothing(month: Wire) -> None:
    found = detect(month.day, month.readings(usual(month.day)), month.history, RULES)
    assert found.topics == ()
    assert found.baseline_days == 28


def test_a_word_never_seen_before_is_new(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, WORD, PUBLISHERS[:3])]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    head = found.topics[0].head
    assert (head.term, head.kind) == (WORD, AlertKind.NEW)
    assert sorted(publishers_of(head, found)) == sorted(PUBLISHERS[:3])
    assert set(article_ids_of(found.window, head.places)) == {one.article_id for one in documents[-3:]}
    assert (head.publishers, head.articles) == (3, 3)


def test_the_order_of_articles_does_not_matter(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, WORD, PUBLISHERS[:3])]
    one = detect(month.day, month.readings(documents), month.history, RULES)
    other = detect(month.day, month.readings(documents[::-1]), month.history, RULES)
    assert [topic.head.term for topic in one.topics] == [topic.head.term for topic in other.topics]
    assert [(each.term, each.score, each.gate) for each in one.candidates] == [
        (each.term, each.score, each.gate) for each in other.candidates
    ]


def test_ten_articles_of_one_publisher_are_no_news(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, WORD, ["晨报"] * 10)]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    assert found.topics == ()
    assert explain(WORD, found, month.history, RULES, Aliases()).gate is Gate.FEW_PUBLISHERS


def test_agencies_that_one_house_names_are_no_second_witness_and_those_of_an_aggregator_are(month: Wire) -> None:
    def gate(*publishers: str) -> Gate:
        articles = [replace(one, site="晨报") for one in with_word(month.day, "贝维特", publishers)]
        found = detect(month.day, month.readings([*usual(month.day), *articles]), month.history, RULES)
        return next(one.gate for one in found.candidates if one.term == "贝维特")

    assert gate("晨报", "晨报", "晨报", "通讯社", "电台") is Gate.FEW_PUBLISHERS
    assert gate("晨报", "通讯社", "电台", "晚报") is Gate.PASSED


def test_a_word_put_into_a_copy_is_said_by_who_put_it_there(month: Wire) -> None:
    theirs = document(month.day, 50, publisher="通讯社", story="agency-report")
    copied = replace(document(month.day, 51, words=(WORD,), publisher="通讯社", story="agency-report"), origin="晨报")
    own = with_word(month.day, WORD, ["晨报"] * 3)
    found = detect(month.day, month.readings([*usual(month.day), theirs, copied, *own]), month.history, RULES)
    word = next(one for one in found.candidates if one.term == WORD)
    assert (word.publishers, publishers_of(word, found)) == (1, {"晨报": 4})
    assert explain(WORD, found, month.history, RULES, Aliases()).gate is Gate.FEW_PUBLISHERS


def test_a_word_of_the_original_is_its_publishers_in_every_copy(month: Wire) -> None:
    stories = [f"{publisher}-report" for publisher in PUBLISHERS[:3]]
    pairs = [
        (document(month.day, 60 + number, words=(WORD,), publisher=story[:-7], story=story), f"site-{number}.example")
        for number, story in enumerate(stories)
    ]
    copies = [replace(one, article_id=f"copy-{one.article_id}", origin=site) for one, site in pairs]
    documents = [*usual(month.day), *(one for one, _ in pairs), *copies]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    assert publishers_of(found.topics[0].head, found) == dict.fromkeys((story[:-7] for story in stories), 1)


def test_copies_of_one_story_are_no_news(month: Wire) -> None:
    copies = [
        replace(document(month.day, 200 + number, words=(WORD,)), story="wire-1", publisher="通讯社")
        for number in range(9)
    ]
    found = detect(month.day, month.readings([*usual(month.day), *copies]), month.history, RULES)
    assert found.topics == ()
    assert explain(WORD, found, month.history, RULES, Aliases()).gate is Gate.FEW_STORIES


def test_what_only_a_new_source_says_is_its_own_vocabulary(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, WORD, ["新报", "新台", "新报", "新台"])]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    assert found.topics == ()
    assert explain(WORD, found, month.history, RULES, Aliases()).gate is Gate.NEW_SOURCE


def test_a_known_word_that_multiplies_is_rising(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, "登革热", PUBLISHERS * 2)]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    (head,) = (topic.head for topic in found.topics if topic.head.term == "登革热")
    assert head.kind is AlertKind.RISING
    assert head.ratio > 2


@pytest.mark.parametrize("name", ["麻将夫人", "扶摇手机"])
def test_a_name_made_of_known_words_is_new(month: Wire, name: str) -> None:
    """将 is a function word by itself only; jieba calls 扶摇 a verb, which no other article has."""
    documents = [*usual(month.day), *with_word(month.day, name, PUBLISHERS)]
    assert detect(month.day, month.readings(documents), month.history, RULES).topics[0].head.term == name


def test_a_known_word_loses_without_headlines_and_when_it_is_no_noun() -> None:
    wire = Wire()
    for _ in range(30):
        known = [one for word in ("检阅", "卫星") for one in with_word(wire.day, word, PUBLISHERS[:1])]
        wire.close([*usual(wire.day), *known])
    many = [one for word in ("检阅", "卫星") for one in with_word(wire.day, word, PUBLISHERS * 2)]
    found = detect(wire.day, wire.readings([*usual(wire.day), *many]), wire.history, RULES)
    verb, noun = (next(one for one in found.candidates if one.term == word) for word in ("检阅", "卫星"))
    assert (verb.is_noun, noun.is_noun) == (False, True)
    assert scored(replace(noun, is_noun=False)).score < noun.score
    assert scored(replace(noun, titles=0)).score < scored(replace(noun, titles=len(noun.stories) // 4)).score


def test_a_name_stands_beside_the_common_word_in_it_that_rises_as_well() -> None:
    wire = Wire()
    for _ in range(30):
        wire.close([*usual(wire.day), *with_word(wire.day, "夫人", PUBLISHERS[:1])])
    others = [
        one for title in ("市长夫人", "总统夫人", "部长夫人") for one in with_word(wire.day, title, PUBLISHERS[:2])
    ]
    documents = [*usual(wire.day), *with_word(wire.day, "皮衣夫人", PUBLISHERS[:3]), *others]
    found = detect(wire.day, wire.readings(documents), wire.history, RULES)
    gates = {one.term: one.gate for one in found.candidates}
    assert (gates["皮衣夫人"], gates["夫人"]) == (Gate.PASSED, Gate.PASSED)


def test_a_known_word_with_verbs_beside_it_is_a_clause_about_the_word(month: Wire) -> None:
    documents = [
        *usual(month.day),
        *with_word(month.day, "卫星突发爆炸", PUBLISHERS),
        *with_word(month.day, "卫星", PUBLISHERS),
    ]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    gates = {one.term: one.gate for one in found.candidates}
    assert gates["卫星"] is Gate.PASSED
    assert gates.get("卫星突发爆炸") is not Gate.PASSED


def test_a_new_name_with_verbs_beside_it_is_the_name_where_it_stands_without_them(month: Wire) -> None:
    documents = [
        *usual(month.day),
        *with_word(month.day, f"{WORD}突发事故", PUBLISHERS[:3]),
        *with_word(month.day, WORD, PUBLISHERS[2:]),
    ]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    gates = {one.term: one.gate for one in found.candidates}
    assert (gates[WORD], gates[f"{WORD}突发事故"]) == (Gate.PASSED, Gate.NESTED)


def test_a_name_that_ends_in_a_new_common_word_is_one_of_its_own(month: Wire) -> None:
    documents = [
        *usual(month.day),
        *with_word(month.day, "鸿鹄大模型", PUBLISHERS[:3]),
        *(one for name in ("蓝鹮", "青鸾") for one in with_word(month.day, f"{name}大模型", PUBLISHERS[:2])),
    ]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    gates = {one.term: one.gate for one in found.candidates}
    assert (gates["鸿鹄大模型"], gates["大模型"]) == (Gate.PASSED, Gate.PASSED)


@pytest.mark.parametrize("phrase", ["亿克朗援助", "警告沅鹭", "沅鹭证实", "所有水泵", "水泵对发电机", "市民声援沅鹭"])
def test_a_piece_of_a_sentence_is_no_word(month: Wire, phrase: str) -> None:
    """A unit behind a number, what is said of a name, a clause with its preposition."""
    text = "获得50亿克朗援助" if phrase == "亿克朗援助" else phrase
    documents = [*usual(month.day), *with_word(month.day, text, PUBLISHERS * 2)]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    assert phrase not in {one.term for one in found.candidates}


def test_a_name_behind_a_year_is_a_name(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, "2026沅鹭论坛", PUBLISHERS)]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    assert found.topics[0].head.term == "沅鹭论坛"


def test_a_name_that_begins_with_a_rare_verb_has_none(month: Wire) -> None:
    def actions_of(*words: str) -> int:
        documents = [*usual(month.day), *(one for word in words for one in with_word(month.day, word, PUBLISHERS))]
        found = detect(month.day, month.readings(documents), month.history, RULES)
        return next(one.actions for one in found.candidates if one.term == "扶摇手机")

    assert actions_of("扶摇手机") == 0
    assert actions_of("扶摇手机", "扶摇直上") == 1


def test_a_verb_before_a_name_is_said_of_it(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, "渲染荷兰", PUBLISHERS)]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    assert {one.actions for one in found.candidates if one.term == "渲染荷兰"} == {1}


def test_a_word_that_was_only_cut_otherwise_does_not_rise(month: Wire) -> None:
    fever = replace(document(month.day, 300), text="医生谈登革热，登革热患者增加。")
    copies = [
        replace(fever, article_id=f"f{number}", story=f"f{number}", publisher=PUBLISHERS[number]) for number in range(3)
    ]
    found = detect(month.day, month.readings([*usual(month.day), *copies]), month.history, RULES)
    assert all(topic.head.term != "登革热" for topic in found.topics)


def test_excluded_words_and_patterns_stop(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, WORD, PUBLISHERS[:3])]
    readings = month.readings(documents)
    by_word = detect(month.day, readings, month.history, RULES, excluded={WORD})
    by_pattern = detect(month.day, readings, month.history, RULES, patterns=[re.compile("沅鹭.*")])
    for found in (by_word, by_pattern):
        assert explain(WORD, found, month.history, RULES, Aliases()).gate is Gate.EXCLUDED
        assert all(topic.head.term != WORD for topic in found.topics)


def test_nothing_is_judged_before_ten_days_of_baseline() -> None:
    wire = Wire()
    wire.quiet(10)
    found = detect(wire.day, wire.readings(with_word(wire.day, WORD, PUBLISHERS)), wire.history, RULES)
    assert (found.topics, found.candidates, found.baseline_days) == ((), (), 8)
    assert explain(WORD, found, wire.history, RULES, Aliases()).gate is Gate.BASELINE


def test_a_word_silent_for_a_month_is_back() -> None:
    wire = Wire()
    wire.quiet(2)
    wire.close([*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:2])])
    wire.quiet(RULES.baseline_days + RULES.window_days)
    found = detect(wire.day, wire.readings(with_word(wire.day, WORD, PUBLISHERS[:3])), wire.history, RULES)
    assert [(topic.head.term, topic.head.kind) for topic in found.topics] == [(WORD, AlertKind.BACK)]


def test_a_word_of_three_hundred_days_ago_is_back_and_one_of_no_day_is_new() -> None:
    wire = Wire()
    wire.quiet(2)
    first = wire.day
    wire.close([*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:2])])
    for _ in range(300):
        wire.close([document(wire.day, number) for number in range(3)])
    other = "澜屿条例"
    documents = [*with_word(wire.day, WORD, PUBLISHERS[:3]), *with_word(wire.day, other, PUBLISHERS[1:4])]
    found = detect(wire.day, wire.readings(documents), wire.history, RULES)
    kinds = {candidate.term: candidate.kind for candidate in found.candidates}
    assert (kinds[WORD], kinds[other]) == (AlertKind.BACK, AlertKind.NEW)
    [last] = wire.history.last_standing([codes_of(WORD)], wire.day).values()
    assert (last.year, last.month) == (first.year, first.month)


@pytest.mark.parametrize(("resumed", "is_back"), [(18, False), (27, False), (32, True)])
def test_days_without_a_harvest_are_no_days_without_the_word(resumed: int, is_back: bool) -> None:
    wire = Wire()
    wire.quiet(10)
    wire.close([*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:2])])
    wire.day += timedelta(days=35)  # nothing was collected
    wire.quiet(resumed)
    found = detect(
        wire.day, wire.readings([*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:3])]), wire.history, RULES
    )
    told = [(topic.head.term, topic.head.kind) for topic in found.topics]
    assert told == ([(WORD, AlertKind.BACK)] if is_back else [])
    if not is_back:
        assert explain(WORD, found, wire.history, RULES, Aliases()).gate is Gate.BASELINE


def test_a_word_never_seen_is_new_after_an_outage_too() -> None:
    wire = Wire()
    wire.quiet(10)
    wire.day += timedelta(days=35)
    wire.quiet(18)
    found = detect(
        wire.day, wire.readings([*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:3])]), wire.history, RULES
    )
    assert [(topic.head.term, topic.head.kind) for topic in found.topics] == [(WORD, AlertKind.NEW)]


def test_a_word_of_one_weekday_does_not_rise() -> None:
    wire = Wire()
    for _ in range(4):
        wire.close([*usual(wire.day), *with_word(wire.day, "登革热", PUBLISHERS * 2)])
        wire.quiet(6)
    assert (wire.day - timedelta(weeks=4)).weekday() == wire.day.weekday()
    documents = [*usual(wire.day), *with_word(wire.day, "登革热", PUBLISHERS * 2)]
    found = detect(wire.day, wire.readings(documents), wire.history, RULES)
    assert all("登革热" not in topic.head.term for topic in found.topics)


def test_a_word_of_every_second_week_does_not_rise() -> None:
    wire = Wire()
    for _ in range(2):
        wire.close([*usual(wire.day), *with_word(wire.day, "登革热", PUBLISHERS * 2)])
        wire.quiet(13)
    documents = [*usual(wire.day), *with_word(wire.day, "登革热", PUBLISHERS * 2)]
    found = detect(wire.day, wire.readings(documents), wire.history, RULES)
    gates = {one.term: one.gate for one in found.candidates if one.is_word}
    assert gates["登革热"] is Gate.WEEKDAY
    louder = [*usual(wire.day), *with_word(wire.day, "登革热", PUBLISHERS * 3)]
    assert detect(wire.day, wire.readings(louder), wire.history, RULES).topics[0].head.term == "登革热"


def test_a_feast_of_the_calendar_is_no_news(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, "元旦", PUBLISHERS * 2)]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    assert {one.gate for one in found.candidates if one.term == "元旦"} == {Gate.COMMON}
    assert explain("元旦", found, month.history, RULES, Aliases()).gate is Gate.COMMON


def test_a_headline_in_lists_of_links_is_one_report_of_its_word(month: Wire) -> None:
    own = with_word(month.day, WORD, PUBLISHERS[:1])
    others = [document(month.day, 200 + number, publisher=PUBLISHERS[number % 4]) for number in range(6)]
    linking = [replace(one, text=f"{one.text}\n{own[0].title}\n") for one in others]
    found = detect(month.day, month.readings([*usual(month.day), *own, *linking]), month.history, RULES)
    assert found.topics == ()
    quoting = [replace(one, text=f"{one.text}\n昨天有人说：{own[0].title}\n") for one in others]
    found = detect(month.day, month.readings([*usual(month.day), *own, *quoting]), month.history, RULES)
    assert found.topics[0].stories > {own[0].story}


def told_of(day: date, sentences: Sequence[str]) -> list[TextDocument]:
    """An article of each publisher in turn about what its sentence says."""
    made = [document(day, 300 + number, publisher=PUBLISHERS[number % 4]) for number in range(len(sentences))]
    return [
        replace(one, title=sentence.split("。")[0], text=f"{one.text}\n{sentence}")
        for one, sentence in zip(made, sentences, strict=True)
    ]


def test_who_is_named_in_full_at_first_is_told_by_the_full_name(month: Wire) -> None:
    sentences = [
        "诗人岩沼桂来到河口。岩沼表示喜欢这里",
        "岩沼桂的诗集出版。读者认为岩沼写得好",
        "听岩沼桂读诗。岩沼没有回答问题",
        "岩沼桂与读者见面。岩沼在山城住了一年",
    ]
    found = detect(month.day, month.readings([*usual(month.day), *told_of(month.day, sentences)]), month.history, RULES)
    assert found.topics[0].head.term == "岩沼桂"
    assert all(one.gate is not Gate.PASSED for one in found.candidates if one.term == "岩沼")


def test_a_name_of_the_dictionary_in_which_two_others_end_is_none(month: Wire) -> None:
    def gates(*words: str) -> set[Gate]:
        documents = [one for word in words for one in with_word(month.day, word, PUBLISHERS)]
        found = detect(month.day, month.readings([*usual(month.day), *documents]), month.history, RULES)
        return {one.gate for one in found.candidates if one.term == "志远"}

    assert gates("志远") == {Gate.PASSED}
    # The cut has 壮志 and 远 in the second.
    assert gates("箐志远", "壮志远") == {Gate.BOUNDARY}


def test_a_surname_may_be_a_pronoun_as_well(month: Wire) -> None:
    verbs = ("去了港口", "看望工人", "谈到水费", "答复来信")
    named = [f"何霁川{verb}。港口的何霁川再次{verb}，何霁川不说为什么" for verb in verbs]
    found = detect(month.day, month.readings([*usual(month.day), *told_of(month.day, named)]), month.history, RULES)
    assert "何霁川" in {one.term for one in found.candidates if one.gate is Gate.PASSED}
    asked = [f"霁川{verb}。何霁川{verb}，霁川不说为什么" for verb in verbs]
    found = detect(month.day, month.readings([*usual(month.day), *told_of(month.day, asked)]), month.history, RULES)
    assert "何霁川" not in {one.term for one in found.candidates}


def test_an_expression_that_a_word_inside_it_explains_is_back_as_well() -> None:
    wire = Wire()
    wire.quiet(2)
    wire.close([*usual(wire.day), *with_word(wire.day, WORD, PUBLISHERS[:2])])
    wire.quiet(RULES.baseline_days + RULES.window_days)
    found = detect(wire.day, wire.readings(with_word(wire.day, WORD, PUBLISHERS[:3])), wire.history, RULES)
    [word] = (candidate for candidate in found.candidates if candidate.term == WORD)
    nested = replace(word, kind=AlertKind.NEW, gate=Gate.NESTED)
    [after] = returned([nested], found.window, wire.history, RULES, {nested.codes})
    assert (after.kind, after.gate) == (AlertKind.BACK, Gate.NESTED)


def test_a_common_word_is_excluded_with_the_expression_that_would_tell_it() -> None:
    """The invented wire has 警报 every day; today most of its reports are of a 海啸警报."""
    wire = Wire()
    wire.quiet(2)
    for _ in range(RULES.baseline_days + RULES.window_days):
        wire.close([*usual(wire.day), *told_of(wire.day, ["东城试鸣警报。居民没有理会"])])
    sentences = [
        "北港发布海啸警报。居民听到警报后离开。海啸没有到来。孩子怕警报。老人不信警报",
        "南湾的海啸警报已经解除。渔民谈到海啸。警报太晚。一家工厂没有警报",
        "海啸警报传到河口。专家解释海啸。听不见警报的人很多。警报又响",
        "东城收到海啸警报。人们害怕海啸。他关掉警报。警报停了",
        "山城解除海啸警报。海啸很高。警报使学校停课。到处是警报",
        "医院因海啸警报关门。海啸走远。她误解警报。警报分三级",
        "西城的海啸警报还在。没有海啸。警报来自山上。每个警报都有编号",
        "海啸警报让渔民回港。海啸过后。警报还有用。新的警报更响",
    ]
    readings = wire.readings([*usual(wire.day), *told_of(wire.day, sentences)])
    found = detect(wire.day, readings, wire.history, RULES)
    assert [word.term for word in found.topics[0].words] == ["海啸警报", "警报"]
    found = detect(wire.day, readings, wire.history, RULES, excluded=("海啸警报",))
    assert found.topics == ()
    assert {one.gate for one in found.candidates if one.term == "警报"} == {Gate.EXCLUDED}


def test_a_title_before_a_name_is_no_part_of_it(month: Wire) -> None:
    named = [
        f"局长莨昙{verb}。局长莨昙再次{verb}，有人赞成" for verb in ("去了港口", "看望工人", "谈到水费", "答复来信")
    ]
    others = [
        f"局长{name}没有到场。另一位局长{name}也没有" for name in ("王某", "李某", "张某", "陈某", "林某", "周某")
    ]
    documents = [*usual(month.day), *told_of(month.day, [*named, *others])]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    gates = {one.term: one.gate for one in found.candidates}
    assert (gates["莨昙"], gates["局长莨昙"]) == (Gate.PASSED, Gate.NESTED)


def test_a_word_with_what_is_said_of_it_is_no_name(month: Wire) -> None:
    told = ("沅鹭强烈", "沅鹭质疑", "沅鹭开工后", "沅鹭条例")
    documents = [one for word in told for one in with_word(month.day, word, PUBLISHERS[:3])]
    found = detect(month.day, month.readings([*usual(month.day), *documents]), month.history, RULES)
    terms = {one.term for one in found.candidates}
    assert "沅鹭条例" in terms
    assert not terms & {"沅鹭强烈", "沅鹭质疑", "沅鹭开工后"}


def test_a_phrase_before_a_known_word_is_no_name(month: Wire) -> None:
    said = [f"议会辩论{what}" for what in ("电动车", "博物馆", "太阳能", "图书馆")]
    documents = [one for word in said for one in with_word(month.day, word, PUBLISHERS[:3])]
    documents += [one for what in ("电动车", "博物馆") for one in with_word(month.day, what, PUBLISHERS)]
    documents += with_word(month.day, "博物馆罢工", PUBLISHERS[:3])
    found = detect(month.day, month.readings([*usual(month.day), *documents]), month.history, RULES)
    terms = {one.term for one in found.candidates}
    assert not terms & {"议会辩论电动车", "议会辩论博物馆"}


def test_products_of_one_unknown_maker_are_names(month: Wire) -> None:
    made = ("星穹电动车", "星穹机器人", "星穹手机")
    documents = [one for word in made for one in with_word(month.day, word, PUBLISHERS[:3])]
    documents += [one for word in ("电动车", "机器人", "手机") for one in with_word(month.day, word, PUBLISHERS[:3])]
    found = detect(month.day, month.readings([*usual(month.day), *documents]), month.history, RULES)
    assert set(made) <= {one.term for one in found.candidates}


def test_what_always_stands_behind_an_and_is_a_part_of_a_name(month: Wire) -> None:
    def told(joined: str) -> set[str]:
        documents = with_word(month.day, f"莨昙部{joined}澜屿局", PUBLISHERS[:3])
        documents += with_word(month.day, f"箐岭厅{joined}澜屿局", PUBLISHERS[:3])
        found = detect(month.day, month.readings([*usual(month.day), *documents]), month.history, RULES)
        return {one.term for one in found.candidates if one.gate is Gate.PASSED}

    assert "澜屿局" in told("，")
    assert "澜屿局" not in told("及")


def test_half_of_an_english_name_is_none(month: Wire) -> None:
    sentences = [
        "Rally for Quillon Marsh",
        "Quillon Marsh speaks",
        "Who is Quillon Marsh?",
        "No word from Quillon Marsh",
    ]
    found = detect(month.day, month.readings([*usual(month.day), *told_of(month.day, sentences)]), month.history, RULES)
    passed = [one.term for one in found.candidates if one.gate is Gate.PASSED]
    assert "quillon marsh" in passed
    assert not {"quillon", "marsh"} & set(passed)


def test_an_explanation_tells_counts_and_place(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, WORD, PUBLISHERS[:3])]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    told = explain("沅鷺計畫".replace("畫", "划"), found, month.history, RULES, Aliases())
    assert (told.term, told.gate, told.stories, told.today, told.usual, told.place) == (WORD, Gate.PASSED, 3, 3, 0.0, 1)
    assert told.reason.endswith(".")


def test_what_headlines_say_of_anybody_is_explained_as_common(month: Wire) -> None:
    documents = [*usual(month.day), *with_word(month.day, "警告", PUBLISHERS)]
    found = detect(month.day, month.readings(documents), month.history, RULES)
    assert explain("警告", found, month.history, RULES, Aliases()).gate is Gate.COMMON


def test_an_unknown_word_is_explained_by_its_absence(month: Wire) -> None:
    found = detect(month.day, month.readings(usual(month.day)), month.history, RULES)
    told = explain("没有的词语", found, month.history, RULES, Aliases())
    assert (told.gate, told.stories, told.kind) == (Gate.FEW_STORIES, 0, None)


def test_an_expression_that_was_dismissed_is_explained_by_that() -> None:
    wire = Wire()
    before = ("飞机警报", "防空警报", "空袭警报", "火灾警报", "洪水警报", "地震警报")

    def told(*words: tuple[str, Sequence[str]]) -> list[TextDocument]:
        made = [(f"{word}{n}", one) for n, (word, by) in enumerate(words) for one in with_word(wire.day, word, by)]
        return [
            *usual(wire.day),
            *(replace(one, article_id=one.article_id + name, story=one.story + name) for name, one in made),
        ]

    for number in range(30):
        by, other = PUBLISHERS[number % 4], PUBLISHERS[(number + 1) % 4]
        longer = PUBLISHERS[(number + 2) % 4 :][:1] if number % 3 == 0 else []
        wire.close(told(("海啸警报", [by]), (before[number % 6], [other]), ("日本海啸警报", longer)))
    others = zip(before, ([publisher] for publisher in PUBLISHERS), strict=False)
    today = wire.readings(told(("海啸警报", PUBLISHERS * 3), *others))
    found = detect(wire.day, today, wire.history, RULES)
    assert [topic.head.term for topic in found.topics] == ["海啸警报"]
    dismissed = detect(wire.day, today, wire.history, RULES, excluded=["海啸警报"])
    gates = {one.term: one.gate for one in dismissed.candidates}
    assert (dismissed.topics, gates["海啸警报"], gates["警报"]) == ((), Gate.EXCLUDED, Gate.EXCLUDED)
