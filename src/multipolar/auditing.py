"""An article, its claims, and what the record says of each."""
