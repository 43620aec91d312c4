from __future__ import annotations

import subprocess
import sys

import pytest

from mediawatch.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("今天的关税谈判没有结果", "zh-Hans"),
        ("今天的關稅談判沒有結果", "zh-Hant"),
        ("大公司上市", "zh-Hans"),
        ("iPhone 17发布", "zh-Hans"),
        ("日銀が金利の引き上げを決定した", "ja"),
        ("優の良品進駐臺灣各大百貨公司", "zh-Hant"),
        ("서울시는 새로운 지하철 노선을 개통한다", "ko"),
        ("北韓 김정은 國務委員長 방문", "ko"),
        ("The president said that the talks would go on", "en"),
        ("Bank of England cuts rates to 4%, markets rally", "en"),
        ("What is 躺平 and why do people speak of it", "en"),
        ("Le président a déclaré que la guerre était finie hier", "fr"),
        ("Der Präsident sagte gestern, dass der Krieg vorbei ist", "de"),
        ("Президент России заявил об этом журналистам", "ru"),
        ("Reuters", "und"),
        ("2026 — 3.5 %", "und"),
        ("", "und"),
    ],
)
def test_characters_decide_before_words_do(text: str, language: str) -> None:
    assert language_of(text) == language


def test_the_model_is_loaded_for_other_languages_only() -> None:
    program = (
        "import sys; from mediawatch.language import language_of\n"
        "for text in ('今天的关税谈判没有结果', 'The president said that they met', 'Le président a déclaré'):\n"
        "    language_of(text); print('py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "True"]
