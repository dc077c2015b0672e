"""Before an exam: plan, roster, forms. Everything is checked before anything is stored."""
