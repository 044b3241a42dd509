"""Results that are no plain success: their classes and templates, the groups they make, what became of those."""
