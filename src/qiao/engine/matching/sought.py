"""What kind of partner a seek asks for, by the words of three languages: type ("Hersteller"), size ("中小企业"), cooperation ("licensee")."""

import re
from collections.abc import Iterable, Mapping

from qiao.engine.matching.model import SIZES, TYPES
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
_SIZES = {
    "micro": r"""start-?ups?\b|gründer(?:teams?|innen)\b|kleinstunternehmen|\bmicro\ (?:compan|enterpris|business)|初创|创业(?:公司|企业|团队)|小微企业|微型企业""",
    "small": r"""mittelstand|mittelständ|\bkmu\b|kleine(?:re)?[nr]?\ (?:und\ mittlere[nr]?\ )?(?:unternehmen|betriebe|firmen|hersteller)|handwerksbetrieb|familien(?:unternehmen|betrieb)
        |\bsmes?\b|\bsmall(?:er)?\ (?:and\ medium(?:-sized)?\ )?(?:compan|enterpris|business|firm|maker)|family(?:-owned)?\ (?:compan|business)|中小(?:型)?企业|小企业|小型企业|小微企业""",
    "medium": r"""mittelstand|mittelständ|\bkmu\b|mittlere[nr]?\ (?:unternehmen|betriebe|firmen|hersteller)|mittelgroße|\bsmes?\b|\bmedium(?:-sized)?\ (?:compan|enterpris|business|firm)
        |mid-?sized|中小(?:型)?企业|中型企业|专精特新""",
    "large": r"""konzern|großunternehm|großkonzern|große[nr]?\ (?:unternehmen|hersteller|betriebe|firmen|industrie)|weltmarktführer|marktführer|\bcorporations?\b
        |\blarge(?:r)?\ (?:compan|enterpris|corporat|manufactur|firm|group)|multinational|market\ leader|大型(?:企业|集团|公司|国企)|龙头企业|集团公司|头部企业|世界500强|跨国公司""",
}
COOPERATIONS = {
    "distribution": r"""vertrieb|handelspartner|importeur|händler|handelsvertret|absatz|\bkunden\b|abnehmer|distribut|\bsales\b|resell|retail|importer|\bagents?\b|\bcustomers?\b|\bbuyers?\b
        |经销|分销|销售|代理|渠道|客户|进口商""",
    "research": r"""forsch|labor|verbundprojekt|entwicklungspartner|gemeinsame\ (?:prozess)?entwicklung|\bstudien?\b|research|\br&d\b|joint\ (?:\w+\ )?development|co-?develop|\bstud(?:y|ies)\b
        |科研|研发|研究|联合开发|共同开发|合作开发|实验室""",
    "production": r"""lohnfertig|auftragsfertig|fertigungspartner|lokale\ (?:fertigung|produktion)|montage|contract\ manufactur|local\ production|localis|代工|本地化生产|国产化|委托加工|联合生产""",
    "licence": r"""lizenz|technologietransfer|patent|licen[cs]|technology\ transfer|许可|授权|技术转移|技术转让|专利|引进.{0,12}技术""",
    "investment": r"""investor|investition|beteiligung|joint\ venture|gemeinschaftsunternehmen|kapital|ansiedl|gewerbefläch|\binvest|\bequity\b|\bventure|settle|投资|合资|入股|参股|融资|落户|入园|落地""",
    "trial": r"""erprob|pilot|teststreck|referenz(?:kunde|projekt)|anwendungstest|\btrials?\b|\btest(?:ing)?\ (?:site|bed|partner)|demonstrat|试点|试用|示范|测试|验证""",
    "training": r"""ausbild|weiterbild|fortbild|schulung|lehrkräft|praktik|fachkräft|pflegekräft|training|apprentic|internship|skilled\ work|talent|培训|实训|培养|人才|职业教育|双元制""",
    "exchange": r"""austausch|gastspiel|tournee|konzertreise|ausstellung|meisterkurs|festival|städtepartner|exchange|\btours?\b|touring|exhibition|master\ ?class|residenc|交流|巡演|展览|演出|大师班|友好城市""",
}


def _compiled(words: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {kind: re.compile(pattern, re.IGNORECASE | re.VERBOSE) for kind, pattern in words.items()}


_TYPE, _SIZE, _COOPERATION = map(_compiled, (_WORDS, _SIZES, COOPERATIONS))


def types_sought(words: Iterable[str]) -> tuple[str, ...]:
    """Those of TYPES that a seek names, in their order; none if it names a thing instead of a partner."""
    return _named(TYPES, _TYPE, words)


def sizes_sought(words: Iterable[str]) -> tuple[str, ...]:
    """Those of SIZES that a seek names, in their order."""
    return _named(SIZES, _SIZE, words)


def cooperations(words: Iterable[str]) -> tuple[str, ...]:
    """The types of cooperation, of COOPERATIONS, that an offer or a seek speaks of."""
    return _named(tuple(COOPERATIONS), _COOPERATION, words)


def _named(kinds: Iterable[str], patterns: Mapping[str, re.Pattern[str]], words: Iterable[str]) -> tuple[str, ...]:
    text = " ".join(each[:LONGEST] for each in words)
    return tuple(kind for kind in kinds if patterns[kind].search(text))
