"""What readers say: one sentence, two languages."""

import pickle
import string

import pytest

from geo_toolkit.boundary import read_sites
from geo_toolkit.boundary.sentences import SENTENCES
from geo_toolkit.boundary.words import FeaturePlaces, in_words, say


def fields(template):
    return sorted({name for _, name, _, _ in string.Formatter().parse(template) if name})


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_name_the_same(code):
    english, chinese = SENTENCES[code]
    assert fields(english) == fields(chinese)


def test_a_sentence_within_a_sentence():
    place = say("ring_of", place=say("feature", n=2), n=1)
    assert place == "feature 2 ring 1"
    assert say("closed_at", place=place).words("zh") == "第2个要素第1环：未闭合的环已闭合"
    assert in_words("plain", "zh") == "plain"
    assert pickle.loads(pickle.dumps(place)).words("zh") == place.words("zh")


def test_places_are_a_sequence():
    places = FeaturePlaces(3)
    assert list(places) == ["feature 1", "feature 2", "feature 3"]
    assert places[1:] == ["feature 2", "feature 3"]
    with pytest.raises(IndexError):
        places[3]


def test_a_survey_text_in_chinese(tmp_path):
    text = (
        "[属性描述]\n坐标系=2000国家大地坐标系\n带号=35\n[地块坐标]\n9,45,DK01,甲,面,,,,@\n"
        "J1,1,35605200.000,3409400.000\nJ2,1,35605400.000,3409400.000\n"
        "J3,1,35605400.000,3409250.000\nJ4,1,35605200.000,3409250.000\n"
    )
    path = tmp_path / "plot.txt"
    path.write_bytes(text.encode("gbk"))
    source = read_sites(path).inputs[0]
    assert source.basis_texts("zh") == (
        "自动识别（符合GBK编码规则而非UTF-8，含“属性描述”）",
        "文件声明（第2行（坐标系），Y坐标带号前缀35）",
    )
    assert source.warning_texts("zh") == [
        "两列坐标互换：第一列为东坐标，第二列为北坐标（按数值大小识别）",
        "地块DK01（第5行）：声明界址点9个，实有4个",
        "地块DK01（第5行）：声明面积45的单位是亩而非公顷，按3.0000公顷读取",
    ]
    assert source.repair_texts("zh") == [
        "地块DK01第1圈（第6行）：未闭合的环已闭合（面积变化+0.000平方米）"
    ]
    assert source.header == (("坐标系", "2000国家大地坐标系"), ("带号", "35"))
