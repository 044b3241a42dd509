"""Single requests: lists of them, and one of any size with all that is known of it."""
