"""The one table of actions: keys, footer, help, palette and `batchtui help --keys` are made from it."""
