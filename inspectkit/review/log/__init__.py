"""The log of an inspection: events in one table, appended, never changed."""
