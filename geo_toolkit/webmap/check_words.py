"""Words of a check's map alone: drawing an outline, the secrecy mark, what the result rests on."""

from __future__ import annotations

__all__ = ["check_word", "check_words"]

_WORDS: dict[str, tuple[str, str]] = {
    "draw_hint": (
        "逐点单击画出地块，双击或按 Enter 键闭合；也可用方向键移图，再按“取中心点”",
        "Click corner by corner, double-click or Enter to close; or move the map by arrow keys "
        "and take its centre",
    ),
    "draw_centre": ("取中心点", "Take the centre"),
    "draw_undo": ("撤销一点", "Undo a point"),
    "draw_close": ("闭合并使用", "Close and use"),
    "draw_cancel": ("取消", "Cancel"),
    "draw_few": ("至少需要三个点", "At least three points are needed"),
    "draw_crossing": ("边线相互交叉，请撤销后重画", "The sides cross: undo and draw again"),
    "draw_points": ("{} 个点", "{} points"),
    "mark_internal": ("密级：内部资料，注意保存", "Secrecy: internal, keep safe"),
    "mark_public": ("密级：公开", "Secrecy: public"),
    "made_with": ("版本：geo-toolkit {}，规则 {}", "Version: geo-toolkit {}, rules {}"),
}


def check_word(key: str, lang: str) -> str:
    """Return one word in ``zh`` or ``en``.

    Examples
    --------
    >>> check_word("draw_cancel", "zh"), check_word("draw_cancel", "en")
    ('取消', 'Cancel')
    """
    return _WORDS[key][1 if lang == "en" else 0]


def check_words(lang: str) -> dict[str, str]:
    """Return all of them in one language, for the map's script."""
    return {key: check_word(key, lang) for key in _WORDS}
