"""The commands: they parse, call engine verbs and print; no decision about batches is made here."""
