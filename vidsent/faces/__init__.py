"""Who is where, person by person, and what each face shows."""
