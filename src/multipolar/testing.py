"""Conformance checks for sources, measures and studies, for plugin authors."""
