"""Another attempt: who is in it, what is changed, and its bodies from what was sent before."""
