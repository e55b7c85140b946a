"""The one module that opens outgoing connections."""
