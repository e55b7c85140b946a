"""Array functions: NumPy in, NumPy out."""
