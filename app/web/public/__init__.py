"""Pages for reading: consultations, drafts in all versions and languages, records, search."""
