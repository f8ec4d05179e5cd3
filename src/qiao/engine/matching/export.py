"""Which texts speak of goods or technology whose export is often controlled: a hint to have it checked, never a verdict.

The groups follow what the lists of dual-use goods of the European Union and of China have in common; the words are those
by which firms speak of them. Missing words are missed goods: nobody may read the absence of a hint as a clearance.
"""

import re
from collections.abc import Iterable

from qiao.engine.matching.text import LONGEST

_WORDS = {
    "aerospace": r"""luft-?\ ?(?:und\ raum)?fahrt|raumfahrt|flugzeug|satellit|rakete|aerospace|aviation|aircraft|spacecraft|satellite|rocket|avionic|航空|航天|飞机|卫星|火箭""",
    "drones": r"""drohne|unbemannt|\bdrones?\b|unmanned|\buavs?\b|无人机|无人驾驶航空""",
    "semiconductors": r"""halbleiterfertig|halbleiteranlag|lithogra[fp]h|waferfertig|semiconductor\ (?:equipment|manufactur|production)|wafer\ (?:fab|processing)|半导体设备|光刻|晶圆制造|芯片制造""",
    "encryption": r"""verschlüssel|kryptogra|encrypt|cryptogra|加密|密码技术|密码学""",
    "quantum": r"""quanten(?:technolog|computer|sensor|kommunikation)|quantum|量子""",
    "lasers": r"""hochleistungslaser|ultrakurzpuls|high-power\ laser|ultra-?short\ pulse|femtosecond|高功率激光|超快激光|飞秒""",
    "sensors": r"""wärmebild|radar|\blidar\b|infrarotkamera|thermal\ imag|infrared\ camera|\bsonar\b|雷达|红外热像|热成像|声呐""",
    "machine-tools": r"""(?:fünf|5)-?achs|(?:five|5)-?axis|五轴""",
    "special-materials": r"""kohlenstofffaser|kohlefaser|carbonfaser|cfk\b|carbon\ fib|\bcfrp\b|gallium|germanium|seltene\ erden|rare[ -]earth|碳纤维|镓|锗|稀土|高温合金""",
    "nuclear": r"""kerntechn|nuklear|zentrifug|vakuumpumpe|nuclear|centrifuge|vacuum\ pump|核能|核电|离心机|真空泵""",
    "biology": r"""krankheitserreger|gensynthese|fermenter|bioreaktor|pathogen|gene\ synthesis|fermenter|bioreactor|病原|基因合成|生物反应器|发酵罐""",
}
_GROUPS = {group: re.compile(words, re.IGNORECASE | re.VERBOSE) for group, words in _WORDS.items()}
GROUPS = tuple(_GROUPS)


def groups_named(words: Iterable[str]) -> tuple[str, ...]:
    """Those of GROUPS that texts speak of, in their order."""
    text = " ".join(each[:LONGEST] for each in words)
    return tuple(group for group, pattern in _GROUPS.items() if pattern.search(text))
