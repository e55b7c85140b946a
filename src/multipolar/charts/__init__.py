"""Pictures of results, drawn offline."""
