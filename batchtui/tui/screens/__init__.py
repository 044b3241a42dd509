"""One module per screen. A screen lays out widgets, paints a scene into them and turns keys into verbs."""
