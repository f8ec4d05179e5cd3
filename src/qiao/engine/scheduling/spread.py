"""The fairness rule: breaks may differ by so much and no more. What a search leaves uneven is given up, cheapest first."""

from qiao.engine.scheduling.board import Board


def spread_breaks(board: Board) -> None:
    """Drop meetings that need not be until nobody has too many breaks more than somebody else."""
    while board.fairness is not None and board.breaks:
        most, least = max(board.breaks.values()), min(board.breaks.values())
        if most - least <= board.fairness:
            return
        worst = [p for p, count in board.breaks.items() if count == most]
        calm = [p for p, count in board.breaks.items() if count == least]
        loose = relieving(board, worst) or droppable(board, worst) or droppable(board, calm)
        if not loose:
            return
        board.drop(min(loose, key=lambda i: (int(board.compact.data.weight[i]), i)))


def droppable(board: Board, people: list[int]) -> list[int]:
    required, slot = board.compact.required, board.draft.slot
    return [i for p in people for i in board.compact.own(p) if slot[i] >= 0 and not required[i]]


def relieving(board: Board, people: list[int]) -> list[int]:
    """Meetings without which somebody of these people has fewer breaks."""
    return [
        i
        for p in people
        for i in board.compact.own(p)
        if board.draft.slot[i] >= 0
        and not board.compact.required[i]
        and board.breaks_without(p, int(board.draft.slot[i])) < board.breaks[p]
    ]
