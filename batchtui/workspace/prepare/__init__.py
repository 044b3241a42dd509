"""From request files to bodies: what is admitted, counted, hashed, dealt into chunks."""
