"""Words shared by every layer: states, periods, choices, declarations, errors, settings."""
