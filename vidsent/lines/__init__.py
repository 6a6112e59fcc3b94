"""Where timed words come from: files, tracks of the clip, danmaku, transcripts, its sound."""
