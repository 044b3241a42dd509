"""Results as the service sent them: judged, indexed, found again, and put beside the requests."""
