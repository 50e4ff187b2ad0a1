"""The words of a report explained for readers who do not inspect or count for a living."""

from __future__ import annotations

GLOSSARY = (
    (
        "Added value",
        "Good, proactive decisions by prosecutors: questions tagged so are scored "
        "together, whatever their theme.",
    ),
    (
        "Available points",
        "The points that could have been won in the questions that applied.",
    ),
    ("Band", "A range of shares with a name, such as fully meeting the standard."),
    (
        "Casework type",
        "Magistrates' court, Crown Court, or rape and serious sexual offences. Each is "
        "sampled and rated by itself.",
    ),
    (
        "Digest",
        "A fingerprint of a file or value: 64 characters that change if anything in it does.",
    ),
    (
        "Eligible case",
        "A case of the Area finalised in the period, counted once however many defendants.",
    ),
    ("Grip", "Progressing cases efficiently: on time, without avoidable delay."),
    ("Interval (95%)", "The range a figure would be expected in if every eligible case were read."),
    (
        "Not applicable (N/A)",
        "The question did not arise in this case; it counts neither for nor against.",
    ),
    (
        "Probability of a band",
        "How probable it is that reading every eligible case would give this rating, by the rule "
        "and before anyone used discretion.",
    ),
    ("RASSO", "Rape and serious sexual offences."),
    ("Rating", "The band that a share falls in, or that people gave where a rule lets them."),
    ("Reserve", "A case drawn beforehand to stand in for one that cannot be inspected."),
    ("Share", "Points won out of points available."),
    ("Theme", "A stage or concern of casework, such as disclosure, scored over its own questions."),
    ("Weighted", "Each sampled case counts for as many eligible cases as it stands for."),
)
