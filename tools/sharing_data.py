"""Rules that turn raw facts on services, rivalries, agreements and outposts into columns of the tables."""
import csv
import math
from pathlib import Path

RAW = Path(__file__).resolve().parent.parent / "scenarios" / "data" / "raw"

# ---- intelligence output ------------------------------------------------------------------------------------

INDEX_EXPONENT = 0.75                    # assumed: output grows by this power of spending; 0.5 and 1 are the extremes
LEAST_SPENDING_MUSD = 2.0                # assumed: a handful of people
SPENDING_ASSUMED_MUSD = {"ARE": 23_100, "QAT": 10_900}     # military spending that nobody publishes
# What a service mainly does. Where no budget is known: the part of military spending (where figures are known, 4 to 8 %
# for most technical ones, 3 to 7 for combined ones), and the factor either way. Always: the part of output that is raw.
KINDS = {
    "technical": {"spending_share": 0.04, "factor": 2.0, "raw_share": 0.7},     # a large signals agency of its own
    "combined": {"spending_share": 0.025, "factor": 2.5, "raw_share": 0.6},     # signals inside other services
    "human": {"spending_share": 0.02, "factor": 2.5, "raw_share": 0.5},         # human sources, few signals
    "internal": {"spending_share": 0.005, "factor": 3.0, "raw_share": 0.4},     # guards the state at home
    "desk": {"spending_share": 0.01, "factor": 3.0, "raw_share": 0.2},          # reads and assesses
}


def raw_rows(name):
    with open(RAW / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def shown(value, digits):
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


# Nations with a published duty to warn others of threats to them.
DUTY_TO_WARN = {"USA"}


def spending(service, military_musd):
    """Central, low and high spending on intelligence, million US dollars of 2019."""
    if service["spending_musd"]:
        return tuple(float(service[key]) for key in ("spending_musd", "low_musd", "high_musd"))
    kind = KINDS[service["kind"]]
    central = max(LEAST_SPENDING_MUSD, kind["spending_share"] * military_musd)
    return central, central / kind["factor"], central * kind["factor"]


def services(nations):
    """For each nation its columns on intelligence, and the key of the budget's source."""
    facts = {row["iso3"]: row for row in raw_rows("intelligence-services.csv")}
    largest = float(facts["USA"]["spending_musd"])
    made = {}
    for iso, nation in nations.items():
        service = facts[iso]
        military = float(nation["military_spending_musd"] or SPENDING_ASSUMED_MUSD[iso])
        index = [100 * (amount / largest) ** INDEX_EXPONENT for amount in spending(service, military)]
        made[iso] = {
            "columns": {
                "intelligence": shown(index[0], 3), "intelligence_low": shown(index[1], 3),
                "intelligence_high": shown(index[2], 3),
                "raw_share": shown(KINDS[service["kind"]]["raw_share"], 2),
                "own_assessment": "true" if service["assesses_equipment"] else "false",
                "duty_to_warn": "true" if iso in DUTY_TO_WARN else "false",
            },
            "source": " ".join(filter(None, ["" if service["source"] == "rule" else service["source"],
                                             "icd-191" if iso in DUTY_TO_WARN else ""])),
        }
    return made


# ---- contests with rivals -----------------------------------------------------------------------------------

DISPUTE = {"": 0.0, "low": 0.2, "militarised": 0.5, "sovereignty": 0.7}
ATTACK = {"": 0.0, "joined": 0.1, "named": 0.2, "lethal": 0.4}
EXPULSION = {"": 0.0, "recalled": 0.05, "some": 0.15, "many": 0.15}
STRATEGIC, ESPIONAGE = 0.2, 0.1


def contest_share(row):
    share = DISPUTE[row["dispute"]] + ATTACK[row["attack"]] + EXPULSION[row["expulsion"]]
    share += STRATEGIC if row["strategic"] else 0.0
    share += ESPIONAGE if row["espionage"] else 0.0
    return min(1.0, share)


def rivalry_rows(_):
    made = [{"id": f"{row['nation'].lower()}-{row['rival'].lower()}", "nation": row["nation"], "rival": row["rival"],
             "contest_share": shown(contest_share(row), 2), "dispute": row["dispute"],
             "strategic": "true" if row["strategic"] else "false", "attack": row["attack"],
             "expulsion": row["expulsion"], "espionage": "true" if row["espionage"] else "false",
             "source": row["source"], "assumed": "contest_share", "remark": row["remark"]}
            for row in raw_rows("rivalries.csv")]
    return sorted(made, key=lambda row: row["id"])


def contests():
    return {(row["nation"], row["rival"]): shown(contest_share(row), 2) for row in raw_rows("rivalries.csv")}


# ---- agreements ---------------------------------------------------------------------------------------------

LEVELS = ["open", "restricted", "confidential", "secret", "top_secret"]
BOTH = "raw;assessment"
POOLS = {                                # what it carries, part of what could go that members put in, since when
    "five-eyes": (BOTH, 0.9, "1946"),
    "sseur": ("raw", 0.3, "1982"),
    "nato": ("assessment", 0.2, "1949"),
    "sspac": ("raw", 0.1, "2005"),
    "european-sigint": ("raw", 0.4, "1976"),
    "eu": ("assessment", 0.1, "2002"),
}
# How close the United States is to a partner: what goes, and how much of it.
CLOSENESS = {
    "five": (BOTH, 0.9), "memorandum": (BOTH, 0.5), "third-party-high": (BOTH, 0.35), "third-party": (BOTH, 0.2),
    "ally": ("assessment", 0.15), "friend": ("assessment", 0.1), "other": ("assessment", 0.05),
}
# What is known of an agreement without the United States.
FORMS = {"frame": ("assessment", 0.05), "exchange": ("assessment", 0.15), "close": (BOTH, 0.25)}
US_SINCE = {"GBR": 1946, "CAN": 1949, "AUS": 1956, "NZL": 1956, "ISR": 2009, "JPN": 2007, "DEU": 1960, "IND": 2002,
            "NOR": 1954, "SWE": 1954, "KOR": 1987, "UKR": 2015}
US_SINCE_SOURCE = {"ISR": "nsa-isnu-2013", "JPN": "mofa-japan", "DEU": "bundestag-2014", "IND": "treaty-usa-ind",
                   "SWE": "svt-2013"}
NATO_SINCE = {1952: "GRC TUR", 1955: "DEU", 1982: "ESP", 1999: "CZE HUN POL", 2004: "BGR EST LVA LTU ROU SVK SVN",
              2009: "ALB HRV", 2017: "MNE"}
MANY_BASES = 10                          # a third party with so many US bases is as close as one of the fourteen
SINCE_ASSUMED = 2001                     # where no year is known: the wave of agreements after September 2001


def us_closeness(facts, iso):
    """From groups, the leaked list of third parties, the leaked tiers and US bases."""
    if facts.has(iso, "FVEY"):
        return "five"
    if facts.has_memorandum(iso):
        return "memorandum"
    if facts.third_party(iso):
        bases = int(facts.nations[iso]["us_bases_2018"] or 0)
        return "third-party-high" if facts.has(iso, "FOURTEEN_EYES") or bases >= MANY_BASES else "third-party"
    if facts.has(iso, "NATO") or facts.has(iso, "TIER_B"):
        return "ally"
    return "friend" if facts.pact(iso) or facts.has(iso, "MNNA") or facts.has(iso, "TIER_C") else "other"


def us_since(facts, iso):
    if iso in US_SINCE:
        return US_SINCE[iso]
    for year, members in NATO_SINCE.items():
        if iso in members.split():
            return year
    return 1949 if facts.has(iso, "NATO") else SINCE_ASSUMED


def us_terms(facts, iso):
    """The new columns of the agreement of the United States with a partner."""
    carries, share = CLOSENESS[us_closeness(facts, iso)]
    source = "press-ukraine" if iso == "UKR" else "tiers-2013"
    source += f" {US_SINCE_SOURCE[iso]}" if iso in US_SINCE_SOURCE else ""
    assumed = [] if facts.has_memorandum(iso) or facts.has(iso, "FVEY") else ["carries"]
    return terms(carries, share, us_since(facts, iso), source, assumed, iso in US_SINCE_SOURCE)


def pool_terms(id_, source):
    carries, share, since = POOLS[id_]
    assumed = ["carries"] if id_ in ("nato", "eu") else []
    return terms(carries, share, since, source, assumed, id_ != "eu")


def terms(carries, share, since, source, assumed, since_known):
    assumed = ["ceiling", *assumed, "contribution_share"] + ([] if since_known else ["since"])
    return {"carries": carries, "contribution_share": shown(share, 2), "since": str(since), "source": source,
            "assumed": ";".join(assumed)}


def other_agreement_rows(facts, clearance_of):
    made = []
    for row in raw_rows("agreements-other.csv"):
        members = row["members"].split(";")
        ceiling = min((clearance_of(iso) for iso in members), key=LEVELS.index)
        names = [facts.nations[iso]["name"] for iso in members]
        pool = row["form"].startswith("pool-")
        carries, share = FORMS[row["form"].removeprefix("pool-")]
        title = {"nordic-security": "Nordic general security agreement", "our-eyes": "Our Eyes"}.get(row["id"])
        made.append({"id": row["id"], "title": title or " and ".join(names), "kind": "pool" if pool else "bilateral",
                     "members": row["members"], "ceiling": min(ceiling, "secret", key=LEVELS.index),
                     **terms(carries, share, row["since"].rstrip("?"), row["source"], ["carries"],
                             not row["since"].endswith("?") and row["source"] != "memory"),
                     "remark": row["remark"]})
    return made


# ---- outposts -----------------------------------------------------------------------------------------------

UNIQUE_VALUE, IMPORTANT_VALUE = 4.0, 1.0


def outpost_values():
    """What a host's posts are worth apart from their heads, with the sources."""
    return {row["host"]: row for row in raw_rows("outpost-functions.csv")}


def outpost_value(troops, functions):
    """The root of thousands of troops, 4 for each post without a substitute, 1 for each important one."""
    unique, important = (int(functions[key]) if functions else 0 for key in ("unique_count", "important_count"))
    return math.sqrt(troops / 1000) + UNIQUE_VALUE * unique + IMPORTANT_VALUE * important
