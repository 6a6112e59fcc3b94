"""The head of the stage: welcome, verdict; and, at its foot, what was left out."""
