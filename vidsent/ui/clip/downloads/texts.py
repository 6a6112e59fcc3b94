"""What stands on and about the buttons that give files."""

from __future__ import annotations

EN = {
    "downloads": "Downloads",
    "json": "JSON, everything",
    "csv": "CSV, per second",
    "vtt": "Captions, VTT",
    "report": "Report, HTML",
    "annotate": "Make the annotated video",
    "annotate_waits": "Waiting for its turn",
    "annotate_runs": "Drawing the video {share} %",
    "annotate_stop": "Cancel",
    "annotated": "Annotated video, MP4",
    "annotate_started": "The video is being drawn. The page can be used meanwhile.",
    "annotate_ready": "The annotated video is ready.",
    "annotate_stopped": "The annotated video was cancelled.",
    "annotate_in_english": "The annotated video is ready. Its labels are in English: this server "
    "has no font for Chinese.",
    "annotate_broken": "Something went wrong on our side, and the video was not made. Try again, "
    "or analyse the clip once more.",
}

ZH = {
    "downloads": "下载",
    "json": "JSON 全部结果",
    "csv": "CSV 逐时数据",
    "vtt": "VTT 情绪字幕",
    "report": "HTML 报告",
    "annotate": "生成标注视频",
    "annotate_waits": "正在排队",
    "annotate_runs": "正在绘制视频 {share}%",
    "annotate_stop": "取消",
    "annotated": "MP4 标注视频",
    "annotate_started": "正在绘制视频，期间可继续使用本页。",
    "annotate_ready": "标注视频已生成。",
    "annotate_stopped": "已取消生成标注视频。",
    "annotate_in_english": "标注视频已生成。服务器没有中文字体，标签为英文。",
    "annotate_broken": "我们这边出了问题，视频未能生成。请重试，或重新分析该视频。",
}
