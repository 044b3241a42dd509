"""What did not succeed, in groups: rows, the members of one, a sample, what sending again would take."""
