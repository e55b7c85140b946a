"""Claims, their multiverse of specifications, and the verdict."""
