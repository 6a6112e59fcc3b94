"""What the Live tab says; {names} in braces are filled in by its script."""

from __future__ import annotations

EN = {
    "live_tab": "Live",
    "live_record": "Record with the camera",
    "live_start": "Start the camera",
    "live_stop": "Stop",
    "live_view": "Your camera",
    "live_invite": "See what your face shows, as it shows it",
    "live_starting": "Asking for the camera …",
    "live_now": "Now",
    "live_nobody": "No face in the picture",
    "live_unread": "Face too small or too blurred to read",
    "live_rate": "{rate} answers a second · {latency} ms",
    "live_rate_title": "How often the page was answered in the last seconds, and how long an "
    "answer took from the picture to the label",
    "live_valence": "valence",
    "live_arousal": "arousal",
    "live_trail": "Valence from left to right, arousal from below to above; the line is where the "
    "last ten seconds went",
    "live_minute": "The last minute",
    "live_minute_label": "Shares of the seven emotions over the last minute",
    "live_ago": "{n} s ago",
    "live_just": "now",
    "live_private": "The camera's pictures go to this server alone, are read in memory and "
    "forgotten at once: none is written to a file or shown to anyone. Faces are read, never "
    "recognised.",
    "live_insecure": "The browser gives the camera only to secure pages. Open this page over "
    "https, or on the machine that serves it as http://localhost.",
    "live_refused": "The camera was refused. Allow it for this page in the browser's address bar, "
    "then start again.",
    "live_none": "No camera was found. Plug one in, then start again.",
    "live_in_use": "The camera does not start. Close other programs that use it, then start again.",
    "live_lost": "The camera was unplugged or taken away. Start again when it is back.",
    "live_busy": "All {most} places are taken. You are number {place} in line, and it starts by "
    "itself.",
    "live_away": "The server does not answer. Trying again …",
    "live_broken": "The pictures could not be read. Start again; if it happens again, reload "
    "the page.",
}

ZH = {
    "live_tab": "实时",
    "live_record": "用摄像头录制",
    "live_start": "打开摄像头",
    "live_stop": "停止",
    "live_view": "你的摄像头",
    "live_invite": "你的表情，此刻就看见",
    "live_starting": "正在请求摄像头……",
    "live_now": "此刻",
    "live_nobody": "画面中没有人脸",
    "live_unread": "人脸太小或太模糊，无法识别",
    "live_rate": "每秒 {rate} 次 · {latency} 毫秒",
    "live_rate_title": "最近几秒内每秒得到的结果次数，以及从取图到显示所用的时间",
    "live_valence": "效价",
    "live_arousal": "唤醒度",
    "live_trail": "横向为效价，纵向为唤醒度；曲线是最近十秒的轨迹",
    "live_minute": "最近一分钟",
    "live_minute_label": "最近一分钟内七种情绪的占比",
    "live_ago": "{n} 秒前",
    "live_just": "此刻",
    "live_private": "摄像头画面只发送到本服务器，在内存中读取后立即丢弃："
    "不写入文件，也不给任何人看。只读取表情，从不识别身份。",
    "live_insecure": "浏览器只允许安全页面使用摄像头。请通过 https 打开本页，"
    "或在运行服务器的电脑上用 http://localhost 打开。",
    "live_refused": "摄像头权限被拒绝。请在浏览器地址栏中允许本页使用摄像头，然后重新开始。",
    "live_none": "没有找到摄像头。请接上摄像头，然后重新开始。",
    "live_in_use": "摄像头无法启动。请关闭正在使用它的其他程序，然后重新开始。",
    "live_lost": "摄像头已断开。恢复后请重新开始。",
    "live_busy": "{most} 个名额已满，你排在第 {place} 位，轮到时会自动开始。",
    "live_away": "服务器没有回应，正在重试……",
    "live_broken": "画面无法读取。请重新开始；若再次出现，请刷新页面。",
}
