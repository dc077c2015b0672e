"""The exam server: configuration, runtime, accounts, HTTP, Socket.IO and the command line."""
