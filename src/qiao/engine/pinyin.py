"""Chinese as it is spoken: pinyin without tones."""

import re
import unicodedata

_HAN = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]")
_HAN_RUN = re.compile(rf"{_HAN.pattern}+")
# Words at which names of firms can be divided; what lies between is divided in twos, as most words are.
_WORDS = re.compile(
    "(自动化|进出口|新能源|半导体|机器人|研究院|研究所|委员会|软件园|产业园|科学院|实验室|促进局"
    "|有限|公司|股份|责任|集团|控股|科技|技术|设备|机械|电子|电气|智能|制造|材料|生物|医药|医疗|器械|化工|工程|工业|贸易|国际"
    "|信息|软件|网络|环保|能源|汽车|激光|光电|大学|学院|中心|协会|商会|管理|发展|投资|实业|食品|纺织|服务|咨询|文化|经济"
    "|中国|山东|江苏|浙江|广东|北京|上海|天津|重庆|深圳|济南|青岛|烟台|潍坊|淄博|泰安|临沂|威海|东营|济宁|日照|德州|聊城|滨州|菏泽|枣庄"
    "|省|市|区|县)"
)
_DOUBLE_SURNAME = re.compile("欧阳|司马|诸葛|上官|夏侯|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|南宫|端木|呼延|东方")
# Signs that are read otherwise where they are surnames.
_SURNAMES = {
    "单": "Shan",
    "曾": "Zeng",
    "仇": "Qiu",
    "解": "Xie",
    "查": "Zha",
    "区": "Ou",
    "朴": "Piao",
    "翟": "Zhai",
    "缪": "Miao",
    "乐": "Yue",
}


def syllables(text: str) -> list[str]:
    """济南激光 -> ji, nan, ji, guang; runs of other characters stay as they are."""
    if not _HAN.search(text):
        return [text] if text else []
    from pypinyin import lazy_pinyin  # its dictionary takes 50 MB: a process that spells no Chinese does without

    return lazy_pinyin(text)


def spelled_person(name: str) -> str:
    """欧阳娜娜 -> Ouyang Nana: the surname, then the given name."""
    if not _HAN_RUN.fullmatch(name):
        return spelled_firm(name)
    double = _DOUBLE_SURNAME.match(name)
    surname, given = (name[: double.end()], name[double.end() :]) if double else (name[0], name[1:])
    return " ".join(filter(None, (_SURNAMES.get(surname) or _word(surname), _word(given))))


def spelled_firm(name: str) -> str:
    """济南泉城激光设备有限公司 -> Jinan Quancheng Jiguang Shebei Youxian Gongsi."""
    spelled = _HAN_RUN.sub(lambda run: f" {' '.join(map(_word, _words(run[0])))} ", unicodedata.normalize("NFKC", name))
    return re.sub(r" (?=[),.])|(?<=\() ", "", " ".join(spelled.replace("(", " (").split()))


def _words(run: str) -> list[str]:
    found = []
    for part in filter(None, _WORDS.split(run)):
        whole = len(part) <= 3
        found += [part] if whole else [part[start : start + 2] for start in range(0, len(part), 2)]
    return found


def _word(signs: str) -> str:
    """长安 -> Chang'an."""
    from pypinyin import lazy_pinyin

    spelled = "".join(f"'{one}" if one[0] in "aeo" else one for one in lazy_pinyin(signs, v_to_u=True))
    return spelled.removeprefix("'").capitalize()
