"""Who plays in the demo world: organisations, the additional hosts and the people, all made up, the same for each seed.

The organisations and the world's facts are data; people and the hosts beyond the 46 Chinese organisations are generated.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from qiao.engine.pinyin import syllables
from qiao.site.demo_people import DEMO_EMAILS

__all__ = ["Cast", "Player", "build_cast", "data_of", "world"]

Row = dict[str, str]
SIDES = {
    "saxony": "saxony",
    "jinan": "jinan",
    "guest": "saxony",
}  # guests from third countries sit on the European side
SCRIPTS = {"CN": "zh", "DE": "de", "AT": "de", "CH": "fr", "FI": "fi", "NL": "nl", "IL": "he"}
GUESTS = 60
INTERPRETERS = (("de", 18), ("en", 8))
STARS = {
    "D01": "leader",
    "D06": "german",
    "Z11": "chinese",
}  # organisation -> the one-click sign-in its first person is


@cache
def data_of(name: str) -> Any:
    return json.loads((files(__package__) / "data" / f"{name}.json").read_text(encoding="utf-8"))


def world() -> dict[str, Any]:
    """Regions, themes, parks, the conference, the delegation's programme and the scenarios."""
    found: dict[str, Any] = data_of("world")
    return found


@dataclass(frozen=True)
class Player:
    """A row of the participants' table before it is one."""

    id: str
    organisation: str
    name: str
    name_latin: str
    role: str
    email: str
    languages: tuple[str, ...]
    type: str  # guest or host


@dataclass
class Cast:
    organisations: list[Row] = field(default_factory=list)
    people: list[Player] = field(default_factory=list)
    interpreters: list[Player] = field(default_factory=list)

    def guests(self) -> list[Player]:
        return [one for one in self.people if one.type == "guest"]

    def hosts(self) -> list[Player]:
        return [one for one in self.people if one.type == "host"]


class Names:
    """Made-up names, none twice."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.used: set[str] = set()

    def make(self, script: str) -> tuple[str, str]:
        """(name in its own script and order, name in Latin script)."""
        lists = data_of("people")["names"][script]
        while True:
            family, given = self.random.choice(lists["family"]), self.random.choice(lists["given"])
            pair = (family[0] + given[0], f"{family[1]} {given[1]}") if script == "zh" else (f"{given} {family}", "")
            if pair[0] not in self.used:
                self.used.add(pair[0])
                return pair


def build_cast(seed: int = 1) -> Cast:
    random = Random(seed)  # noqa: S311 - a play, no secret
    names = Names(random)
    listed = data_of("organisations")
    cast = Cast([_organisation_row(org) for org in listed])
    delegation = [world()["delegation"]["leader"], *world()["delegation"]["members"]]
    european = [org for org in listed if org["side"] != "jinan"]
    rest = [org for org in european if org["id"] not in delegation]
    abroad = [org for org in rest if org["side"] == "guest"]
    saxon = [org for org in rest if org["side"] == "saxony"][: GUESTS - len(delegation) - len(abroad)]
    chosen = {org["id"] for org in abroad + saxon} | set(delegation)
    for org in listed:
        if org["id"] in chosen:
            cast.people.append(_player(org, 1, "guest", names, random))
        elif org["side"] == "jinan":
            cast.people += [_player(org, number, "host", names, random) for number in (1, 2)]
    for row, languages in _more_hosts(random):
        cast.organisations.append(row)
        name, latin = names.make("zh")
        role = random.choice(["国际业务经理", "技术总监", "总经理"])
        email = f"{row['id'].lower()}.1@example.org"
        cast.people.append(Player(f"{row['id']}.1", row["id"], name, latin, role, email, languages, "host"))
    cast.interpreters = _interpreters(names, random)
    return cast


def _organisation_row(org: dict[str, Any]) -> Row:
    """One row of the organisations' table (docs: formats, Tables)."""
    texts = {
        f"{kind}_{language}": " | ".join(entry.get(language, "") for entry in org[kind])
        for kind in ("offers", "seeks")
        for language in ("de", "zh", "en")
    }
    return {
        "id": org["id"], "name": org["name"], "name_en": data_of("people")["english"].get(org["id"], ""),
        "side": SIDES[org["side"]], "type": org["type"], "country": org["country"], "city": org["city"],
        "park": org.get("park", ""), "languages": ";".join(org["languages"]), "themes": ";".join(org["themes"]),
        "nace": org["nace"], **{key: text if text.strip(" |") else "" for key, text in texts.items()},
    }  # fmt: skip


def _player(org: dict[str, Any], number: int, kind: str, names: Names, random: Random) -> Player:
    name, latin = names.make(SCRIPTS[org["country"]])
    role = org["contacts"][number - 1]["role"]
    own = org["languages"][0]
    star = STARS.get(org["id"]) if number == 1 else None
    return Player(
        id=f"{org['id']}.{number}", organisation=org["id"], name=name, name_latin=latin,
        role=data_of("people")["roles"][role].get(own, role),
        email=DEMO_EMAILS[star] if star else org["contacts"][number - 1]["email"],
        languages=(own,) if star == "chinese" else _spoken(org["languages"], random), type=kind,
    )  # fmt: skip


def _spoken(languages: list[str], random: Random) -> tuple[str, ...]:
    """Not everybody speaks all languages of the house: the first surely, English mostly, further ones often."""
    return tuple(
        code for place, code in enumerate(languages) if place == 0 or random.random() < (0.65 if code == "en" else 0.5)
    )


def _more_hosts(random: Random) -> list[tuple[Row, tuple[str, ...]]]:
    """Chinese firms built from made-up brands and a vocabulary of specialities."""
    vocabulary = data_of("hosts")
    brands = iter(vocabulary["brands"])
    rows: list[tuple[Row, tuple[str, ...]]] = []
    for number in (0, 1):
        for special in vocabulary["specialities"]:
            brand, firm = next(brands), special["firms"][number]
            latin = "".join(syllables(brand)).capitalize()
            languages = ("zh", "en") if random.random() < 0.35 else ("zh",)
            row = {
                "id": f"H{len(rows) + 1:02d}", "name": f"{brand}{special['branch']}有限公司",
                "name_en": f"{latin} {special['latin']} Co., Ltd.", "side": "jinan", "type": "company",
                "country": "CN", "city": "济南", "park": special["park"], "languages": ";".join(languages),
                "themes": special["theme"], "nace": special["nace"],
                "offers_zh": firm["offer"]["zh"], "offers_en": firm["offer"]["en"],
                "seeks_zh": firm["seek"]["zh"], "seeks_en": firm["seek"]["en"],
            }  # fmt: skip
            rows.append((row, languages))
    return rows


def _interpreters(names: Names, random: Random) -> list[Player]:
    """As many of each language pair as scenario B says; a third of them are Germans."""
    found = []
    for language, count in INTERPRETERS:
        for number in range(1, count + 1):
            script = "de" if language == "de" and number % 3 == 0 else "zh"
            name, latin = names.make(script)
            identifier = f"{language}-zh.{number}"
            email = DEMO_EMAILS["interpreter"] if identifier == "de-zh.1" else f"{identifier}@example.org"
            languages = (language, "zh") if language == "en" or random.random() < 0.6 else ("de", "zh", "en")
            found.append(Player(identifier, "", name, latin, "", email, languages, "interpreter"))
    return found
