"""Whether a site is ready: its workstations, a rehearsal on its server, and a sheet about both."""
