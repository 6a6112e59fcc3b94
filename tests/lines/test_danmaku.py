"""Bilibili and Niconico comments, sound and hostile."""

from __future__ import annotations

from collections import Counter

import pytest

from vidsent.core.errors import SubtitleError
from vidsent.lines.danmaku import Comment, is_danmaku, read_comments


def read(text: str) -> tuple[list[Comment], Counter[str]]:
    skipped: Counter[str] = Counter()
    return list(read_comments(text, skipped)), skipped


def bilibili(*comments: str) -> str:
    declared = '<?xml version="1.0" encoding="gb2312"?>'  # a lie once the text is decoded
    return f"{declared}<i><chatid>1</chatid>{''.join(comments)}</i>"


def test_bilibili_comments_have_their_time_and_text() -> None:
    text = bilibili('<d p="12.5,1,25,16777215,1626077354,0,5bd04b14,1,10">哈哈 &amp; 233</d>')
    assert is_danmaku(text)
    assert read(text) == ([Comment(12.5, "哈哈 & 233")], Counter())


def test_niconico_counts_hundredths_of_a_second() -> None:
    text = '<packet><thread/><chat thread="1" no="1" vpos="1563">かわいい</chat></packet>'
    assert is_danmaku(text)
    assert read(text)[0] == [Comment(15.63, "かわいい")]


def test_positioned_comments_give_their_text_and_programs_are_counted() -> None:
    text = bilibili('<d p="3,7,25">["0","0","1-1","4.5","好看","0"]</d>', '<d p="4,8,25">run()</d>')
    comments, skipped = read(text)
    assert comments == [Comment(3.0, "好看")]
    assert skipped == {"danmaku_unreadable": 1}


@pytest.mark.parametrize("time", ["nan", "inf", "-5", "soon", "", "1e400"])
def test_impossible_times_are_counted(time: str) -> None:
    comments, skipped = read(bilibili(f'<d p="{time},1,25">x</d>', '<d p="1,1,25">y</d>'))
    assert comments == [Comment(1.0, "y")]
    assert skipped == {"danmaku_unreadable": 1}


def test_control_characters_do_not_end_the_file() -> None:
    assert read(bilibili('<d p="1,1,25">a\x08b</d>', '<d p="2,1,25">c</d>'))[0] == [
        Comment(1.0, "ab"),
        Comment(2.0, "c"),
    ]


def test_a_file_that_was_cut_short_gives_what_came_before() -> None:
    whole = bilibili('<d p="1,1,25">first</d>', '<d p="2,1,25">second</d>')
    comments, skipped = read(whole[: whole.index("second")])
    assert comments == [Comment(1.0, "first")]
    assert skipped == {"danmaku_file_cut_short": 1}


@pytest.mark.parametrize(
    "document_type",
    ['<!DOCTYPE i [<!ENTITY a "ha">]>', '<!DOCTYPE i SYSTEM "file:///etc/passwd">'],
)
def test_entities_are_refused(document_type: str) -> None:
    with pytest.raises(SubtitleError, match="refused"):
        read(f'{document_type}<i><d p="1,1">&a;</d></i>')


def test_a_billion_laughs_are_refused_before_they_are_told() -> None:
    told = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(SubtitleError, match="refused"):
        read(f'<!DOCTYPE i [<!ENTITY l0 "lol">{told}]><i><d p="1,1">&l9;</d></i>')


def test_subtitles_are_no_danmaku() -> None:
    assert not is_danmaku("1\n00:00:01,000 --> 00:00:02,000\n<i>hello</i>")


TEN = [f'<d p="{second},1,25,16777215,1,0,h,1">comment {second}</d>' for second in range(1, 11)]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("A&B <3 我爱你", "A&B <3 我爱你"),
        ("a < b && b > c", "a < b && b > c"),
        ("<- 前方高能 ->", "<- 前方高能 ->"),
        ("<b>前方", "<b>前方"),
        ("</i>", "</i>"),
        ('"<!DOCTYPE html>"', '"<!DOCTYPE html>"'),
        ("&nbsp;好&hearts;&#0;", "\xa0好♥"),
        ("&a;", "&a;"),
        ("<![CDATA[a & <b>]]>", "a & <b>"),
        ("<d>", "<d>"),
        ("<唯亿一张>", "<唯亿一张>"),
        ("#include<stdio.h>", "#include<stdio.h>"),
    ],
)
def test_one_bare_character_takes_no_other_comment_along(written: str, said: str) -> None:
    comments, skipped = read(bilibili(*TEN[:4], f'<d p="4.5,1,25">{written}</d>', *TEN[4:]))
    assert [comment.text for comment in comments if comment.start_s == 4.5] == [said]
    assert len(comments) == 11 and not skipped


def test_a_bare_character_in_a_name_harms_nothing() -> None:
    named = '<d p="4.5,1,25" user="A&B <3> C">hello</d>'
    comments, skipped = read(bilibili(*TEN[:4], named, *TEN[4:]))
    assert Comment(4.5, "hello") in comments and len(comments) == 11 and not skipped


def test_a_comment_that_lost_its_end_is_counted_alone() -> None:
    comments, skipped = read(bilibili(*TEN[:4], '<d p="4.5,1,25">lost', *TEN[4:]))
    assert len(comments) == 10
    assert skipped == {"danmaku_unreadable": 1}


def test_two_files_in_one_are_both_read() -> None:
    comments, skipped = read(bilibili(*TEN[:4]) + bilibili(*TEN[4:]))
    assert len(comments) == 10 and not skipped


def test_a_heading_before_the_comments_harms_nothing() -> None:
    comments, skipped = read(f"<made><by>x</by></made>\n{bilibili(*TEN)}")
    assert len(comments) == 10 and not skipped


def test_the_program_for_windows_writes_milliseconds_behind_a_number() -> None:
    text = bilibili('<d p="34656419668557827,0,61486,1,25,16777215,1593244049,0,3dbb2ac3">哇</d>')
    assert read(text) == ([Comment(61.486, "哇")], Counter())


def test_super_chats_are_comments_and_presents_are_not() -> None:
    text = bilibili(
        '<sc ts="7.5" user="x" price="30" time="60">加油</sc>', '<gift ts="8" giftname="x"/>'
    )
    assert is_danmaku(text)
    assert read(text) == ([Comment(7.5, "加油")], Counter())


def test_entities_are_refused_beside_bare_characters_too() -> None:
    with pytest.raises(SubtitleError, match="refused"):
        read('<!DOCTYPE i [<!ENTITY a "x">]><i><d p="1,1">&a; & <3 </d></i>')


@pytest.mark.parametrize("hostile", ["<d ", "<d p=", "<d a='", '<d p="', "</d>", "<![CDATA[", "&"])
def test_hostile_repetition_is_scanned_in_linear_time(hostile: str) -> None:
    comments, _ = read(f'<i><d p="1,1">hello</d><{hostile * 300_000}')
    assert comments[0] == Comment(1.0, "hello")
