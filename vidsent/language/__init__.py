"""What words say of emotion, in English and Chinese."""
