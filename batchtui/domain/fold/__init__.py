"""From records to state. `apply` is the only maker of AppState."""
