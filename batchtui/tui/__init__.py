"""The dashboard: screens and widgets on Textual. It paints state and calls verbs; it decides nothing."""
