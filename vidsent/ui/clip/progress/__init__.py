"""What is seen while a clip is analysed: stage, time left, place in the queue."""
