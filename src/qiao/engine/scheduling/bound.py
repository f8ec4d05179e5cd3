"""What is proven about a problem: no plan weighs more, and none from some weight on lacks less or has fewer breaks."""

from dataclasses import dataclass, field

from qiao.engine.scheduling.goals import Figures
from qiao.engine.scheduling.model import Status


@dataclass
class Bounds:
    """`weight` from above (None: nothing is proven); the others from below, by the weight from which on they hold."""

    weight: int | None = None
    shortfalls: dict[int, int] = field(default_factory=dict)
    breaks: dict[int, int] = field(default_factory=dict)

    def lower_weight(self, bound: int | None) -> None:
        if bound is not None:
            self.weight = bound if self.weight is None else min(self.weight, bound)

    def raise_shortfall(self, floor: int, bound: int | None) -> None:
        """No plan of at least the weight `floor` has a smaller shortfall."""
        self.shortfalls[floor] = max(bound or 0, self.shortfalls.get(floor, 0))

    def raise_breaks(self, floor: int, bound: int) -> None:
        """No plan of at least the weight `floor` has fewer breaks."""
        self.breaks[floor] = max(bound, self.breaks.get(floor, 0))

    def shortfall_from(self, floor: int) -> int:
        """The best bound for plans of at least this weight."""
        return max((bound for least, bound in self.shortfalls.items() if least <= floor), default=0)

    def breaks_from(self, floor: int) -> int:
        return max((bound for least, bound in self.breaks.items() if least <= floor), default=0)

    def status(self, figures: Figures, floor: int) -> Status:
        reached = (figures.weight, figures.shortfall, figures.breaks)
        proven = (self.weight, self.shortfall_from(floor), self.breaks_from(floor))
        return "optimal" if reached == proven else "feasible"
