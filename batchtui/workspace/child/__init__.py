"""Heavy work in a process of its own, and the lines by which it and its parent understand each other."""
