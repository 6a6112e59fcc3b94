"""Training of the bilingual text model and of the word table."""
