"""The rows of people, and what a visitor says of who is who."""
