"""Before an exam: its plan, its roster, its forms. Everything is checked before anything is stored."""
