"""Virtual candidates over real sockets: rehearsals, demonstrations, and replays of real people."""
