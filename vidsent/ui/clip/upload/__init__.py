"""The card of the clip: upload or webcam, subtitles, examples."""
