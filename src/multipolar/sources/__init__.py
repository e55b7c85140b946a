"""Open data sets, one file each: what they are, their terms, and how their files are read."""

from multipolar.core.declare import Source
from multipolar.core.registry import Registry

SOURCES: Registry[Source] = Registry("multipolar.sources", "SOURCE", "source")
