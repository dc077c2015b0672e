"""The question bank: items, blueprints, the reproducible draw, forms, importers, samples."""
