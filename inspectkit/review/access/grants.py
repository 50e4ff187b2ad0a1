"""The roles as PostgreSQL holds to them: grants, row security on the login, nothing from Python.

In a notebook a person can run any statement, so each rule here stands in the database: the author
is `session_user`, the time is the server's, and a case that is given to somebody else is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from inspectkit.review.access.rights import RIGHTS, Rights
from inspectkit.review.access.roles import LEAD, REPORTED, REPORTER, ROLES
from inspectkit.review.log.tables import events

# Not even the author may set these: the server counts, and only an import has arrived by bundle.
WITHHELD = ("position", "arrived")
FUNCTIONS = """
CREATE FUNCTION released(of_case text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = "{space}", pg_temp AS $$
    SELECT EXISTS (SELECT FROM events WHERE kind = 'release' AND subject IN ('', of_case))
$$;
CREATE FUNCTION may_mark(of_case text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = "{space}", pg_temp AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM events WHERE kind = 'allocate' AND subject = of_case)
        THEN EXISTS (SELECT FROM events WHERE kind = 'allocate' AND subject = of_case
                     AND marker = session_user)
        ELSE NOT EXISTS (SELECT FROM begun WHERE subject = of_case AND marker <> session_user)
            OR EXISTS (SELECT FROM begun WHERE subject = of_case AND marker = session_user)
    END
$$;
CREATE FUNCTION latest_tick() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = "{space}", pg_temp AS $$ SELECT coalesce(max(tick), 0) FROM events $$;
"""
# Author, time, replica and order are what the server says they are.
OWN = """
    actor = session_user AND arrived = ''
    AND left(replica, length(session_user) + 1) = session_user || '@'
    AND at::timestamptz BETWEEN clock_timestamp() - interval '1 minute'
                            AND clock_timestamp() + interval '1 minute'
    AND tick BETWEEN 1 AND latest_tick() + 1000
"""


def group(space: str, role: str) -> str:
    """The role of the database whose members have this role in the inspection."""
    return f"{space}_{role}"


def statements(space: str) -> Iterator[str]:
    """Everything that makes the roles of a new store, in order. Needs the right to make roles."""
    groups = [group(space, role) for role in ROLES]
    for name in groups:
        yield (
            f"DO $$ BEGIN CREATE ROLE {name} NOLOGIN;"
            " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
    everyone = ", ".join(groups)
    yield f'REVOKE ALL ON SCHEMA "{space}" FROM PUBLIC'
    yield f'GRANT USAGE ON SCHEMA "{space}" TO {everyone}'
    yield from FUNCTIONS.format(space=space).replace("$$;\n", "$$;\n\0").strip("\0\n").split("\0")
    yield f'REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA "{space}" FROM PUBLIC'
    yield f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "{space}" TO {everyone}'
    yield f"GRANT SELECT ON events, begun, clock, about TO {everyone}"
    columns = ", ".join(f'"{each.name}"' for each in events.columns if each.name not in WITHHELD)
    yield f"GRANT INSERT ({columns}) ON events TO {everyone}"
    yield f"GRANT INSERT (arrived) ON events TO {group(space, LEAD)}"
    yield "ALTER TABLE events ENABLE ROW LEVEL SECURITY"
    yield f"CREATE POLICY reading ON events FOR SELECT USING ({reading(space)})"
    yield f"CREATE POLICY writing ON events FOR INSERT WITH CHECK ({OWN} AND ({writing(space)}))"
    importing = f"arrived <> '' AND {_has(space, LEAD)}"
    yield f"CREATE POLICY importing ON events FOR INSERT WITH CHECK ({importing})"


def reading(space: str) -> str:
    """The condition under which a login sees an event."""
    shared = _list(name for name, each in RIGHTS.items() if each.shared)
    marks = _list(name for name, each in RIGHTS.items() if each.mark)
    whole = " OR ".join(_has(space, role) for role, (_, all_marks) in ROLES.items() if all_marks)
    reports = f"kind IN {_list(REPORTED)} AND {_has(space, REPORTER)}"
    return (
        f"actor = session_user OR kind IN {shared} OR {whole} OR ({reports})"
        f" OR (kind IN {marks} AND released(subject))"
    )


def writing(space: str) -> str:
    """The condition under which a login may append an event of a kind."""
    may = [_may(space, name, each) for name, each in RIGHTS.items() if each.writers]
    other = f"(kind NOT IN {_list(RIGHTS)} AND {_has(space, LEAD)})"
    return " OR ".join([*may, other])


def _may(space: str, name: str, each: Rights) -> str:
    rights = " OR ".join(_has(space, role) for role in each.writers)
    own = " AND marker = session_user AND may_mark(subject)" if each.mark else ""
    return f"(kind = '{name}' AND ({rights}){own})"


def _has(space: str, role: str) -> str:
    return f"pg_has_role(session_user, '{group(space, role)}', 'MEMBER')"


def _list(names: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{name}'" for name in names) + ")"
