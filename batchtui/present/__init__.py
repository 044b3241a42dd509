"""Pure text: what is known becomes spans, rows and words. No clock, no I/O, no Textual, no Rich."""
