"""What the Models tab says besides the models' own descriptions."""

from __future__ import annotations

EN = {
    "models": "Models",
    "models_title": "Three small models, trained by us, run on this machine",
    "models_text": "Every number below was printed by one command, on data that what was "
    "measured had not learned from, with its 95 % interval. How each was measured stands under "
    "“All numbers”.",
    "not_for": "Not for",
    "size": "size",
    "parameters": "parameters",
    "trained_on": "trained on",
    "weights_missing": "not installed",
    "not_measured": "No measured numbers are here yet. This command makes them:",
    "measured_others": "These numbers are of other weights than those installed. Measure again:",
    "measured_on": "Measured on {day}",
    "fails": "Where it fails",
    "all_numbers": "All {n} numbers",
    "as_printed": "As printed by",
    "metric": "metric",
    "value": "value",
    "interval": "95 % interval",
    "protocol": "protocol",
}

ZH = {
    "models": "模型",
    "models_title": "三个小模型，由我们训练，在本机运行",
    "models_text": "以下每个数字都由一条命令得出，被测模型未在所用数据上训练，并附 95% 区间。"
    "测量方法见“全部数字”。",
    "not_for": "不得用于",
    "size": "大小",
    "parameters": "参数",
    "trained_on": "训练数据",
    "weights_missing": "未安装",
    "not_measured": "这里还没有测量结果。用此命令生成：",
    "measured_others": "这些数字属于另一版权重，与已安装的不同。请重新测量：",
    "measured_on": "测量于 {day}",
    "fails": "不足之处",
    "all_numbers": "全部 {n} 个数字",
    "as_printed": "以下为命令输出的原文（英文）：",
    "metric": "指标",
    "value": "数值",
    "interval": "95% 区间",
    "protocol": "测量方法",
}
