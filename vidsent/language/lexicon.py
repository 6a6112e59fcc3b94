"""Words that are not themselves evidence but steer the reading: grammar, negations, slang.

ENGLISH also tells English from other languages in Latin letters.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text with spaces between them."""
    return frozenset(text.split())


ENGLISH = words(
    """
    a about above after again against all also although am an and another any anybody anyone
    anything are aren't as at away back be because been before being below between both but by
    came can can't cannot cant come comes coming could couldn't did didn't didnt do does doesn't
    doesnt doing don't done dont down during each either else enough etc even ever every everybody
    everyone everything few first for from further gave get gets getting give given gives go goes
    going gone gonna got gotta had hadn't has hasn't have haven't having he he'd he'll he's her
    here here's hers herself him himself his how how's however i i'd i'll i'm i've if im in
    instead into is isn't it it'd it'll it's its itself ive just keep kept kind knew know known
    knows last least left less let let's like likely lot lots made make makes making many may
    maybe me mean means might mine more most much must my myself near need needs neither never new
    next no nobody none nor not nothing now of off often oh ok okay old on once one ones only onto
    or other others our ours ourselves out over own part people per perhaps person put quite
    rather really said same say saying says see seem seems seen several shall she she'd she'll
    she's should shouldn't show side since so some somebody someone something sometimes somewhere
    soon still such sure take taken takes tell than that that'll that's thats the their theirs
    them themselves then there there's these they they'd they'll they're they've theyre thing
    things think this those though thought through thus time times to today together told tomorrow
    tonight too took toward two u under unless until up upon ur us use used using usually very
    want wanted wants was wasn't way ways we we'd we'll we're we've well went were weren't what
    what's whatever when where where's whether which while who who's whole whom whose why why's
    will with within without won't would wouldn't y'all ya yeah year years yes yesterday yet you
    you'd you'll you're you've your youre yours yourself
    """
)
CHINESE = words(
    """
    的 了 是 我 你 他 她 它 我们 你们 他们 她们 自己 大家 别人 人家 咱们 有人 这 那 这个 那个 这些
    那些 这样 那样 这么 那么 这里 那里 这儿 那儿 这种 那种 什么 怎么 怎样 为什么 哪 哪里 哪个 谁
    多少 几 啥 咋 和 与 跟 同 及 或 或者 还是 而 而且 并 并且 但 但是 可是 不过 然而 因为 所以
    如果 要是 虽然 即使 只要 只有 除了 关于 对于 为了 由于 不 没 没有 别 无 未 非 不是 不会 不能
    不要 不用 不再 不必 不想 不太 不够 不怎么 从不 从来不 从没 并不 并非 并没有 绝不 毫不 毫无
    不算 不到 不知 不知道 在 从 到 向 往 对 把 被 给 让 叫 使 用 以 于 由 按 比 就 才 都 也 又 还
    再 更 最 很 太 真 好 挺 非常 十分 特别 比较 有点 有些 一点 一些 一下 一个 一直 一起 一样 一定
    一边 一种 一次 一天 每 每天 每个 各 某 另 其他 其实 已经 曾经 正在 将 要 会 能 可以 可能 应该
    必须 得 想 去 来 上 下 里 中 内 外 前 后 左 右 时 时候 年 月 日 天 点 分 今天 明天 昨天 现在
    以前 以后 之前 之后 后来 然后 最后 刚 刚刚 刚才 当 个 只 条 件 次 些 种 位 家 人 们 地 着 过
    吗 呢 吧 啊 啊啊 啊啊啊 呀 啦 哟 呗 咧 哒 喽 咯 噢 喂 额 呃 哦 嗯 哎 唉 嘛 么 死 哪怕 说 看 做
    有 像 等 走 多 少 大 小 新 老 第一 二 三 两 一 四 五 六 七 八 九 十 百 千 万 怎 之 其 此 该 本
    所 者 即 则 却 便 似 若 且 仍 尚 乃 及其 似的 起来 出来 下来 上去 下去 过来 过去 出去 回来
    回去 知道 觉得 感觉 以为 认为 开始 继续 终于 突然 到底 究竟 真的 确实 果然
    """
)
STOPWORDS = ENGLISH | CHINESE

# Particles that make a phrase with a word of content: "shut up", "not fair", 不 开心.
PARTICLES = words(
    """
    up off out down not no never can't cant don't dont how well so oh what 不 没 没有 太 好 真
    """
)

# How many tokens a negation reaches. "no" more often answers than it denies what follows.
NEGATIONS = {"not": 3, "never": 3, "cannot": 3, "nothing": 3, "without": 2, "hardly": 2, "no": 1}
NEGATIONS |= dict.fromkeys(words("cant dont didnt doesnt isnt wasnt arent wont"), 3)
NEGATIONS |= dict.fromkeys(
    words(
        """
        不 没 没有 别 未 无 不是 不会 不能 不要 不用 不再 不必 不想 不太 不够 不怎么 从不 从来不
        从没 并不 并非 并没有 绝不 毫不 毫无 不算
        """
    ),
    2,
)
REACH_OF_NT = 3  # don't, isn't, wouldn't

# After these nothing is denied: "can't wait", "not only", "don't you love it".
LIFTS = words("wait stop help only just wonder doubt but i you he she we they")
UNSURPASSED = words("couldn't can't couldnt cant")  # before "be": "couldn't be happier"

# What jieba's dictionary lacks, and what it should not hold together.
SLANG = words(
    """
    牛逼 傻逼 装逼 苦逼 泪目 破防 高能 笑死 美死 帅死 爱死 累死 饿死 丑死 困死 可爱死 开森 桑心
    """
)
UNMERGED = words("我爱你 我恨你 我想你 我会 我心 我俩 是我太 好难")
