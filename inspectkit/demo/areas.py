"""Areas and casework types as exports show them: places, mix, outcomes and their spread."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Places:
    """An Area's own names, each field separated by commas; prefix stands before its references."""

    prefix: str
    forces: str
    magistrates: str
    crown: str


@dataclass(frozen=True)
class Casework:
    """One casework type: its share of an Area's cases and how those cases run.

    spellings: the usual one first. outcomes: weights. days (from receipt to finalisation) and
    pages: their eleven deciles, least to most.
    """

    share: float
    spellings: tuple[str, ...]
    outcomes: dict[str, float]
    charged_by_cps: float
    rape: float
    days: tuple[int, ...]
    pages: tuple[int, ...]


# fmt: off
AREAS = {
    "Cymru-Wales": Places("62", "South Wales, Gwent, Dyfed-Powys, North Wales",
        "Cardiff, Swansea, Newport, Wrexham", "Cardiff, Swansea, Mold"),
    "Eastern": Places("42", "Essex, Norfolk, Suffolk, Cambridgeshire",
        "Chelmsford, Norwich, Ipswich, Peterborough", "Chelmsford, Norwich, Ipswich"),
    "East Midlands": Places("31",
        "Nottinghamshire, Derbyshire, Leicestershire, Lincolnshire, Northamptonshire",
        "Nottingham, Derby, Leicester, Lincoln", "Nottingham, Derby, Leicester"),
    "London North": Places("01", "Metropolitan Police, City of London",
        "Highbury Corner, Stratford, Thames, Willesden", "Snaresbrook, Wood Green, Harrow"),
    "London South": Places("01", "Metropolitan Police",
        "Croydon, Bromley, Wimbledon, Uxbridge", "Croydon, Woolwich, Kingston"),
    "Mersey-Cheshire": Places("05", "Merseyside, Cheshire",
        "Liverpool, Wirral, Chester, Crewe", "Liverpool, Chester"),
    "North East": Places("10", "Northumbria, Durham, Cleveland",
        "Newcastle, Sunderland, Peterlee, Teesside", "Newcastle, Durham, Teesside"),
    "North West": Places("06", "Greater Manchester, Lancashire, Cumbria",
        "Manchester, Bolton, Preston, Carlisle", "Manchester, Preston, Carlisle"),
    "South East": Places("46", "Kent, Surrey, Sussex",
        "Maidstone, Medway, Guildford, Brighton", "Maidstone, Guildford, Lewes"),
    "South West": Places("52", "Avon and Somerset, Devon and Cornwall, Gloucestershire",
        "Bristol, Gloucester, Plymouth, Truro", "Bristol, Exeter"),
    "Thames and Chiltern": Places("43", "Thames Valley, Bedfordshire, Hertfordshire",
        "Oxford, Reading, Luton, St Albans", "Oxford, Reading, Luton"),
    "Wessex": Places("44", "Hampshire and Isle of Wight, Dorset, Wiltshire",
        "Southampton, Portsmouth, Poole, Swindon", "Winchester, Bournemouth, Swindon"),
    "West Midlands": Places("20", "West Midlands, West Mercia, Staffordshire, Warwickshire",
        "Birmingham, Coventry, Worcester, Stafford", "Birmingham, Wolverhampton, Stafford"),
    "Yorkshire and Humberside": Places("13",
        "West Yorkshire, South Yorkshire, North Yorkshire, Humberside",
        "Leeds, Sheffield, York, Hull", "Leeds, Sheffield, Hull"),
}
CASEWORK = {
    "MC": Casework(
        share=0.80,
        spellings=("Magistrates", "MC", "Magistrates' Court", "magistrates "),
        outcomes={
            "Guilty plea": 66, "Convicted after trial": 10, "Proved in absence": 9,
            "Discontinued": 7, "Acquitted after trial": 4.5, "Admin finalised": 2,
            "Bind over": 1.5,
        },
        charged_by_cps=0.30,
        rape=0,
        days=(1, 10, 17, 27, 38, 50, 66, 87, 116, 163, 800),
        pages=(3, 8, 12, 16, 20, 24, 30, 37, 48, 67, 400),
    ),
    "CC": Casework(
        share=0.18,
        spellings=("Crown Court", "Crown court", "CC"),
        outcomes={
            "Guilty plea at first hearing": 44, "Late guilty plea": 24,
            "Convicted after trial": 12, "Discontinued": 8, "Acquitted after trial": 8,
            "Judge ordered acquittal": 2, "Admin finalised": 2,
        },
        charged_by_cps=0.89,
        rape=0,
        days=(3, 28, 58, 92, 131, 180, 236, 311, 420, 612, 2100),
        pages=(12, 53, 76, 98, 123, 151, 186, 231, 299, 426, 2000),
    ),
    "RASSO": Casework(
        share=0.02,
        spellings=("RASSO", "Rasso"),
        outcomes={
            "Guilty plea at first hearing": 24, "Acquitted after trial": 22,
            "Late guilty plea": 19, "Convicted after trial": 16, "Discontinued": 14,
            "Judge ordered acquittal": 3.5, "Admin finalised": 1.5,
        },
        charged_by_cps=0.98,
        rape=0.28,
        days=(3, 43, 94, 160, 218, 285, 382, 497, 688, 994, 2600),
        pages=(30, 147, 196, 254, 340, 417, 504, 608, 806, 1181, 6000),
    ),
}
# fmt: on
