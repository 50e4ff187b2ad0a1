"""Who may read and write what: one table of roles, for the API and for a server's own rules."""
