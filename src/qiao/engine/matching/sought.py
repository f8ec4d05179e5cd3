"""Which kinds of organisation a seek asks for: "Hersteller", "university", "园区" and the like, in three languages."""

import re
from collections.abc import Iterable

from qiao.engine.matching.model import TYPES
from qiao.engine.matching.text import LONGEST

_WORDS = {
    "company": r"""hersteller|produzent|lieferant|firm(?:a|en)\b|unternehme[nr]|betriebe?\b|händler|importeur|exporteur|ausrüster
        |anbieter|betreiber|anlagenbauer|maschinenbauer|bauträger|spedit|verlage?\b|konzern|integrator|dienstleister|abnehmer
        |\bmakers?\b|manufacturer|supplier|producer|\bcompan(?:y|ies)\b|\bfirms?\b|\boperators?\b|publisher|distributor|importer|exporter
        |vendor|contractor|retailer|企业|厂商|厂家|[工药机车酒]厂|制造商|生产商|供应商|经销商|代理商|运营商|开发商|贸易商|公司|集团""",
    "institute": r"""institut|forschungs(?:partner|einrichtung|zentr|stätte)|\blabor(?:e|en|atorien)?\b|klinik|krankenh|laborator(?:y|ies)
        |research\ (?:cent|organi|group|partner)|hospital|\bclinics?\b|研究所|研究院|科研|实验室|医院|研究机构|院所""",
    "university": r"""hochschul|universität|fakultät|akademie|konservatori|schulen?\b|universit(?:y|ies)|\bcolleges?\b|\bfacult(?:y|ies)\b
        |\bschools?\b|大学|高校|院校|学院|学校|中学""",
    "agency": r"""parks?\b|parkverwaltung|wirtschaftsförder|industriezone|gründerzentr|agentur|\bzones?\b|incubator|accelerator|\bagenc(?:y|ies)\b
        |园区|产业园|孵化|开发区|招商""",
    "network": r"""cluster|netzwerk|verb[aä]nd|\bkammern?\b|associations?\b|networks?\b|chambers?\b|集群|协会|联盟|商会|学会""",
    "cultural": r"""museum|museen|theater|\bbühnen?\b|orchester|\bch[oö]re?\b|konzerth|ensemble|galerie|festival|veranstalter|theatre|orchestra
        |\bchoirs?\b|concert\ hall|galler(?:y|ies)|博物|美术馆|剧院|剧团|剧场|乐团|合唱团|艺术团|画廊|艺术节""",
    "authority": r"""behörde|verwaltung(?:en)?\b|ministeri|\bamt\b|ämter|städte\b|regionen\b|kommunen|authorit(?:y|ies)|municipal|government
        |\bcities\b|ministr(?:y|ies)|政府|管委会|主管部门|局\b|城市""",
}
_ASKED = {kind: re.compile(words, re.IGNORECASE | re.VERBOSE) for kind, words in _WORDS.items()}


def types_sought(words: Iterable[str]) -> tuple[str, ...]:
    """Those of TYPES that a seek names, in their order; none if it names a thing instead of a partner."""
    text = " ".join(each[:LONGEST] for each in words)
    return tuple(kind for kind in TYPES if _ASKED[kind].search(text))
