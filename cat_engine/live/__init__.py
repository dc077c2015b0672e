"""The Socket.IO edge: parse, check access, call the engine, translate the outcome."""
