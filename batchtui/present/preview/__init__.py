"""What stands beside a list: what enter would open, at a glance."""
