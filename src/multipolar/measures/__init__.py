"""Numbers about states, dyads and roll calls, one file each."""
