"""The web edge: pages drawn by the server and the HTTP API. It parses, checks and translates."""
