"""Articles in; entities, events, attributions and claims out."""
