"""Reports that show a verdict and can be recomputed."""
