"""One module per family of commands; each is imported only when its command runs."""
