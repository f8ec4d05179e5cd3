"""What stands in the names of organisations beside the name proper: legal forms, trades, places, what tells sisters apart.

Latin words are written as `names.folded` leaves them (no accents, ß = ss, ä = ae = a); the tables fold them on loading.
"""

from functools import cache

from qiao.engine.matching.text import fold
from qiao.engine.pinyin import syllables

# Legal form -> its kind. Kinds are compared only between names of one script: "Co., Ltd." renders several Chinese forms.
LEGAL = {
    "gmbh": "limited", "mbh": "limited", "ggmbh": "limited", "ug": "limited", "haftungsbeschränkt": "limited",
    "ltd": "limited", "limited": "limited", "llc": "limited", "pte": "limited", "pvt": "limited", "private": "limited",
    "sarl": "limited", "srl": "limited", "bv": "limited", "ag": "stock", "se": "stock", "inc": "stock",
    "incorporated": "stock", "corp": "stock", "corporation": "stock", "plc": "stock", "kgaa": "stock", "spa": "stock",
    "nv": "stock", "aktiengesellschaft": "stock", "kg": "partnership", "ohg": "partnership", "gbr": "partnership",
    "partg": "partnership", "partgmbb": "partnership", "ek": "sole", "ev": "association", "eg": "cooperative",
    "stiftung": "foundation", "verein": "association", "co": "", "company": "", "cokg": "partnership", "compagnie": "",
    "gesellschaft": "",
}  # fmt: skip
LEGAL_HAN = {
    "股份有限公司": "stock", "股份公司": "stock", "有限责任公司": "limited", "有限公司": "limited",
    "有限合伙": "partnership", "总公司": "", "公司": "",
}  # fmt: skip

# What a firm does, in Chinese and in Latin words: the part of a name that is translated, not transcribed.
_TRADES: tuple[tuple[str, str], ...] = (
    ("科技 技术", "technology technologies tech technologie technologien technik technical technische technologischer"),
    ("机械 机器", "machinery machine machines mechanical maschinen maschinenbau maschine maschinenfabrik"),
    ("设备 装备", "equipment equipments anlagen anlagenbau geräte device devices apparatebau"),
    ("激光", "laser lasers"),
    ("光学 光电", "optics optical optik photonics photonik optoelectronics optoelectronic"),
    ("精密", "precision präzision feinmechanik präzisions"),
    ("自动化", "automation automatisierung automatisierungstechnik"),
    ("智能", "intelligent smart intelligence intelligente"),
    ("机器人", "robot robots robotics robotik"),
    ("电子", "electronic electronics elektronik elektronische"),
    ("电气 电器 电力", "electric electrical elektro elektrotechnik power"),
    ("软件", "software"),
    ("信息", "information informatik informations"),
    ("数据 数码 数字", "data daten digital"),
    ("网络", "network networks netz netzwerk"),
    ("系统", "system systems systeme"),
    ("材料 新材料", "material materials werkstoffe werkstoff"),
    ("化工 化学", "chemical chemicals chemistry chemie chemische"),
    ("生物", "bio biological biotech biotechnology biotechnologie biologics"),
    ("医药 制药 药业", "pharma pharmaceutical pharmaceuticals arzneimittel pharmazeutische"),
    ("医疗 医用 医疗器械", "medical medizin medizintechnik medtech medizinische"),
    ("健康", "health gesundheit"),
    ("环保 环境", "environment environmental umwelt umwelttechnik"),
    ("能源 新能源", "energy energie energies"),
    ("水务 水处理", "water wasser wassertechnik"),
    ("农业", "agriculture agricultural agrar landwirtschaft agri"),
    ("食品", "food foods lebensmittel nahrungsmittel"),
    ("纺织", "textile textiles textil"),
    ("汽车", "auto automotive automobile automobiles fahrzeug fahrzeuge fahrzeugbau vehicle vehicles kfz"),
    ("航空 航天", "aviation aerospace luftfahrt aero"),
    ("轨道 铁路", "rail railway bahn bahntechnik"),
    ("钢铁 钢", "steel stahl stahlbau"),
    ("金属 钛业 铝业 铜业", "metal metals metall metallbau titanium aluminium aluminum"),
    ("模具", "mould moulds mold tooling werkzeugbau formenbau"),
    ("工具 机床", "tool tools werkzeug werkzeuge werkzeugmaschinen"),
    ("铸造", "foundry casting gießerei giesserei guss"),
    ("塑料 橡胶 塑胶", "plastic plastics kunststoff kunststofftechnik rubber gummi"),
    ("包装", "packaging verpackung verpackungen verpackungstechnik"),
    ("印刷", "printing druck druckerei"),
    ("建筑 建设 工程", "construction building bau hochbau tiefbau engineering ingenieurbau ingenieure ingenieurbüro"),
    ("设计", "design"),
    ("制造 实业 工业", "manufacturing industry industries industrial industrie industries works werke werk"),
    ("贸易 商贸 进出口 外贸", "trading trade handel handels import export importexport außenhandel"),
    ("物流 供应链 运输", "logistics logistik transport transporte spedition"),
    ("咨询 顾问", "consulting consultants consultancy beratung unternehmensberatung advisory"),
    ("投资 资本", "investment investments capital kapital invest"),
    ("半导体 微电子 集成电路", "semiconductor semiconductors halbleiter microelectronics mikroelektronik"),
    ("传感 传感器", "sensor sensors sensorik sensing"),
    ("仪器 仪表 测量", "instrument instruments instrumente messtechnik measurement measuring"),
    ("文化 传媒", "culture cultural kultur media medien"),
    ("艺术 美术", "art arts kunst"),
    ("音乐", "music musik"),
    ("博物馆", "museum"),
    ("大学", "university universität"),
    ("学院", "college hochschule academy akademie"),
    ("研究院 研究所 研究中心", "institute institut research forschung forschungsinstitut forschungszentrum"),
    ("中心", "center centre zentrum"),
    ("协会 学会", "association verband society"),
    ("商会", "chamber kammer"),
    ("园区 产业园", "park industriepark"),
    ("医院", "hospital klinik klinikum krankenhaus"),
    ("银行", "bank"),
    ("旅游 旅行社", "travel tourism tourismus reisen"),
    ("海洋", "marine ocean maritime"),
    ("理工", "polytechnic"),
    ("师范", "normal"),
    ("交通", "jiaotong"),
    ("重工", "heavy"),
    ("纸业 造纸", "paper papier"),
    ("矿业", "mining bergbau"),
    ("木业", "wood timber holz"),
    ("乳业", "dairy molkerei"),
    ("种业", "seed seeds saatgut"),
    ("玻璃", "glass glas"),
    ("陶瓷", "ceramics ceramic keramik"),
    ("家具", "furniture möbel"),
    ("服装 服饰", "clothing garment garments apparel bekleidung"),
    ("电池", "battery batteries batterie batterien"),
    ("光伏 太阳能", "solar photovoltaic photovoltaics photovoltaik"),
    ("轴承", "bearing bearings wälzlager"),
    ("阀门", "valve valves ventile armaturen"),
    ("数控", "cnc"),
)  # fmt: skip

# What tells firms of one family apart: with it or without it is another firm.
_MARKS: tuple[tuple[str, str], ...] = (
    ("集团", "group gruppe konzern"),
    ("控股", "holding holdings"),
    ("销售 营销", "sales vertrieb vertriebs marketing"),
    ("服务", "service services dienstleistung dienstleistungen"),
    ("管理", "management verwaltung verwaltungs"),
    ("置业 地产 房地产", "immobilien property estate grundstücks"),
    ("", "beteiligung beteiligungs beteiligungen"),
    ("租赁", "leasing vermietung rental"),
    ("国际", "international"),
    ("分公司", "branch niederlassung zweigniederlassung filiale"),
    ("中国", "china chinese"),
    ("德国", "germany deutschland german deutsche"),
    ("欧洲", "europe europa european"),
    ("亚洲 亚太", "asia asien apac"),
    ("香港", "hongkong"),
    ("北", "north nord"),
    ("南", "south süd"),
    ("东", "east ost"),
    ("西", "west"),
)  # fmt: skip

_PLACES_HAN = (
    "山东 江苏 浙江 广东 河北 河南 湖北 湖南 安徽 江西 福建 四川 陕西 山西 辽宁 吉林 黑龙江 云南 贵州 甘肃 青海 海南 内蒙古 广西 新疆 西藏 宁夏 "
    "北京 上海 天津 重庆 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 莱芜 章丘 历城 深圳 广州 苏州 无锡 常州 南京 "
    "杭州 宁波 温州 合肥 武汉 长沙 成都 西安 郑州 沈阳 大连 哈尔滨 长春 厦门 福州 南昌 石家庄 太原 昆明 东莞 佛山 珠海 南通 徐州 "
    "德累斯顿 莱比锡 开姆尼茨 茨维考 弗赖贝格 柏林 慕尼黑 汉堡 泉城 易北城"
)
_PLACES_LATIN = {
    "shaanxi": "陕西", "xian": "西安", "taian": "泰安", "dresden": "德累斯顿", "dresdner": "德累斯顿",
    "leipzig": "莱比锡", "leipziger": "莱比锡", "chemnitz": "开姆尼茨", "chemnitzer": "开姆尼茨", "zwickau": "茨维考",
    "zwickauer": "茨维考", "freiberg": "弗赖贝格", "freiberger": "弗赖贝格", "berlin": "柏林", "berliner": "柏林",
    "munich": "慕尼黑", "münchen": "慕尼黑", "münchner": "慕尼黑", "hamburg": "汉堡", "hamburger": "汉堡",
    "tsingtao": "青岛", "peking": "北京", "elbstadt": "易北城", "elbstädter": "易北城", "quellstadt": "泉城",
    "quellstädter": "泉城", "pirna": "Pirna", "pirnaer": "Pirna", "görlitz": "Görlitz", "görlitzer": "Görlitz",
    "bautzen": "Bautzen", "bautzner": "Bautzen", "meißen": "Meißen", "meißner": "Meißen", "plauen": "Plauen",
    "plauener": "Plauen", "stuttgart": "Stuttgart", "stuttgarter": "Stuttgart",
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SMALL = {
    fold(word) for word in _words("und and & of the der die das des für for in im am an von zu zur a mit new high")
}
_SHORT = {
    "tu": "technische universität", "th": "technische hochschule", "fh": "hochschule", "uni": "universität",
    "univ": "university", "inst": "institut", "intl": "international", "mfg": "manufacturing", "equip": "equipment",
    "mach": "machinery", "eng": "engineering", "grp": "group", "masch": "maschinen", "elektr": "elektro",
}  # fmt: skip
PLACE_WORDS = {"province", "city", "municipal", "stadt", "district", "shi", "sheng"}
PLACE_ENDS = "省市区县"

FREE_MAIL = _words(
    "gmail.com googlemail.com outlook.com hotmail.com hotmail.de live.com live.de msn.com yahoo.com yahoo.de icloud.com me.com "
    "mac.com aol.com aol.de gmx.de gmx.net gmx.com gmx.at web.de t-online.de freenet.de arcor.de posteo.de mailbox.org "
    "proton.me protonmail.com mail.com mail.de email.de online.de vodafone.de 1und1.de kabelmail.de yandex.ru mail.ru qq.com "
    "foxmail.com 163.com 126.com 139.com 188.com yeah.net sina.com sina.cn sohu.com aliyun.com 21cn.com 189.cn tom.com "
    "vip.163.com vip.qq.com vip.sina.com"
)
# Hosts on which firms have pages but which are not theirs.
SHARED_SITES = _words(
    "alibaba.com 1688.com made-in-china.com globalsources.com taobao.com tmall.com jd.com weibo.com weixin.qq.com qq.com "
    "facebook.com linkedin.com xing.com instagram.com youtube.com twitter.com x.com github.io github.com wixsite.com "
    "jimdo.com jimdofree.com wordpress.com blogspot.com google.com sites.google.com wlw.de europages.de baidu.com "
    "example.org example.com example.net"
)


def _latin(rows: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {fold(word): _code(han, latin) for han, latin in rows for word in latin.split()}


def _han(rows: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {word: _code(han, latin) for han, latin in rows for word in han.split()}


def _code(han: str, latin: str) -> str:
    return fold(latin.split()[0])


TRADES, TRADES_HAN = _latin(_TRADES), _han(_TRADES)
ABBREVIATED = {word: tuple(fold(meant).split()) for word, meant in _SHORT.items()}
MARKS, MARKS_HAN = _latin(_MARKS), {w: code for w, code in _han(_MARKS).items() if len(w) > 1}
LEGAL = {fold(word): kind for word, kind in LEGAL.items()}
PLACES_HAN = {place: place for place in _PLACES_HAN.split()}


@cache
def places() -> dict[str, str]:
    """A place in Latin letters -> its code."""
    spoken = {fold("".join(syllables(place))): place for place in PLACES_HAN}
    return spoken | {fold(word): place for word, place in _PLACES_LATIN.items()}


@cache
def spoken() -> dict[str, str]:
    """A word of a Chinese name, other than the name proper, in pinyin -> a Latin word that is read as it."""
    kinds = {"limited": "limited", "stock": "corporation", "partnership": "kg", "": "company"}
    read = {word: kinds[kind] for word, kind in LEGAL_HAN.items()} | MARKS_HAN | TRADES_HAN
    return {fold("".join(syllables(word))): latin for word, latin in read.items()}


# Cyrillic and Greek letters that look like Latin ones.
LOOK_ALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТУХаеорсухіјѕԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρ",
    "ABCEHIJKMOPSTYXaeopcyxijsdqwhABEZHIKMNOPTYXovp",
)  # fmt: skip
